from __future__ import annotations

from dataclasses import replace

import pytest

from clinicdesk.domain.brace_types import BraceGroup, BraceType
from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.changes import Subject, touches
from clinicdesk.domain.entries import CatalogueValue, Entry, EntryKind, OwnHandout, entry_key
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.redflags import RedFlagQuestion, Tier
from clinicdesk.errors import BadInput, NotAllowed, NotFound, Stale
from clinicdesk.services import catalogue
from clinicdesk.services.desk import Desk
from tests.helpers.clinics import SmallClinic


def entry(desk: Desk, kind: EntryKind, key: str) -> Entry[CatalogueValue]:
    return next(e for e in catalogue.entries(desk, kind) if entry_key(e.value) == key)


def test_a_new_clinic_has_the_shipped_catalogue(any_clinic: SmallClinic) -> None:
    whole = catalogue.whole(any_clinic.front)
    assert [e.value.key for e in whole.procedures if e.active][:2] == ["kyphoplasty", "vertebroplasty"]
    assert [e.value.key for e in whole.sedation_levels] == ["local", "minimal", "moderate", "deep", "general"]
    assert whole.questions[0].tier is Tier.EMERGENCY
    assert len(whole.braces) == 18
    assert whole.procedure("kyphoplasty").first_minutes == 60
    assert [e.value.key for e in whole.blood_thinners if e.value.is_named("Eliquis 5 mg")] == ["apixaban"]
    with pytest.raises(NotFound):
        whole.brace("L9999")
    kyphoplasty = whole.procedures[0]
    assert not kyphoplasty.confirmed
    assert not kyphoplasty.edited


def test_an_administrator_changes_a_procedure_and_so_confirms_it(any_clinic: SmallClinic) -> None:
    before = entry(any_clinic.admin, EntryKind.PROCEDURE, "kyphoplasty")
    assert isinstance(before.value, Procedure)
    done = catalogue.change(any_clinic.admin, replace(before, value=replace(before.value, first_minutes=75)))
    assert touches(done.changes, [Subject.CATALOGUE], before.id)
    after = entry(any_clinic.front, EntryKind.PROCEDURE, "kyphoplasty")
    assert after == done.value
    assert isinstance(after.value, Procedure)
    assert after.value.first_minutes == 75
    assert after.confirmed
    assert after.edited
    back = catalogue.reset(any_clinic.admin, after.id, after.version).value
    assert back.value == before.value
    assert not back.edited
    assert back.confirmed


def test_whoever_comes_second_is_told_who_was_quicker(any_clinic: SmallClinic) -> None:
    seen = entry(any_clinic.admin, EntryKind.PROCEDURE, "discectomy")
    assert isinstance(seen.value, Procedure)
    catalogue.change(any_clinic.admin, replace(seen, value=replace(seen.value, first_minutes=100)))
    with pytest.raises(Stale) as caught:
        catalogue.change(any_clinic.admin, replace(seen, value=replace(seen.value, first_minutes=120)))
    assert caught.value.sentence.startswith("Alex Admin changed this at 08:00.")
    now = entry(any_clinic.admin, EntryKind.PROCEDURE, "discectomy")
    assert isinstance(now.value, Procedure)
    assert now.value.first_minutes == 100


def test_only_an_administrator_edits(clinic: SmallClinic) -> None:
    seen = entry(clinic.front, EntryKind.BRACE, "L0486")
    for desk in (clinic.front, clinic.surgeon, clinic.nurse):
        with pytest.raises(NotAllowed):
            catalogue.change(desk, seen)
        with pytest.raises(NotAllowed):
            catalogue.set_active(desk, seen.id, seen.version, False)
        with pytest.raises(NotAllowed):
            catalogue.write_handout(desk, OwnHandout(key="discharge_sheet", language="en", text="x"))


def test_the_clinic_adds_a_brace_of_its_own_once(clinic: SmallClinic) -> None:
    brace = BraceType(hcpcs="L0456", name="TLSO, flexible", group=BraceGroup.TLSO)
    added = catalogue.add(clinic.admin, EntryKind.BRACE, brace).value
    assert added.confirmed
    assert not added.has_shipped
    assert catalogue.whole(clinic.front).braces[-1].value == brace
    with pytest.raises(BadInput) as caught:
        catalogue.add(clinic.admin, EntryKind.BRACE, brace)
    assert caught.value.field == "hcpcs"
    with pytest.raises(BadInput):
        catalogue.reset(clinic.admin, added.id, added.version)


def test_what_is_no_longer_offered_is_still_found(clinic: SmallClinic) -> None:
    seen = entry(clinic.admin, EntryKind.PROCEDURE, "discectomy")
    catalogue.set_active(clinic.admin, seen.id, seen.version, False)
    whole = catalogue.whole(clinic.front)
    assert "discectomy" not in {e.value.key for e in whole.procedures if e.active}
    assert whole.procedure("discectomy").name == "Discectomy"


def test_a_key_stays_and_a_reference_leads_somewhere(clinic: SmallClinic) -> None:
    seen = entry(clinic.admin, EntryKind.PROCEDURE, "discectomy")
    assert isinstance(seen.value, Procedure)
    for wrong in (replace(seen.value, key="microdiscectomy"), replace(seen.value, pathway_key="nowhere")):
        with pytest.raises(BadInput):
            catalogue.change(clinic.admin, replace(seen, value=wrong))


def test_a_pathway_in_use_stays_offered(clinic: SmallClinic) -> None:
    seen = entry(clinic.admin, EntryKind.PATHWAY, "standard")
    assert isinstance(seen.value, Pathway)
    with pytest.raises(BadInput) as caught:
        catalogue.set_active(clinic.admin, seen.id, seen.version, False)
    assert caught.value.sentence.startswith("Kyphoplasty, Vertebroplasty")


def test_a_red_flag_is_never_made_less_urgent(clinic: SmallClinic) -> None:
    seen = entry(clinic.admin, EntryKind.RED_FLAG, "wound")
    assert isinstance(seen.value, RedFlagQuestion)
    with pytest.raises(BadInput):
        catalogue.change(clinic.admin, replace(seen, value=replace(seen.value, tier=Tier.NEXT_WORKING_DAY)))
    with pytest.raises(BadInput):
        catalogue.set_active(clinic.admin, seen.id, seen.version, False)
    urgent = replace(seen.value, tier=Tier.EMERGENCY, say="Call {emergency_number} now.")
    assert catalogue.change(clinic.admin, replace(seen, value=urgent)).value.value == urgent


def test_an_order_of_its_own(clinic: SmallClinic) -> None:
    second = entry(clinic.admin, EntryKind.PROCEDURE, "vertebroplasty")
    order = catalogue.move(clinic.admin, second.id, second.version, up=True).value
    assert [entry_key(e.value) for e in order][:3] == ["vertebroplasty", "kyphoplasty", "epidural_injection"]
    assert order == catalogue.entries(clinic.admin, EntryKind.PROCEDURE)
    with pytest.raises(Stale):
        catalogue.move(clinic.admin, second.id, second.version, up=False)


def test_the_clinics_own_handout_and_the_way_back(any_clinic: SmallClinic) -> None:
    desk = any_clinic.admin
    own = OwnHandout(key="discharge_sheet", language="en", text="# Going home")
    first = catalogue.write_handout(desk, own).value
    assert catalogue.own_handouts(any_clinic.front, "en") == {"discharge_sheet": "# Going home"}
    with pytest.raises(Stale):
        catalogue.write_handout(desk, replace(own, text="# Later"))
    second = catalogue.write_handout(desk, replace(own, text="# Later"), first.version).value
    catalogue.set_active(desk, second.id, second.version, False)
    assert catalogue.own_handouts(desk, "en") == {}
    catalogue.write_handout(desk, own)
    assert catalogue.own_handouts(desk, "en") == {"discharge_sheet": "# Going home"}
    assert catalogue.own_handouts(desk, "es") == {}
