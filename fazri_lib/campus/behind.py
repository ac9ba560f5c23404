"""From a figure to the rows behind it: each answer names the questions whose rows it was computed from."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from fazri_lib.errors import UnknownNameError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

QUESTIONS = ("records", "stay", "claims", "timeline", "thing", "findings", "evidence", "quality")
"""Questions of the campus that figures lead to."""
BETWEEN = "~"


@dataclass(frozen=True, slots=True)
class Behind:
    """Where rows behind figures are: another question to the campus.

    Attributes:
        what: the rows, as a link names them.
        question: of the campus, one of `QUESTIONS`.
        arguments: of it, texts; nothing personal is among them, since they stand in addresses.
        column: of the answer's rows, where each row leads to rows of its own: its value is the first argument.
    """

    what: str
    question: str
    arguments: tuple[str, ...] = ()
    column: str = ""

    def key(self, row: Mapping[Any, Any] | None = None) -> str:
        """Return the question as one text, as stay~123, which `campus.behind` answers; "" where a row has none.

        Args:
            row: of the answer, where each row leads to its own.
        """
        arguments = self.arguments
        if self.column:
            value = None if row is None else row.get(self.column)
            if value is None or pd.isna(value):
                return ""
            arguments = (str(value), *arguments)
        return BETWEEN.join([self.question, *arguments])


def read_key(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the question and the arguments of a key.

    Raises:
        UnknownNameError: it is none.
    """
    question, *arguments = text.strip().split(BETWEEN)
    if question not in QUESTIONS:
        raise UnknownNameError(
            f"these rows are not known; expected one of {', '.join(QUESTIONS)} and what it is about, as stay~123, got "
            "another; follow a link of the page"
        )
    return question, tuple(arguments)


def check_arguments(question: Callable[..., Any], arguments: tuple[str, ...]) -> None:
    """Check that a question takes so many arguments.

    Raises:
        UnknownNameError: it takes more or fewer.
    """
    try:
        inspect.signature(question).bind(*arguments)
    except TypeError:
        raise UnknownNameError(
            f"these rows are not known; expected a question and what it is about, as stay~123, got {len(arguments)} "
            "things that it is about, with which it cannot be asked; follow a link of the page"
        ) from None


def moment(at: dt.datetime) -> str:
    """Return a moment, UTC without a zone, as an argument."""
    return f"{pd.Timestamp(at).isoformat()}+00:00"
