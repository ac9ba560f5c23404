"""What a campus is asked and told about its records: the part of the facade that reviewers and their reports use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fazri_lib.access import Scope
from fazri_lib.campus import queued, resolved, reviewing

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.asking import Desk
    from fazri_lib.resolution.review import Node

_KEPT = (
    "It moves the records and what is computed from then on; claims, stays and findings that were told before keep "
    "the person that was known then."
)


class ReviewQuestions:
    """Questions about records, and answers to them; `Campus` has them among its own."""

    _desk: Desk

    def review(self, kind: str = "", limit: int = 20) -> Answer:
        """Return which records are worth a person's answer, the most useful first.

        Args:
            kind: merge, split, place or random; by default all, every fourth a random one for the estimate.
            limit: most questions, 1 to 1000.
        """
        self._desk.reveals()
        made = self._queued(Scope.REVIEW)
        return self._desk.ask(Scope.REVIEW, reviewing.queue, made, self._desk.decisions(), kind, limit)

    def question(self, which: str = "", kind: str = "") -> Answer:
        """Return the two sides of a question of the review queue, and what agrees between them.

        Args:
            which: what the question is called, as Q-7K3Q9MX; by default the first of the queue.
            kind: of the queue, as for `review`.
        """
        made, row = self._asked(which, kind)
        self._desk.saw(*reviewing.people_of(made, row))
        decisions = self._desk.decisions()
        return reviewing.question(self._desk.view, made, decisions, row)

    def decide(self, which: str, *said: str, reason: str = "") -> str:
        """Say of two records whether they are one person; every later run follows. Return what was noted.

        `decide("Q-7K3Q9MX", "same")` answers a question of the queue, `decide("R-4T2B0M9", "R-9Q1W3C7", "different")`
        tells of any two records, whether they are asked about or not.

        Args:
            which: what the question is called, or the first record.
            said: the second record unless it is a question; same, different or unsure; and why, if that is to be said.
            reason: why, in a few words, where it is not the last of `said`.

        Raises:
            DecisionError: somebody else was faster, or the answer contradicts others.
            UnknownNameError: there is no such question, record or answer.
        """
        self._desk.check(Scope.REVIEW)
        about, verdict, told = reviewing.told_of(which, *said)
        desk = self._desk.reviews()
        one = desk.answer(self._pair(about), verdict, self._desk.view.as_of, reason or told)
        return (
            f"Decision {one.decision_id}: {one.verdict}, noted for {one.decided_by}. The next run follows it. {_KEPT}"
        )

    def withdraw(self, decision: int | None = None) -> str:
        """Take a decision back, by default one's own last one. Return what was noted.

        Raises:
            DecisionError: it was withdrawn before.
            UnknownNameError: there is no such decision.
        """
        self._desk.check(Scope.REVIEW)
        desk = self._desk.reviews()
        number = decision if decision is not None else reviewing.last_of(desk.decisions(), desk.name)
        one = desk.withdraw(number, self._desk.view.as_of)
        return f"Decision {one.decision_id} ({one.verdict}) is withdrawn. The next run follows. {_KEPT}"

    def decisions(self) -> Answer:
        """Return what reviewers decided, the latest first, and whether the people of this view are so already.

        Why they did is told only to who may see names.
        """
        self._desk.reveals()
        made = self._queued(Scope.REVIEW)
        return self._desk.ask(Scope.REVIEW, reviewing.listed, made, self._desk.decisions())

    def resolution(self, days: int = 30) -> Answer:
        """Return how many people were found in how many records, and how many merged or came apart of late."""
        return self._desk.ask(Scope.ZONES, resolved.resolution, days)

    def pair_weights(self) -> Answer:
        """Return how many pairs of records weigh how much, within people and between them."""
        made = self._queued(Scope.ZONES)
        return self._desk.ask(Scope.ZONES, resolved.pair_weights, made)

    def resolution_quality(self) -> Answer:
        """Return precision and recall of resolution by threshold, with intervals from reviewers' answers."""
        made = self._queued(Scope.ZONES)
        return self._desk.ask(Scope.ZONES, resolved.resolution_quality, made, self._desk.decisions())

    def _queued(self, scope: Scope) -> queued.Base:
        """Return what the queue is made from; nobody but who needs it waits while it is made."""
        key = self._desk.view.grant.key
        found: queued.Base = self._desk.prepared(scope, queued.loaded, lambda known: queued.made(known, key))
        return found

    def _pair(self, about: tuple[str, ...]) -> tuple[Node, Node]:
        """Return the two records that a question, or their own labels, mean."""
        if len(about) > 1:
            made = self._queued(Scope.REVIEW)
            return queued.record_called(made, about[0]), queued.record_called(made, about[1])
        made, row = self._asked(about[0], "")
        assert row is not None, "a question that is named is there, or an error says that it is not"
        return queued.pair(made, row)

    def _asked(self, which: str, kind: str) -> tuple[queued.Base, dict[str, Any] | None]:
        """Return what the queue is made from, and the question that is meant."""
        made = self._queued(Scope.REVIEW)
        return made, reviewing.asked(self._desk.view, made, self._desk.decisions(), which, kind)
