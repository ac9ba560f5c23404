"""Search: who is meant by identifiers, parts of them, misspelt names, several words together, or a face."""

from fazri_lib.resolution.search.building import (
    PLAIN,
    RECORDS,
    TABLES,
    arrays_of,
    arrays_of_things,
    arrays_of_zones,
    labels_of,
)
from fazri_lib.resolution.search.explaining import NUMBER, STILL, Hit, Match, Word
from fazri_lib.resolution.search.faces import FaceHit, nearest_faces
from fazri_lib.resolution.search.index import Index, microseconds
from fazri_lib.resolution.search.likeness import Level
from fazri_lib.resolution.search.matching import (
    CANDIDATES,
    ByRarity,
    Candidate,
    Part,
    Scored,
    Scorer,
    candidates_of,
    match,
    shares,
)
from fazri_lib.resolution.search.nicknames import other_forms
from fazri_lib.resolution.search.query import ALL, PSEUDONYMS_ONLY, parsed, search
from fazri_lib.resolution.search.scoring import PRIOR, ByModel
from fazri_lib.resolution.search.words import identifier_form

__all__ = [
    "ALL",
    "CANDIDATES",
    "NUMBER",
    "PLAIN",
    "PRIOR",
    "PSEUDONYMS_ONLY",
    "RECORDS",
    "STILL",
    "TABLES",
    "ByModel",
    "ByRarity",
    "Candidate",
    "FaceHit",
    "Hit",
    "Index",
    "Level",
    "Match",
    "Part",
    "Scored",
    "Scorer",
    "Word",
    "arrays_of",
    "arrays_of_things",
    "arrays_of_zones",
    "candidates_of",
    "identifier_form",
    "labels_of",
    "match",
    "microseconds",
    "nearest_faces",
    "other_forms",
    "parsed",
    "search",
    "shares",
]
