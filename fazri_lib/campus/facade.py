"""One campus, opened to be asked: what notebooks, reports and pages call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from fazri_lib.access import Scope
from fazri_lib.campus import (
    alibis,
    evidence,
    expected,
    health,
    lookup,
    noted,
    now,
    people,
    places,
    search,
    things,
    unusual,
    whereabouts,
)
from fazri_lib.campus import why as explaining
from fazri_lib.campus.asking import Desk
from fazri_lib.campus.bounds import score
from fazri_lib.campus.instants import aware
from fazri_lib.campus.matcher import of_campus
from fazri_lib.campus.review_questions import ReviewQuestions
from fazri_lib.campus.row_questions import RowQuestions
from fazri_lib.campus.unusual import FindingsFilter
from fazri_lib.campus.view import moment_of
from fazri_lib.errors import AccessDeniedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from types import TracebackType

    from fazri_lib.access import Grant
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.campus.matcher import Matcher
    from fazri_lib.campus.pool import Lease
    from fazri_lib.campus.reading import Reader
    from fazri_lib.campus.view import View


class Campus(RowQuestions, ReviewQuestions):
    """The published extract of one campus as known at one moment. Get it by `fazri.open()`.

    Every question returns an `Answer`: `.summary`, `.frame`, `.plot()`. People are named by pseudonym or entity id;
    moments without an offset are campus time, `today` and `yesterday` are days of the view, and a date alone as the end
    of a period means the end of that day. An answer given before is remembered; its rows are yours to change.

    On a dashboard the campus belongs to the page's reader: a question that needs a scope which the reader does not hold
    raises `AccessDeniedError`, and what is shown of one person is told to the audit log first.

    Args:
        lease: the open extract; the campus gives it back.
        as_of: moment of the view, UTC without a zone.
        grant: what the reader may see.
        reader: of the page; None for the local analyst, who may ask everything.
    """

    def __init__(self, lease: Lease, as_of: dt.datetime, grant: Grant, reader: Reader | None = None) -> None:
        self._desk = Desk(lease, as_of, grant, reader)

    @property
    def _view(self) -> View:
        return self._desk.view

    @property
    def reader(self) -> Reader | None:
        """The reader of the page that this campus was opened for; None elsewhere."""
        return self._desk.reader

    def allows(self, scope: Scope) -> bool:
        """Tell whether questions that need this scope are answered; `Scope.REVEAL`: whether names are shown."""
        return self._desk.allows(scope)

    @property
    def name(self) -> str:
        """Name of the campus."""
        return self._view.settings.name

    @property
    def as_of(self) -> dt.datetime:
        """Moment of the view, UTC."""
        return aware(self._view.as_of)

    @property
    def latest_moment(self) -> dt.datetime:
        """Latest moment that can be looked from, UTC."""
        return aware(self._view.extract.as_of)

    @property
    def time_zone(self) -> str:
        """Time zone of the campus."""
        return self._view.time_zone

    @property
    def note(self) -> str:
        """The moment of the view in words, for a page."""
        return f"{self.name}, as known at {self._view.spoken(self._view.as_of)} ({self._view.time_zone})"

    def at(self, as_of: Moment) -> Campus:
        """Return the same campus as it was known at another moment.

        Raises:
            NotPublishedError: the moment is later than the extract's.
        """
        desk = self._desk
        moment = moment_of(desk.lease.extract, desk.view.settings, as_of)
        return Campus(desk.lease, moment, desk.grant, desk.reader)

    def is_stale(self) -> bool:
        """Tell whether a run published since this campus was opened. Cheap: one look at a file."""
        return self._desk.lease.is_stale()

    def latest(self, as_of: Moment = None) -> Campus:
        """Return the same campus on what is published now, for the same reader. Close this one when it is done with.

        Args:
            as_of: moment to look from; by default the latest one.

        Raises:
            NotPublishedError: nothing is published, or `as_of` is later than what is.
        """
        desk = self._desk
        lease = desk.reader.lease() if desk.reader else desk.lease.pool.lease()
        try:
            moment = moment_of(lease.extract, desk.view.settings, as_of)
        except BaseException:
            lease.close()
            raise
        return Campus(lease, moment, desk.grant, desk.reader)

    def people(self, **filters: str | list[str]) -> Answer:
        """Return who is on record, filtered by `kind`, `role` or `department` (one value or several)."""
        self._desk.reveals()
        return self._desk.ask(Scope.PEOPLE, people.people, filters)

    def search(self, text: str, limit: int = 10) -> Answer:
        """Return people, zones and things that a text means, the likeliest first, each with the reasons.

        By pseudonym, id, role and department; when revealed also by name (misspelt, too), identifier or part of one.

        Args:
            text: one or several words, as "neha mehta civil 3286".
            limit: most people, zones, books and others, each.
        """
        self._desk.reveals()
        return self._desk.ask(Scope.PEOPLE, search.search, text, limit)

    def search_face(self, vector: Sequence[float], limit: int = 5) -> Answer:
        """Return the people whose faces on record are nearest to a vector; only where names are revealed.

        Args:
            vector: of a face, made as those on record were.
            limit: most people.
        """
        self._desk.check(Scope.REVEAL)
        self._desk.reveals()
        return self._desk.ask(Scope.PEOPLE, search.search_face, tuple(float(number) for number in vector), limit)

    def person(self, entity_id: int | str) -> Answer:
        """Return who somebody is on record and the identifiers that lead to them, with their weights."""
        return self._desk.ask_about(entity_id, people.person)

    def example_person(self) -> str:
        """Return the pseudonym of the person with the surest findings, else of the one seen most."""
        return self._desk.ask(Scope.PEOPLE, people.suggested)

    def timeline(self, entity_id: int | str, start: Moment = None, end: Moment = None) -> Answer:
        """Return a person's stays and gaps in a period; by default the week up to the last sighting."""
        return self._desk.ask_about(entity_id, whereabouts.timeline, start, end)

    def where(self, entity_id: int | str, at: Moment = None) -> Answer:
        """Return where a person probably was at a moment, by default at the moment of the view."""
        return self._desk.ask_about(entity_id, whereabouts.where, at)

    def next_place(self, entity_id: int | str, at: Moment = None) -> Answer:
        """Return where a visit of a person that starts at a moment would probably be."""
        return self._desk.ask_about(entity_id, whereabouts.next_place, at)

    def zones(self) -> Answer:
        """Return all zones with their policy and the people in them at the last count."""
        return self._desk.ask(Scope.ZONES, places.zones)

    def busiest_zone(self) -> str:
        """Return the zone with the most people over the last week of the view."""
        return self._desk.ask(Scope.ZONES, places.busiest)

    def occupancy(
        self, zone_id: str | None = None, start: Moment = None, end: Moment = None, *, days: int | None = None
    ) -> Answer:
        """Return the people in a zone over a period (default: a week), or in each zone (default: a day).

        Args:
            zone_id: a zone; all of them without it.
            start: of the period.
            end: of the period; by default the moment of the view.
            days: length of the period when it has no start.
        """
        return self._desk.ask(Scope.ZONES, places.occupancy, zone_id or None, (start, end), days)

    def typical_week(self, zone_id: str, weeks: int = 8) -> Answer:
        """Return the people in a zone by hour of the week over the last weeks."""
        return self._desk.ask(Scope.ZONES, places.typical_week, zone_id, weeks)

    def day(self, on: Moment = None, weeks: int = 8) -> Answer:
        """Return the people per zone on a day against the same weekday of the weeks before."""
        return self._desk.ask(Scope.ZONES, places.day, on, weeks)

    def forecast(self, zone_id: str, past_days: int = 7, hours: int | None = None) -> Answer:
        """Return the people expected in a zone, with intervals, beside the last days and the baseline."""
        return self._desk.ask(Scope.ZONES, places.forecast, zone_id, past_days, hours)

    def outlook(self, hours: int = 24) -> Answer:
        """Return the most people expected in each zone over the next hours, and when."""
        return self._desk.ask(Scope.ZONES, places.outlook, hours)

    def findings(
        self,
        entity_id: int | str | None = None,
        zone_id: str | None = None,
        detector: str | None = None,
        min_score: float | str = 0.5,
        **more: Any,
    ) -> Answer:
        """Return what is unusual, the most severe and surest first.

        Args:
            entity_id: pseudonym or id of a person.
            zone_id: a zone.
            detector: stem of a detector's file, as off_hours.
            min_score: how sure a finding must be at least, 0 to 1.
            more: `severity`, and a period by `start` and `end`.
        """
        wanted = FindingsFilter(entity_id, zone_id, detector, min_score=score(min_score), **more)
        if entity_id:
            self._desk.about(entity_id)
        return self._desk.ask(Scope.FINDINGS, unusual.findings, wanted)

    def health(self) -> Answer:
        """Return what arrived from each source and how much of it leads to nobody, to several, or was put aside."""
        return self._desk.ask(Scope.ZONES, health.health)

    def quality(self) -> Answer:
        """Return how good each capability is on this campus, beside its baseline."""
        return self._desk.ask(Scope.ZONES, health.quality)

    def now(self, weeks: int = 8) -> Answer:
        """Return the people in each zone at the last count against the same weekday and hour of the weeks before."""
        return self._desk.ask(Scope.ZONES, now.now, weeks)

    def course(self, weeks: int = 8, hours: int = 12) -> Answer:
        """Return the people in all zones over the day, what is usual, and what is expected for the next hours."""
        return self._desk.ask(Scope.ZONES, now.course, weeks, hours)

    def severities(self, days: int = 7, min_score: float = 0.5) -> Answer:
        """Return how many findings of each severity the last days brought, and as many days before."""
        return self._desk.ask(Scope.ZONES, unusual.severities, days, min_score)

    def recent_findings(self, days: int = 7, min_score: float = 0.5) -> Answer:
        """Return the findings that began in the last days, the most severe and surest first."""
        return self._desk.ask(Scope.FINDINGS, unusual.recent, days, min_score)

    def arrivals(self) -> Answer:
        """Return in one line whether every source delivers as usual."""
        return self._desk.ask(Scope.ZONES, health.arrivals)

    def expected(self, zone_id: str, past_days: int = 3, hours: int = 48) -> Answer:
        """Return a zone's forecast, and for past days what was forecast at most a day before beside what happened."""
        return self._desk.ask(Scope.ZONES, expected.expected, zone_id, past_days, hours)

    def skill(self, zone_id: str) -> Answer:
        """Return how good the forecasts of one zone were over the last weeks, beside the baselines; and the verdict."""
        return self._desk.ask(Scope.ZONES, expected.skill, zone_id)

    def evidence(self, finding_id: int | str) -> Answer:
        """Return one finding, what to do about it, and the rows that it was made from."""
        self._desk.saw(*self._desk.ask(Scope.FINDINGS, evidence.subjects, str(finding_id)))
        return self._desk.ask(Scope.FINDINGS, evidence.evidence, str(finding_id))

    def claims(self, entity_id: int | str, start: Moment = None, end: Moment = None) -> Answer:
        """Return the logged rows that may be a person, each with its weight; by default of the last week."""
        return self._desk.ask_about(entity_id, evidence.claims, start, end)

    def alibis(self, entity_id: int | str, start: Moment = None, end: Moment = None) -> Answer:
        """Return rows that are hardly a person, who was surely elsewhere, and what shows it; by default of a week."""
        return self._desk.ask_about(entity_id, alibis.alibis, start, end)

    def mentions(self, entity_id: int | str, start: Moment = None, end: Moment = None) -> Answer:
        """Return the notes that may name a person or what they held, each with its weight; by default of a month."""
        return self._desk.ask_about(entity_id, noted.mentions, start, end)

    def things(self, kind: str | None = None) -> Answer:
        """Return the zones, books, cards, devices and other identifiers, of one kind or all, and what is known."""
        return self._desk.ask(Scope.PEOPLE, things.things, kind or None)

    def thing(self, which: str, start: Moment = None, end: Moment = None) -> Answer:
        """Return who held a thing, where it was seen, who took it out or booked it, and notes that may name it.

        Args:
            which: kind and name as `campus.things()` shows them: zone:LIB, book:B1, card_id:I-0M4ZT2B.
            start: of the period; by default a month before its end.
            end: of the period; by default the moment of the view.
        """
        self._desk.saw(*self._desk.ask(Scope.PEOPLE, things.subjects, which, start, end))
        return self._desk.ask(Scope.PEOPLE, things.thing, which, start, end)

    def example_thing(self) -> str:
        """Return the card or other identifier that was seen most, by which `campus.thing` shows it."""
        return self._desk.ask(Scope.PEOPLE, things.suggested)

    def how(self, entity_id: int | str) -> Answer:
        """Return how a person came about: the rows of directories, the order in which they join, the weakest link."""
        return self._desk.ask_about(entity_id, explaining.how)

    def why(self, one: int | str, other: int | str = "") -> Answer:
        """Return what each field says for and against two rows of directories being one person, in bits.

        Args:
            one: label of a row as `how` shows it (R-4T2B0M9); when revealed also its id or directory:key; or a person,
                whose weakest link is taken.
            other: the other row, or both as "R-4T2B0M9 R-7K3Q9MX".
        """
        self._desk.saw(*self._desk.ask(Scope.PEOPLE, explaining.subjects, one, other))
        return self._desk.ask(Scope.PEOPLE, explaining.why, one, other)

    def why_not(self, one: int | str, other: int | str = "") -> Answer:
        """Return why two people, or rows of directories, are apart, by which rule, and what would join them.

        Args:
            one: a person, or a row.
            other: another; without it the person nearest to the first.
        """
        self._desk.saw(*self._desk.ask(Scope.PEOPLE, explaining.apart_subjects, one, other))
        return self._desk.ask(Scope.PEOPLE, explaining.why_not, one, other)

    def own_pairs(self, entity_id: int | str) -> dict[str, str]:
        """Return the pairs of rows of a person, as `why` takes them, the weakest first, by what they are called."""
        return self._desk.ask_about(entity_id, explaining.own_pairs)

    def near(self, entity_id: int | str) -> dict[str, str]:
        """Return the people nearest to a person, as `why_not` takes them, by what they are called."""
        return self._desk.ask_about(entity_id, explaining.near)

    def matcher(self, spec: str = "", without: str = "") -> Matcher:
        """Return a matcher trained anew on the rows of the directories that are known, to look at and to tune.

        Args:
            spec: TOML file over the columns of the table `records`; empty for that of `fazri run`.
            without: fields to leave out, comma-separated.

        Raises:
            AccessDeniedError: on a dashboard, which has no time for that.
        """
        if self._desk.reader is not None:
            raise AccessDeniedError("a dashboard trains no matcher; expected a notebook, got a page; use `fazri lab`")
        return of_campus(self._view, spec, without)

    def zone_names(self) -> dict[str, str]:
        """Return zone ids by name."""
        return self._desk.ask(Scope.ZONES, lookup.zone_names)

    def options(self, name: str) -> dict[str, Any]:
        """Return what `severity`, `detector`, `zone_id`, `min_score` and `days` can be, by what it is called."""
        return self._desk.ask(Scope.ZONES, lookup.options, name)

    def look_up(self, text: str) -> Answer:
        """Return zones, people and things that a text means; people and things only for readers who may see people."""
        self._desk.reveals()
        return self._desk.ask(Scope.ZONES, lookup.look_up, text, self.allows(Scope.PEOPLE))

    def close(self) -> None:
        """Let go of the extract's files; campuses made from this one by `at` are closed with it."""
        self._desk.lease.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Campus {self.note}"
