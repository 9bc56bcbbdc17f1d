"""The shipped catalogue: TOML files in, entries out."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from clinicdesk.domain.catalogue import Procedure
from clinicdesk.domain.entries import CatalogueValue, EntryKind, entry_key
from clinicdesk.domain.entry_tables import EntryProblem, read_table
from clinicdesk.domain.pathways import Pathway
from clinicdesk.i18n import _

SHIPPED_FILES: Mapping[str, tuple[EntryKind, ...]] = {
    "procedures.toml": (EntryKind.PROCEDURE,),
    "sedation.toml": (EntryKind.SEDATION,),
    "braces.toml": (EntryKind.BRACE,),
    "pathways.toml": (EntryKind.PATHWAY,),
    "redflags.toml": (EntryKind.RED_FLAG,),
    "bloodthinners.toml": (EntryKind.BLOOD_THINNER, EntryKind.BLEEDING_LIMITS),
}
"""The files of ``resources/catalogue`` and what each holds."""

_ROWS = {
    EntryKind.PROCEDURE: "procedure",
    EntryKind.SEDATION: "sedation",
    EntryKind.BRACE: "brace",
    EntryKind.PATHWAY: "pathway",
    EntryKind.RED_FLAG: "question",
    EntryKind.BLOOD_THINNER: "medicine",
    EntryKind.BLEEDING_LIMITS: "limits",
}
_SHARED = frozenset({"needs", "preparation", "rules", "wear"})
"""Tables of a file that its rows refer to by name."""


def read_file(name: str, data: bytes) -> dict[EntryKind, tuple[CatalogueValue, ...]]:
    """The entries of the shipped file ``name``, in its own order. Raises `EntryProblem`."""
    try:
        tables = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise EntryProblem(_("{name} is not UTF-8 text.").format(name=name)) from error
    except tomllib.TOMLDecodeError as error:
        raise EntryProblem(_("{name} is not TOML: {what}.").format(name=name, what=error)) from error
    kinds = SHIPPED_FILES[name]
    shared = {key: tables.pop(key) for key in _SHARED & set(tables)}
    read = {kind: _rows(name, kind, tables.pop(_ROWS[kind], []), shared) for kind in kinds}
    if tables:
        raise EntryProblem(
            _("{name}: there is no table “{table}”. Check its spelling.").format(name=name, table=min(tables))
        )
    return read


def read_files(files: Mapping[str, bytes]) -> dict[EntryKind, tuple[CatalogueValue, ...]]:
    """The whole shipped catalogue, its references checked. Raises `EntryProblem`."""
    read = {kind: values for name in SHIPPED_FILES for kind, values in read_file(name, files[name]).items()}
    pathways = {value.key for value in read[EntryKind.PATHWAY] if isinstance(value, Pathway)}
    for value in read[EntryKind.PROCEDURE]:
        if isinstance(value, Procedure) and value.pathway_key not in {None, *pathways}:
            raise EntryProblem(
                _("procedures.toml, procedure {key}: there is no pathway “{pathway}”.").format(
                    key=value.key, pathway=value.pathway_key
                ),
                "pathway_key",
            )
    return read


def _rows(
    file: str, kind: EntryKind, rows: object, shared: Mapping[str, object]
) -> tuple[CatalogueValue, ...]:
    if not isinstance(rows, list):
        raise EntryProblem(_("{name}: write [[{row}]] before each row.").format(name=file, row=_ROWS[kind]))
    values = []
    for number, table in enumerate(rows, 1):
        key = next((table[name] for name in ("key", "hcpcs", "risk") if name in table), "?")
        where = _("{file}, {row} {number} ({key})").format(file=file, row=_ROWS[kind], number=number, key=key)
        values.append(read_table(kind, _expanded(table, shared, where), where))
    keys = [entry_key(value) for value in values]
    for key in keys:
        if keys.count(key) > 1:
            raise EntryProblem(_("{file}: there are two rows “{key}”.").format(file=file, key=key), "key")
    return tuple(values)


def _expanded(table: Mapping[str, object], shared: Mapping[str, object], where: str) -> dict[str, object]:
    """``table`` with the names of shared parts (``needs = "suite"``) replaced by the parts."""
    full = dict(table)
    if isinstance(name := full.get("needs"), str):
        full["needs"] = _part(shared, "needs", name, where)
    if isinstance(name := full.get("preparation"), str):
        full["preparation"] = _part(shared, "preparation", name, where)
    if isinstance(name := full.pop("wear", None), str):
        full["wear_rule"] = _part(shared, "wear", name, where)
    if isinstance(names := full.get("rules"), list):
        full["rules"] = [_part(shared, "rules", n, where) if isinstance(n, str) else n for n in names]
    return full


def _part(shared: Mapping[str, object], table: str, name: str, where: str) -> object:
    parts = shared.get(table)
    if not isinstance(parts, dict) or name not in parts:
        raise EntryProblem(
            _("{where}: there is no “{name}” under [{table}].").format(where=where, name=name, table=table),
            table,
        )
    return parts[name]
