"""Follow-up: the calls of whoever telephones, and the review of the surgeon."""

from __future__ import annotations

from clinicdesk.ui.places.recovery.calls import CallsPlace, open_patient_called
from clinicdesk.ui.places.recovery.review import ReviewPlace

__all__ = ["CallsPlace", "ReviewPlace", "open_patient_called"]
