"""Conditions of comparisons, which are SQL on two records' columns, read and evaluated in this process.

A trained model says in SQL what its levels are, for Splink. Read here they hold for one pair at a time without an
engine: there is one definition of every level. Unknown values are SQL's: a comparison with one is unknown, "and" and
"or" are Kleene's. What is read is a short list of operators and functions; anything else is refused, never run.
"""

from __future__ import annotations

import operator
from functools import lru_cache, reduce
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp

from fazri_lib.errors import ContractError
from fazri_lib.resolution import similarity

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Row = Mapping[str, Any]
    Value = Callable[[Row, Row], Any]

_LEFT, _RIGHT = "_l", "_r"
_DECIMALS = 9  # DuckDB multiplies decimals exactly, floats do not


@lru_cache(maxsize=2_000)
def compiled(condition: str) -> Value:
    """Return a function of the left and the right record that tells whether a condition holds; None for unknown.

    Args:
        condition: SQL as DuckDB has it; columns end in `_l` or `_r`.

    Raises:
        ContractError: it is not SQL, or uses what is not read here.
    """
    try:
        return _value(sqlglot.parse_one(condition, read="duckdb"))
    except sqlglot.ParseError as error:
        raise ContractError(
            "a condition of a matcher cannot be read; expected SQL as DuckDB has it, got something else; "
            "train the matcher anew"
        ) from error


def _value(node: exp.Expr) -> Value:
    made = _MADE.get(type(node))
    if made is not None:
        return made(node)
    function = _named(node)
    return _strict(function, [_value(part) for part in _parts(node)])


def _named(node: exp.Expr) -> Callable[..., Any]:
    key = node.name.lower() if isinstance(node, exp.Anonymous) else type(node)
    if key not in _FUNCTIONS:
        raise ContractError(
            f"a condition of a matcher uses {node.sql_name() if isinstance(node, exp.Func) else type(node).__name__}, "
            "which is not read here; add it to fazri_lib/resolution/conditions.py"
        )
    return _FUNCTIONS[key]


def _parts(node: exp.Expr) -> list[exp.Expr]:
    """Operands or arguments in order."""
    if isinstance(node, exp.Anonymous):
        return list(node.expressions)
    return [part for part in (node.this, node.args.get("expression"), *node.expressions) if part is not None]


def _strict(function: Callable[..., Any], parts: list[Value]) -> Value:
    """A function that is unknown where an argument is."""
    if len(parts) == 1:
        (only,) = parts

        def of_one(left: Row, right: Row) -> Any:
            value = only(left, right)
            return None if value is None else function(value)

        return of_one
    first, second = parts

    def of_two(left: Row, right: Row) -> Any:
        a = first(left, right)
        if a is None:
            return None
        b = second(left, right)
        return None if b is None else function(a, b)

    return of_two


def _column(node: exp.Expr) -> Value:
    name = node.name
    if name.endswith(_LEFT):
        own = name.removesuffix(_LEFT)
        return lambda left, _: left[own]
    other = name.removesuffix(_RIGHT)
    return lambda _, right: right[other]


def _constant(value: Any) -> Value:
    return lambda _left, _right: value


def _literal(node: exp.Expr) -> Value:
    if node.args["is_string"]:
        return _constant(node.name)
    return _constant(float(node.name) if "." in node.name else int(node.name))


def _and(node: exp.Expr) -> Value:
    first, second = _value(node.this), _value(node.expression)

    def both(left: Row, right: Row) -> Any:
        a = first(left, right)
        if a is False:
            return False
        b = second(left, right)
        return False if b is False else None if a is None or b is None else True

    return both


def _or(node: exp.Expr) -> Value:
    first, second = _value(node.this), _value(node.expression)

    def either(left: Row, right: Row) -> Any:
        a = first(left, right)
        if a is True:
            return True
        b = second(left, right)
        return True if b is True else None if a is None or b is None else False

    return either


def _is(node: exp.Expr) -> Value:
    if not isinstance(node.expression, exp.Null):
        raise ContractError("a condition of a matcher says `is` of something; expected `is null`, got another")
    value = _value(node.this)
    return lambda left, right: value(left, right) is None


def _first_known(node: exp.Expr) -> Value:
    parts = [_value(part) for part in (node.this, *node.expressions)]
    return lambda left, right: next(
        (value for value in (part(left, right) for part in parts) if value is not None), None
    )


def _least(node: exp.Expr) -> Value:
    parts = [_value(part) for part in (node.this, *node.expressions)]

    def least(left: Row, right: Row) -> Any:
        known = [value for value in (part(left, right) for part in parts) if value is not None]
        return min(known) if known else None

    return least


def _concatenated(node: exp.Expr) -> Value:
    parts = [_value(part) for part in (node.this, *node.expressions)]
    return lambda left, right: reduce(operator.add, ([*(part(left, right) or ())] for part in parts))


def _cast(node: exp.Cast) -> Value:
    if not node.to.is_type("int"):
        raise ContractError("a condition of a matcher casts; expected to integer, got another type")
    return _strict(int, [_value(node.this)])


_MADE: dict[type[exp.Expr], Callable[[Any], Value]] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Boolean: lambda node: _constant(bool(node.this)),
    exp.Null: lambda _: _constant(None),
    exp.Paren: lambda node: _value(node.this),
    exp.And: _and,
    exp.Or: _or,
    exp.Is: _is,
    exp.Coalesce: _first_known,
    exp.Least: _least,
    exp.ArrayConcat: _concatenated,
    exp.Cast: _cast,
}
_FUNCTIONS: dict[type[exp.Expr] | str, Callable[..., Any]] = {
    exp.Not: operator.not_,
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GTE: operator.ge,
    exp.GT: operator.gt,
    exp.LTE: operator.le,
    exp.LT: operator.lt,
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: lambda a, b: round(a * b, _DECIMALS),
    exp.IntDiv: operator.floordiv,
    exp.Abs: abs,
    exp.Length: len,
    exp.StartsWith: str.startswith,
    exp.ArrayOverlaps: lambda a, b: not set(a).isdisjoint(b),
    exp.ArrayDistinct: lambda values: list(dict.fromkeys(values)),
    exp.JarowinklerSimilarity: similarity.jaro_winkler,
    "jaro_similarity": similarity.jaro,
    "damerau_levenshtein": similarity.slips,
    "hamming": similarity.places_apart,
    "list_intersect": lambda a, b: list(dict.fromkeys(value for value in a if value in b)),
}
"""What is read beside the above; each is unknown where an argument is."""
