"""What is learned of a surgeon's own cases, as stored: on the encrypted file and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from clinicdesk.domain.ids import ResourceId
from clinicdesk.domain.users import Role
from clinicdesk.errors import BadInput, NotAllowed, NotFound
from clinicdesk.services import booking, clinic, durations
from clinicdesk.services.durations import Suggestion
from tests.helpers.cases import add_patient
from tests.helpers.clinics import SmallClinic
from tests.helpers.lengths import past_cases


def lins(clinic: SmallClinic, levels: int = 1) -> Suggestion:
    return durations.learned(clinic.front, "kyphoplasty", levels, clinic.units["Dr Lin"])


def test_the_catalogue_counts_until_the_tenth_case_and_then_the_fit(any_clinic: SmallClinic) -> None:
    past_cases(any_clinic, [50, 70] * 4 + [60])
    nine = lins(any_clinic)
    assert (nine.catalogue, nine.cases, nine.least_cases, nine.learned) == (60, 9, 10, None)
    assert nine.minutes == 60
    past_cases(any_clinic, [90], noted=False)
    ten = lins(any_clinic)
    assert ten.learned is not None
    assert (ten.surgeon, ten.cases, ten.learned.percentile) == ("Dr Lin", 10, 80)
    assert ten.learned.median == pytest.approx(61.78, abs=0.01)
    assert ten.minutes == ten.learned.planned == 75


def test_another_surgeon_more_levels_and_impossible_times_are_no_case_of_these(
    any_clinic: SmallClinic,
) -> None:
    past_cases(any_clinic, [50] * 10, "Dr Shah")
    past_cases(any_clinic, [100] * 10, levels=("T12", "L1"))
    past_cases(any_clinic, [2, 721, *[55] * 9])
    assert (lins(any_clinic).cases, lins(any_clinic).learned) == (9, None)
    two = lins(any_clinic, 2)
    assert (two.catalogue, two.minutes) == (80, 100)
    table = durations.of_procedure(any_clinic.front, "kyphoplasty")
    assert [(row.surgeon, row.level_count, row.cases, row.minutes) for row in table] == [
        ("Dr Lin", 1, 9, 60),
        ("Dr Lin", 2, 10, 100),
        ("Dr Shah", 1, 10, 50),
    ]


def test_the_clinic_chooses_how_sure_and_from_how_many(clinic: SmallClinic) -> None:
    past_cases(clinic, [40, 80] * 3)
    facts = clinic_facts(clinic)
    assert lins(clinic).learned is None
    changed = change(clinic, replace(facts, duration_cases=6, duration_percentile=50))
    half = lins(clinic)
    assert half.learned is not None
    assert half.learned.planned == 60
    change(clinic, replace(changed, duration_percentile=95))
    assert lins(clinic).minutes > 60


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("duration_percentile", 49),
        ("duration_percentile", 96),
        ("duration_cases", 2),
        ("duration_cases", 51),
    ],
)
def test_a_percentile_or_a_number_of_cases_that_means_nothing_is_refused(
    clinic: SmallClinic, name: str, value: int
) -> None:
    with pytest.raises(BadInput) as refused:
        change(clinic, replace(clinic_facts(clinic), **{name: value}))
    assert refused.value.field == name


def test_a_draft_starts_from_the_learned_length_once_the_surgeon_is_known(clinic: SmallClinic) -> None:
    past_cases(clinic, [70] * 10)
    patient = add_patient(clinic, "Bob Stone")
    lin = clinic.units["Dr Lin"]
    assert booking.defaults(clinic.front, patient, "kyphoplasty", ("L1",)).minutes == 60
    assert booking.defaults(clinic.front, patient, "kyphoplasty", ("L1",), lin).minutes == 70
    assert booking.defaults(clinic.front, patient, "kyphoplasty", ("T12", "L1"), lin).minutes == 80


def test_who_may_not_book_learns_nothing_and_what_is_not_there_is_said(clinic: SmallClinic) -> None:
    with pytest.raises(NotAllowed):
        durations.learned(clinic.desk(Role.ANESTHESIA), "kyphoplasty", 1, clinic.units["Dr Lin"])
    with pytest.raises(NotFound):
        durations.learned(clinic.front, "nothing", 1, clinic.units["Dr Lin"])
    with pytest.raises(NotFound):
        durations.learned(clinic.front, "kyphoplasty", 1, ResourceId(9999))


def clinic_facts(made: SmallClinic) -> Any:
    return clinic.facts(made.admin)


def change(made: SmallClinic, facts: Any) -> Any:
    return clinic.change(made.admin, facts).value
