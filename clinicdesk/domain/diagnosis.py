"""Diagnoses as ICD-10-CM codes: their form, and what the codes a spine clinic uses most must end in.

A full check against the year's tables is the coder's; this catches what a claim is sent back for.
"""

from __future__ import annotations

import re

from clinicdesk.errors import BadInput
from clinicdesk.i18n import _

_FORM = re.compile(r"[A-Z]\d[\dAB](?:\.[\dA-Z]{1,4})?", re.ASCII)

_SEVENTH: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"M80\.0[1-9A]?.?"), "ADGKPS"),
    (re.compile(r"M84\.58.?"), "ADGKPS"),
    (re.compile(r"M48\.5\d?.?"), "ADGS"),
    (re.compile(r"S22\.0\d?.?"), "ABDGKS"),
    (re.compile(r"S32\.0\d?.?"), "ABDGKS"),
)
"""The first six characters, and the seventh ones that may follow (ICD-10-CM): osteoporotic fracture, neoplastic fracture,
collapsed vertebra, fractures of thoracic and of lumbar vertebrae."""

_PARENTS = frozenset({"M51.36", "M51.37"})
"""Codes that were divided further (2025) and are no longer accepted by themselves."""


def normal_diagnosis(text: str) -> str:
    """The code as it is written, ``M80.08XA``; empty stays empty.

    Raises `BadInput` for what has no code's form, for a code that is incomplete, and for an ending it does not have.
    """
    plain = "".join(text.split()).upper()
    if not plain:
        return ""
    code = plain if "." in plain or len(plain) <= 3 else f"{plain[:3]}.{plain[3:]}"
    if not _FORM.fullmatch(code):
        raise BadInput(
            _("“{text}” is not an ICD-10-CM code. Write it like M80.08XA, or leave it empty.").format(
                text=plain[:20]
            ),
            "diagnosis",
        )
    if code in _PARENTS:
        raise BadInput(
            _("{code} was divided into finer codes. Add the next character.").format(code=code), "diagnosis"
        )
    for pattern, endings in _SEVENTH:
        head, ending = code[:7], code[7:]
        if pattern.fullmatch(head):
            if not ending:
                raise BadInput(
                    _("{code} is incomplete: it ends in one of {endings}.").format(
                        code=code, endings=", ".join(endings)
                    ),
                    "diagnosis",
                )
            if ending not in endings:
                raise BadInput(
                    _("{code} does not exist: {head} ends in one of {endings}.").format(
                        code=code, head=head, endings=", ".join(endings)
                    ),
                    "diagnosis",
                )
    return code
