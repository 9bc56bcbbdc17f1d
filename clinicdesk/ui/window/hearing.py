"""What the watch over the trail tells, on the thread of the windows."""

from __future__ import annotations

from clinicdesk.i18n import _
from clinicdesk.services.news import Found, Lost, News
from clinicdesk.ui.kit import format as fmt
from clinicdesk.ui.operations.hub import hub


def hear(news: News) -> None:
    """Announce what others wrote; say since when the clinic cannot be reached, and load everything once it is back."""
    if isinstance(news, Lost):
        sentence = _("No connection since {time}. You can look, but nothing can be saved.")
        hub().lose(sentence.format(time=fmt.clock(news.since)))
    elif isinstance(news, Found):
        hub().find()
    else:
        hub().tell(news.changes)
