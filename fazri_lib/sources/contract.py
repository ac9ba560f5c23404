"""Source contracts: one TOML file says how a campus's files become canonical rows. Frozen, extra keys refused."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from fazri_lib.errors import ContractError, nearest
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.sources.kinds import CONSTANT_COLUMNS, KINDS, TIME_COLUMNS, WIDE_COLUMNS, Kind, KindName, ReferenceName

if TYPE_CHECKING:
    from pathlib import Path, PurePosixPath

FormatName = Literal["csv", "tsv", "jsonl", "parquet", "xlsx"]
_SUFFIXES: dict[str, FormatName] = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
CAMPUS = "campus"
GUIDE = "docs/guides/add-a-source.md"
DEFAULT_FORMATS = (
    *(
        f"%Y-%m-%d{mark}{clock}{zone}"
        for clock in ("%H:%M:%S", "%H:%M:%S.%f", "%H:%M")
        for mark in (" ", "T")
        for zone in ("", "%z")
    ),
    *(f"%Y/%m/%d {clock}" for clock in ("%H:%M:%S", "%H:%M")),
    *(
        f"{first}{mark}{second}{mark}%Y {clock}"
        for mark in "/.-"
        for first, second in (("%d", "%m"), ("%m", "%d"))
        for clock in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")
    ),
    "%Y-%m-%d",
    *(f"{first}{mark}{second}{mark}%Y" for mark in "/.-" for first, second in (("%d", "%m"), ("%m", "%d"))),
    "epoch_s",
    "epoch_ms",
)
"""Candidate time formats of a contract that lists none."""


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Time(_Part):
    """How the file writes times."""

    formats: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        DEFAULT_FORMATS,
        min_length=1,
        description="candidate formats in order; % codes of strptime, epoch_s or epoch_ms",
    )
    zone: str = Field(default=CAMPUS, description="time zone of times without an offset: campus, UTC or an IANA name")

    @field_validator("formats")
    @classmethod
    def _are_formats(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for text in value:
            if text not in {"epoch_s", "epoch_ms"} and not {"%Y", "%y"} & {text[i : i + 2] for i in range(len(text))}:
                raise ValueError(f"expected a format as %d/%m/%Y %H:%M, epoch_s or epoch_ms, got {text!r}")
            if "%z" in text.removesuffix("%z"):
                raise ValueError(f"%z must stand at the end, got {text!r}")
        return value

    @field_validator("zone")
    @classmethod
    def _is_a_zone(cls, value: str) -> str:
        if value == CAMPUS:
            return value
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(f"expected campus, UTC or an IANA name as Asia/Kolkata, got {value!r}") from error
        return value


class Identifier(_Part):
    """One identifier that a directory lists."""

    column: str = Field(description="column of the file")
    identifies: bool = Field(default=False, description="whether two records with the same value are the same person")
    valid_from: str | None = Field(default=None, description="column with the start of its validity")
    valid_to: str | None = Field(default=None, description="column with the end of its validity")
    one_holder: bool | None = Field(
        default=None,
        description="whether one person holds a value at a time, so that the next one's start ends what has no stated "
        "end; by default where there is a column with starts and none with ends",
    )

    @property
    def is_handed_on(self) -> bool:
        """Whether the next holder's start ends a holding without a stated end."""
        if self.one_holder is not None:
            return self.one_holder
        return self.valid_from is not None and self.valid_to is None


class Contract(_Part):
    """One source contract; `load_contract` reads it from its TOML file."""

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$", description="name of the source in every table")
    kind: KindName = Field(description="what the rows are")
    files: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        min_length=1, description="file name pattern, or a list of them"
    )
    format: FormatName | None = Field(default=None, description="file format; by default the file's suffix tells")
    delimiter: str | None = Field(
        default=None, min_length=1, max_length=1, description="by default a comma, in TSV a tab"
    )
    quote: str = Field(default='"', max_length=1, description="quotation mark of CSV and TSV; empty for none")
    encoding: str = Field("utf-8", description="encoding of text files")
    sheet: str | None = Field(default=None, description="sheet of a workbook; by default the first")
    hold_min: float | None = Field(
        default=None, ge=0, le=1440, description="minutes that one sighting speaks for presence"
    )
    one_per_person: bool = Field(
        default=True,
        description="whether a directory has one record a person at most: true, written out, is a promise kept to the "
        "letter; left out, it is the rule, with exceptions where the records say so; false for a list of devices, say: "
        "where little is known, only then may two records with the same identifying value be one person",
    )
    table: ReferenceName | None = Field(default=None, description="campus file that a reference source replaces")
    zone_from: Literal["access_points"] | None = Field(
        default=None, description="takes the zone of sensor_id from the access points"
    )
    strip_suffixes: tuple[str, ...] = Field(default=(), description="endings that are no part of identifiers, as .jpg")
    columns: Mapping[str, str] = Field(default_factory=dict, description="canonical column = column of the file")
    constants: Mapping[str, str] = Field(
        default_factory=dict, description="canonical column = the same value in every row"
    )
    time: Time = Time()
    meanings: Mapping[str, Mapping[str, str | bool]] = Field(
        default_factory=dict, alias="values", description="canonical column: raw value = value"
    )
    identifiers: Mapping[str, Identifier] = Field(
        default_factory=dict, description="identifier type: what a directory says of it"
    )
    origin: str = Field(default="", exclude=True, description="file that the contract came from, for messages")

    @property
    def traits(self) -> Kind:
        """What its kind may and must say."""
        return KINDS[self.kind]

    @property
    def presence_min(self) -> float:
        """Minutes that one sighting speaks for presence."""
        return self.traits.hold_min if self.hold_min is None else self.hold_min

    @property
    def digest(self) -> str:
        """SHA-256 of what it says."""
        return hashlib.sha256(json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()).hexdigest()

    @property
    def file_columns(self) -> tuple[str, ...]:
        """Columns of the file that it reads, in the order that a row's identity is made of."""
        mapped = [self.columns[name] for name in sorted(self.columns)]
        for _, item in sorted(self.identifiers.items()):
            mapped += [name for name in (item.column, item.valid_from, item.valid_to) if name]
        return tuple(dict.fromkeys(mapped))

    @property
    def time_columns(self) -> tuple[str, ...]:
        """Columns of the file that hold times."""
        mapped = [self.columns[name] for name in TIME_COLUMNS if name in self.columns and self.kind != "reference"]
        dated = [name for item in self.identifiers.values() for name in (item.valid_from, item.valid_to) if name]
        return tuple(dict.fromkeys(mapped + dated))

    @property
    def wide_columns(self) -> frozenset[str]:
        """Columns of the file with births and validities, which may lie far back or ahead."""
        mapped = [self.columns[name] for name in TIME_COLUMNS if name in self.columns and name not in WIDE_COLUMNS]
        return frozenset(self.time_columns) - frozenset(mapped)

    def format_of(self, path: Path) -> FormatName:
        """Return the format in which a file of this contract is written.

        Raises:
            ContractError: neither the contract nor the suffix tells.
        """
        found = self.format or _SUFFIXES.get(path.suffix.lower())
        if found is None:
            raise ContractError(
                f"{self.origin}: format of {path.name} is not known; expected format = csv, tsv, jsonl, parquet or xlsx"
            )
        return found

    def matches(self, path: PurePosixPath) -> bool:
        """Return whether one of its file patterns matches the end of a path."""
        return any(path.match(pattern) for pattern in self.files)

    @model_validator(mode="after")
    def _is_consistent(self) -> Contract:
        _check_columns(self)
        _check_keys(self)
        _check_kind(self)
        return self


ROW_COLUMNS = ("record_id", "directory", "known_at", "source")
"""What rows of directories have beside the columns that a contract may map."""
CONTACT_COLUMNS = frozenset({"email", "phone"})
"""Columns of a record that may be identifiers, too."""
_SECTIONS: dict[str, type[_Part]] = {"time": Time, "identifiers": Identifier}


def known_keys(section: type[BaseModel]) -> list[str]:
    """Return the keys that a contract, or one of its sections, may have."""
    return [field.alias or name for name, field in section.model_fields.items() if not field.exclude]


def _check_columns(contract: Contract) -> None:
    known = contract.traits.columns
    if contract.kind == "reference":
        known = EXTRACT_TABLES[contract.table].column_names if contract.table else ()
    for name in contract.columns:
        if known and name not in known:
            raise ValueError(f"[columns] {name} is no column of kind {contract.kind}{nearest(name, known)}")
    for name in contract.constants:
        if name not in CONSTANT_COLUMNS or name not in known:
            raise ValueError(f"[constants] {name} cannot be constant{nearest(name, CONSTANT_COLUMNS)}")
    for name, mapping in contract.meanings.items():
        if name not in contract.columns:
            raise ValueError(
                f"[values.{name}] maps values of a column that [columns] does not name{nearest(name, contract.columns)}"
            )
        if name != "is_attended" and any(isinstance(value, bool) for value in mapping.values()):
            raise ValueError(f"[values.{name}] expected text, got true or false")


def _check_keys(contract: Contract) -> None:
    given = {*contract.columns, *contract.constants}
    for name in contract.traits.required:
        if name not in contract.columns:
            raise ValueError(f"[columns] {name} is missing; kind {contract.kind} needs it")
    if "id_value" in contract.columns and "id_type" not in given:
        raise ValueError("[constants] id_type is missing; it says what kind of identifier id_value is, as card_id")
    if contract.zone_from and "sensor_id" not in contract.columns:
        raise ValueError('[columns] sensor_id is missing; zone_from = "access_points" looks it up')
    if contract.zone_from and "zone_id" in given:
        raise ValueError("zone_id is given although zone_from looks it up; leave out one of them")
    if contract.traits.needs_zone and "zone_id" not in given and not contract.zone_from:
        raise ValueError(f'[columns] zone_id is missing; kind {contract.kind} needs it, or zone_from = "access_points"')


def _check_kind(contract: Contract) -> None:
    if (contract.kind == "reference") != (contract.table is not None):
        raise ValueError(
            "table names the campus file that a source of kind reference replaces, and only that kind has one"
        )
    if contract.identifiers and contract.kind != "directory":
        raise ValueError(
            "[identifiers] belongs to kind directory; elsewhere map id_value and set id_type in [constants]"
        )
    _check_identifiers(contract)
    if contract.kind == "reference" and contract.format == "jsonl":
        raise ValueError("format jsonl cannot hold a reference table; expected csv, tsv, parquet or xlsx")


def _check_identifiers(contract: Contract) -> None:
    """Refuse identifying kinds that are called as a column of a record: resolution compares both, by their names."""
    taken = {*contract.traits.columns, *ROW_COLUMNS} - CONTACT_COLUMNS
    for name, item in contract.identifiers.items():
        if item.identifies and name in taken:
            raise ValueError(
                f"[identifiers.{name}] identifies and is called as a column of a record; expected a name of its own, "
                f"as {name}_no; rename it, or map it in [columns]"
            )


def load_contract(path: Path) -> Contract:
    """Read and check one contract.

    Raises:
        ContractError: it cannot be read or contradicts itself; one line with the file and the key.
    """
    origin = f"{path.parent.name}/{path.name}"
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ContractError(f"{origin} cannot be read: {error.strerror}; give the path of a contract") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContractError(f"{origin} is not valid TOML: {error}; mend that line") from error
    known = known_keys(Contract)
    for name in values:
        if name not in known:
            raise ContractError(f"{origin}: unknown key {name}{nearest(name, known)}; {GUIDE} lists every key")
    try:
        return Contract(**values, origin=origin)
    except ValidationError as error:
        raise ContractError(f"{origin}: {_first_fault(error)}") from error


def contracts_of(folder: Path) -> tuple[Contract, ...]:
    """Return the contracts of a folder in the order of their file names; an absent folder has none.

    Raises:
        ContractError: one of them is wrong, or two of one source disagree on kind or presence.
    """
    found = tuple(load_contract(path) for path in sorted(folder.glob("*.toml")))
    _agreed(found)
    return found


def contract_for(path: PurePosixPath, contracts: Iterable[Contract]) -> Contract | None:
    """Return the contract that matches a file, or None.

    Raises:
        ContractError: two match.
    """
    matching = [contract for contract in contracts if contract.matches(path)]
    if len(matching) > 1:
        names = " and ".join(contract.origin for contract in matching)
        raise ContractError(f"{path.name}: expected one contract, {names} match it; narrow `files` in one of them")
    return matching[0] if matching else None


def traits(contracts: Iterable[Contract]) -> pd.DataFrame:
    """Return `source, kind, hold_min` of every source of timed rows; hold_min is 0 where sightings do not hold."""
    rows = sorted({(item.source, item.kind, item.presence_min) for item in contracts if item.traits.is_timed})
    frame = pd.DataFrame(rows, columns=["source", "kind", "hold_min"])
    return frame.astype({"source": "str", "kind": "str", "hold_min": "float64"})


def radio_sources(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the sources whose zone is that of the access point that heard a device, in alphabetical order."""
    return tuple(sorted({item.source for item in contracts if item.zone_from == "access_points"}))


def directories_of_several(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the directories in which a person may have several records, in alphabetical order."""
    return tuple(sorted({item.source for item in contracts if item.kind == "directory" and not item.one_per_person}))


def directories_promised(contracts: Iterable[Contract]) -> tuple[str, ...]:
    """Return the directories whose contract promises one record a person, in alphabetical order."""
    promised = (item for item in contracts if item.one_per_person and "one_per_person" in item.model_fields_set)
    return tuple(sorted({item.source for item in promised if item.kind == "directory"}))


def lists_of_one_holder(contracts: Iterable[Contract]) -> tuple[tuple[str, str], ...]:
    """Return directories and the kinds of identifiers in them that one person holds at a time, in order."""
    return tuple(
        sorted(
            {
                (item.source, id_type)
                for item in contracts
                for id_type, listed in item.identifiers.items()
                if listed.is_handed_on
            }
        )
    )


def _agreed(contracts: Iterable[Contract]) -> None:
    seen: dict[str, Contract] = {}
    for item in contracts:
        first = seen.setdefault(item.source, item)
        if (first.kind, first.presence_min) != (item.kind, item.presence_min):
            raise ContractError(
                f"{first.origin} and {item.origin}: source {item.source} has two kinds or hold_min; make them agree"
            )


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    if fault["type"] == "extra_forbidden":
        section = _SECTIONS.get(str(fault["loc"][0]), Contract)
        return f"unknown key {key}{nearest(str(fault['loc'][-1]), known_keys(section))}; {GUIDE} lists every key"
    return f"{key}: {message}" if key else message
