"""Notes: whom and what free text names, with probability."""

from fazri_lib.resolution.notes.bearers import BEARERS, bearers
from fazri_lib.resolution.notes.crowds import CROWDS, crowds
from fazri_lib.resolution.notes.mentions import Known, mentions
from fazri_lib.resolution.notes.words import words
from fazri_lib.resolution.notes.zone_phrases import ZONE_PHRASES, zone_phrases

__all__ = ["BEARERS", "CROWDS", "ZONE_PHRASES", "Known", "bearers", "crowds", "mentions", "words", "zone_phrases"]
