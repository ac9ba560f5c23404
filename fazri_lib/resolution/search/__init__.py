"""Search: who is meant by identifiers, parts of them, misspelt names, several words together, or a face."""

from fazri_lib.resolution.search.building import TABLES, arrays_of
from fazri_lib.resolution.search.index import Index, is_open, microseconds
from fazri_lib.resolution.search.likeness import Level
from fazri_lib.resolution.search.query import ALL, NUMBER, PSEUDONYMS_ONLY, Hit, Match, parsed, search

__all__ = [
    "ALL",
    "NUMBER",
    "PSEUDONYMS_ONLY",
    "TABLES",
    "Hit",
    "Index",
    "Level",
    "Match",
    "arrays_of",
    "is_open",
    "microseconds",
    "parsed",
    "search",
]
