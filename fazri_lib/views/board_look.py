"""The look of the boards: colours of the light and the dark side, and the style of their texts, tables and bars."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

LIGHT: Final = {
    "page": "#f3f5f7",
    "card": "#ffffff",
    "ink": "#1f2933",
    "muted": "#56616e",
    "line": "#d9dfe6",
    "link": "#005b94",
    "actual": "#1f2933",
    "ahead": "#0072b2",
    "band": "#0072b2",
    "usual": "#b34e00",
    "limit": "#a3245c",
    "gap": "#b9c2cc",
    "bar": "#5b9bc8",
    "mark": "#ffd9a8",
    "low": "#3f6f9f",
    "medium": "#7d5b00",
    "high": "#b34700",
    "critical": "#7a0177",
    "good": "#00664b",
    "weak": "#8a5a00",
    "none": "#56616e",
}
DARK: Final = {
    "page": "#11161c",
    "card": "#1a2129",
    "ink": "#e6ebf0",
    "muted": "#a9b5c1",
    "line": "#35414e",
    "link": "#84c5f7",
    "actual": "#e6ebf0",
    "ahead": "#63b8ee",
    "band": "#63b8ee",
    "usual": "#ffa866",
    "limit": "#f58fb9",
    "gap": "#4d5b69",
    "bar": "#3f84b4",
    "mark": "#6b4a1f",
    "low": "#9ecae1",
    "medium": "#f0c75a",
    "high": "#ff9d5c",
    "critical": "#e79be4",
    "good": "#5fd3a8",
    "weak": "#f0c75a",
    "none": "#a9b5c1",
}
HEADER: Final = "#0f3a57"
FONT: Final = 'Roboto,"Segoe UI","Helvetica Neue","Liberation Sans",Arial,sans-serif'


def colours(*, is_dark: bool) -> dict[str, str]:
    """Return the colours of one side by their roles."""
    return DARK if is_dark else LIGHT


def variables(*, is_dark: bool) -> dict[str, str]:
    """Return the colours as CSS variables: set on a root, they hold for all that lies in it."""
    named = {f"--fz-{role}": colour for role, colour in colours(is_dark=is_dark).items()}
    return named | {"--fz-font": FONT, "color-scheme": "dark" if is_dark else "light"}


def theme() -> dict[str, Any]:
    """Return the Material theme of both sides."""
    return {"light": _material(LIGHT), "dark": _material(DARK)}


def _material(side: dict[str, str]) -> dict[str, Any]:
    palette_of_side = {
        "primary": {"main": side["link"]},
        "background": {"paper": side["card"], "default": side["page"]},
        "text": {"primary": side["ink"], "secondary": side["muted"]},
        "divider": side["line"],
    }
    return {"palette": palette_of_side, "typography": {"fontSize": 13.5}, "shape": {"borderRadius": 6}}


_STYLES = Path(__file__).parent / "board_styles"


@cache
def css(*names: str) -> str:
    """Return style sheets of the boards, one after the other.

    Args:
        names: stems of files in `board_styles`.
    """
    return "\n".join((_STYLES / f"{name}.css").read_text(encoding="utf-8") for name in names)
