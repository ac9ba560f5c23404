"""Where a campus is asked: scopes are checked, views of people reported, answers remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from fazri_lib.access import Grant, Scope, pseudonym
from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.campus.reading import Sight
from fazri_lib.errors import AccessDeniedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Hashable

    from fazri_lib.campus.deciding import ReviewDesk
    from fazri_lib.campus.pool import Lease
    from fazri_lib.campus.reading import Reader
    from fazri_lib.campus.view import View
    from fazri_lib.store.operations import Decision

Given = TypeVar("Given")
_MASKING = frozenset({Scope.REVEAL})


class Desk:
    """Takes the questions of one reader at one moment.

    The view that answers know of the grant only what masks values, so that readers who see the same share answers;
    whether a question may be asked at all is decided here, before.

    Args:
        lease: the open extract.
        as_of: moment of the view, UTC without a zone.
        grant: what the reader may see.
        reader: of a dashboard; None for the local analyst, who may ask everything.
    """

    def __init__(self, lease: Lease, as_of: dt.datetime, grant: Grant, reader: Reader | None) -> None:
        self.lease = lease
        self.grant = grant
        self.reader = reader
        self.view: View = lease.view(self._usual(as_of), Grant(grant.scopes & _MASKING, key=grant.key))

    def _usual(self, moment: dt.datetime) -> dt.datetime:
        """The moment that a dashboard looks from: whole minutes, so that readers share answers, or the latest one."""
        if self.reader is None or moment == self.lease.extract.as_of:
            return moment
        return moment.replace(second=0, microsecond=0)

    def allows(self, scope: Scope) -> bool:
        """Tell whether questions that need this scope are answered. The local analyst is asked for `REVEAL` only."""
        return self.grant.holds(scope) or (self.reader is None and scope not in _MASKING)

    def ask(self, scope: Scope, question: Callable[..., Given], *arguments: Any) -> Given:
        """Return the answer to a question about the view.

        Args:
            scope: what the reader needs.
            question: takes the view and the arguments.
            arguments: further ones.

        Raises:
            AccessDeniedError: the reader does not hold the scope.
        """
        self.check(scope)
        view = self.view
        key = (view.as_of, view.grant, question.__module__, question.__qualname__, _hashable(arguments))
        answer: Given = self.lease.ask(key, lambda: question(self.view, *arguments))
        return answer

    def prepared(self, scope: Scope, read: Callable[[View], Any], make: Callable[[Any], Any]) -> Any:
        """Return what questions of one moment rest on, whoever asks, made once and not copied.

        Args:
            scope: what the reader needs.
            read: reads from the view what is needed. Other questions wait for that only.
            make: makes it from that, for seconds perhaps; it asks the view nothing.

        Raises:
            AccessDeniedError: the reader does not hold the scope.
        """
        self.check(scope)
        view = self.view
        key = (view.as_of, view.grant.key, read.__module__, read.__qualname__)
        return self.lease.prepared(key, lambda: read(view), make)

    def ask_about(self, who: int | str, question: Callable[..., Given], *arguments: Any) -> Given:
        """Return the answer to a question about one person; that it was asked is told to the audit log first.

        Raises:
            AccessDeniedError: the reader may not look at people.
            UnknownNameError: nobody, or more than one, is meant.
        """
        return self.ask(Scope.PEOPLE, question, self.about(who), *arguments)

    def about(self, who: int | str) -> int:
        """Return the entity that is meant, after the audit log was told that this page shows it."""
        self.check(Scope.PEOPLE)
        entity_id = self.ask(Scope.PEOPLE, _entity, str(who))
        self.saw(entity_id)
        return entity_id

    def saw(self, *entity_ids: int) -> None:
        """Tell the audit log, once a page for each, that it shows these people; and their names, when it does.

        Whether the reader may see them is for who calls to know: a finding about a person needs `Scope.FINDINGS` only.
        """
        if self.reader is not None:
            for entity_id in entity_ids:
                self.reader.report(pseudonym(entity_id, self.grant.key), Sight.PERSON)
        self.reveals()

    def reveals(self) -> None:
        """Tell the audit log, when names are shown, that this page lists people under their names."""
        if self.reader is not None and self.grant.holds(Scope.REVEAL):
            self.reader.report("", Sight.NAMES)

    def decisions(self) -> tuple[Decision, ...]:
        """Return all decisions of reviewers as they stand now; none on a dashboard that keeps none."""
        if self.reader is None:
            return self._local.decisions()
        return self.reader.reviews.decisions() if self.reader.reviews else ()

    def reviews(self) -> ReviewDesk:
        """Return where the reader's answers go.

        Raises:
            AccessDeniedError: nowhere: this dashboard keeps no answers.
        """
        desk = self._local if self.reader is None else self.reader.reviews
        if desk is None:
            raise AccessDeniedError(
                "answers cannot be kept here; expected the dashboards of `fazri serve` or a notebook, got neither; "
                "open the page there"
            )
        return desk

    @property
    def _local(self) -> LocalDesk:
        return LocalDesk(self.lease.pool.home, self.lease.pool.settings)

    def check(self, scope: Scope) -> None:
        """See that questions that need this scope may be asked.

        Raises:
            AccessDeniedError: the reader does not hold it.
        """
        if not self.allows(scope):
            raise AccessDeniedError(
                f"this is not yours to see; expected a role with the scope {scope}, got none; "
                "ask an administrator for one"
            )


def _entity(view: View, who: str) -> int:
    return view.entity(who)


def _hashable(value: Any) -> Hashable:
    """An argument as a part of a key: values that are equal but of different types are kept apart.

    What an answer rests on (`Desk.prepared`) goes by its number.
    """
    if isinstance(value, dict):
        return tuple((name, _hashable(item)) for name, item in sorted(value.items()))
    if isinstance(value, list | tuple):
        return tuple(_hashable(item) for item in value)
    if hasattr(value, "remembered_as"):
        value = value.remembered_as  # the key would hold what it is made of
    return type(value).__name__, value
