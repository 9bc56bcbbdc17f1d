"""Claims as stored: the database refuses an overlap, whoever writes and however; the look-up finds what holds a unit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update

from clinicdesk.domain.ids import BookingId, ResourceId
from clinicdesk.domain.scheduling.clashes import Claimed
from clinicdesk.domain.scheduling.intervals import Span
from clinicdesk.errors import Clash
from clinicdesk.services import booking
from clinicdesk.storage import claims
from clinicdesk.storage.booking import writing
from clinicdesk.storage.faults import ClashStored
from clinicdesk.storage.tables import Claim
from tests.helpers.bookings import add_patient, at, kypho, overlapping_claims
from tests.helpers.clinics import SmallClinic


def made(clinic: SmallClinic, name: str, starts: datetime) -> BookingId:
    return booking.book(clinic.front, kypho(clinic, add_patient(clinic, name), starts)).value.id


def span(first: datetime, last: datetime) -> Span:
    return Span(first, last)


def test_an_overlap_is_refused_on_insert_and_on_update(any_clinic: SmallClinic) -> None:
    one, other = made(any_clinic, "Rosa Ortiz", at(8)), made(any_clinic, "Ana Lee", at(13))
    room = ResourceId(any_clinic.units["Room 1"])
    for first, last in ((8, 9), (7, 8), (9, 10), (7, 12)):
        with pytest.raises(ClashStored), any_clinic.database.writing() as session:
            writing.claim(session, other, [Claimed(room, span(at(first), at(last)))])
    with pytest.raises(ClashStored), any_clinic.database.writing() as session:
        session.execute(
            update(Claim).where(Claim.booking_id == other, Claim.resource_id == room).values(starts_at=at(9))
        )
    with any_clinic.database.writing() as session:  # back-to-back: 7:45 to 9:20 is held
        writing.claim(session, other, [Claimed(room, span(at(9, 20), at(9, 30)))])
        writing.claim(session, other, [Claimed(room, span(at(7), at(7, 45)))])
    assert overlapping_claims(any_clinic.database) == 0
    assert one != other
    assert issubclass(ClashStored, Clash)


def test_several_bookings_swap_their_times_in_one_transaction(any_clinic: SmallClinic) -> None:
    """All claims are given back before any is taken: in between nothing overlaps."""
    one, other = made(any_clinic, "Rosa Ortiz", at(8)), made(any_clinic, "Ana Lee", at(13))
    with any_clinic.database.writing() as session:
        held = {each: claims.of_booking(session, each) for each in (one, other)}
        by = at(13) - at(8)
        for each in (one, other):
            writing.give_back(session, each)
        for each, sign in ((one, 1), (other, -1)):
            moved = [
                Claimed(c.resource_id, span(c.span.starts + sign * by, c.span.ends + sign * by))
                for c in held[each]
            ]
            writing.claim(session, each, moved)
    assert overlapping_claims(any_clinic.database) == 0


def test_the_look_up_finds_who_reaches_into_a_window_and_leaves_one_out(any_clinic: SmallClinic) -> None:
    one = made(any_clinic, "Rosa Ortiz", at(8))
    units = [ResourceId(unit) for unit in any_clinic.units.values()]
    with any_clinic.database.reading() as session:
        inside = claims.held(session, units, span(at(9), at(9, 5)))
        touching = claims.held(session, units, span(at(9, 20), at(9, 25)))
        mine = claims.held(session, units, span(at(8), at(9)), but=one)
    assert {(h.resource, h.held_by) for h in inside} == {
        *((name, "Rosa Ortiz") for name in ("Room 1", "C-arm 1", "Nurse Kim", "Bay 1")),
    }
    assert {h.resource for h in touching} == {"Bay 1"}
    assert mine == ()


def test_a_claim_that_no_look_up_would_find_is_a_fault(clinic: SmallClinic) -> None:
    one = made(clinic, "Rosa Ortiz", at(8))
    room = ResourceId(clinic.units["Room 2"])
    with pytest.raises(ValueError, match="longer"), clinic.database.writing() as session:
        writing.claim(session, one, [Claimed(room, span(at(8), at(8) + timedelta(days=8)))])
