"""Answers of reviewers: kept in the operations database, withdrawn but never removed, handed to every later run.

An answer holds in every view from the moment on that its reviewer looked from, until the moment from which it was
withdrawn. An answer and the row of the audit log that tells of it are one transaction; the log names neither record
nor reason.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fazri_lib.errors import AccessDeniedError, DecisionError, UnknownNameError
from fazri_lib.resolution.review import Said, Verdict, Word, pair_of
from fazri_lib.workflows.audit import Audit, Event
from fazri_lib.workflows.reviewed import nodes_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from fazri_lib.resolution.review import Node
    from fazri_lib.store.operations import Decision, Operations, Transaction

LONGEST_REASON = 200
_NAMED = 6
_NUMBERS_END = 2**31
"""Numbers of decisions are below: neither database looks for larger ones."""


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who answers.

    Attributes:
        name: login name, or what the audit log calls who works on the command line.
        may_still: asked within the transaction: whether the login that answers holds.
    """

    name: str
    may_still: Callable[[Transaction], bool] = field(default=lambda _rows: True, repr=False)


@dataclass(frozen=True, slots=True)
class Reviews:
    """The decisions of one operations database; shared by all threads.

    Attributes:
        operations: the database.
        clock: tells the time, UTC without a zone.
    """

    operations: Operations
    clock: Callable[[], dt.datetime] = field(repr=False)

    def all(self) -> list[Decision]:
        """Return every decision, the oldest first, withdrawn ones too."""
        with self.operations.read() as rows:
            return rows.decisions.all()

    def answer(
        self, pair: tuple[Node, Node], verdict: Verdict, by: Reviewer, as_of: dt.datetime, reason: str = ""
    ) -> Decision:
        """Note what somebody says of two records.

        Args:
            pair: the rows of directories.
            verdict: what is said.
            by: who says it.
            as_of: moment of the view that it rests on, UTC without a zone.
            reason: why, in a few words.

        Raises:
            DecisionError: the two were answered meanwhile, or the answer contradicts others; which, is said.
            AccessDeniedError: the login has ended.
        """
        left, right = pair_of(*pair)
        told = " ".join(reason.split())
        if left == right or len(told) > LONGEST_REASON:
            raise DecisionError(
                f"answer: expected two records and a reason of at most {LONGEST_REASON} characters, got "
                f"{'one record' if left == right else f'{len(told)} characters'}; say it shorter or choose another pair"
            )
        with self.operations.write() as rows:
            _see(by, rows)
            _refuse(rows.decisions.all(), left, right, verdict, as_of)
            number = rows.decisions.add(
                left_directory=left.directory,
                left_key=left.record_key,
                right_directory=right.directory,
                right_key=right.record_key,
                verdict=verdict.value,
                reason=told,
                decided_by=by.name,
                decided_at=self.clock(),
                as_of=as_of,
            )
            detail = {"verdict": verdict.value, "as_of": as_of.isoformat()}
            self._tell(rows, Event.RECORDS_DECIDED, by, number, detail)
            made = rows.decisions.numbered(number)
        assert made is not None
        return made

    def withdraw(self, number: int, by: Reviewer, as_of: dt.datetime) -> Decision:
        """Take a decision back.

        Args:
            number: of the decision.
            by: who takes it back.
            as_of: moment of the view in which that is, UTC without a zone.

        Raises:
            UnknownNameError: there is no such decision.
            DecisionError: it was withdrawn before.
            AccessDeniedError: the login has ended.
        """
        with self.operations.write() as rows:
            _see(by, rows)
            found = rows.decisions.numbered(number) if 0 < number < _NUMBERS_END else None
            if found is None:
                raise UnknownNameError(f"no decision {str(number)[:20]}; `fazri review decisions` lists them")
            if not found.stands:
                raise DecisionError(
                    f"decision {number}: expected one that stands, got one that {found.withdrawn_by} has withdrawn; "
                    "nothing is left to do"
                )
            since = max(as_of, found.as_of)
            rows.decisions.withdraw(number, by.name, self.clock(), since)
            detail = {"verdict": found.verdict, "as_of": since.isoformat(), "decided_by": found.decided_by}
            self._tell(rows, Event.DECISION_WITHDRAWN, by, number, detail)
            withdrawn = rows.decisions.numbered(number)
        assert withdrawn is not None
        return withdrawn

    def _tell(self, rows: Transaction, event: Event, by: Reviewer, number: int, detail: dict[str, str]) -> None:
        Audit(self.operations, self.clock).write_within(
            rows, event, actor=by.name, subject=f"decision {number}", detail=detail
        )


def _see(by: Reviewer, rows: Transaction) -> None:
    if not by.may_still(rows):
        raise AccessDeniedError("answer: expected a login that holds, got one that has ended; log in again")


def _refuse(decisions: list[Decision], left: Node, right: Node, verdict: Verdict, as_of: dt.datetime) -> None:
    """Refuse an answer that was given already, or that cannot be true beside others that hold at any moment with it."""
    beside = [one for one in decisions if one.withdrawn_as_of is None or one.withdrawn_as_of > as_of]
    for one in beside:
        if one.stands and nodes_of(one) == (left, right):
            raise DecisionError(
                f"these two records: expected no answer yet, got {one.verdict} by {one.decided_by} "
                f"(decision {one.decision_id}); withdraw that first"
            )
    said = Word(Said(one.decision_id, *nodes_of(one), Verdict(one.verdict)) for one in beside)
    against = said.against(left, right, verdict)
    if against:
        raise DecisionError(_contradiction(verdict, against, {one.decision_id: one for one in beside}))


def _contradiction(verdict: Verdict, against: list[Said], decisions: dict[int, Decision]) -> str:
    named = [_named(decisions[one.number]) for one in against[:_NAMED]]
    more = f" and {len(against) - _NAMED} more" if len(against) > _NAMED else ""
    return (
        f"these two records: expected an answer that fits the others, got {verdict.value} against {', '.join(named)}"
        f"{more}; withdraw one of them first"
    )


def _named(decision: Decision) -> str:
    until = "" if decision.stands else f", withdrawn as of {decision.withdrawn_as_of:%Y-%m-%d %H:%M} UTC"
    return f"decision {decision.decision_id} ({decision.verdict}, {decision.decided_by}{until})"
