"""Folding: directory rows into people moment by moment, each state resting on what was known by then."""

from fazri_lib.resolution.folding.fold import exact_states, folded
from fazri_lib.resolution.folding.kept import Engine, Kept

__all__ = ["Engine", "Kept", "exact_states", "folded"]
