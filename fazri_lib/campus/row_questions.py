"""Questions about the rows behind figures, and whose a new row is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fazri_lib.access import Scope
from fazri_lib.campus import matching, records
from fazri_lib.campus.behind import check_arguments, read_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.asking import Desk


class RowQuestions:
    """The part of a campus that answers with rows as they were loaded."""

    _desk: Desk

    def match(self, record: Mapping[str, str], limit: int = 5) -> Answer:
        """Return whom a new record may belong to, by the trained model, with reasons; only where names are revealed.

        Args:
            record: texts by field, as {"name": "Neha Mehta", "born_on": "2001-04-05"}.
            limit: most people, 1 to 1000.
        """
        self._desk.check(Scope.REVEAL)
        self._desk.reveals()
        given = tuple(sorted((str(name), str(text)) for name, text in record.items() if text is not None))
        return self._desk.ask(Scope.PEOPLE, matching.match, given, limit)

    def records(self, entity_id: int | str) -> Answer:
        """Return the directory rows that belong to a person, each with the probability that it does."""
        return self._desk.ask_about(entity_id, records.records)

    def stay(self, stay_id: int | str) -> Answer:
        """Return the logged rows that one stay, by its id in `campus.timeline()`, was made of."""
        self._desk.saw(*self._desk.ask(Scope.PEOPLE, records.subject, str(stay_id)))
        return self._desk.ask(Scope.PEOPLE, records.stay, str(stay_id))

    def behind(self, key: str) -> Answer:
        """Return the rows that a figure of an answer was computed from.

        Args:
            key: of one of the answer's `behind`, as stay~123.

        Raises:
            UnknownNameError: it is none.
        """
        question, arguments = read_key(key)
        asked: Callable[..., Answer] = getattr(self, question)
        check_arguments(asked, arguments)
        return asked(*arguments)
