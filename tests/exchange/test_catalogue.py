from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import pytest

from clinicdesk.config import resources_dir
from clinicdesk.domain.booking import Setting
from clinicdesk.domain.brace_types import BraceRuleKind, BraceType
from clinicdesk.domain.catalogue import (
    NeedsPlan,
    Procedure,
    ProcedureKind,
    planned_minutes,
    planned_needs,
)
from clinicdesk.domain.entries import EntryKind, asks_to_confirm, entry_key
from clinicdesk.domain.entry_tables import EntryProblem, from_text, to_text
from clinicdesk.domain.pathways import Pathway
from clinicdesk.domain.resources import ResourceKind
from clinicdesk.domain.sedation_levels import Sedation, SedationLevel
from clinicdesk.exchange.catalogue import (
    SHIPPED_FILES,
    read_file,
    read_files,
)

FILES: Mapping[str, bytes] = {
    name: (resources_dir() / "catalogue" / name).read_bytes() for name in SHIPPED_FILES
}
SHIPPED = read_files(FILES)
PROCEDURES = {value.key: value for value in SHIPPED[EntryKind.PROCEDURE] if isinstance(value, Procedure)}
BRACES = {value.hcpcs: value for value in SHIPPED[EntryKind.BRACE] if isinstance(value, BraceType)}
SEDATION = {value.key: value for value in SHIPPED[EntryKind.SEDATION] if isinstance(value, SedationLevel)}


@pytest.mark.parametrize(
    ("key", "levels", "minutes"),
    [
        ("kyphoplasty", 1, 60),
        ("kyphoplasty", 3, 100),
        ("vertebroplasty", 2, 60),
        ("epidural_injection", 1, 20),
        ("facet_injection", 1, 20),
        ("medial_branch_block", 1, 20),
        ("radiofrequency_ablation", 1, 45),
        ("discectomy", 1, 90),
    ],
)
def test_shipped_lengths(key: str, levels: int, minutes: int) -> None:
    procedure = PROCEDURES[key]
    assert planned_minutes(procedure, levels) == minutes
    assert (procedure.setup_minutes, procedure.turnover_minutes) == (15, 20)
    assert procedure.confirm
    assert procedure.source


@pytest.mark.parametrize("key", ["kyphoplasty", "vertebroplasty"])
def test_shipped_cement_levels(key: str) -> None:
    procedure = PROCEDURES[key]
    assert procedure.is_cement
    assert (str(procedure.allowed), procedure.max_levels) == ("T5-L5", 3)
    assert [str(level) for level in procedure.offered_levels][:3] == ["T5", "T6", "T7"]


def test_a_visit_takes_a_room_and_a_person_and_no_c_arm() -> None:
    visits = [procedure for procedure in PROCEDURES.values() if procedure.kind is ProcedureKind.VISIT]
    assert {visit.key for visit in visits} == {"new_consultation", "follow_up_visit", "brace_fitting"}
    for visit in visits:
        kinds = {kind for need in planned_needs(visit) for kind in need.kinds}
        assert {ResourceKind.ROOM, ResourceKind.PATIENT} < kinds
        assert not kinds & {ResourceKind.C_ARM, ResourceKind.BAY, ResourceKind.BED, ResourceKind.ANESTHESIA}
        assert not visit.allowed_sedations
        assert not visit.may_stay
    fitting = [need.kinds for need in planned_needs(PROCEDURES["brace_fitting"])]
    assert (ResourceKind.SURGEON, ResourceKind.NURSE) in fitting


def test_every_procedure_claims_what_it_needs_by_sedation_and_stay() -> None:
    for procedure in PROCEDURES.values():
        for sedation in procedure.allowed_sedations:
            needs = planned_needs(procedure, sedation=SEDATION[sedation], setting=Setting.OVERNIGHT)
            kinds = {kind for need in needs for kind in need.kinds}
            assert {ResourceKind.ROOM, ResourceKind.C_ARM, ResourceKind.SURGEON, ResourceKind.BED} < kinds
            assert (ResourceKind.ANESTHESIA in kinds) == (sedation in (Sedation.DEEP, Sedation.GENERAL))
            assert (ResourceKind.NURSE in kinds) == (sedation in (Sedation.MINIMAL, Sedation.MODERATE))


def test_shipped_needs_have_a_shape_that_a_person_can_tick() -> None:
    for procedure in PROCEDURES.values():
        assert NeedsPlan.of(procedure.needs).needs() == procedure.needs, procedure.key


@pytest.mark.parametrize(
    ("hcpcs", "day", "rules"),
    [
        ("L0648", date(2022, 4, 12), set()),
        ("L0648", date(2022, 4, 13), {"visit_and_order_first", "prior_authorization"}),
        ("L0631", date(2023, 4, 16), set()),
        ("L0637", date(2023, 4, 17), {"visit_and_order_first"}),
        ("L0637", date(2024, 8, 11), {"visit_and_order_first"}),
        ("L0637", date(2024, 8, 12), {"visit_and_order_first", "prior_authorization"}),
        ("L0639", date(2024, 8, 12), {"prior_authorization"}),
        ("L0651", date(2026, 4, 12), set()),
        ("L0651", date(2026, 4, 13), {"prior_authorization"}),
        ("L0486", date(2026, 11, 23), set()),
    ],
)
def test_shipped_dated_brace_rules(hcpcs: str, day: date, rules: set[str]) -> None:
    assert BRACES[hcpcs].rules_on(day) == {BraceRuleKind(rule) for rule in rules}


def test_every_brace_of_the_list_is_shipped() -> None:
    codes = "L0486 L0484 L0464 L0472 L0627 L0642 L0631 L0648 L0637 L0650 L0625 L0628 L0120 L0172 L0174 L0180"
    assert set(codes.split()) <= set(BRACES)


def test_the_shipped_pathway_runs_to_twelve_months() -> None:
    (pathway,) = SHIPPED[EntryKind.PATHWAY]
    assert isinstance(pathway, Pathway)
    assert [step.due(date(2026, 11, 23)).isoformat() for step in pathway.in_order()] == [
        "2026-11-24",
        "2026-11-25",
        "2026-11-30",
        "2026-12-07",
        "2027-01-04",
        "2027-02-23",
        "2027-05-23",
        "2027-11-23",
    ]
    assert pathway.steps[1].last_day(date(2026, 11, 23)) == date(2026, 11, 26)


def test_general_knowledge_asks_to_be_confirmed() -> None:
    for values in SHIPPED.values():
        for value in values:
            if "general knowledge" in getattr(value, "source", "").casefold():
                assert asks_to_confirm(value), entry_key(value)
    assert asks_to_confirm(BRACES["L0648"])
    assert not asks_to_confirm(BRACES["L0631"])


def test_every_entry_is_read_back_as_it_was_stored() -> None:
    for kind, values in SHIPPED.items():
        for value in values:
            assert from_text(kind, to_text(value)) == value


PATHWAY = b"""
[[pathway]]
key = "p"
name = "P"
steps = [{ key = "a", label = "A", amount = 1, unit = "days", channel = "phone" }]
"""


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (b'name = "P"', b"", "pathways.toml, pathway 1 (p): “name” is missing."),
        (b'name = "P"', b"name = 3", "pathways.toml, pathway 1 (p): “name” must be text."),
        (
            b'name = "P"',
            b'name = "P"\nnmae = "Q"',
            "pathways.toml, pathway 1 (p): there is no setting “nmae”. Check its spelling.",
        ),
        (
            b"amount = 1",
            b"amount = true",
            "pathways.toml, pathway 1 (p), steps 1: “amount” must be a whole number.",
        ),
        (
            b'"days"',
            b'"years"',
            "pathways.toml, pathway 1 (p), steps 1: “unit” must be one of: days, weeks, months.",
        ),
        (
            b"amount = 1",
            b"amount = 0",
            "pathways.toml, pathway 1 (p), steps 1, amount: "
            "A check-in comes 1 to 1,000 days, weeks or months after the procedure.",
        ),
        (b"[[pathway]]", b"[pathway]", "pathways.toml: write [[pathway]] before each row."),
        (b"[[pathway]]", b"[[path]]", "pathways.toml: there is no table “path”. Check its spelling."),
        (b'key = "p"', b"key = ", "pathways.toml is not TOML: "),
        (b'key = "p"', b'key = "\xff"', "pathways.toml is not UTF-8 text."),
    ],
)
def test_an_error_names_file_row_and_setting(old: bytes, new: bytes, sentence: str) -> None:
    with pytest.raises(EntryProblem) as caught:
        read_file("pathways.toml", PATHWAY.replace(old, new, 1))
    assert caught.value.sentence.startswith(sentence)


def test_two_rows_of_one_key_are_refused() -> None:
    with pytest.raises(EntryProblem) as caught:
        read_file("pathways.toml", PATHWAY + PATHWAY)
    assert caught.value.sentence == "pathways.toml: there are two rows “p”."


def test_references_between_files_are_checked() -> None:
    files = {**FILES, "pathways.toml": PATHWAY}
    with pytest.raises(EntryProblem) as caught:
        read_files(files)
    assert caught.value.sentence == "procedures.toml, procedure kyphoplasty: there is no pathway “standard”."
    nowhere = FILES["procedures.toml"].replace(b'needs = "suite"', b'needs = "barn"', 1)
    with pytest.raises(EntryProblem) as caught:
        read_files({**FILES, "procedures.toml": nowhere})
    assert caught.value.sentence == (
        "procedures.toml, procedure 1 (kyphoplasty): there is no “barn” under [needs]."
    )


def test_a_damaged_stored_entry_is_a_sentence() -> None:
    for body in ("", "[]", "{}", '{"key": 3}'):
        with pytest.raises(EntryProblem):
            from_text(EntryKind.PATHWAY, body)
