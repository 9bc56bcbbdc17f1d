from __future__ import annotations

from dataclasses import replace

import pytest

from clinicdesk.domain.changes import Subject, touches
from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.resources import Resource, ResourceKind
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, Stale
from clinicdesk.services import booking, resources
from tests.helpers import bookings
from tests.helpers.clinics import SmallClinic


def unit(clinic: SmallClinic, name: str) -> Resource:
    return next(u for u in resources.of_kinds(clinic.admin, inactive=True) if u.name == name)


def test_a_room_is_added_renamed_and_taken_out_of_use(any_clinic: SmallClinic) -> None:
    done = resources.add(any_clinic.admin, ResourceKind.ROOM, " Room 3 ")
    assert done.value.name == "Room 3"
    assert touches(done.changes, [Subject.RESOURCE], done.value.id)
    renamed = resources.change(any_clinic.admin, replace(done.value, name="Theatre")).value
    resources.change(any_clinic.admin, replace(renamed, active=False))
    rooms = [room.name for room in resources.of_kinds(any_clinic.front, [ResourceKind.ROOM])]
    assert rooms == ["Room 1", "Room 2"]
    with pytest.raises(Stale):
        resources.change(any_clinic.admin, done.value)
    with pytest.raises(NotAllowed):
        resources.add(any_clinic.front, ResourceKind.ROOM, "Room 4")


def test_names_are_told_apart_and_people_have_the_role(clinic: SmallClinic) -> None:
    surgeon, nurse = clinic.people[Role.SURGEON].user_id, clinic.people[Role.NURSE].user_id
    with pytest.raises(BadInput):
        resources.add(clinic.admin, ResourceKind.ROOM, "room 1")
    with pytest.raises(BadInput):
        resources.add(clinic.admin, ResourceKind.ROOM, "  ")
    with pytest.raises(BadInput):
        resources.add(clinic.admin, ResourceKind.PATIENT, "Rosa")
    with pytest.raises(BadInput):
        resources.change(clinic.admin, replace(unit(clinic, "Dr Shah"), user_id=nurse))
    with pytest.raises(BadInput) as caught:
        resources.change(clinic.admin, replace(unit(clinic, "Dr Shah"), user_id=surgeon))
    assert caught.value.sentence == "This person is in the list already."


def test_the_order_is_the_clinics(clinic: SmallClinic) -> None:
    second = unit(clinic, "Room 2")
    order = resources.move(clinic.admin, second.id, second.version, up=True).value
    assert [room.name for room in order] == ["Room 2", "Room 1"]
    with pytest.raises(Stale):
        resources.move(clinic.admin, ResourceId(second.id), second.version, up=True)


def test_a_room_that_bookings_hold_stays_in_use(clinic: SmallClinic) -> None:
    patient = bookings.add_patient(clinic)
    room = unit(clinic, "Room 1")
    draft = bookings.kypho(clinic, patient, bookings.at(9), units=((ResourceKind.ROOM, "Room 1"),))
    booking.book(clinic.front, draft)
    with pytest.raises(BadInput) as caught:
        resources.change(clinic.admin, replace(room, active=False))
    assert caught.value.sentence == "1 booking still holds Room 1. Move it first."
    clinic.clock.at = bookings.at(23)
    resources.change(clinic.admin, replace(room, active=False))
