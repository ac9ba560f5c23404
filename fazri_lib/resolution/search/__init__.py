"""Search: who is meant by identifiers, parts of them, misspelt names, several words together, or a face."""

from fazri_lib.resolution.search.building import TABLES, arrays_of
from fazri_lib.resolution.search.explaining import NUMBER, STILL, Hit, Match, Word
from fazri_lib.resolution.search.index import Index, is_open, microseconds
from fazri_lib.resolution.search.likeness import Level
from fazri_lib.resolution.search.query import ALL, PSEUDONYMS_ONLY, parsed, search

__all__ = [
    "ALL",
    "NUMBER",
    "PSEUDONYMS_ONLY",
    "STILL",
    "TABLES",
    "Hit",
    "Index",
    "Level",
    "Match",
    "Word",
    "arrays_of",
    "is_open",
    "microseconds",
    "parsed",
    "search",
]
