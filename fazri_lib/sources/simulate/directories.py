"""The directories of people, each with a key and a view of its own; no value is common to all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.sources.simulate import spelling
from fazri_lib.sources.simulate.devices import KINDS, NEVER_S
from fazri_lib.sources.simulate.draws import Stream, draws
from fazri_lib.sources.simulate.misspelling import wrong_digit
from fazri_lib.sources.simulate.population import DEPARTMENTS, FACULTIES, Archetype
from fazri_lib.sources.simulate.span import local_seconds

if TYPE_CHECKING:
    from fazri_lib.sources.simulate.campus import Campus
    from fazri_lib.sources.simulate.draws import IntArray, TextArray

    Directory = tuple[pd.DataFrame, IntArray]

CATEGORIES = {"Academic staff": "faculty", "Administration and service": "staff", "Student assistant": "student"}
"""What the personnel system calls people, and their role."""
GROUPS = {"UG": "student", "PG": "student", "ACAD": "faculty", "STAFF": "staff"}
"""What the library calls people, and their role."""
UNITS = {f"{'Institute of ' if name in FACULTIES else 'Office: '}{name}": name for name in DEPARTMENTS if name}
"""What the personnel system calls departments."""
SHELVES = {name[:4].upper(): name for name in DEPARTMENTS if name}
"""What the library calls departments."""

_GROUP_OF = np.array(["UG", "UG", "PG", "ACAD", "STAFF", "STAFF", "STAFF", ""])
_UNIT_OF, _SHELF_OF = np.array([*UNITS, ""]), np.array([*SHELVES, ""])
_ISO, _POINTS, _SLASHES = "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y"
_NUMBER_KNOWN, _NUMBER_WRONG = 0.8, 0.01
_SUBJECT_MISSING, _CAPITALS = 0.1, 0.1


def directories(campus: Campus) -> dict[str, Directory]:
    """Return the rows of each directory, its own key first, with the person of each row."""
    makers = {"students": _students, "staff": _staff, "patrons": _patrons, "network": _network, "cards": _cards}
    streams = draws(campus.seed, Stream.DIRECTORIES).spawn(len(makers))
    return {name: make(campus, rng) for (name, make), rng in zip(makers.items(), streams, strict=True)}


def card_accounts(count: int) -> TextArray:
    """Return the card office's number of everybody."""
    return _counted("K", np.arange(count))


def _students(campus: Campus, rng: np.random.Generator) -> Directory:
    """Students, and once more under an old number who left and came back."""
    people, accounts = campus.society.people, campus.holdings.accounts
    former, now = accounts.former, np.flatnonzero(accounts.student_no != "")
    who, is_now = np.concatenate([now, former.person]), np.arange(len(now) + len(former.person)) < len(now)
    never = np.full(len(now), np.datetime64("NaT"), dtype="datetime64[D]")
    rows = pd.DataFrame(
        {
            "student_no": np.concatenate([accounts.student_no[now], former.student_no]),
            "name": spelling.student_names(people, who, np.concatenate([people.last[now], former.last]), rng),
            "email": np.concatenate([accounts.email[now], former.email]),
            "phone": np.where(is_now, spelling.phones(accounts.phone[who], "+49 | ", 0.05, rng), ""),
            "born_on": spelling.written_dates(spelling.births(people.born_on[who], 0.01, rng), _ISO),
            "department": DEPARTMENTS[people.department[who]],
            "face_id": np.where(is_now, campus.holdings.face[who], ""),
            "enrolled_on": spelling.written_dates(np.concatenate([accounts.since_on[now], former.from_on]), _ISO),
            "left_on": spelling.written_dates(np.concatenate([never, former.to_on]), _ISO),
        }
    )
    return _by_key(rows, who)


def _staff(campus: Campus, rng: np.random.Generator) -> Directory:
    people, accounts = campus.society.people, campus.holdings.accounts
    who = np.flatnonzero(accounts.staff_no != "")
    kind = people.archetype[who]
    is_academic = (kind == Archetype.FACULTY) | (kind == Archetype.POSTGRADUATE)
    rows = pd.DataFrame(
        {
            "staff_no": accounts.staff_no[who],
            "name": spelling.staff_names(people, who, rng),
            "email": accounts.email[who],
            "phone": spelling.phones(accounts.phone[who], "0|/", 0.1, rng),
            "born_on": spelling.written_dates(spelling.births(people.born_on[who], 0.01, rng), _POINTS),
            "category": np.array(list(CATEGORIES))[np.where(is_academic, 0, np.where(people.is_student[who], 2, 1))],
            "unit": _UNIT_OF[people.department[who]],
            "face_id": campus.holdings.face[who],
            "hired_on": spelling.written_dates(accounts.since_on[who], _POINTS),
        }
    )
    return _by_key(rows, who)


def _patrons(campus: Campus, rng: np.random.Generator) -> Directory:
    """Patrons of the library, some of them entered twice."""
    people, accounts = campus.society.people, campus.holdings.accounts
    once, twice = np.flatnonzero(accounts.patron_no != ""), np.flatnonzero(accounts.second_patron_no != "")
    who = np.concatenate([once, twice])
    choices = accounts.email[who], accounts.private_email[who]
    rows = pd.DataFrame(
        {
            "patron_no": np.concatenate([accounts.patron_no[once], accounts.second_patron_no[twice]]),
            "name": spelling.patron_names(people, who, rng),
            "email": spelling.addresses(choices, (0.45, 0.35), 0.0, rng),
            "phone": spelling.phones(accounts.phone[who], "0| ", 0.35, rng),
            "born_on": spelling.written_dates(spelling.births(people.born_on[who], 0.2, rng), _SLASHES),
            "borrower_group": _GROUP_OF[people.archetype[who]],
            "subject": np.where(rng.random(len(who)) < _SUBJECT_MISSING, "", _SHELF_OF[people.department[who]]),
        }
    )
    return _by_key(rows, who)


def _network(campus: Campus, rng: np.random.Generator) -> Directory:
    """One row a registered device, and a new version of it whenever the network learns a new address."""
    people, holdings = campus.society.people, campus.holdings
    held = holdings.devices.held(campus.span.end_s)
    kind, person = held["kind"].to_numpy(np.int64), held["person"].to_numpy(np.int64)
    is_first = ~held.duplicated(["kind", "person"]).to_numpy()
    listed = holdings.devices.is_listed[kind, person] & (is_first | holdings.devices.is_learnt[kind, person])
    held, kind, person, is_first = held[listed], kind[listed], person[listed], is_first[listed]
    row, who = np.cumsum(is_first) - 1, person[is_first]
    typed = np.where(
        rng.random(len(who)) < _CAPITALS, np.char.title(holdings.accounts.email[who]), holdings.accounts.email[who]
    )
    choices = typed, holdings.accounts.private_email[who]
    shuffled = rng.permutation(len(who))
    rows = pd.DataFrame(
        {
            "registration_no": _counted("R", shuffled)[row],
            "owner": spelling.owner_names(people, who, rng)[row],
            "email": spelling.addresses(choices, (0.75, 0.12), 0.03, rng)[row],
            "phone": spelling.phones(holdings.accounts.phone[who], "0049|", 0.6, rng)[row],
            "device": held["id_value"].to_numpy(str),
            "device_kind": np.array(KINDS)[kind],
            "changed_at": clock_texts(held["from_s"].to_numpy(np.int64)),
        }
    )
    return _by_key(rows, person, "changed_at")


def _cards(campus: Campus, rng: np.random.Generator) -> Directory:
    """Cards in the order of issue; a second card is a second version of its holder's row."""
    people, accounts = campus.society.people, campus.holdings.accounts
    everybody = np.arange(people.count)
    number = wrong_digit(rng, np.where(people.is_student, accounts.student_no, accounts.staff_no), _NUMBER_WRONG)
    number = np.where(rng.random(people.count) < _NUMBER_KNOWN, number, "")
    names = spelling.card_names(people, everybody, rng)
    born_on = spelling.written_dates(spelling.births(people.born_on, 0.4, rng), _ISO)
    cards = campus.holdings.cards()
    who = cards["person"].to_numpy(np.int64)
    rows = pd.DataFrame(
        {
            "account_no": card_accounts(people.count)[who],
            "name": names[who],
            "born_on": born_on[who],
            "student_no": np.where(people.is_student, number, "")[who],
            "staff_no": np.where(people.is_student, "", number)[who],
            "card_id": cards["id_value"],
            "valid_from": clock_texts(cards["from_s"].to_numpy(np.int64)),
            "valid_to": clock_texts(cards["to_s"].to_numpy(np.int64)),
        }
    )
    return rows, who


def clock_texts(ts_s: IntArray) -> TextArray:
    """Return campus time as text, empty for never."""
    is_never = ts_s == NEVER_S
    local = local_seconds(np.where(is_never, 0, ts_s)).astype("datetime64[s]")
    return np.where(is_never, "", np.char.replace(np.datetime_as_string(local), "T", " "))


def _by_key(rows: pd.DataFrame, who: IntArray, *more: str) -> Directory:
    """Rows in the order of their key, which tells nothing of who is next to whom."""
    order = rows.sort_values([str(rows.columns[0]), *more], kind="stable").index.to_numpy()
    return rows.loc[order].reset_index(drop=True), who[order]


def _counted(prefix: str, numbers: IntArray) -> TextArray:
    return np.char.add(prefix, np.char.zfill((numbers + 1).astype(str), 6))
