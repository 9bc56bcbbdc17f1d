from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from clinicdesk.domain.clinic import OpeningHours
from clinicdesk.errors import BadInput, NotAllowed, Stale
from clinicdesk.services import clinic as clinic_service
from tests.helpers.clinics import SmallClinic


def test_an_administrator_changes_the_facts(any_clinic: SmallClinic) -> None:
    before = clinic_service.facts(any_clinic.front)
    wednesday = (OpeningHours(2, time(13), time(19)), OpeningHours(2, time(8), time(12)))
    wanted = replace(before, name=" Hillside ", country="us", hours=wednesday, demo=True)
    after = clinic_service.change(any_clinic.admin, wanted).value
    assert clinic_service.facts(any_clinic.front) == after
    assert (after.name, after.country, after.demo) == ("Hillside", "US", False)
    assert [hours.opens for hours in after.hours] == [time(8), time(13)]
    with pytest.raises(Stale):
        clinic_service.change(any_clinic.admin, replace(before, name="Too late"))
    with pytest.raises(NotAllowed):
        clinic_service.change(any_clinic.front, after)


def test_what_cannot_be_is_told_at_its_field(clinic: SmallClinic) -> None:
    facts = clinic_service.facts(clinic.admin)
    overlap = (OpeningHours(0, time(8), time(12)), OpeningHours(0, time(11), time(17)))
    for wrong, field in (
        (replace(facts, hours=overlap), "hours"),
        (replace(facts, hours=()), "hours"),
        (replace(facts, country="USA"), "country"),
        (replace(facts, aftercare_hours=200), "aftercare_hours"),
        (replace(facts, phone="1" * 50), "phone"),
    ):
        with pytest.raises(BadInput) as caught:
            clinic_service.change(clinic.admin, wrong)
        assert caught.value.field == field
    assert clinic_service.facts(clinic.admin) == facts
