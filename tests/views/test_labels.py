"""Names that do not cover each other."""

from __future__ import annotations

import numpy as np

from fazri_lib.views.labels import Box, offsets


def test_a_name_alone_stands_below():
    """Half a circle, half a line and a pixel."""
    assert offsets(np.array([0.0]), np.array([0.0]), ["A"]) == [(0.0, 16.5)]


def test_a_name_over_another_circle_moves():
    """A circle 18 pixels below: the name goes above; the lower one stays below."""
    assert offsets(np.array([0.0, 0.0]), np.array([0.0, 18.0]), ["A", "B"]) == [(0.0, -16.5), (0.0, 16.5)]


def test_a_name_between_two_circles_moves_aside():
    """Circles above and below: right of it is free."""
    moved = offsets(np.array([0.0, 0.0, 0.0]), np.array([-18.0, 0.0, 18.0]), ["A", "B", "C"])
    assert moved[1] == (7.2 / 2 + 12, 0.0)


def test_overlap_is_an_area():
    """Two by three pixels in common, or none."""
    assert Box(0, 0, 10, 10).overlap(Box(8, 7, 20, 20)) == 6
    assert Box(0, 0, 10, 10).overlap(Box(10, 0, 20, 10)) == 0
