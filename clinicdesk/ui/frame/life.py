"""The life of a panel: opened for one key, and bound to it with all that is timed, sent and answered.

A panel is reused for the next patient. The timer, the command on its way and the answer that comes back for one must never
reach the next. So none of them belongs to the panel: each belongs to a `Turn`, and a turn ends when another key opens. A
subclass says what it reads, how that is shown and which subjects concern it; the rest is done here and is not overridden.
A panel in which something is typed is a `Keyed`, which adds what is unsaved.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Hashable
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from clinicdesk.domain.changes import Changes, Subject, touches
from clinicdesk.errors import BadInput, ClinicDeskError, Stale
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.ui.frame.stepping import Step, run_steps
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.frame.turn import Turn
from clinicdesk.ui.operations import Done, messages, run_command, run_query
from clinicdesk.ui.operations.hub import hub

V = TypeVar("V")
R = TypeVar("R")

if TYPE_CHECKING:
    _Base = QWidget
else:

    class _Base:
        """At run time the widget comes from the panel's other base."""


class Life(_Base, Generic[V]):
    """Mixed into a widget, before its other base. The subclass calls `begin_life` before it builds its fields."""

    own_subjects: ClassVar[frozenset[Subject]] = frozenset()
    """What is read again when it changes under the key's own number."""
    other_subjects: ClassVar[frozenset[Subject]] = frozenset()
    """What is read again when it changes under any number."""

    desk: Desk

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
        """The version of the record in ``view``; 0 where there is none yet."""

    @abstractmethod
    def name_of(self, view: V) -> str:
        """Of whom a sentence at the foot speaks; empty while nobody is chosen."""

    def shown(self, view: V, *, fresh: bool) -> None:
        """Called when the record and what was typed stand in the fields: what follows from both, and the keyboard."""

    def concerns(self, view: V) -> frozenset[tuple[Subject, int]]:
        """Further records whose change concerns this one: the patient of a case."""
        del view
        return frozenset()

    def show_refusal(self, error: ClinicDeskError) -> None:
        """Say why a step was not taken: beside its field, or at the top."""
        self.show_problem(error.sentence)

    def not_read(self, error: ClinicDeskError) -> None:
        """The record could not be read; what stood here before stands."""
        self.show_problem(error.sentence)

    # ------------------------------------------------------------------ opening and leaving

    def begin_life(self) -> None:
        """Before anything else of the panel is built."""
        self._turn: Turn | None = None
        self._view: V | None = None
        self._shows_own = False
        self._pauses: list[QTimer] = []

    @property
    @final
    def view(self) -> V | None:
        """The record that is shown."""
        return self._view

    @property
    @final
    def key(self) -> PanelKey | None:
        """For whom or what the panel is open."""
        return None if self._turn is None else self._turn.key

    @property
    @final
    def is_busy(self) -> bool:
        """Whether a step of the person is under way."""
        return self._turn is not None and self._turn.busy

    @final
    def open_for(self, key: PanelKey) -> None:
        """Open for ``key``. What was typed for another key is stored or kept for that one; what was typed for this stays."""
        turn = self._turn_to(key)
        self.clear_problem()
        self._open(turn)

    @final
    def open_with(self, key: PanelKey, view: V) -> None:
        """Open for ``key`` with its record, which a list has just read; where it is open for it already, show that anew."""
        turn = self._turn_to(key)
        if not turn.loaded:
            self._recall(turn)
        self._read(turn, view)

    def _turn_to(self, key: PanelKey) -> Turn:
        turn = self._turn
        if turn is None or turn.key != key:
            self.part()
            self._turn = turn = Turn(key)
        return turn

    @final
    def part(self) -> None:
        """Nobody's record is shown any more. What was typed is stored, or kept."""
        self._part()
        self._turn = None
        self._empty()

    @final
    def finish(self) -> None:
        """The work for this key is over: nobody's record is shown."""
        turn, self._turn = self._turn, None
        if turn is not None:
            self._over(turn)
        self._empty()

    def may_close(self) -> bool:
        """What was typed is stored, or kept as a draft that is offered again: there is nothing to ask."""
        self._part()
        return True

    def _part(self) -> None:
        """The person turns to something else."""

    def _recall(self, turn: Turn) -> None:
        """Find what was typed for the key before."""

    def _over(self, turn: Turn) -> None:
        """Nothing is left to do for this turn."""

    def _empty(self) -> None:
        self._view = None
        for pause in self._pauses:
            pause.stop()
        self.show_nothing()

    # ------------------------------------------------------------------ reading

    @final
    def refresh(self, changes: Changes) -> None:
        """Read again where ``changes`` concern this panel. What it did itself, it shows already."""
        turn = self._turn
        if turn is None or not turn.loaded:
            return
        if not self._concerned(changes, turn.key):
            self.heard(changes)
        elif not (hub().initiator is self and self._shows_own):
            self._reload(turn)

    def heard(self, changes: Changes) -> None:
        """Called for changes that do not concern the record: what else the panel shows may."""

    def _concerned(self, changes: Changes, key: PanelKey) -> bool:
        further = frozenset() if self._view is None else self.concerns(self._view)
        return (
            touches(changes, self.own_subjects, key.id)
            or touches(changes, self.other_subjects)
            or any(touches(changes, {subject}, number) for subject, number in further)
        )

    @final
    def ask(
        self,
        work: Callable[[], R],
        done: Callable[[R], None],
        *,
        line: str,
        failed: Callable[[ClinicDeskError], None] | None = None,
    ) -> None:
        """Ask something beside the record; an answer that comes when another key is open is dropped.

        ``line`` names a line of questions of which only the newest answer counts. Without ``failed`` the panel says it.
        """
        turn = self._turn
        if turn is None:
            return
        run_query(
            self,
            work,
            done=partial(self._for_turn, turn, done),
            failed=partial(self._for_turn, turn, failed or self._say_problem),
            latest=line,
        )

    @final
    def pause(self, wait: int, then: Callable[[], None]) -> QTimer:
        """A timer of ``wait`` milliseconds, started with `start`, that ends with the key."""
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(wait)
        timer.timeout.connect(then)
        self._pauses.append(timer)
        return timer

    def _for_turn(self, turn: Turn, then: Callable[[R], None], answer: R) -> None:
        if turn is self._turn:
            then(answer)

    def _say_problem(self, error: ClinicDeskError) -> None:
        self.show_problem(error.sentence)

    def _open(self, turn: Turn) -> None:
        self._ask(turn, partial(self.read, turn.key), self._read)

    def _reload(self, turn: Turn) -> None:
        if turn.busy or turn.saving:
            turn.missed = True
        else:
            self._ask(turn, partial(self.read_again, turn.key), self._read)

    def _ask(self, turn: Turn, work: Callable[[], R], done: Callable[[Turn, R], None]) -> None:
        run_query(
            self,
            work,
            done=partial(self._for_turn, turn, partial(done, turn)),
            failed=partial(self._for_turn, turn, self.not_read),
            latest="open",
        )

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
        self._fill(turn, view, fresh)
        self.shown(view, fresh=fresh)

    def _fill(self, turn: Turn, view: V, fresh: bool) -> None:
        self.show_view(view, fresh=fresh)
        turn.loaded = True

    # ------------------------------------------------------------------ steps of the person

    @final
    def act(
        self,
        work: Step[V],
        *,
        then: Callable[[], None] | None = None,
        said: str | Callable[[V], str] | None = None,
        undo: Callable[[V], Done[Any]] | None = None,
    ) -> None:
        """Take a step for this key once all that was typed is stored; ``work`` is given the version that then holds.

        While one step is under way another is not taken: a double click takes one. The answer is shown, then ``then``
        runs; an answer that comes when the panel is open for another key is only said at the foot.
        """
        self.once_saved(partial(self._act, work, then, said, undo))

    def once_saved(self, then: Callable[[], None]) -> None:
        """Run ``then`` when all that was typed is stored; not at all where it could not be, which is said."""
        then()

    def _act(
        self,
        work: Step[V],
        then: Callable[[], None] | None,
        said: str | Callable[[V], str] | None,
        undo: Callable[[V], Done[Any]] | None,
    ) -> None:
        turn = self._take_step()
        if turn is not None:
            run_command(
                self,
                partial(run_steps, turn, (work,), self.version_of),
                done=partial(self._acted, turn, then),
                failed=partial(self._failed, turn, None),
                said=said,
                undo=undo,
            )

    @final
    def do(
        self,
        work: Callable[[], Done[R]],
        *,
        then: Callable[[R], None] | None = None,
        said: str | Callable[[R], str] | None = None,
        undo: Callable[[R], Done[Any]] | None = None,
        part: Hashable = None,
    ) -> None:
        """Take a step that changes something beside the record; what it changed is read again, then ``then`` runs.

        While it is under way no other is taken, or none for the same ``part``, where the record has several (the points
        of a checklist) that are settled one by one.
        """
        turn = self._take_step(part)
        if turn is not None:
            run_command(
                self,
                work,
                done=partial(self._did, turn, part, then),
                failed=partial(self._failed, turn, part),
                said=said,
                undo=undo,
            )

    def _take_step(self, part: Hashable = None) -> Turn | None:
        turn = self._turn
        if turn is None or not turn.takes(part) or not turn.loaded:
            return None
        turn.under_way.add(part)
        self.clear_problem()
        return turn

    def _did(self, turn: Turn, part: Hashable, then: Callable[[R], None] | None, value: R) -> None:
        turn.under_way.discard(part)
        if turn is not self._turn:
            return
        self._shows_own = False
        self._catch_up(turn)
        if then is not None:
            then(value)

    def _acted(self, turn: Turn, then: Callable[[], None] | None, view: V) -> None:
        turn.under_way.discard(None)
        if turn is not self._turn:
            return
        self._show_own(turn, view)
        if then is not None:
            then()

    def _failed(self, turn: Turn, part: Hashable, error: ClinicDeskError) -> None:
        turn.under_way.discard(part)
        if not (isinstance(error, BadInput) and error.field):  # the record may be other than it is shown
            turn.missed = True
        self._refused(turn, error)

    def _refused(self, turn: Turn, error: ClinicDeskError) -> None:
        if turn is not self._turn:
            self._say_of(turn, error.sentence)
            return
        if isinstance(error, Stale):  # what the colleague did is worth reading also once both are stored
            turn.missed = True
        if self.isVisible():
            self._say_refusal(error)
        else:
            self._say_of(turn, error.sentence)
        self._catch_up(turn)

    def _say_refusal(self, error: ClinicDeskError) -> None:
        self.show_refusal(error)

    def _say_of(self, turn: Turn, sentence: str, say: Callable[[str], None] = messages.problem) -> None:
        """Say at the foot what concerns somebody who may not be shown any more, with the name."""
        if turn.name:
            sentence = _("{name}: {sentence}").format(name=turn.name, sentence=sentence)
        say(sentence)

    def _show_own(self, turn: Turn, view: V) -> None:
        self._shows_own = not turn.missed
        self._show(turn, view)
        self._catch_up(turn)

    def _catch_up(self, turn: Turn) -> None:
        if turn.missed and not turn.busy and not turn.saving:
            turn.missed = False
            self._reload(turn)

    if TYPE_CHECKING:

        def show_problem(self, sentence: str) -> None:
            """Say what is wrong, at the top of the panel; the panel's other base does it."""

        def clear_problem(self) -> None:
            """Take it back."""


__all__ = ["Life", "Step"]
