"""The tables of the extract that say who is who, and what that rests on."""

from __future__ import annotations

from fazri_lib.schema.table import VERSION, Table

PEOPLE_TABLES = (
    Table(
        "entities",
        "people resolved from the directories",
        ("entity_id", "kind", "role", "department", "confidence", *VERSION),
        required=("entity_id", "kind", "confidence", "known_at"),
        order=("entity_id", "known_at"),
    ),
    Table(
        "person",
        "names and contacts of people, kept apart",
        ("entity_id", "name", "email", "phone", "born_on", *VERSION),
        required=("entity_id", "known_at"),
        order=("entity_id", "known_at"),
    ),
    Table(
        "identifiers",
        "who holds which identifier, and when",
        ("entity_id", "id_type", "id_value", "id_key", "valid_from", "valid_to", "probability", "source", *VERSION),
        required=("entity_id", "id_type", "id_value", "id_key", "probability", "source", "known_at"),
        order=("entity_id", "id_type", "id_key", "known_at"),
    ),
    Table(
        "links",
        "which directory record belongs to which entity",
        ("record_id", "entity_id", "probability", "directory", *VERSION),
        required=("record_id", "entity_id", "probability", "directory", "known_at"),
        order=("record_id", "entity_id", "known_at"),
    ),
    Table(
        "records",
        "every version of every row of the directories of people",
        (
            "record_id",
            "directory",
            "record_key",
            "name",
            "email",
            "phone",
            "born_on",
            "numbers",
            "role",
            "department",
            *VERSION,
        ),
        required=("record_id", "directory", "record_key", "known_at"),
        order=("directory", "record_key", "known_at"),
    ),
    Table(
        "pairs",
        "compared pairs of directory records that are one person or near it, and what speaks for that",
        ("left_id", "right_id", "weight", *VERSION),
        required=("left_id", "right_id", "weight", "known_at"),
        order=("left_id", "right_id", "known_at"),
    ),
    Table(
        "matchers",
        "the trained models by which records were compared",
        ("records", "document", *VERSION),
        required=("records", "document", "known_at"),
        order=("known_at",),
    ),
    Table(
        "changes",
        "people who turned out to be one with others, and who came apart again",
        ("entity_id", "other_id", "what", *VERSION),
        required=("entity_id", "other_id", "what", "known_at"),
        order=("known_at", "entity_id", "what"),
    ),
    Table(
        "decisions",
        "what reviewers decided of pairs of directory records",
        ("left_directory", "left_key", "right_directory", "right_key", "verdict", *VERSION),
        required=("left_directory", "left_key", "right_directory", "right_key", "verdict", "known_at"),
        order=("known_at", "left_directory", "left_key", "right_directory", "right_key", "superseded_at"),
    ),
)
