"""The places of the simulated campus: zones with policies, walking distances, readers, cameras and access points.

The table below is one site. A large campus has a site for every few thousand people, and in each as many zones of a
kind as these people need; the zone of the table is the kind's first one.
"""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pandas as pd

from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.sources.simulate.draws import NOWHERE, BoolArray, IntArray
from fazri_lib.sources.simulate.span import PLAN_STARTS_H, Day

WALK_M_S = 1.3
"""Walking speed in metres per second (Bohannon and Andrews 2011: 1.2 to 1.4)."""

_ORIGIN = (52.4530, 13.2900)
_METRES_PER_DEGREE = (111_200.0, 67_900.0)
_STAIRS_M = 20
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_POLICY_COLUMNS = (
    "zone_id",
    "name",
    "building",
    "zone_type",
    "opens",
    "closes",
    "closed_weekdays",
    "access",
    "allowed_roles",
    "allowed_departments",
    "security",
    "off_hours_severity",
    "longest_stay_h",
)
_POLICIES = """
MAIN_LOBBY|Main lobby|Main|lobby|06:30|22:00||public|||low|medium|10
OFFICES|Offices|Main|office|07:00|20:00|sat,sun|restricted|faculty,staff||medium|high|12
MEETING|Meeting rooms|Main|meeting_room|08:00|19:00|sat,sun|booking|faculty,staff||medium|high|4
SECURITY_POST|Security post|Main|office||||restricted|staff||high|high|12
SERVER_ROOM|Server room|Main|server_room||||restricted|staff||high|critical|6
HALL_A|Lecture hall A|Lectures|auditorium|07:30|22:00|sun|public|||low|medium|6
HALL_B|Lecture hall B|Lectures|auditorium|07:30|22:00|sun|public|||low|medium|6
SEMINAR_1|Seminar room 1|Lectures|seminar_room|07:30|20:00|sat,sun|public|||low|medium|6
SEMINAR_2|Seminar room 2|Lectures|seminar_room|07:30|20:00|sat,sun|public|||low|medium|6
LAB_COMP|Computer lab|Science|lab|07:00|22:00|sun|restricted|student,faculty||medium|high|10
LAB_CHEM|Chemistry lab|Science|lab|08:00|19:00|sat,sun|restricted|student,faculty|Chemistry,Physics|high|critical|8
LAB_MECH|Engineering workshop|Science|lab|08:00|19:00|sat,sun|restricted|student,faculty|Engineering|high|critical|8
LIBRARY|Reading room|Library|library|07:00|23:00||public|||medium|high|12
GROUP_ROOMS|Group study rooms|Library|meeting_room|08:00|22:00||booking|||low|medium|4
CAFETERIA|Cafeteria|Centre|cafeteria|06:30|21:00||public|||low|medium|3
CAFE|Coffee bar|Centre|cafeteria|07:30|19:00|sun|public|||low|medium|3
GYM|Sports hall|Centre|gym|06:30|23:00||membership|||medium|medium|4
HOSTEL|Hostel common rooms|Hostel|hostel||||residents|student,staff||high|high|16
"""

_LAYOUT_COLUMNS = ("zone_id", "load", "seats", "x_m", "y_m", "reader", "camera", "aps", "bleeds_to")
"""Share of all people that zones of the kind are built for, the most people that one zone of it is built for (0: one a
site, whatever its size), metres east and north of the site's origin, what stands in it (`both`: a reader at the way out
too), and the zone whose access points also hear devices from here."""
_LAYOUT = """
MAIN_LOBBY|.06|0|0|0|no|yes|2|
OFFICES|.17|450|25|30|yes|no|4|MAIN_LOBBY
MEETING|.04|120|45|10|no|no|2|OFFICES
SECURITY_POST|.03|0|-20|10|yes|no|1|
SERVER_ROOM|.01|0|-10|40|both|no|1|
HALL_A|.18|500|160|60|no|yes|4|HALL_B
HALL_B|.18|500|190|75|no|no|4|HALL_A
SEMINAR_1|.1|500|165|95|no|no|2|SEMINAR_2
SEMINAR_2|.1|500|185|105|no|no|2|SEMINAR_1
LAB_COMP|.15|400|340|40|yes|no|3|LAB_MECH
LAB_CHEM|.1|500|365|25|both|no|2|LAB_COMP
LAB_MECH|.08|500|350|65|both|no|2|LAB_COMP
LIBRARY|.32|1600|120|-120|yes|yes|5|GROUP_ROOMS
GROUP_ROOMS|.05|130|135|-100|no|no|2|LIBRARY
CAFETERIA|.26|800|240|-60|no|yes|4|CAFE
CAFE|.14|350|255|-45|no|no|2|CAFETERIA
GYM|.08|0|300|-110|yes|no|2|
HOSTEL|.16|450|430|-200|yes|yes|3|
"""
PEOPLE_PER_SITE = 5000
"""People that one site is for; beyond one and a half times as many the campus has a second one."""
_SITE_APART_M, _SITES_IN_A_ROW, _NEXT_DOOR_M = (600, 450), 4, (12, 9)


@dataclass(frozen=True, slots=True)
class Places:
    """Every zone by its number (its position in `zones`), and what stands in it.

    Attributes:
        zones: schema table `zones`.
        ids: zone ids.
        distance_m: walking distance of each pair of zones.
        opens: first open slot of a plan day.
        closes: first slot that is closed again.
        closed: closed all day, by zone and weekday.
        kind: number of the kind's first zone.
        site: number of the site.
        has_reader: whether the door reads cards.
        has_exit_reader: whether the door reads cards on the way out too.
        has_camera: whether a camera looks at the door.
        ap_first: number of the zone's first access point.
        ap_count: number of its access points.
        bleeds_to: zone whose access points also hear devices from here; NOWHERE for none.
    """

    zones: pd.DataFrame
    ids: tuple[str, ...]
    distance_m: IntArray
    opens: IntArray
    closes: IntArray
    closed: BoolArray
    kind: IntArray
    site: IntArray
    has_reader: BoolArray
    has_exit_reader: BoolArray
    has_camera: BoolArray
    ap_first: IntArray
    ap_count: IntArray
    bleeds_to: IntArray

    @property
    def capacity(self) -> IntArray:
        """Capacities by zone number."""
        return self.zones["capacity"].to_numpy(np.int64)

    @property
    def longest_slots(self) -> IntArray:
        """Longest usual stays by zone number, in slots."""
        hours: IntArray = self.zones["longest_stay_h"].to_numpy(np.int64)
        return hours * 4

    @property
    def kind_capacity(self) -> IntArray:
        """Capacity of all zones of a kind together, by zone number of its first zone."""
        return np.bincount(self.kind, weights=self.capacity).astype(np.int64)

    @property
    def is_open_to_all(self) -> BoolArray:
        """Which zones admit every role and every department."""
        is_open: BoolArray = (self.zones["allowed_roles"].isna() & self.zones["allowed_departments"].isna()).to_numpy()
        return is_open

    def number(self, zone_id: str) -> int:
        """Return a zone's number."""
        return self.ids.index(zone_id)

    def of_kind(self, *zone_ids: str) -> IntArray:
        """Return the numbers of all zones of the given kinds, each named by its first zone."""
        return np.flatnonzero(np.isin(self.kind, [self.number(zone_id) for zone_id in zone_ids]))

    def walk_s(self) -> IntArray:
        """Return the walking time of each pair of zones, seconds."""
        return np.ceil(self.distance_m / WALK_M_S).astype(np.int64)

    def open_slots(self, day: Day) -> BoolArray:
        """Return which zones are open in which slots of a plan day, zones by slots."""
        slots = np.arange(day.slots)
        always = self.zones["opens"].isna().to_numpy()
        inside = (slots >= self.opens[:, None]) & (slots < self.closes[:, None]) & ~self.closed[:, day.weekday, None]
        return inside | always[:, None]

    def ap_ids(self) -> list[str]:
        """Return the ids of the access points by number."""
        return [f"AP{number:03d}" for number in range(1, int(self.ap_count.sum()) + 1)]

    def access_points(self) -> pd.DataFrame:
        """Return schema table `access_points`."""
        return pd.DataFrame(
            {"sensor_id": self.ap_ids(), "zone_id": np.repeat(np.array(self.ids, dtype=object), self.ap_count)}
        )

    def zone_walks(self) -> pd.DataFrame:
        """Return schema table `zone_walks`, each pair in both directions."""
        a, b = np.nonzero(~np.eye(len(self.ids), dtype=bool))
        ids = np.array(self.ids, dtype=object)
        return pd.DataFrame({"zone_id": ids[a], "other_zone_id": ids[b], "distance_m": self.distance_m[a, b]})


def site_count(people: int) -> int:
    """Return the number of sites of a campus for so many people."""
    return max(1, round(people / PEOPLE_PER_SITE))


def build_places(people: int) -> Places:
    """Return the campus built for so many people: 18 zones up to about a thousand, then more of each kind and sites."""
    one = _table(_POLICIES, _POLICY_COLUMNS).merge(_table(_LAYOUT, _LAYOUT_COLUMNS), on="zone_id", validate="1:1")
    plan = _all_sites(one, people)
    aps = plan["aps"].to_numpy(np.int64)
    return Places(
        zones=_zones_table(plan),
        ids=tuple(plan["zone_id"]),
        distance_m=_distances(plan),
        opens=np.array([_slot(text, 0) for text in plan["opens"]]),
        closes=np.array([_slot(text, 96) for text in plan["closes"]]),
        closed=np.array([[name in text.split(",") for name in _WEEKDAYS] for text in plan["closed_weekdays"]]),
        kind=plan["kind"].to_numpy(np.int64),
        site=plan["site"].to_numpy(np.int64),
        has_reader=(plan["reader"] != "no").to_numpy(),
        has_exit_reader=(plan["reader"] == "both").to_numpy(),
        has_camera=(plan["camera"] == "yes").to_numpy(),
        ap_first=np.cumsum(aps) - aps,
        ap_count=aps,
        bleeds_to=_next_door(plan),
    )


def _all_sites(one: pd.DataFrame, people: int) -> pd.DataFrame:
    """Zones of all sites; those of the table first, so that a kind has the number of its first zone."""
    sites, kinds = site_count(people), np.arange(len(one))
    here = one["load"].to_numpy() * people / sites
    seats = one["seats"].to_numpy(np.float64)
    copies = np.where(seats > 0, np.ceil(here / np.maximum(seats, 1)), 1).astype(np.int64)
    kind = np.concatenate([np.repeat(kinds, copies)] * sites)
    site = np.repeat(np.arange(sites), copies.sum())
    nth = np.concatenate([np.arange(count) for count in copies] * sites)
    order = np.lexsort((nth, site, kind, (site > 0) | (nth > 0)))
    kind, site, nth = kind[order], site[order], nth[order]
    plan = one.iloc[kind].assign(kind=kind, site=site, nth=nth, expected=(here / copies)[kind]).reset_index(drop=True)
    number = site * copies[kind] + nth + 1
    row, column = np.divmod(site, _SITES_IN_A_ROW)
    suffix = np.where(number > 1, number.astype(str), "")
    return plan.assign(
        zone_id=plan["zone_id"] + np.where(number > 1, "-", "") + suffix,
        name=plan["name"] + np.where(number > 1, " ", "") + suffix,
        building=plan["building"] + np.where(site > 0, np.char.add(" ", (site + 1).astype(str)), ""),
        x_m=plan["x_m"] + column * _SITE_APART_M[0] + nth * _NEXT_DOOR_M[0],
        y_m=plan["y_m"] + row * _SITE_APART_M[1] + nth * _NEXT_DOOR_M[1],
    )


def _next_door(plan: pd.DataFrame) -> IntArray:
    """Zone next door of each zone, in its own site."""
    first = {(kind, site): number for number, (kind, site, nth) in enumerate(_keys(plan)) if nth == 0}
    kinds = {zone_id: kind for kind, zone_id in enumerate(plan["zone_id"]) if "-" not in zone_id}
    return np.array(
        [
            first.get((kinds.get(zone_id, NOWHERE), site), NOWHERE)
            for zone_id, site in zip(plan["bleeds_to"], plan["site"], strict=True)
        ]
    )


def _keys(plan: pd.DataFrame) -> list[tuple[int, int, int]]:
    return list(zip(plan["kind"], plan["site"], plan["nth"], strict=True))


def _table(text: str, columns: tuple[str, ...]) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), sep="|", names=list(columns), keep_default_na=False)


def _zones_table(plan: pd.DataFrame) -> pd.DataFrame:
    expected = plan["expected"].to_numpy()
    zones = plan.assign(
        capacity=np.ceil(expected + 3 * np.sqrt(expected) + 2).astype(np.int64),
        latitude=(_ORIGIN[0] + plan["y_m"] / _METRES_PER_DEGREE[0]).round(6),
        longitude=(_ORIGIN[1] + plan["x_m"] / _METRES_PER_DEGREE[1]).round(6),
    )
    texts = ["opens", "closes", "closed_weekdays", "access", "allowed_roles", "allowed_departments"]
    zones[texts] = zones[texts].replace("", None)
    return zones[list(EXTRACT_TABLES["zones"].column_names)]


def _distances(plan: pd.DataFrame) -> IntArray:
    """Straight lines in metres, with stairs and doors when the buildings differ."""
    x, y = plan["x_m"].to_numpy(np.float64), plan["y_m"].to_numpy(np.float64)
    building = plan["building"].to_numpy()
    straight = np.sqrt((x[:, None] - x) ** 2 + (y[:, None] - y) ** 2)
    rounded: IntArray = np.round(straight + _STAIRS_M * (building[:, None] != building)).astype(np.int64)
    return rounded


def _slot(clock: str, otherwise: int) -> int:
    """Return the plan-day slot of a clock time hh:mm."""
    if not clock:
        return otherwise
    hour, minute = clock.split(":")
    return (int(hour) - PLAN_STARTS_H) * 4 + int(minute) // 15
