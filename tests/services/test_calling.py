"""One rule of whom to ring, in every room that rings patients and in every list that shows a number."""

from __future__ import annotations

from datetime import date, timedelta

from clinicdesk.domain.calling import CallOutcome, Ringing
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.patients import Contact, ContactKind, PatientDraft, Phone, PhoneKind
from clinicdesk.domain.waiting import OfferOutcome, Wish
from clinicdesk.services import booking, confirming, patients, waiting
from clinicdesk.storage import daylist
from tests.helpers.bookings import at, kypho
from tests.helpers.clinics import SmallClinic

HOME, MOBILE, DAUGHTER = "+17035550142", "+17035550143", "+17035550177"


def rosa(clinic: SmallClinic) -> PatientId:
    draft = PatientDraft(
        given="Rosa",
        family="Ortiz",
        birth_date=date(1948, 2, 3),
        phones=(Phone(PhoneKind.HOME, HOME), Phone(PhoneKind.MOBILE, MOBILE)),
        contacts=(Contact(kind=ContactKind.ALTERNATE, name="Ana Ortiz", phone=DAUGHTER),),
    )
    return patients.register(clinic.front, draft).value.id


def first(ringing: Ringing) -> str:
    return "" if ringing.first is None else ringing.first.number


def test_a_number_that_is_wrong_is_shown_in_no_list_and_dialed_in_no_room(any_clinic: SmallClinic) -> None:
    clinic, patient = any_clinic, rosa(any_clinic)
    entry = waiting.add(clinic.front, kypho(clinic, patient, None), Wish()).value.id
    case = booking.book(clinic.front, kypho(clinic, patient, at(10))).value.id

    def everywhere() -> set[str]:
        (confirm,) = confirming.to_confirm(clinic.front)
        (wait,) = waiting.entries(clinic.front)
        with clinic.database.reading() as session:
            printed = daylist.phones(session, [patient])
        head = patients.line(clinic.front, patient).phone
        sheet = confirming.open_call(clinic.front, case)
        return {confirm.phone, wait.phone, printed.get(patient, ""), head, first(sheet.ringing)}

    assert everywhere() == {HOME}
    waiting.note_call(clinic.front, entry, OfferOutcome.WRONG_NUMBER, number=HOME)
    assert everywhere() == {MOBILE}
    clinic.clock.advance(timedelta(minutes=5))
    confirming.log_attempt(clinic.front, case, CallOutcome.NO_ANSWER, number=HOME)
    assert everywhere() == {HOME}, "somebody rang it again, and it was right"


def test_the_contacts_turn_comes_in_an_offer_too_and_ends_when_the_patient_is_reached(
    any_clinic: SmallClinic,
) -> None:
    clinic = any_clinic
    entry = waiting.add(clinic.front, kypho(clinic, rosa(clinic), None), Wish()).value.id

    def rung() -> str:
        return first(waiting.read(clinic.front, entry).ringing)

    for _try in range(4):
        assert rung() == HOME
        waiting.note_call(clinic.front, entry, OfferOutcome.NO_ANSWER, number=HOME)
    assert rung() == DAUGHTER
    waiting.note_call(clinic.front, entry, OfferOutcome.NO_ANSWER, number=DAUGHTER)
    assert waiting.read(clinic.front, entry).ringing.tries == 4
    waiting.note_call(clinic.front, entry, OfferOutcome.DECLINED, number=HOME)
    assert rung() == HOME
