"""What can be busy, besides patients: surgeons, providers, nurses, rooms, C-arms, bays, beds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clinicdesk.domain.audit import AuditAction
from clinicdesk.domain.changes import Subject
from clinicdesk.domain.ids import ResourceId, UserId
from clinicdesk.domain.permissions import Act
from clinicdesk.domain.resources import Resource, ResourceKind, Serves
from clinicdesk.domain.users import Role
from clinicdesk.domain.words import check_name
from clinicdesk.errors import BadInput
from clinicdesk.i18n import _, ngettext
from clinicdesk.services.work import Work, command, query
from clinicdesk.storage import resources, users

ROLE_BEHIND = {
    ResourceKind.SURGEON: Role.SURGEON,
    ResourceKind.ANESTHESIA: Role.ANESTHESIA,
    ResourceKind.NURSE: Role.NURSE,
}
"""The role that the person behind a resource of this kind has."""


@query(Act.SEE_CLINIC)
def of_kinds(
    work: Work, kinds: Sequence[ResourceKind] | None = None, *, inactive: bool = False
) -> tuple[Resource, ...]:
    """The units of some kinds (all but patients where none are named), in the clinic's own order."""
    return resources.of_kinds(work.session, kinds, inactive=inactive)


@command(Act.EDIT_CLINIC)
def add(
    work: Work,
    kind: ResourceKind,
    name: str,
    user_id: UserId | None = None,
    *,
    serves: Serves = Serves.ALL,
) -> Resource:
    """Add a unit at the end of its kind. Raises `BadInput` naming the field."""
    others = resources.of_kinds(work.session, [kind], inactive=True)
    draft = Resource(id=ResourceId(0), kind=kind, name=name.strip(), position=len(others), user_id=user_id)
    _check(work, draft, others)
    new = resources.add(
        work.session, kind, draft.name, position=draft.position, user_id=user_id, serves=serves
    )
    work.record(AuditAction.CREATED, Subject.RESOURCE, new, kind=kind.value)
    return resources.read(work.session, new)


@command(Act.EDIT_CLINIC)
def change(work: Work, resource: Resource) -> Resource:
    """Replace name, activity and the person behind a unit; ``resource.version`` is the one that was read.

    A unit that bookings still hold is not taken out of use. Raises `BadInput`, `Stale`.
    """
    before = resources.read(work.session, resource.id)
    after = replace(resource, kind=before.kind, patient_id=before.patient_id, name=resource.name.strip())
    _check(work, after, resources.of_kinds(work.session, [before.kind], inactive=True))
    if before.active and not after.active:
        _check_free(work, after)
    resources.change(work.session, after)
    work.record(AuditAction.CHANGED, Subject.RESOURCE, after.id, active=after.active)
    return resources.read(work.session, after.id)


@command(Act.EDIT_CLINIC)
def move(work: Work, resource_id: ResourceId, version: int, *, up: bool) -> tuple[Resource, ...]:
    """Move a unit one place up or down among its kind: the order of the diary's columns. Raises `Stale`."""
    kind = resources.read(work.session, resource_id).kind
    order = list(resources.of_kinds(work.session, [kind], inactive=True))
    at = next(index for index, unit in enumerate(order) if unit.id == resource_id)
    to = max(0, min(len(order) - 1, at + (-1 if up else 1)))
    order.insert(to, order.pop(at))
    for position, unit in enumerate(order):
        if unit.position != position or unit.id == resource_id:
            own = version if unit.id == resource_id else unit.version
            resources.change(work.session, replace(unit, position=position, version=own))
            work.record(AuditAction.CHANGED, Subject.RESOURCE, unit.id, position=position)
    return resources.of_kinds(work.session, [kind], inactive=True)


def _check(work: Work, unit: Resource, others: Sequence[Resource]) -> None:
    if unit.kind is ResourceKind.PATIENT:
        raise BadInput(_("Patients are registered, not set up."), "kind")
    check_name(unit.name)
    rest = [other for other in others if other.id != unit.id]
    if any(other.name.casefold() == unit.name.casefold() for other in rest):
        raise BadInput(
            _("There is a “{name}” already. Give each its own name.").format(name=unit.name), "name"
        )
    if unit.user_id is None:
        return
    role = ROLE_BEHIND.get(unit.kind)
    if role is None or users.read(work.session, unit.user_id).role is not role:
        raise BadInput(_("Choose a person who has this role."), "user_id")
    if any(other.user_id == unit.user_id for other in rest):
        raise BadInput(_("This person is in the list already."), "user_id")


def _check_free(work: Work, unit: Resource) -> None:
    held = resources.held_after(work.session, unit.id, work.now)
    if held:
        raise BadInput(
            ngettext(
                "{count} booking still holds {name}. Move it first.",
                "{count} bookings still hold {name}. Move them first.",
                held,
            ).format(count=held, name=unit.name),
            "active",
        )
