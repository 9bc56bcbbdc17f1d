"""Who may do what: one table, asked by every service, denied by default."""

from __future__ import annotations

from enum import StrEnum

from clinicdesk.domain.users import Role


class Act(StrEnum):
    """The things a service does that somebody must be allowed to do."""

    SEE_CLINIC = "see the clinic's own facts, its staff and its catalogue"
    EDIT_CLINIC = "change the clinic's facts, hours, resources and catalogue"
    MANAGE_USERS = "add, change and remove users"
    SEE_AUDIT = "read who did what"
    FIND_PATIENTS = "search for patients"
    READ_CHART = "open a patient's chart"
    EDIT_PATIENT = "register and change patients"
    IMPORT_PATIENTS = "import patients from a file"
    SEE_DIARY = "see the diary"
    BOOK = "request, book, change and move bookings"
    ARRANGE_TIME = "close a unit or the clinic, give and release block time"
    PREPARE = "work the checklist before a case"
    SEE_NUMBERS = "see how the clinic's time is used"
    RUN_DAY = "confirm, arrive, cancel and note a no-show"
    RUN_CASE = "take a case into the room, to recovery and overnight"
    RECORD_RECOVERY = "record recovery scores, escort and teach-back"
    ORDER_DISCHARGE = "sign a discharge order, exempt from the escort"
    DISCHARGE = "discharge a patient"
    OVERRIDE = "go ahead against an advice, with a reason"
    PRESCRIBE_BRACE = "order a brace"
    HANDLE_BRACE = "measure, fit and deliver a brace"
    PRINT_PAPERS = "make, print and save papers"
    CALL_PATIENTS = "work the calls and record answers"
    REVIEW = "review and sign off check-ins"
    KEEP_HOUSE = "run the background sweeps"


_EVERYONE = frozenset({Role.SCHEDULER, Role.NURSE, Role.SURGEON, Role.ANESTHESIA, Role.ADMINISTRATOR})
_CLINICAL = frozenset({Role.NURSE, Role.SURGEON, Role.ANESTHESIA})
_ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
_SURGEON = frozenset({Role.SURGEON})
_DESK = frozenset({Role.SCHEDULER, Role.NURSE, Role.ADMINISTRATOR})

MAY: dict[Act, frozenset[Role]] = {
    Act.SEE_CLINIC: _EVERYONE | {Role.SYSTEM},
    Act.EDIT_CLINIC: _ADMINISTRATOR,
    Act.MANAGE_USERS: _ADMINISTRATOR,
    Act.SEE_AUDIT: _ADMINISTRATOR,
    Act.FIND_PATIENTS: _EVERYONE,
    Act.READ_CHART: _EVERYONE,
    Act.EDIT_PATIENT: _DESK | _CLINICAL,
    Act.IMPORT_PATIENTS: _ADMINISTRATOR | {Role.SCHEDULER},
    Act.SEE_DIARY: _EVERYONE,
    Act.BOOK: _DESK | _SURGEON,
    Act.ARRANGE_TIME: _DESK | _SURGEON,
    Act.PREPARE: _DESK | _CLINICAL,
    Act.SEE_NUMBERS: _EVERYONE,
    Act.RUN_DAY: _DESK | _CLINICAL,
    Act.RUN_CASE: _CLINICAL,
    Act.RECORD_RECOVERY: _CLINICAL,
    Act.ORDER_DISCHARGE: _SURGEON,
    Act.DISCHARGE: _CLINICAL,
    Act.OVERRIDE: _SURGEON | {Role.ANESTHESIA, Role.ADMINISTRATOR},
    Act.PRESCRIBE_BRACE: _SURGEON,
    Act.HANDLE_BRACE: _DESK | _CLINICAL,
    Act.PRINT_PAPERS: _EVERYONE,
    Act.CALL_PATIENTS: _DESK | _CLINICAL,
    Act.REVIEW: _SURGEON,
    Act.KEEP_HOUSE: frozenset({Role.SYSTEM}),
}


def may(role: Role, act: Act) -> bool:
    """Whether ``role`` may do ``act``; an act missing from the table is denied to everyone."""
    return role in MAY.get(act, frozenset())
