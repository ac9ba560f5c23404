"""The colours of every chart, once: readable on white and with any colour vision."""

from __future__ import annotations

# Okabe and Ito, "Color universal design" (2008): eight colours told apart by people with and without colour blindness.
INK = "#1f2933"
MUTED = "#5f6b7a"
GRID = "#dfe4ea"
BAND = "#0072b2"
LINE = "#0072b2"
ACTUAL = "#1f2933"
BASELINE = "#d55e00"
LIMIT = "#b8336a"
GAP = "#c3cad3"

SEVERITIES = ("low", "medium", "high", "critical")
SEVERITY = {"low": "#9ecae1", "medium": "#f0c04c", "high": "#d55e00", "critical": "#7a0177"}
VERDICT = {"good": "#00664b", "weak": "#8a5a00", "no signal": "#5f6b7a", "not enough data": "#5f6b7a"}

SEQUENCE = "cividis"
"""Colour map of amounts: even in lightness, the same with red-green blindness (Nunez, Anderton, Renslow 2018)."""
