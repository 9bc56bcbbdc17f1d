"""The number to dial and what came of it, as every view that rings patients shows them."""

from __future__ import annotations

from datetime import UTC, datetime

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from clinicdesk.domain.calling import CallAttempt, CallOutcome, Phone, Ringing
from clinicdesk.domain.waiting import OfferOutcome
from clinicdesk.ui.calling.attempt_bar import AttemptBar
from clinicdesk.ui.calling.dialing import Dialing
from clinicdesk.ui.kit import format as fmt
from tests.helpers.clinics import FACTS

OWN = Phone("Rosa Ortiz", "+17035550142", is_patient=True)
MOBILE = Phone("Rosa Ortiz", "+17035550143", is_patient=True)
DAUGHTER = Phone("Ana Ortiz (daughter)", "+17035550177", is_patient=False)


def tried(phone: Phone, outcome: CallOutcome = CallOutcome.NO_ANSWER) -> CallAttempt:
    at = datetime(2026, 11, 23, 15, tzinfo=UTC)
    return CallAttempt(at=at, by="Kim Park", called=phone.who, number=phone.number, outcome=outcome)


def shown(qtbot: QtBot) -> Dialing:
    fmt.configure(FACTS.zone)
    dialing = Dialing("Whom to call")
    qtbot.addWidget(dialing)
    dialing.show()
    return dialing


def test_the_number_follows_the_rules_and_what_the_person_chose(qtbot: QtBot) -> None:
    dialing = shown(qtbot)
    dialing.show_ringing(Ringing((OWN, MOBILE, DAUGHTER)))
    assert dialing.number.text() == "(703) 555-0142"
    assert dialing.pick() is None
    assert dialing.whose.count() == 2
    QTest.keyClick(dialing.whose, Qt.Key.Key_Down)
    assert dialing.number.text() == "(703) 555-0143"
    assert dialing.pick() == ["Rosa Ortiz", MOBILE.number]
    dialing.show_ringing(Ringing((OWN, MOBILE, DAUGHTER), (tried(MOBILE),)))
    assert dialing.number.text() == "(703) 555-0143", "read again, what was chosen stands"
    assert dialing.tried.text().startswith("Tried 1 of 4 (last: no answer, ")
    dialing.show_ringing(Ringing((OWN, MOBILE, DAUGHTER), wrong=frozenset({MOBILE.number})))
    assert (dialing.number.text(), dialing.pick()) == ("(703) 555-0142", None)
    assert dialing.whose.itemText(1) == "Rosa Ortiz: (703) 555-0143 (wrong number)"
    assert dialing.caution.isHidden()
    dialing.show_ringing(Ringing((OWN,), wrong=frozenset({OWN.number})))
    assert dialing.number.text() == "No working number"
    assert not dialing.whose.isHidden(), "it can be tried once more"


def test_the_contacts_stand_first_when_their_turn_has_come(qtbot: QtBot) -> None:
    dialing = shown(qtbot)
    dialing.show_ringing(Ringing((OWN, MOBILE, DAUGHTER)))
    QTest.keyClick(dialing.whose, Qt.Key.Key_Down)
    dialing.show_ringing(Ringing((OWN, MOBILE, DAUGHTER), (tried(MOBILE),) * 4))
    assert dialing.chosen() == DAUGHTER
    assert dialing.caution.text().startswith("Ask Ana Ortiz (daughter) to have the patient call back.")
    assert dialing.tried.text().endswith("Call the contacts now.")
    dialing.set_pick([OWN.who, OWN.number])
    assert dialing.chosen() == OWN
    dialing.set_pick(["Somebody else", "1"])
    assert dialing.chosen() == DAUGHTER


def test_nobody_to_ring_is_said(qtbot: QtBot) -> None:
    dialing = shown(qtbot)
    dialing.show_ringing(Ringing())
    assert dialing.number.text() == "No phone number"
    assert dialing.tried.text() == "No contact is known."


def test_the_bar_offers_what_can_be_and_takes_its_keys(qtbot: QtBot) -> None:
    bar = AttemptBar((CallOutcome.NO_ANSWER, CallOutcome.MESSAGE_LEFT, CallOutcome.CONTACT_REACHED))
    qtbot.addWidget(bar)
    bar.show()
    told: list[object] = []
    bar.tried.connect(told.append)
    bar.show_for(None)
    assert not bar.take_key(int(Qt.Key.Key_N))
    bar.show_for(OWN)
    assert bar.buttons[CallOutcome.CONTACT_REACHED].isHidden()
    assert bar.take_key(int(Qt.Key.Key_N))
    bar.show_for(DAUGHTER)
    bar.buttons[CallOutcome.CONTACT_REACHED].click()
    assert told == [CallOutcome.NO_ANSWER, CallOutcome.CONTACT_REACHED]


def test_the_waiting_list_has_the_same_words(qtbot: QtBot) -> None:
    bar = AttemptBar((OfferOutcome.NO_ANSWER, OfferOutcome.MESSAGE_LEFT, OfferOutcome.DECLINED))
    qtbot.addWidget(bar)
    bar.show()
    bar.show_for(OWN)
    assert [button.text() for button in bar.buttons.values()] == ["No answer", "Message left", "Declined"]
    told: list[object] = []
    bar.tried.connect(told.append)
    assert bar.take_key(int(Qt.Key.Key_D))
    assert told == [OfferOutcome.DECLINED]
