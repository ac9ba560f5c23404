"""What a campus is asked and told about its records: the part of the facade that reviewers and their reports use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fazri_lib.access import Scope
from fazri_lib.campus import queued, resolved, reviewing
from fazri_lib.errors import UnknownNameError

if TYPE_CHECKING:
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.asking import Desk


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

    def decide(self, which: str, verdict: str, reason: str = "") -> str:
        """Answer a question of the review queue; every later run follows. Return what was noted.

        Args:
            which: what the question is called, as Q-7K3Q9MX.
            verdict: same, different or unsure.
            reason: why, in a few words.

        Raises:
            DecisionError: somebody else was faster, or the answer contradicts others.
        """
        self._desk.check(Scope.REVIEW)
        said, desk = reviewing.verdict_of(verdict), self._desk.reviews()
        made, row = self._asked(which, "") if which.strip() else (None, None)
        if made is None or row is None:
            raise UnknownNameError("no question; expected one of campus.review(), as Q-7K3Q9MX, got none; name it")
        one = desk.answer(queued.pair(made, row), said, self._desk.view.as_of, reason)
        return f"Decision {one.decision_id}: {one.verdict}, noted for {one.decided_by}. The next run follows it."

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
        return f"Decision {one.decision_id} ({one.verdict}) is withdrawn. The next run follows."

    def decisions(self) -> Answer:
        """Return what reviewers decided, the latest first, and whether the people of this view are so already."""
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

    def _asked(self, which: str, kind: str) -> tuple[queued.Base, dict[str, Any] | None]:
        """Return what the queue is made from, and the question that is meant."""
        made = self._queued(Scope.REVIEW)
        return made, reviewing.asked(self._desk.view, made, self._desk.decisions(), which, kind)
