"""Opening a chart is an event; showing anew what is open is none, and gives the same."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

import pytest

from clinicdesk import services
from clinicdesk.domain.audit import AuditAction, TrailQuestion
from clinicdesk.domain.users import Role
from clinicdesk.errors import NotAllowed
from clinicdesk.services import audit as trail
from clinicdesk.services import (
    brace,
    case,
    confirming,
    discharge,
    papers,
    patients,
    preparation,
    recovery,
    timeline,
)
from clinicdesk.services.work import Reading
from clinicdesk.storage import audit
from tests.helpers.bookings import add_patient, at
from tests.helpers.cases import add_case
from tests.helpers.charts import full_chart
from tests.helpers.clinics import SmallClinic
from tests.helpers.recoveries import answered, brace_draft, discharged, line_of


def readings(clinic: SmallClinic) -> int:
    with clinic.database.reading() as session:
        return sum(event.action is AuditAction.READ for event in audit.events(session))


def every_reading(clinic: SmallClinic) -> dict[Reading[..., Any], tuple[Role, tuple[Any, ...]]]:
    """Each service that opens a chart, with who opens it and for what."""
    left = discharged(clinic, "Ida May")
    line = line_of(clinic, left)
    order = brace.prescribe(clinic.surgeon, brace_draft(line.patient_id, left)).value
    reviewed = discharged(clinic, "Al Green")
    closed = line_of(clinic, reviewed)
    clinic.clock.at = at(9)
    answered(clinic, reviewed)
    coming = add_case(clinic, add_patient(clinic, "Ann Li"), at(15), "Room 2", "Dr Shah")
    chart = full_chart(clinic)
    return {
        case.open_case: (Role.SCHEDULER, (coming,)),
        confirming.open_call: (Role.SCHEDULER, (coming,)),
        preparation.read: (Role.NURSE, (coming,)),
        patients.open_chart: (Role.SCHEDULER, (chart.patient_id,)),
        timeline.open_page: (Role.SURGEON, (chart.patient_id,)),
        discharge.open_discharge: (Role.NURSE, (left,)),
        papers._discharge_facts: (Role.NURSE, (left,)),
        papers._brace_facts: (Role.SURGEON, (order.id,)),
        brace.open_order: (Role.SURGEON, (order.id,)),
        recovery.open_call: (Role.NURSE, (line.check_in_id,)),
        recovery.open_review: (Role.SURGEON, (closed.check_in_id,)),
        trail._open: (Role.ADMINISTRATOR, (TrailQuestion(), 10)),
    }


def test_the_same_is_read_again_without_an_event(any_clinic: SmallClinic) -> None:
    for reading, (role, given) in every_reading(any_clinic).items():
        desk, before = any_clinic.desk(role), readings(any_clinic)
        opened = reading(desk, *given)
        assert readings(any_clinic) == before + 1, reading
        again = reading.again(desk, *given)
        if reading is not trail._open:  # which sees its own event
            assert again == opened, reading
        assert readings(any_clinic) == before + 1, reading


def test_no_reading_is_left_out(clinic: SmallClinic) -> None:
    found = {
        thing
        for module in pkgutil.iter_modules(services.__path__, "clinicdesk.services.")
        for thing in vars(importlib.import_module(module.name)).values()
        if isinstance(thing, Reading)
    }
    assert found - set(every_reading(clinic)) == {
        papers.open_kept
    }  # a kept paper never changes: nothing to refresh


def test_who_may_not_open_may_not_look_again(clinic: SmallClinic) -> None:
    looks: list[Callable[..., object]] = [trail._open, trail._open.again]
    for look in looks:
        with pytest.raises(NotAllowed):
            look(clinic.front, TrailQuestion(), 10)


def test_a_thousand_refreshes_wait_for_no_writer(clinic: SmallClinic) -> None:
    patient = add_patient(clinic, "Ann Li")
    opened, before = patients.open_chart(clinic.front, patient), readings(clinic)
    with clinic.database.writing():  # somebody else is writing all the while
        for _ in range(1_000):
            assert patients.open_chart.again(clinic.front, patient) == opened
    assert readings(clinic) == before
