"""Papers: make one from what is stored, keep what leaves byte for byte, open and list what was kept.

Making a paper to look at keeps nothing. `leave` keeps the exact bytes that are about to be printed or saved, and notes who
did it; the same bytes are kept once, however often they leave.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from clinicdesk.documents import brace as brace_paper
from clinicdesk.documents import discharge as discharge_paper
from clinicdesk.documents import recovery_key as key_paper
from clinicdesk.documents.fonts import undrawable
from clinicdesk.documents.handouts import Handout, handout, shipped_languages
from clinicdesk.documents.samples import full_sheet, sample_letterhead
from clinicdesk.domain import papers as values
from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.booking import Booking
from clinicdesk.domain.brace import BraceOrderRecord
from clinicdesk.domain.catalogue import Family, Procedure, shown_on
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.clinic import ClinicFacts
from clinicdesk.domain.ids import BookingId, BraceOrderId, PaperId, PatientId
from clinicdesk.domain.instructions import after_care, care_policy
from clinicdesk.domain.papers import (
    CheckInLine,
    DischargeSheet,
    KeptPaper,
    Letterhead,
    PaperCopy,
    PaperKind,
    PaperUse,
    letterhead,
)
from clinicdesk.domain.pathways import Channel
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _
from clinicdesk.services.desk import Desk
from clinicdesk.services.recovery import due_dates
from clinicdesk.services.work import Work, chart, command, query
from clinicdesk.storage import booking as bookings
from clinicdesk.storage import (
    brace,
    catalogue,
    discharge,
    papers,
    patients,
    recovery,
    resources,
)

_HOW = {Channel.PHONE: "We call you", Channel.VISIT: "Visit", Channel.MESSAGE: "We write to you"}
"""How a check-in reaches the patient, in the language of the shipped handouts."""


def discharge_sheet(desk: Desk, booking_id: BookingId, *, large_print: bool | None = None) -> PaperCopy:
    """The sheet for this patient as it stands now; ``large_print`` follows the patient's wish unless given.

    It can be made as soon as the procedure has begun, because it is explained before the patient leaves. Raises `BadInput`
    for a visit or a booking that has no end yet, `HandoutProblem` for a clinic's own text that cannot be filled.
    """
    sheet, head, text, patient_id = _discharge_facts(desk, booking_id)
    if large_print is not None:
        sheet = replace(sheet, large_print=large_print)
    return PaperCopy(
        kind=PaperKind.DISCHARGE_SHEET,
        content=discharge_paper.render(sheet, head, text),
        day=head.zone.day_of(sheet.care.ended_at),
        language=text.language,
        large_print=sheet.large_print,
        patient_id=patient_id,
        patient_name=sheet.patient_name,
        booking_id=booking_id,
        undrawable=undrawable(
            [sheet.patient_name, sheet.escort, sheet.note, *sheet.medicines, sheet.blood_thinner]
        ),
    )


def warm() -> None:
    """Load fonts and texts by drawing a made-up sheet, so that the first real one is as quick as the rest.

    Called on a thread of its own once the window stands.
    """
    discharge_paper.render(full_sheet(), sample_letterhead(), handout("discharge-kyphoplasty"))


def brace_order(desk: Desk, order_id: BraceOrderId) -> PaperCopy:
    """The standard written order of a brace (42 CFR 410.38(d)(1)). Raises `NotFound`."""
    record, head = _brace_facts(desk, order_id)
    order = _order(record)
    return PaperCopy(
        kind=PaperKind.BRACE_ORDER,
        content=brace_paper.render(order, head),
        day=record.draft.ordered_on,
        patient_id=record.draft.patient_id,
        patient_name=record.patient,
        booking_id=record.draft.booking_id,
        brace_order_id=order_id,
        undrawable=undrawable([record.patient, record.draft.wear_rule]),
    )


def recovery_key(clinic: ClinicFacts, key: str, made_at: datetime, made_by: str = "") -> PaperCopy:
    """The recovery key on paper. Needs no desk: it is printed while a clinic is being made. It is never kept."""
    sheet = values.RecoveryKeySheet(key=key, made_at=made_at, made_by=made_by)
    return PaperCopy(
        kind=PaperKind.RECOVERY_KEY,
        content=key_paper.render(sheet, letterhead(clinic)),
        day=clinic.zone.day_of(made_at),
    )


@command(Act.PRINT_PAPERS)
def leave(work: Work, paper: PaperCopy, use: PaperUse) -> PaperCopy:
    """Keep the paper that is about to be printed or saved, and note it. Returns it with its id.

    Call it before the paper leaves: what cannot be kept must not go out.
    """
    if not paper.kind.is_kept:
        raise BadInput(_("A recovery key is never kept by the program."))
    paper_id = paper.id or papers.add(work.session, paper, at=work.now, by=work.actor.user_id)
    papers.add_use(work.session, paper_id, use, at=work.now, by=work.actor.user_id)
    action = {PaperUse.PRINTED: AuditAction.PRINTED, PaperUse.SAVED: AuditAction.SAVED}[use]
    work.record(
        action,
        Subject.PAPER,
        paper_id,
        kind=paper.kind.value,
        patient=paper.patient_id,
        booking=paper.booking_id,
        sha256=paper.sha256,
    )
    return replace(paper, id=paper_id)


@query(Act.READ_CHART)
def of_booking(work: Work, booking_id: BookingId) -> tuple[KeptPaper, ...]:
    """The papers of a booking that left, the newest first."""
    return papers.of_booking(work.session, booking_id)


@query(Act.READ_CHART)
def of_patient(work: Work, patient_id: PatientId) -> tuple[KeptPaper, ...]:
    """The papers of a patient that left, the newest first."""
    return papers.of_patient(work.session, patient_id)


@query(Act.READ_CHART)
def outdated(work: Work, booking_id: BookingId) -> tuple[KeptPaper, ...]:
    """The papers that left and tell another time of a booking than it has now, the newest first. Raises `NotFound`."""
    return out_of_date(work, bookings.read(work.session, booking_id))


def out_of_date(work: Work, booking: Booking) -> tuple[KeptPaper, ...]:
    """What `outdated` answers, inside somebody else's operation. Day lists count from today on."""
    day_of = work.clinic.zone.day_of
    history = bookings.history(work.session, booking.id)
    starts = {start for event in history for start in (event.from_starts, event.to_starts) if start}
    days = {day for day in map(day_of, starts) if day >= day_of(work.now)}
    ended = booking.actual.ended or booking.ends
    kept = (
        *papers.of_booking(work.session, booking.id),
        *papers.of_days(work.session, PaperKind.DAY_LIST, days),
    )
    return values.outdated(kept, history, None if ended is None else day_of(ended), day_of)


@chart(Act.READ_CHART)
def open_kept(work: Work, paper_id: PaperId) -> PaperCopy:
    """A kept paper, byte for byte. Raises `NotFound`, `DamagedFile`."""
    copy = papers.open_copy(work.session, paper_id, day_of=work.clinic.zone.day_of)
    work.audit(AuditAction.READ, Subject.PAPER, paper_id, patient=copy.patient_id)
    return copy


# --- what stands on them --------------------------------------------------------------------------------------------


@chart(Act.PRINT_PAPERS)
def _discharge_facts(
    work: Work, booking_id: BookingId
) -> tuple[DischargeSheet, Letterhead, Handout, PatientId]:
    booking = bookings.read(work.session, booking_id)
    procedure = catalogue.procedure(work.session, booking.draft.procedure_key)
    ended = booking.actual.ended or booking.ends
    if procedure.is_visit or procedure.handout_key is None:
        raise BadInput(_("{procedure} has no discharge sheet.").format(procedure=procedure.name))
    if ended is None:
        raise BadInput(
            _("This booking has no time yet, so the sheet would have no dates. Book a time first.")
        )
    patient = patients.read(work.session, booking.draft.patient_id)
    record = discharge.read(work.session, booking_id)
    details = record.details
    level = catalogue.sedation_level(work.session, booking.draft.sedation)
    braces = [order for order in brace.of_booking(work.session, booking_id) if not order.status.is_over]
    text = _handout(work, procedure.handout_key, patient.draft.language)
    work.audit(AuditAction.READ, Subject.PATIENT, booking.draft.patient_id, booking=booking_id)
    sheet = DischargeSheet(
        patient_name=patient.name,
        born=patient.draft.birth_date,
        mrn=patient.mrn,
        procedure=procedure.name,
        levels=booking.draft.levels,
        side=booking.draft.side,
        surgeon=_surgeon(work, booking),
        sedation=level.key,
        care=after_care(
            ended,
            sedation=level.key,
            cement=procedure.is_cement,
            opioids=details.opioids,
            policy=care_policy(work.clinic, level),
        ),
        epidural=procedure.family is Family.EPIDURAL,
        closure=details.wound_closure,
        brace="; ".join(order.brace for order in braces),
        brace_rule=" ".join(_wearing(order) for order in braces),
        brace_delivered=not any(order.status.is_waiting for order in braces),
        medicines=tuple(details.medicines.splitlines()),
        blood_thinner=details.blood_thinner_restart,
        lifting=details.lifting_limit,
        note=details.instructions,
        follow_up_words=details.follow_up,
        check_ins=_check_ins(work, booking, procedure, ended),
        escort=details.escort_name,
        taught=record.taught is not None,
        language=text.language,
        large_print=patient.draft.large_print,
    )
    return sheet, letterhead(work.clinic), text, booking.draft.patient_id


@chart(Act.PRINT_PAPERS)
def _brace_facts(work: Work, order_id: BraceOrderId) -> tuple[BraceOrderRecord, Letterhead]:
    record = brace.read(work.session, order_id)
    work.audit(AuditAction.READ, Subject.PATIENT, record.draft.patient_id, brace=order_id)
    return record, letterhead(work.clinic)


def _handout(work: Work, key: str, language: str) -> Handout:
    """The clinic's own text before the shipped one; English where nobody wrote it in the patient's language yet."""
    own = catalogue.own_handouts(work.session, language)
    if key not in own and language not in shipped_languages():
        language, own = "en", catalogue.own_handouts(work.session, "en")
    return handout(key, language, own)


def _check_ins(
    work: Work, booking: Booking, procedure: Procedure, ended: datetime
) -> tuple[CheckInLine, ...]:
    """The dates made at discharge; before it, those that discharging will make.

    Where the clinic is closed on one, the day it opens next: nobody would call on the Sunday that the sheet promised.
    """
    clinic = work.clinic

    def kept(day: date) -> date:
        return shown_on(day, lambda each: bool(clinic.open_on(each)))

    made = recovery.of_booking(work.session, booking.id)
    if made:
        return tuple(CheckInLine(label, kept(due), _HOW[channel]) for label, due, channel in made)
    if procedure.pathway_key is None or booking.state.is_over:
        return ()
    pathway = catalogue.pathway(work.session, procedure.pathway_key)
    planned = due_dates(pathway, clinic.zone.day_of(ended))
    return tuple(CheckInLine(step.label, kept(due), _HOW[step.channel]) for step, due in planned)


def _surgeon(work: Work, booking: Booking) -> str:
    unit = booking.draft.unit(ResourceKind.SURGEON)
    return "" if unit is None else resources.read(work.session, unit).name


def _wearing(order: BraceOrderRecord) -> str:
    """The wearing rule as a sentence, with how long."""
    rule = order.draft.wear_rule.strip()
    rule = rule if rule.endswith((".", "!")) else rule + "."
    return f"{rule} Wear it for {order.draft.weeks} weeks." if "week" not in rule else rule


def _order(record: BraceOrderRecord) -> values.BraceOrder:
    draft = record.draft
    return values.BraceOrder(
        patient_name=record.patient,
        born=record.birth_date,
        mrn=record.mrn,
        description=record.brace,
        practitioner=record.prescriber,
        npi=record.prescriber_npi,
        order_date=draft.ordered_on,
        hcpcs=draft.hcpcs,
        quantity=draft.quantity,
        diagnosis=draft.diagnosis,
        weeks=draft.weeks,
        wear_rule=draft.wear_rule,
        signed_by=record.prescriber if record.signed_at else "",
        signed_at=record.signed_at,
    )
