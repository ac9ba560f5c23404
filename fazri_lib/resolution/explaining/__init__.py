"""Explaining: why two records are one person, how an entity came about, why two are apart and what would join them."""

from fazri_lib.resolution.explaining.apart import Apart, Join, Rule, why_apart
from fazri_lib.resolution.explaining.few import Few, Opening
from fazri_lib.resolution.explaining.pair import Part, Why, why
from fazri_lib.resolution.explaining.path import Path, Step, merge_path

__all__ = ["Apart", "Few", "Join", "Opening", "Part", "Path", "Rule", "Step", "Why", "merge_path", "why", "why_apart"]
