"""Functions of DuckDB that Ibis has no name for. Only `sources` may use them: files are always read by DuckDB."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import ibis
import ibis.expr.types as ir

_Function = Callable[..., Any]


def _builtin(arguments: tuple[str, ...], result: str, name: str | None = None) -> Callable[[_Function], _Function]:
    return cast("Callable[[_Function], _Function]", ibis.udf.scalar.builtin(name=name, signature=(arguments, result)))


@_builtin(("string", "string"), "timestamp")
def try_strptime(text: str, form: str) -> None:
    """Read a timestamp without a zone; null when the text has another form."""


@_builtin(("string", "string"), "timestamp('UTC')", name="try_strptime")
def try_strptime_offset(text: str, form: str) -> None:
    """Read a timestamp with an offset from UTC, by a format that has %z; null when the text has another form."""


@_builtin(("timestamp('UTC')",), "int64")
def epoch_us(ts: object) -> None:
    """Return the microseconds from 1970 to an instant."""


@_builtin(("int64",), "timestamp")
def make_timestamp(microseconds: int) -> None:
    """Return the timestamp so many microseconds after 1970."""


@_builtin(("string",), "uint64")
def md5_number_lower(text: str) -> None:
    """Return the lower half of an MD5 sum."""


@_builtin(("string",), "boolean")
def json_valid(text: str) -> None:
    """Return whether the text is JSON."""


@_builtin(("string",), "string")
def json_type(text: str) -> None:
    """Return the kind of a JSON value."""


@_builtin(("string", "string"), "string")
def json_extract_string(text: str, path: str) -> None:
    """Return a value of a JSON object as text."""


def key_of(text: ir.StringValue) -> ir.IntegerValue:
    """Return the positive 63-bit key of a text: half of its MD5 sum."""
    return cast("ir.IntegerValue", md5_number_lower(text).__rshift__(1).cast("int64"))
