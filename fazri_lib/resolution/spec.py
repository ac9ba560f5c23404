"""What the columns of person records are. How alike is alike is learnt, not said."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from fazri_lib.errors import ContractError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

GUIDE = "docs/guides/resolve.md"


def _as_tuple(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class NameField(_Part):
    """A person's name: given and family name apart, or in full, or both."""

    kind: Literal["name"]
    given: str | None = Field(default=None, description="column of the given name")
    family: str | None = Field(default=None, description="column of the family name")
    full: str | None = Field(default=None, description="column of the name in full")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the records."""
        return tuple(name for name in (self.given, self.family, self.full) if name)

    @model_validator(mode="after")
    def _has_one(self) -> NameField:
        if not self.columns:
            raise ValueError("expected one of given, family, full, got none")
        return self


class ColumnField(_Part):
    """A field of one column."""

    kind: Literal["date", "email", "phone", "category", "text"]
    column: str = Field(description="column of the records")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the records."""
        return (self.column,)


class IdField(_Part):
    """A number or code given to a person, a card or a device."""

    kind: Literal["id"]
    column: str = Field(description="column of the records")
    shared: bool = Field(default=False, description="whether several people may well have the same one")

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the records."""
        return (self.column,)


class PlaceField(_Part):
    """Where a person lives or belongs."""

    kind: Literal["place"]
    named: Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        alias="columns", min_length=1, description="column, or a list of them from the narrowest to the widest"
    )

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the records."""
        return self.named


def _kinds_of(part: type[BaseModel]) -> tuple[str, ...]:
    return get_args(part.model_fields["kind"].annotation)


AnyField = Annotated[NameField | ColumnField | IdField | PlaceField, Field(discriminator="kind")]


class Spec(_Part):
    """What the columns of some person records are; read by `load_spec`."""

    record_id: str = Field(default="record_id", description="column of the record's own id, unique within a file")
    one_per_person: bool | Annotated[tuple[str, ...], BeforeValidator(_as_tuple)] = Field(
        default=False, description="true, or the stems of the files in which nobody has two records"
    )
    fields: Mapping[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], AnyField] = Field(
        min_length=1, description="fields by name"
    )

    def columns(self) -> tuple[str, ...]:
        """Return the columns that the fields name, each once."""
        return tuple(dict.fromkeys(name for field in self.fields.values() for name in field.columns))

    def single_sources(self, sources: Sequence[str]) -> set[str]:
        """Return those of the sources in which nobody has two records.

        Raises:
            ContractError: the spec names a source that is not there.
        """
        if isinstance(self.one_per_person, bool):
            return set(sources) if self.one_per_person else set()
        for stem in self.one_per_person:
            if stem not in sources:
                raise ContractError(
                    f"one_per_person names {stem}{nearest(stem, sources)}; expected stems of the files given "
                    f"({', '.join(sources)}); correct it or give that file"
                )
        return set(self.one_per_person)


def read_spec(content: Mapping[str, Any], name: str) -> Spec:
    """Return the spec that a TOML document holds.

    Args:
        content: the document.
        name: of its file, for messages.

    Raises:
        ContractError: it contradicts itself; one line says what.
    """
    try:
        return Spec.model_validate(dict(content))
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        first = next((one for one in found if one["type"] == "extra_forbidden"), found[0])
        said = _unknown(first, content) or str(first["msg"]).removeprefix("Value error, ")
        raise ContractError(
            f"{name}: {_place(first)}: {said[:1].lower()}{said[1:]}; {GUIDE} shows every key"
        ) from error


def _place(first: ErrorDetails) -> str:
    """Where something is wrong, without the kind that pydantic puts between a field and its key."""
    place = [str(part) for part in first["loc"]]
    if first["type"] == "extra_forbidden":
        place = place[:2] if place[0] == "fields" else []
    return ".".join(place) or "the spec"


def _unknown(first: ErrorDetails, content: Mapping[str, Any]) -> str:
    """What is said of a key or a kind that there is not, with the nearest that there is; "" of anything else."""
    place = first["loc"]
    if first["type"] == "extra_forbidden":
        keys = _keys(_KINDS[str(place[2])]) if place[0] == "fields" else _keys(Spec)
        return _unlike("key", str(place[-1]), keys)
    if first["type"] == "union_tag_invalid":
        return _unlike("kind", str(first["ctx"]["tag"]), list(_KINDS))
    if first["type"] == "union_tag_not_found":
        written = content["fields"][place[1]]
        near = difflib.get_close_matches("kind", list(written) if isinstance(written, Mapping) else [], n=1)
        return f"unknown key `{near[0]}`; did you mean `kind`?" if near else f"no kind; expected {', '.join(_KINDS)}"
    return ""


def _unlike(what: str, written: str, known: Sequence[str]) -> str:
    close = difflib.get_close_matches(written, known, n=1)
    near = f"did you mean `{close[0]}`?" if close else f"expected one of {', '.join(known)}"
    return f"unknown {what} `{written}`; {near}"


def _keys(part: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


_KINDS: dict[str, type[BaseModel]] = {
    kind: part for part in (NameField, ColumnField, IdField, PlaceField) for kind in _kinds_of(part)
}
