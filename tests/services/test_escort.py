"""An escort counts where it is this patient's own, has a name, and is one: in the booking, the diary and the checklist."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import insert

from clinicdesk.domain.advice import AdviceKey
from clinicdesk.domain.ids import PatientId
from clinicdesk.domain.preparation import PreparationKey
from clinicdesk.services import booking, preparation
from clinicdesk.storage import diary
from clinicdesk.storage.tables import PatientContact
from tests.helpers.bookings import add_patient, at, kypho
from tests.helpers.cases import add_case
from tests.helpers.clinics import FACTS, SmallClinic

TUESDAY = date(2026, 11, 24)


def add_contact(clinic: SmallClinic, patient: PatientId, kind: str, name: str) -> None:
    with clinic.database.writing() as session:
        session.execute(
            insert(PatientContact).values(
                patient_id=patient, kind=kind, name=name, relation="", phone="", position=0
            )
        )


@pytest.mark.parametrize(
    ("kind", "name", "named"),
    [("escort", "Luis May", True), ("escort", "", False), ("alternate", "Luis May", False), ("", "", False)],
)
def test_only_a_named_escort_of_ones_own_counts(
    any_clinic: SmallClinic, kind: str, name: str, named: bool
) -> None:
    add_patient(any_clinic, "Rosa Ortiz", escort="Ana Ortiz")  # somebody else's does not
    patient = add_patient(any_clinic, "Ida May", escort="")
    if kind:
        add_contact(any_clinic, patient, kind, name)
    advised = booking.check(any_clinic.front, kypho(any_clinic, patient, at(10, day=TUESDAY))).advices
    assert (AdviceKey.NO_ESCORT_NEAR in {each.key for each in advised}) is not named
    case = add_case(any_clinic, patient, at(10, day=TUESDAY), "Room 1", "Dr Lin", prepared=False)
    with any_clinic.database.reading() as session:
        (facts,) = diary.cases(session, *FACTS.zone.day_bounds(TUESDAY))
    assert facts.escort_named is named
    points = preparation.read(any_clinic.front, case).points
    (escort,) = (point for point in points if point.key is PreparationKey.ESCORT)
    assert escort.state.is_missing is not named
