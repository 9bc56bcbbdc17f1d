"""What is typed in a panel, bound to whom it is typed for: stored for that key, or kept as a draft, and never lost.

There are two kinds. One stores what is typed by itself after a pause (`saves_itself`). In the other, a form, a button
stores it (`send`). In both, what is typed and not stored is kept within a second as a draft of this user, is marked, and
stands in the fields again when the key opens again: after a lock, a sign-out or a crash too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Generic, TypeVar, final

from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QApplication, QWidget
from shiboken6 import isValid

from clinicdesk.errors import BadInput, ClinicDeskError, NotFound, Stale
from clinicdesk.i18n import _
from clinicdesk.ui.frame.conflict import Differences
from clinicdesk.ui.frame.drafting import Unfinished, UnsavedWork
from clinicdesk.ui.frame.life import Life
from clinicdesk.ui.frame.mark import KeptStrip, UnsavedMark
from clinicdesk.ui.frame.stepping import Step, run_steps
from clinicdesk.ui.frame.targets import PanelKey
from clinicdesk.ui.frame.turn import Turn
from clinicdesk.ui.frame.typed import Difference, Plain, Typed, Values
from clinicdesk.ui.kit.panels import SidePanel
from clinicdesk.ui.operations import Done, messages, run_command

V = TypeVar("V")
R = TypeVar("R")

SAVE_AFTER = 600
"""Milliseconds after the last keystroke until what was typed is stored."""

KEEP_AFTER = 700
"""Milliseconds after the first keystroke until what was typed is kept as a draft: with its writing, less than a second."""


class Keyed(Life[V], Generic[V]):
    """A panel in which something is typed. Its fields are named once, with ``self.typed.add``, when it is built."""

    saves_itself: ClassVar[bool] = False
    """Whether what is typed is stored by itself after a pause (`steps_to_save`); otherwise a button stores it (`send`)."""

    typed: Typed

    # ------------------------------------------------------------------ what a subclass says

    def takes_typed(self, view: V) -> bool:
        """Whether this record still takes what is typed."""
        del view
        return True

    def closed_fields(self, view: V) -> Collection[str]:
        """The fields that this record takes no more: by default all or none of them, as `takes_typed` says."""
        return () if self.takes_typed(view) else self.typed.settled.keys()

    def asked_for(self) -> frozenset[str]:
        """The fields that were filled by how the panel was opened (a time clicked in the diary): no draft goes over them."""
        return frozenset()

    def name_typed(self) -> str:
        """Of whom a sentence speaks while no record has a name yet: as it stands in the fields."""
        return ""

    def kept_along(self) -> frozenset[str]:
        """The fields that a draft keeps together with what was typed, though nobody typed them: those asked for."""
        return frozenset()

    def steps_to_save(self, changed: frozenset[str]) -> Sequence[Step[V]]:
        """The commands that store these fields, with their values as they stand now; for a panel that `saves_itself`.

        Raises `BadInput` where one of them cannot be read.
        """
        del changed
        return ()

    def why_urgent(self) -> str:
        """Why what is typed here must not wait in a draft (a sentence for the foot); empty where it can."""
        return ""

    def thrown_away(self) -> None:
        """Called when the fields show the record again: what followed from what was typed is worked out anew."""

    # ------------------------------------------------------------------ opening and leaving

    @final
    def begin_life(self) -> None:
        """Before anything else of the panel is built."""
        super().begin_life()
        self.typed = Typed(self)
        self.typed.touched.connect(self._touched)
        self.differences = Differences(self)
        self.differences.taken.connect(self._take_theirs)
        self.differences.decided.connect(self._decided)
        self.mark = UnsavedMark(self)
        self.mark.thrown_away.connect(self.throw_away)
        self.kept_strip = KeptStrip(self)
        self.unsaved_work = UnsavedWork(self.desk, self)
        self.unsaved_work.not_kept.connect(self._not_kept)
        self._then: Callable[[], None] | None = None
        self._save_refused = False
        self._saving = self.pause(SAVE_AFTER, self._save_typed)
        self._keeping = self.pause(KEEP_AFTER, self._keep_typed)
        self._rest: _Rest | None = None
        if isinstance(self, SidePanel):
            self.add_to_title(self.mark)
            self.add_foot_first(self.mark.throw_button)
            self.add(self.kept_strip, self.differences)
            self.differences.asked.connect(self.to_top)

    @final
    def rekey(self, key: PanelKey, name: str = "") -> None:
        """Go on for ``key``: the person chose for whom the work is. What was typed goes along; answers for before do not."""
        turn = self._turn
        if turn is None or turn.key == key:
            return
        self.unsaved_work.drop(turn.key)
        for pause in self._pauses:
            pause.stop()
        self._turn = turn = Turn(key, name, turn.version, turn.loaded)
        self._keep_typed()
        self.ask(partial(self.unsaved_work.read, key), self._found_draft, line="draft")

    @final
    def flush(self) -> None:
        """Store what was typed at once, or keep it, and go on: the panel may be hidden or stay."""
        self._saving.stop()
        turn = self._turn
        if turn is None:
            return
        unsaved = self.typed.unsaved()
        if unsaved and self.saves_itself:
            self._store(turn, unsaved)
        else:
            self._keep_typed()

    def hideEvent(self, event: QHideEvent) -> None:
        """The window is locked, or the person went to another place: the list at the foot leads back."""
        super().hideEvent(event)
        self.flush()
        if self._turn is not None and self.typed.unsaved():
            self.unsaved_work.tell()

    def _part(self) -> None:
        """What a form still holds is said, or it would look saved."""
        turn = self._turn
        if turn is None:
            return
        unsaved, urgent = self.typed.unsaved(), self.why_urgent()
        self.flush()
        turn.name = turn.name or self.name_typed()
        if unsaved and not self.saves_itself and None not in turn.under_way:
            say = messages.problem if urgent else messages.info
            self._say_of(turn, urgent or _("What you typed is kept, and not saved yet."), say)
            self.unsaved_work.tell()

    def _over(self, turn: Turn) -> None:
        self.unsaved_work.drop(turn.key)

    def _empty(self) -> None:
        self._then = None
        self._take_up()
        self.differences.clear()
        self.kept_strip.hide()
        with self.typed.filling():
            super()._empty()
        self.typed.settle()
        self._show_mark()

    def _store(self, turn: Turn, unsaved: Values) -> None:
        if not turn.loaded or self.differences.are_open:
            self._keep(turn, self._unfinished(turn, unsaved), _("What you typed last is not saved yet."))
            return
        try:
            steps = self.steps_to_save(frozenset(unsaved))
        except BadInput as error:
            self._keep(turn, self._unfinished(turn, unsaved), error.sentence)
            return
        if steps:
            self._send_typed(turn, steps, unsaved)

    # ------------------------------------------------------------------ reading

    def _open(self, turn: Turn) -> None:
        self._ask(turn, partial(self._read_both, turn.key), self._opened)

    def _recall(self, turn: Turn) -> None:
        turn.kept = self.unsaved_work.at_hand(turn.key)
        if turn.kept is None:
            self.ask(partial(self.unsaved_work.read, turn.key), self._found_draft, line="draft")

    def _read_both(self, key: PanelKey) -> _Opened[V]:
        return _Opened(self.read(key), self.unsaved_work.read(key))

    def _opened(self, turn: Turn, opened: _Opened[V]) -> None:
        turn.kept = self.unsaved_work.found(turn.key, opened.unfinished)
        self._read(turn, opened.view)

    def _fill(self, turn: Turn, view: V, fresh: bool) -> None:
        undecided = self.differences.keys
        seen = self.scroller.verticalScrollBar().value() if isinstance(self, SidePanel) else 0
        show = partial(self.show_view, view, fresh=fresh)
        differences = self.typed.fill(show, but=self.asked_for())
        differences += self._put_back(turn)
        turn.loaded = True
        closed = self.closed_fields(view)
        if closed:
            self._give_up_typed(turn, closed)
            differences = tuple(each for each in differences if each.key not in closed)
        if isinstance(self, SidePanel) and not fresh:
            self.scroller.verticalScrollBar().setValue(seen)
        if differences or not undecided:
            self.differences.show_all(differences)
        self._show_mark()
        if self.typed.unsaved():
            self._start_saving()

    def _put_back(self, turn: Turn) -> tuple[Difference, ...]:
        kept, turn.kept = turn.kept, None
        if kept is None:
            return ()
        stays = self.typed.unsaved().keys() | self.asked_for()
        mine = {key: value for key, value in kept.mine.items() if key not in stays}
        differences = self.typed.lay(mine, kept.before)
        self.kept_strip.show_since(kept.since if self.typed.unsaved() else None)
        return differences

    def _found_draft(self, unfinished: Unfinished | None) -> None:
        """The person turned to somebody for whom something had been typed before: it stands beneath what is typed now."""
        turn = self._turn
        if turn is None or unfinished is None:
            return
        turn.kept = unfinished
        self.differences.show_all(self._put_back(turn))
        self._touched("")
        if self._view is not None:
            self.shown(self._view, fresh=False)

    def _give_up_typed(self, turn: Turn, closed: Collection[str]) -> None:
        """The record takes these no more. What was typed must not look stored: it is said, and they show the record."""
        typed = {key: value for key, value in self.typed.unsaved().items() if key in closed}
        if typed:
            self.typed.put({key: self.typed.settled[key] for key in typed})
            self.show_problem(self._not_stored(typed))
        self.unsaved_work.drop(turn.key, closed)

    def not_read(self, error: ClinicDeskError) -> None:
        """What was typed for a record that is not there any more is said, and not offered again and again."""
        super().not_read(error)
        turn = self._turn
        if isinstance(error, NotFound) and turn is not None and not turn.loaded:
            give_up = partial(self._give_up_draft, turn.key, error.sentence)
            self.ask(partial(self.unsaved_work.read, turn.key), give_up, line="draft")

    def _give_up_draft(self, key: PanelKey, sentence: str, read: Unfinished | None) -> None:
        unfinished = self.unsaved_work.found(key, read)
        if unfinished is not None:
            self.show_problem(f"{sentence} {self._not_stored(unfinished.mine)}")
            self.unsaved_work.drop(key)

    def _not_stored(self, typed: Values) -> str:
        words = self.typed.words(typed)
        return _("This is not stored, and cannot be any more: {typed}").format(typed=words)

    # ------------------------------------------------------------------ storing the whole form

    @final
    def send(
        self,
        work: Callable[[], Done[R]],
        *,
        then: Callable[[R], None] | None = None,
        said: str | Callable[[R], str] | None = None,
        undo: Callable[[R], Done[Any]] | None = None,
        fields: Collection[str] | None = None,
    ) -> None:
        """Store the whole form, or these ``fields`` of it. While that is under way the fields rest, since what they took
        would not be in it.

        Stored, the draft is gone and ``then`` runs; what else was typed stays unsaved. An answer that comes when another key
        is open is only said at the foot.
        """
        if self.differences.are_open:
            self.show_problem(_("Choose first what stands where a colleague stored something else."))
            return
        turn = self._take_step()
        if turn is not None:
            self._lay_down()
            run_command(
                self,
                work,
                done=partial(self._sent, turn, fields, then),
                failed=partial(self._failed, turn, None),
                said=said,
                undo=undo,
            )

    def _sent(
        self,
        turn: Turn,
        fields: Collection[str] | None,
        then: Callable[[R], None] | None,
        value: R,
    ) -> None:
        self.unsaved_work.drop(turn.key, fields)
        if turn is self._turn:
            self._take_up()
            self.typed.settle(self.typed.snapshot(fields))
            self._keep_typed()
            self._show_mark()
        self._did(turn, None, then, value)

    def _lay_down(self) -> None:
        self._rest = _Rest(self.parts() if isinstance(self, SidePanel) else (self,))

    def _take_up(self) -> None:
        rest, self._rest = self._rest, None
        if rest is not None:
            rest.end()

    def _refused(self, turn: Turn, error: ClinicDeskError) -> None:
        typed = self.unsaved_work.at_hand(turn.key)
        if turn is self._turn:
            self._then = None
            self._take_up()
            self._save_refused = not isinstance(error, Stale)
        elif typed is not None:
            self._keep(turn, typed, error.sentence)
            return
        super()._refused(turn, error)

    def _say_refusal(self, error: ClinicDeskError) -> None:
        if isinstance(error, Stale) and self.typed.unsaved():
            sentence = _("{sentence} What you typed still stands here.").format(sentence=error.sentence)
            self.show_problem(sentence)
        else:
            super()._say_refusal(error)

    # ------------------------------------------------------------------ what is typed

    def _touched(self, _key: str) -> None:
        if self._turn is None:
            return
        self._show_mark()
        if not self._keeping.isActive():
            self._keeping.start()
        self._start_saving()

    def _show_mark(self) -> None:
        """A panel that stores by itself says only what it could not store."""
        unsaved = self._turn is not None and bool(self.typed.unsaved())
        self.mark.set_shown(unsaved and (not self.saves_itself or self._save_refused))
        if not unsaved:
            self.kept_strip.hide()

    def _start_saving(self) -> None:
        if self.saves_itself:
            self._saving.start()

    def _keep_typed(self) -> None:
        """Keep as a draft what stands in the fields and is not stored; where all is stored, keep nothing."""
        self._keeping.stop()
        turn = self._turn
        if turn is None:
            return
        unsaved = self.typed.unsaved()
        if unsaved:
            self.unsaved_work.hold(turn.key, self._unfinished(turn, unsaved))
        elif turn.loaded and not turn.saving and turn.kept is None:
            self.unsaved_work.drop(turn.key)

    def _unfinished(self, turn: Turn, unsaved: Values) -> Unfinished:
        settled = self.typed.settled
        before = {key: settled[key] for key in unsaved if turn.loaded and key in settled}
        along = {key: value for key, value in self.typed.snapshot().items() if key in self.kept_along()}
        name = turn.name or self.name_typed()
        return Unfinished(name, getattr(self, "patient_id", None), along | dict(unsaved), before)

    def _keep(self, turn: Turn, unfinished: Unfinished, sentence: str) -> None:
        """What could not be stored for somebody stands in their fields again when they are opened again."""
        self.unsaved_work.hold(turn.key, unfinished)
        self.unsaved_work.tell()
        self._say_of(
            turn, _("{sentence} Open it again: what you typed is kept there.").format(sentence=sentence)
        )

    def _not_kept(self, sentence: str) -> None:
        self.show_problem(_("What you type here is not kept until you save it. {why}").format(why=sentence))

    @final
    def throw_away(self) -> None:
        """Forget what was typed for this key and show what is stored; the foot offers it back."""
        turn = self._turn
        if turn is None or turn.busy or turn.saving:
            return
        self._saving.stop()
        self._keeping.stop()
        typed = self._unfinished(turn, self.typed.unsaved())
        self.typed.back()
        self.differences.clear()
        self.clear_problem()
        self.unsaved_work.drop(turn.key)
        self._show_mark()
        self.thrown_away()
        messages.done(_("Thrown away."), undo=partial(self._bring_back, turn, typed))

    def _bring_back(self, turn: Turn, typed: Unfinished) -> None:
        if turn is self._turn:
            self.typed.put(typed.mine)
            self._touched("")
        else:
            self.unsaved_work.hold(turn.key, typed)
            self.unsaved_work.tell()
        messages.undone()

    @final
    def once_saved(self, then: Callable[[], None]) -> None:
        """Run ``then`` when all that was typed is stored; not at all where it could not be, which is said."""
        turn = self._turn
        if turn is None or turn.busy or self._then is not None:
            return
        if self.differences.are_open:
            self.show_problem(_("Choose first what stands where a colleague stored something else."))
            return
        if not self.saves_itself:
            then()
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
            self.show_refusal(error)
            self._show_mark()
            return
        if steps:
            self._send_typed(turn, steps, unsaved)
            return
        then, self._then = self._then, None
        if then is not None:
            then()

    def _send_typed(self, turn: Turn, steps: Sequence[Step[V]], sent: Values) -> None:
        turn.saving = True
        run_command(
            self,
            partial(run_steps, turn, tuple(steps), self.version_of),
            done=partial(self._saved, turn, dict(sent)),
            failed=partial(self._not_saved, turn, self._unfinished(turn, sent)),
        )

    def _saved(self, turn: Turn, sent: Values, view: V) -> None:
        turn.saving = False
        if turn is not self._turn:
            self.unsaved_work.drop(turn.key)
            return
        if self._save_refused:
            self._save_refused = False
            self.clear_problem()
        self.typed.settle(sent)
        self._show_own(turn, view)
        if self.typed.unsaved() or self._then is not None:
            self._save_typed()
        else:
            self._keep_typed()

    def _not_saved(self, turn: Turn, typed: Unfinished, error: ClinicDeskError) -> None:
        turn.saving = False
        if turn is self._turn:
            self._refused(turn, error)
            self._show_mark()
            return
        self._keep(turn, typed, error.sentence)
        here = self._turn
        if here is not None and here.key == turn.key and here.loaded:
            here.kept = typed
            self._reload(here)  # opened again meanwhile

    def _take_theirs(self, key: str, theirs: Plain) -> None:
        self.typed.put({key: theirs})
        self._show_mark()

    def _decided(self) -> None:
        self._touched("")


class _Rest:
    """Fields and buttons that take nothing for the moment; the keyboard comes back to where it was."""

    def __init__(self, holders: Sequence[QWidget]) -> None:
        self._holders = [holder for holder in holders if holder.isEnabled()]
        focus = QApplication.focusWidget()
        self._focus = focus if any(_holds(holder, focus) for holder in self._holders) else None
        for holder in self._holders:
            holder.setEnabled(False)

    def end(self) -> None:
        """They take again."""
        for holder in self._holders:
            holder.setEnabled(True)
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()


def _holds(holder: QWidget, focus: QWidget | None) -> bool:
    return focus is not None and (holder is focus or holder.isAncestorOf(focus))


@dataclass(frozen=True, slots=True)
class _Opened(Generic[V]):
    """What a panel needs when it opens: the record, and what the person had typed for it before."""

    view: V
    unfinished: Unfinished | None


__all__ = ["KEEP_AFTER", "SAVE_AFTER", "Keyed", "Step"]
