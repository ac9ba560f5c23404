"""One campus, opened to be asked: what notebooks, reports and pages call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Self

from fazri_lib.campus import health, people, places, unusual, whereabouts
from fazri_lib.campus.instants import aware
from fazri_lib.campus.unusual import FindingsFilter
from fazri_lib.campus.view import View, moment_of

if TYPE_CHECKING:
    from types import TracebackType

    from fazri_lib.access import Grant
    from fazri_lib.campus.answer import Answer
    from fazri_lib.campus.instants import Moment
    from fazri_lib.settings import Settings
    from fazri_lib.store import Extract


class Campus:
    """The published extract of one campus as known at one moment. Get it by `fazri.open()`.

    Every question returns an `Answer`: `.summary`, `.frame`, `.plot()`. People are named by pseudonym or entity id;
    moments without an offset are campus time, `today` and `yesterday` are days of the view, and a date alone as the end
    of a period means the end of that day.

    Args:
        extract: an open extract; the campus closes it.
        settings: the campus's settings.
        as_of: moment of the view, UTC without a zone.
        grant: what the reader may see.
    """

    def __init__(self, extract: Extract, settings: Settings, as_of: dt.datetime, grant: Grant) -> None:
        self._view = View(extract, settings, as_of, grant)

    @property
    def name(self) -> str:
        """Name of the campus."""
        return self._view.settings.name

    @property
    def as_of(self) -> dt.datetime:
        """Moment of the view, UTC."""
        return aware(self._view.as_of)

    @property
    def note(self) -> str:
        """The moment of the view in words, for a page."""
        return f"{self.name}, as known at {self._view.spoken(self._view.as_of)} ({self._view.time_zone})"

    def at(self, as_of: Moment) -> Campus:
        """Return the same campus as it was known at another moment.

        Raises:
            NotPublishedError: the moment is later than the extract's.
        """
        moment = moment_of(self._view.extract, self._view.settings, as_of)
        return Campus(self._view.extract, self._view.settings, moment, self._view.grant)

    def people(self, **filters: str | list[str]) -> Answer:
        """Return who is on record, filtered by `kind`, `role` or `department` (one value or several)."""
        return people.people(self._view, filters)

    def search(self, text: str) -> Answer:
        """Return people by the beginning of a pseudonym or by id; when revealed also by name, e-mail, identifier."""
        return people.search(self._view, text)

    def person(self, entity_id: int | str) -> Answer:
        """Return who somebody is on record and the identifiers that lead to them, with their weights."""
        return people.person(self._view, entity_id)

    def example_person(self) -> str:
        """Return the pseudonym of the person with the surest findings, else of the one seen most."""
        return people.suggested(self._view)

    def timeline(self, entity_id: int | str, start: Moment = None, end: Moment = None) -> Answer:
        """Return a person's stays and gaps in a period; by default the week up to the last sighting."""
        return whereabouts.timeline(self._view, entity_id, start, end)

    def where(self, entity_id: int | str, at: Moment = None) -> Answer:
        """Return where a person probably was at a moment, by default at the moment of the view."""
        return whereabouts.where(self._view, entity_id, at)

    def next_place(self, entity_id: int | str, at: Moment = None) -> Answer:
        """Return where a visit of a person that starts at a moment would probably be."""
        return whereabouts.next_place(self._view, entity_id, at)

    def zones(self) -> Answer:
        """Return all zones with their policy and the people in them at the last count."""
        return places.zones(self._view)

    def busiest_zone(self) -> str:
        """Return the zone with the most people over the last week of the view."""
        return places.busiest(self._view)

    def occupancy(self, zone_id: str | None = None, start: Moment = None, end: Moment = None) -> Answer:
        """Return the people in a zone over a period (default: a week), or in each zone (default: a day)."""
        return places.occupancy(self._view, zone_id or None, start, end)

    def typical_week(self, zone_id: str, weeks: int = 8) -> Answer:
        """Return the people in a zone by hour of the week over the last weeks."""
        return places.typical_week(self._view, zone_id, weeks)

    def day(self, on: Moment = None, weeks: int = 8) -> Answer:
        """Return the people per zone on a day against the same weekday of the weeks before."""
        return places.day(self._view, on, weeks)

    def forecast(self, zone_id: str, past_days: int = 7, hours: int | None = None) -> Answer:
        """Return the people expected in a zone, with intervals, beside the last days and the baseline."""
        return places.forecast(self._view, zone_id, dt.timedelta(days=past_days), hours)

    def outlook(self, hours: int = 24) -> Answer:
        """Return the most people expected in each zone over the next hours, and when."""
        return places.outlook(self._view, hours)

    def findings(
        self,
        entity_id: int | str | None = None,
        zone_id: str | None = None,
        detector: str | None = None,
        min_score: float = 0.5,
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
        wanted = FindingsFilter(entity_id, zone_id, detector, min_score=min_score, **more)
        return unusual.findings(self._view, wanted)

    def health(self) -> Answer:
        """Return what arrived from each source and how much of it leads to nobody, to several, or was put aside."""
        return health.health(self._view)

    def quality(self) -> Answer:
        """Return how good each capability is on this campus, beside its baseline."""
        return health.quality(self._view)

    def close(self) -> None:
        """Let go of the extract's files."""
        self._view.extract.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"Campus {self.note}"
