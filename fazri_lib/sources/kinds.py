"""What each kind of source holds: which of its columns may be mapped, which must be, and where its rows go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

KindName = Literal["directory", "observation", "booking", "transaction", "note", "embedding", "reference"]
ReferenceName = Literal["zones", "access_points", "zone_walks", "calendar"]

TIME_COLUMNS = ("ts", "ended_at", "known_at", "valid_from", "valid_to", "born_on")
WIDE_COLUMNS = ("valid_from", "valid_to", "born_on")
CONSTANT_COLUMNS = ("id_type", "zone_id", "sensor_id", "category", "role", "department")

_TIMED = (
    "ts",
    "ended_at",
    "known_at",
    "zone_id",
    "sensor_id",
    "id_type",
    "id_value",
    "ref_id",
    "thing_id",
    "category",
    "text",
)
_PERSON = ("record_key", "name", "email", "phone", "born_on", "role", "department", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a contract of one kind may and must say.

    Attributes:
        name: its name in a contract.
        columns: canonical columns that can be mapped.
        required: columns that must be mapped.
        filled: columns that no row may leave empty.
        needs_zone: whether a row without a zone is of no use.
        is_timed: whether its rows are observations of the lake.
        hold_min: minutes that one sighting speaks for presence, unless the contract says otherwise.
    """

    name: KindName
    columns: tuple[str, ...]
    required: tuple[str, ...]
    filled: tuple[str, ...]
    needs_zone: bool = False
    is_timed: bool = True
    hold_min: float = 0.0


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("directory", _PERSON, ("record_key",), ("record_key",), is_timed=False),
        Kind("observation", _TIMED, ("ts",), ("ts",), needs_zone=True, hold_min=15.0),
        Kind("booking", (*_TIMED, "is_attended"), ("ts", "ended_at", "id_value"), ("ts", "ended_at"), needs_zone=True),
        Kind("transaction", _TIMED, ("ts", "id_value"), ("ts",), hold_min=5.0),
        Kind("note", _TIMED, ("ts",), ("ts",)),
        Kind(
            "embedding",
            ("id_type", "id_value", "vector", "known_at"),
            ("id_value", "vector"),
            ("id_value", "vector"),
            is_timed=False,
        ),
        Kind("reference", (), (), (), is_timed=False),
    )
}
