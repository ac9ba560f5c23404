"""The colours of the boards, on both sides."""

from __future__ import annotations

import pytest

from fazri_lib.views.board_look import DARK, LIGHT, css, variables

TEXTS = ("ink", "muted", "link", "critical", "high", "medium", "low", "good", "weak")
LINES = ("actual", "ahead", "usual", "limit", "bar")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("side", [LIGHT, DARK], ids=["light", "dark"])
def test_texts_and_lines_stand_out(side):
    """WCAG AA: 4.5 for texts, 3 for lines and bars, on a card and on the page."""
    assert {
        role: contrast(side[role], side["card"]) for role in TEXTS if contrast(side[role], side["card"]) < 4.5
    } == {}
    assert {
        role: contrast(side[role], side["page"]) for role in TEXTS if contrast(side[role], side["page"]) < 4.5
    } == {}
    assert {role: contrast(side[role], side["card"]) for role in LINES if contrast(side[role], side["card"]) < 3} == {}


def test_both_sides_have_the_same_roles():
    """What is coloured on one side is coloured on the other."""
    assert set(LIGHT) == set(DARK)
    assert set(variables(is_dark=True)) == set(variables(is_dark=False))


def test_every_style_names_known_colours():
    """A variable that no side sets would leave the browser's own colour."""
    import re

    names = ("text", "bars", "grid", "card", "table", "nav", "links", "bar", "found", "select", "fields", "head")
    used = set(re.findall(r"var\((--fz-[a-z]+)", css(*names)))
    assert used <= set(variables(is_dark=False))
