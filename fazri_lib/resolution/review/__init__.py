"""Review: what to ask people about records, what their answers say together, and how good resolution is by them."""

from fazri_lib.resolution.review.answers import Node, Said, Verdict, Word, pair_of
from fazri_lib.resolution.review.estimate import estimated
from fazri_lib.resolution.review.joins import SPLIT, implied
from fazri_lib.resolution.review.questions import (
    KINDS,
    MERGE,
    PLACE,
    RANDOM,
    Known,
    answered_splits,
    questions,
    sides,
    unanswered,
)
from fazri_lib.resolution.review.sampling import next_turns, sampled, stratum_of, turns

__all__ = [
    "KINDS",
    "MERGE",
    "PLACE",
    "RANDOM",
    "SPLIT",
    "Known",
    "Node",
    "Said",
    "Verdict",
    "Word",
    "answered_splits",
    "estimated",
    "implied",
    "next_turns",
    "pair_of",
    "questions",
    "sampled",
    "sides",
    "stratum_of",
    "turns",
    "unanswered",
]
