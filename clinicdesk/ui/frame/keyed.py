"""The life of a panel: opened for one key, and bound to it with all that is typed, timed, sent and answered.

A panel is reused for the next patient. What was typed for one, the timer that stores it, the command on its way and the
answer that comes back must never reach the next. So none of them belongs to the panel: each belongs to a `Turn`, and a
turn ends when another key opens. A subclass says what it reads, how that is shown, what can be typed and which subjects
concern it; the rest is done here and is not overridden.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.errors import BadInput, ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.conflict import Differences
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.frame.turn import Turn
from clinicdesk.ui.frame.typed import Difference, Plain, Typed, Values
from clinicdesk.ui.operations import Done, messages, run_command, run_query
from clinicdesk.ui.operations.hub import hub

V = TypeVar("V")
T = TypeVar("T")

SAVE_AFTER = 600
"""Milliseconds after the last keystroke until what was typed is stored."""

Step = Callable[[int], Done[V]]
"""A command that is given the version the record has when it starts."""

if TYPE_CHECKING:
    _Base = QWidget
else:

    class _Base:
        """At run time the widget comes from the panel's other base."""


class Keyed(_Base, Generic[V]):
    """Mixed into a widget, before its other base. The subclass calls `begin_life` before it builds its fields."""

    own_subjects: ClassVar[frozenset[Subject]] = frozenset()
    """What is read again when it changes under the key's own number."""
    other_subjects: ClassVar[frozenset[Subject]] = frozenset()
    """What is read again when it changes under any number."""

    desk: Desk
    typed: Typed

    # ------------------------------------------------------------------ what a subclass says

    @abstractmethod
    def read(self, key: PanelKey) -> V:
        """Read what is shown, because a person opens it: a reading of a chart is an event. Off the window's thread."""

    @abstractmethod
    def read_again(self, key: PanelKey) -> V:
        """Read it anew because something changed; nobody opened anything. Off the window's thread."""

    @abstractmethod
    def show_nothing(self) -> None:
        """Empty every field and line: nobody's record is shown."""

    @abstractmethod
    def show_view(self, view: V, *, fresh: bool) -> None:
        """Show the record. Fields take what is stored; what was typed is put back on top of it afterwards."""

    @abstractmethod
    def version_of(self, view: V) -> int:
        """The version of the record in ``view``."""

    @abstractmethod
    def name_of(self, view: V) -> str:
        """Of whom a sentence at the foot speaks."""

    def takes_typed(self, view: V) -> bool:
        """Whether this record still takes what is typed."""
        del view
        return True

    @abstractmethod
    def steps_to_save(self, changed: frozenset[str]) -> Sequence[Step[V]]:
        """The commands that store these fields, with their values as they stand now.

        Raises `BadInput` where one of them cannot be read.
        """

    # ------------------------------------------------------------------ opening and leaving

    @final
    def begin_life(self) -> None:
        """Before anything else of the panel is built."""
        self.typed = Typed(self)
        self.typed.touched.connect(self._touched)
        self.differences = Differences(self)
        self.differences.taken.connect(self._take_theirs)
        self.differences.decided.connect(self._start_saving)
        self._turn: Turn | None = None
        self._view: V | None = None
        self._then: Callable[[], None] | None = None
        self._not_stored: dict[PanelKey, _NotStored] = {}
        self._shows_own = False
        self._save_refused = False
        self._saving = QTimer(self)
        self._saving.setSingleShot(True)
        self._saving.setInterval(SAVE_AFTER)
        self._saving.timeout.connect(self._save_typed)

    @property
    @final
    def view(self) -> V | None:
        """The record that is shown."""
        return self._view

    @final
    def open_for(self, key: PanelKey) -> None:
        """Open for ``key``. What was typed for another key is stored for that one; what was typed for this stays."""
        turn = self._turn
        if turn is None or turn.key != key:
            self._leave()
            self._turn = turn = Turn(key)
        self.clear_problem()
        self._ask(turn, partial(self.read, key), self._read)

    @final
    def flush(self) -> None:
        """Store what was typed at once, and go on: the panel may be hidden or stay."""
        self._saving.stop()
        turn = self._turn
        if turn is not None and (unsaved := self.typed.unsaved()):
            self._store(turn, unsaved)

    def _leave(self) -> None:
        """End the turn: what was typed goes to whom it was typed for, and nothing of it stays in the fields."""
        self.flush()
        self._turn = self._view = self._then = None
        self.differences.clear()
        with self.typed.filling():
            self.show_nothing()
        self.typed.settle()

    def _store(self, turn: Turn, unsaved: Values) -> None:
        if not turn.loaded or self.differences.are_open:
            self._keep(turn, self._typed_in(unsaved), _("What you typed last is not saved yet."))
            return
        try:
            steps = self.steps_to_save(frozenset(unsaved))
        except BadInput as error:
            self._keep(turn, self._typed_in(unsaved), error.sentence)
            return
        if steps:
            self._send(turn, steps, unsaved)

    def _typed_in(self, unsaved: Values) -> _NotStored:
        settled = self.typed.settled
        return _NotStored(dict(unsaved), {key: settled[key] for key in unsaved if key in settled})

    def _keep(self, turn: Turn, typed: _NotStored, sentence: str) -> None:
        """What could not be stored for somebody stands in their fields again when they are opened again."""
        self._not_stored[turn.key] = typed
        self._say_of(
            turn, _("{sentence} Open it again: what you typed is kept there.").format(sentence=sentence)
        )

    # ------------------------------------------------------------------ reading

    @final
    def refresh(self, changes: Changes) -> None:
        """Read again where ``changes`` concern this panel. What it did itself, it shows already."""
        turn = self._turn
        if turn is None or not turn.loaded or not self._concerned(changes, turn.key):
            return
        if not (hub().initiator is self and self._shows_own):
            self._reload(turn)

    def _concerned(self, changes: Changes, key: PanelKey) -> bool:
        return touches(changes, self.own_subjects, key.id) or touches(changes, self.other_subjects)

    def _reload(self, turn: Turn) -> None:
        if turn.busy or turn.saving:
            turn.missed = True
        else:
            self._ask(turn, partial(self.read_again, turn.key), self._read)

    def _ask(self, turn: Turn, work: Callable[[], V], done: Callable[[Turn, V], None]) -> None:
        run_query(
            self,
            work,
            done=partial(self._answered, turn, done),
            failed=partial(self._not_answered, turn),
            latest="open",
        )

    def _answered(self, turn: Turn, done: Callable[[Turn, V], None], view: V) -> None:
        if turn is self._turn:
            done(turn, view)

    def _not_answered(self, turn: Turn, error: ClinicDeskError) -> None:
        if turn is self._turn:
            self.show_problem(error.sentence)

    def _read(self, turn: Turn, view: V) -> None:
        if turn.busy or turn.saving:
            turn.missed = True  # read before the command that is under way: older than what that brings
        elif self.version_of(view) >= turn.version:
            self._show(turn, view)

    def _show(self, turn: Turn, view: V) -> None:
        fresh = not turn.loaded
        self._view = view
        turn.name = self.name_of(view)
        turn.version = max(turn.version, self.version_of(view))
        undecided = self.differences.keys
        differences = self.typed.fill(partial(self.show_view, view, fresh=fresh))
        differences += self._put_back(turn)
        turn.loaded = True
        if not self.takes_typed(view):
            self._give_up_typed()
            differences = ()
        if differences or not undecided:
            self.differences.show_all(differences)
        if self.typed.unsaved():
            self._start_saving()

    def _put_back(self, turn: Turn) -> tuple[Difference, ...]:
        kept = self._not_stored.pop(turn.key, None)
        if kept is None:
            return ()
        typed_since = self.typed.unsaved()
        mine = {key: value for key, value in kept.mine.items() if key not in typed_since}
        return self.typed.lay(mine, kept.before)

    def _give_up_typed(self) -> None:
        """The record takes nothing more. What was typed must not look stored: it is said, and the fields show the record."""
        words = self.typed.words(self.typed.unsaved())
        if words:
            self.typed.back()
            self.show_problem(_("This is not stored, and cannot be any more: {typed}").format(typed=words))

    # ------------------------------------------------------------------ steps of the person

    @final
    def act(
        self,
        work: Step[V],
        *,
        then: Callable[[], None] | None = None,
        said: str | Callable[[V], str] | None = None,
    ) -> None:
        """Take a step for this key once all that was typed is stored; ``work`` is given the version that then holds.

        While one step is under way another is not taken: a double click takes one. The answer is shown, then ``then``
        runs; an answer that comes when the panel is open for another key is only said at the foot.
        """
        self.once_saved(partial(self._act, work, then, said))

    def _act(
        self, work: Step[V], then: Callable[[], None] | None, said: str | Callable[[V], str] | None
    ) -> None:
        turn = self._turn
        if turn is None or turn.busy:
            return
        turn.busy = True
        self.clear_problem()
        run_command(
            self,
            partial(_run_steps, turn, (work,), self.version_of),
            done=partial(self._acted, turn, then),
            failed=partial(self._refused, turn),
            said=said,
        )

    @final
    def do(self, work: Callable[[], Done[Any]], *, said: str) -> None:
        """Take a step that changes something beside the record; what it changed is read again."""
        turn = self._turn
        if turn is None or turn.busy:
            return
        turn.busy = True
        self.clear_problem()
        run_command(self, work, done=partial(self._did, turn), failed=partial(self._refused, turn), said=said)

    def _did(self, turn: Turn, _value: object) -> None:
        turn.busy = False
        if turn is self._turn:
            self._shows_own = False
            self._catch_up(turn)

    def _acted(self, turn: Turn, then: Callable[[], None] | None, view: V) -> None:
        turn.busy = False
        if turn is not self._turn:
            return
        self._show_own(turn, view)
        if then is not None:
            then()

    def _not_saved(self, turn: Turn, typed: _NotStored, error: ClinicDeskError) -> None:
        if turn is self._turn:
            self._refused(turn, error)
            return
        turn.saving = False
        self._keep(turn, typed, error.sentence)
        here = self._turn
        if here is not None and here.key == turn.key and here.loaded:
            self._reload(here)  # opened again meanwhile

    def _refused(self, turn: Turn, error: ClinicDeskError) -> None:
        turn.busy = turn.saving = False
        self._then = None if turn is self._turn else self._then
        if turn is not self._turn or not self.isVisible():
            self._say_of(turn, error.sentence)
            return
        sentence = error.sentence
        self._save_refused = not isinstance(error, Stale)
        if isinstance(error, Stale):  # what the colleague did is worth reading also once both are stored
            turn.missed = True
            if self.typed.unsaved():
                sentence = _("{sentence} What you typed still stands here.").format(sentence=sentence)
        self.show_problem(sentence)
        self._catch_up(turn)

    def _say_of(self, turn: Turn, sentence: str) -> None:
        """Say at the foot what is wrong for somebody who may not be shown any more, with the name."""
        if turn.name:
            sentence = _("{name}: {sentence}").format(name=turn.name, sentence=sentence)
        messages.problem(sentence)

    def _show_own(self, turn: Turn, view: V) -> None:
        self._shows_own = not turn.missed
        self._show(turn, view)
        self._catch_up(turn)

    def _catch_up(self, turn: Turn) -> None:
        if turn.missed and not turn.busy and not turn.saving:
            turn.missed = False
            self._reload(turn)

    # ------------------------------------------------------------------ what is typed

    def _touched(self, _key: str) -> None:
        if self._turn is not None:
            self._start_saving()

    def _start_saving(self) -> None:
        self._saving.start()

    @final
    def once_saved(self, then: Callable[[], None]) -> None:
        """Run ``then`` when all that was typed is stored; not at all where it could not be, which is said."""
        turn = self._turn
        if turn is None or turn.busy or self._then is not None:
            return
        if self.differences.are_open:
            self.show_problem(_("Choose first what stands where a colleague stored something else."))
            return
        self._then = then
        self._save_typed()

    def _save_typed(self) -> None:
        """Store what was touched; what is typed meanwhile goes with the next round."""
        self._saving.stop()
        turn = self._turn
        if turn is None or turn.saving or turn.busy or not turn.loaded or self.differences.are_open:
            return
        unsaved = self.typed.unsaved()
        try:
            steps = self.steps_to_save(frozenset(unsaved)) if unsaved else ()
        except BadInput as error:
            self._then = None
            self._save_refused = True
            self.show_problem(error.sentence)
            return
        if steps:
            self._send(turn, steps, unsaved)
            return
        then, self._then = self._then, None
        if then is not None:
            then()

    def _send(self, turn: Turn, steps: Sequence[Step[V]], sent: Values) -> None:
        turn.saving = True
        run_command(
            self,
            partial(_run_steps, turn, tuple(steps), self.version_of),
            done=partial(self._saved, turn, dict(sent)),
            failed=partial(self._not_saved, turn, self._typed_in(sent)),
        )

    def _saved(self, turn: Turn, sent: Values, view: V) -> None:
        turn.saving = False
        if turn is not self._turn:
            return
        if self._save_refused:
            self._save_refused = False
            self.clear_problem()
        self.typed.settle(sent)
        self._show_own(turn, view)
        if self.typed.unsaved() or self._then is not None:
            self._save_typed()

    def _take_theirs(self, key: str, theirs: Plain) -> None:
        self.typed.put({key: theirs})

    if TYPE_CHECKING:

        def show_problem(self, sentence: str) -> None:
            """Say what is wrong, at the top of the panel; the panel's other base does it."""

        def clear_problem(self) -> None:
            """Take it back."""


def _run_steps(turn: Turn, steps: Sequence[Step[V]], version_of: Callable[[V], int]) -> Done[V]:
    """On the worker: one command after the other, as one for the window.

    Commands run one at a time, so the version that one leaves is the one the next finds.
    """
    first, *others = steps
    done = first(turn.version)
    changes = done.changes
    turn.version = version_of(done.value)
    for step in others:
        done = step(turn.version)
        turn.version = version_of(done.value)
        changes |= done.changes
    return _Together(done.value, changes)


@dataclass(frozen=True, slots=True)
class _NotStored:
    """What was typed and could not be stored, and what the record held in those fields when it was typed."""

    mine: Values
    before: Values


@dataclass(frozen=True, slots=True)
class _Together(Generic[V]):
    """What several commands did, as one `Done`."""

    value: V
    changes: Changes


__all__ = ["SAVE_AFTER", "Keyed", "Step"]
