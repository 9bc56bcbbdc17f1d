"""Colours can be read and told apart, marks are drawn, scale and scheme are kept."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from clinicdesk.domain.booking import BookingState
from clinicdesk.domain.redflags import Tier
from clinicdesk.ui.kit import LineField
from clinicdesk.ui.theme import Mark, Rank, Scheme, SchemeChoice, Size, Token, paint_mark, theme
from clinicdesk.ui.theme.colours import SCHEMES, STATES, Swatch

SURFACES = (Token.WINDOW, Token.SURFACE, Token.SUNKEN)

TEXT_PAIRS = [
    *itertools.product(
        (Token.TEXT, Token.TEXT_MUTED, Token.ACCENT_TEXT, Token.PROBLEM_TEXT, Token.EMERGENCY_TEXT), SURFACES
    ),
    *itertools.product((Token.TEXT, Token.TEXT_MUTED, Token.ACCENT_TEXT), (Token.HOVER, Token.SELECTED)),
    (Token.ON_ACCENT, Token.ACCENT),
    (Token.ON_ACCENT, Token.ACCENT_HOVER),
    (Token.ON_WARNING, Token.WARNING),
    (Token.ON_EMERGENCY, Token.EMERGENCY),
    (Token.ON_TIP, Token.TIP),
]
MARK_PAIRS = [
    *itertools.product(
        (Token.BORDER, Token.ACCENT, Token.NOW, Token.EMERGENCY_TEXT, Token.WARNING_MARK), SURFACES
    ),
    (Token.WARNING_MARK, Token.WARNING),
    (Token.ACCENT, Token.SELECTED),
]

TELL_APART = {
    "requested": "requested",
    "booked": "booked",
    "arrived": "arrived",
    "in room": "in_room",
    "recovery": "recovery",
    "discharged": "discharged",
    "emergency": "emergency",
    "same day": "same_day",
    "next working day": "next_working_day",
}
"""One state of each tint. Cancelled and no-show are struck through, red-outlined and hidden; their grey is not counted."""

LEAST_DISTANCE = 7.0
"""CIE76 between two tints; 2.3 is just noticeable side by side, and every state has a mark besides."""


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    return sum(share * part for share, part in zip((0.2126, 0.7152, 0.0722), linear(colour), strict=True))


def linear(colour: str) -> tuple[float, float, float]:
    mixed = QColor(colour)
    return _straight(mixed.redF()), _straight(mixed.greenF()), _straight(mixed.blueF())


def _straight(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Machado, Oliveira, Fernandes 2009, severity 1.0, on linear RGB.
EYES = {
    "usual": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


def seen(colour: str, eyes: str) -> tuple[float, float, float]:
    """The colour in CIE Lab as these eyes see it."""
    rgb = linear(colour)
    red, green, blue = (max(0.0, sum(f * p for f, p in zip(row, rgb, strict=True))) for row in EYES[eyes])
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def distance(one: str, other: str, eyes: str) -> float:
    a, b = seen(one, eyes), seen(other, eyes)
    return math.dist(a, b)


@pytest.fixture(autouse=True)
def _usual_theme(qapp: object) -> Iterator[None]:
    theme().start()
    yield
    theme().start()
    theme().set_choice(SchemeChoice.SYSTEM)
    theme().set_scale(100)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_text_is_at_least_seven_to_one(scheme: Scheme) -> None:
    colours = SCHEMES[scheme]
    weak = {
        (a, b): contrast(colours[a], colours[b])
        for a, b in TEXT_PAIRS
        if contrast(colours[a], colours[b]) < 7
    }
    weak_states = {
        key: contrast(swatch.text, swatch.tint)
        for key, swatch in STATES[scheme].items()
        if contrast(swatch.text, swatch.tint) < 7
    }
    assert (weak, weak_states) == ({}, {})


@pytest.mark.parametrize("scheme", list(Scheme))
def test_marks_are_at_least_three_to_one(scheme: Scheme) -> None:
    colours = SCHEMES[scheme]
    weak = {
        (a, b): contrast(colours[a], colours[b])
        for a, b in MARK_PAIRS
        if contrast(colours[a], colours[b]) < 3
    }
    weak_states = [
        (key, ground)
        for key, swatch in STATES[scheme].items()
        for ground in _grounds(key, swatch, scheme)
        if contrast(swatch.bar, ground) < 3
    ]
    assert (weak, weak_states) == ({}, [])


def _grounds(key: str, swatch: Swatch, scheme: Scheme) -> list[str]:
    """A mark stands on its tint, and alone on the surfaces (the emergency one has a token of its own there)."""
    alone = [] if key == "emergency" else [SCHEMES[scheme][token] for token in SURFACES]
    return [swatch.tint, *alone]


@pytest.mark.parametrize("eyes", EYES)
@pytest.mark.parametrize("scheme", list(Scheme))
def test_tints_are_told_apart_by_all_eyes(scheme: Scheme, eyes: str) -> None:
    tints = {words: STATES[scheme][key].tint for words, key in TELL_APART.items()}
    near = {
        (one, other): round(distance(tints[one], tints[other], eyes), 1)
        for one, other in itertools.combinations(tints, 2)
        if distance(tints[one], tints[other], eyes) < LEAST_DISTANCE
    }
    assert near == {}


def test_every_state_and_tier_has_a_look_and_no_two_look_alike() -> None:
    keys = [state.value for state in BookingState] + [tier.value for tier in Tier]
    looks = {key: theme().state(key) for key in keys}
    assert all(looks[key].key == key for key in keys)
    outside = {"waitlist", "none"}  # the same as requested and as nothing, by design
    faces = [(look.mark, look.dashed) for key, look in looks.items() if key not in outside]
    assert len(set(faces)) == len(faces)


def test_red_is_for_emergencies_alone() -> None:
    for scheme in Scheme:
        red = QColor(STATES[scheme]["emergency"].tint)
        for key, swatch in STATES[scheme].items():
            if key != "emergency":
                assert distance(swatch.tint, red.name(), "usual") > 25
                assert distance(swatch.bar, red.name(), "usual") > 25


@pytest.mark.parametrize("side", [12, 16, 20])
def test_marks_are_drawn_within_their_square_and_differ(side: int) -> None:
    pictures = {mark: _drawn(mark, side) for mark in Mark}
    assert _ink(pictures[Mark.NONE]) == 0
    assert all(_ink(picture) > side for mark, picture in pictures.items() if mark is not Mark.NONE)
    as_bytes = [bytes(picture.constBits()) for picture in pictures.values()]
    assert len(set(as_bytes)) == len(as_bytes)


def _drawn(mark: Mark, side: int) -> QImage:
    picture = QImage(side, side, QImage.Format.Format_ARGB32)
    picture.fill(0)
    painter = QPainter(picture)
    paint_mark(painter, QRectF(0, 0, side, side), mark, QColor("black"))
    painter.end()
    return picture


def _ink(picture: QImage) -> int:
    return sum(
        picture.pixelColor(x, y).alpha() > 64 for x in range(picture.width()) for y in range(picture.height())
    )


def test_scheme_and_scale_are_remembered_in_the_data_folder(tmp_path: Path) -> None:
    file = tmp_path / "settings.ini"
    theme().start(file)
    theme().set_choice(SchemeChoice.DARK)
    theme().set_scale(150)
    settings = theme().settings
    assert settings is not None
    settings.sync()
    assert file.exists()
    theme().start(None)
    theme().set_choice(SchemeChoice.LIGHT)
    theme().set_scale(100)
    theme().start(file)
    assert (theme().scheme, theme().scale) == (Scheme.DARK, 150)


@pytest.mark.parametrize("nonsense", ["scale=900\nscheme=puce", "scale=x\nscheme="])
def test_nonsense_in_the_settings_is_not_obeyed(tmp_path: Path, nonsense: str) -> None:
    file = tmp_path / "settings.ini"
    file.write_text(f"[look]\n{nonsense}\n")
    theme().start(file)
    assert theme().choice is SchemeChoice.SYSTEM
    assert 80 <= theme().scale <= 200


def test_a_change_of_scale_reaches_widgets_that_are_on_screen(qtbot: QtBot) -> None:
    button, field = QPushButton("Book"), LineField("Name")
    qtbot.addWidget(button)
    qtbot.addWidget(field)
    button.show()
    theme().set_scale(200)
    assert button.sizeHint().height() == 2 * Size.CONTROL
    assert field.height() == 2 * Size.CONTROL
    assert theme().font(Rank.BODY).pointSizeF() == pytest.approx(theme().font(Rank.TITLE).pointSizeF() / 1.6)
    assert QSize(theme().px(Size.ROW), theme().px(1)) == QSize(64, 2)


def test_a_colour_lent_out_cannot_be_spoiled() -> None:
    theme().colour(Token.TEXT).setAlpha(0)
    assert theme().colour(Token.TEXT).alpha() == 255
    theme().font(Rank.BODY).setStrikeOut(True)
    assert not theme().font(Rank.BODY).strikeOut()
