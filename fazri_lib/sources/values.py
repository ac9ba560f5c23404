"""Raw texts become canonical values: trimmed, translated by the contract, looked up once per distinct word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import ibis

from fazri_lib.sources.duckdb_functions import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import ibis.expr.types as ir

    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.staging import Staged

    Derived = Mapping[str, ir.Value]

EMAIL = "email"
_WITHOUT_SUFFIX = ("id_value", "ref_id", "thing_id")
_TRUE, _FALSE = ("yes", "y", "true", "t", "1"), ("no", "n", "false", "f", "0")


def text_of(contract: Contract, column: str, raw: ir.StringValue) -> ir.StringValue:
    """Return raw texts as values of a canonical column, null where nothing is left.

    Args:
        contract: says which values mean which and what is cut off.
        column: canonical column.
        raw: texts as the file writes them.
    """
    text = raw.strip().nullif("")
    if column in _WITHOUT_SUFFIX:
        text = without_suffix(contract, text)
    meanings = {key: str(value) for key, value in contract.meanings.get(column, {}).items()}
    return text.cases(*meanings.items(), else_=text) if meanings else text


def without_suffix(contract: Contract, text: ir.StringValue) -> ir.StringValue:
    """Return identifiers without the endings that are no part of them."""
    if not contract.strip_suffixes:
        return text
    endings = "|".join(re.escape(suffix) for suffix in contract.strip_suffixes)
    return text.re_replace(f"(?i)({endings})$", "").nullif("")


def truth_of(contract: Contract, column: str, raw: ir.StringValue) -> ir.BooleanValue:
    """Return raw texts as true or false, null where they are empty or say neither."""
    text = raw.strip()
    meanings = contract.meanings.get(column)
    if meanings:
        return cast("ir.BooleanValue", text.cases(*meanings.items(), else_=ibis.null("boolean")))
    lower = text.lower()
    return ibis.cases((lower.isin(_TRUE), True), (lower.isin(_FALSE), False), else_=ibis.null("boolean"))


def identifier(id_type: str | ir.StringValue, value: ir.StringValue) -> Derived:
    """Return id_value, e-mail addresses in lower case, and id_key."""
    if isinstance(id_type, str):
        value = value.lower() if id_type == EMAIL else value
        return {"id_value": value, "id_key": key_of(ibis.literal(f"{id_type}\x1f") + value)}
    value = ibis.ifelse(id_type == EMAIL, value.lower(), value)
    return {"id_value": value, "id_key": key_of(id_type + "\x1f" + value)}


def attached(
    staged: Staged, table: ir.Table, column: str, derive: Callable[[ir.Table, ir.StringValue], ir.Table]
) -> ir.Table:
    """Return a table with the columns that `derive` makes of a file column, made once per word where it is coded.

    Args:
        staged: the file.
        table: its table, maybe with columns added.
        column: column of the file.
        derive: takes a table and its raw text column, returns the table with new columns.
    """
    name = staged.name_of(column)
    if column not in staged.words:
        return derive(table, cast("ir.StringValue", table[name]))
    words = staged.words[column]
    derived = derive(words, cast("ir.StringValue", words.word))
    code = ibis.util.gen_name("code")
    derived = staged.held(derived.drop("word").rename({code: "code"}))
    return table.left_join(derived, table[name] == derived[code]).drop(code)


def text_column(staged: Staged, table: ir.Table, name: str) -> ir.StringValue:
    """Return a canonical column of texts: mapped, constant or empty.

    Args:
        staged: the file.
        table: its table, maybe with columns added.
        name: canonical column, not one that is kept as codes.
    """
    contract = staged.contract
    if name in contract.columns:
        return text_of(contract, name, cast("ir.StringValue", table[staged.name_of(contract.columns[name])]))
    return ibis.literal(contract.constants.get(name), "string")
