"""The truth of who held which identifier and when."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from binomial import within

KEYS = {
    "students": "student_no",
    "staff": "staff_no",
    "patrons": "patron_no",
    "network": "registration_no",
    "cards": "account_no",
}
LONG_AGO, NEVER = pd.Timestamp("1900-01-01", tz="UTC"), pd.Timestamp("2200-01-01", tz="UTC")


@pytest.fixture(scope="module")
def holders(folder):
    """Holders with open ends filled."""
    rows = folder.truth("holders")
    return rows.assign(valid_from=rows["valid_from"].fillna(LONG_AGO), valid_to=rows["valid_to"].fillna(NEVER))


def observed(folder, source):
    """Identifier and instant of every row of a source that has one."""
    columns = {
        "swipes": ("swipes.csv", "card_id", "swiped_at", "card_id"),
        "wifi": ("wifi-*.csv", "device_hash", "timestamp", "device"),
        "bookings": ("bookings.csv", "email", "starts_at", "booked_by"),
        "library": ("library.csv", "patron_no", "loaned_at", "patron_no"),
        "notes": ("notes.csv", "email", "written_at", "reporter"),
    }
    if source == "cameras":
        lines = (folder.path / "raw" / "cameras.jsonl").read_text().splitlines()
        rows = pd.DataFrame(json.loads(line) for line in lines).query("face != ''")
        id_type, at, value = "face_id", "at", "face"
    else:
        pattern, id_type, at, value = columns[source]
        rows = folder.raw(pattern)
    ts = pd.to_datetime(rows[at]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
    return pd.DataFrame(
        {"row": np.arange(len(rows)), "id_type": id_type, "id_value": rows[value].to_numpy(), "ts": ts.to_numpy()}
    )


@pytest.mark.parametrize("source", ["swipes", "wifi", "cameras", "bookings", "library", "notes"])
def test_every_identifier_is_held_when_it_is_seen(folder, holders, source):
    """Whatever a system writes down, the truth says whose it was at that moment."""
    rows = observed(folder, source).assign(ts=lambda rows: pd.to_datetime(rows["ts"], utc=True))
    held = rows.merge(holders, on=["id_type", "id_value"])
    held = held[(held["valid_from"] <= held["ts"]) & (held["ts"] < held["valid_to"])]
    assert len(rows) > 20
    assert set(held["row"]) == set(rows["row"])
    if source != "swipes":
        assert not held.duplicated("row").any()


def test_one_holder_at_a_time(holders, folder):
    """Nothing but a shared desk card has two holders at one time."""
    rows = holders.sort_values(["id_type", "id_value", "valid_from"])
    grouped = rows.groupby(["id_type", "id_value"])
    overlaps = rows[grouped["valid_to"].shift() > rows["valid_from"]]
    assert set(overlaps["id_type"]) == {"card_id"}
    shared = holders.groupby("id_value").filter(lambda rows: rows["valid_to"].eq(NEVER).sum() > 1)
    assert set(overlaps["id_value"]) == set(shared["id_value"])
    desks = folder.truth("people").set_index("entity_id")["archetype"]
    assert set(shared["entity_id"].map(desks)) == {"office"}
    assert (holders["valid_from"] < holders["valid_to"]).all()


def test_every_kind_of_identifier_has_holders(holders):
    """Cards, devices, faces, addresses, and the numbers of four directories."""
    assert set(holders["id_type"]) == {
        "card_id", "device_hash", "face_id", "email", "student_no", "staff_no", "patron_no", "account_no",
    }  # fmt: skip


def test_identities_join_to_the_directories(folder):
    """Every key of every directory has one owner, as directory:key."""
    expected = {f"{name}:{key}" for name, column in KEYS.items() for key in folder.raw(f"{name}.csv")[column]}
    identities = folder.truth("identities")
    assert set(identities["record_id"]) == expected
    assert identities["record_id"].is_unique
    assert set(identities["entity_id"]) <= set(folder.truth("people").dropna(subset="role")["entity_id"])


def test_addresses_change_weekly(town):
    """15 % of phones change their address each week, at four in the morning; laptops and tablets never do."""
    devices = town.holdings.devices
    held = devices.held(town.span.end_s)
    phones = devices.is_owned[0]
    assert within(devices.rotates[0].sum(), phones.sum(), 0.15)
    assert not devices.rotates[1:].any()
    assert not held.duplicated("id_value").any()
    turning = held[held["from_s"] < held["to_s"].max()]
    assert set(turning["to_s"] - turning["from_s"]) == {7 * 86_400}
    assert held[held["kind"] == 0].groupby("person").size().isin([1, 3, 4]).all()


def test_a_device_has_the_address_of_its_week(town):
    """Before the first change the first address is heard, a week after it the third."""
    devices = town.holdings.devices
    person = np.flatnonzero(devices.rotates[0])[:1]
    kind, turns_s = np.zeros(1, dtype=np.int64), devices.turns_s[0, person]
    first = devices.first[0, person]
    for offset_s, nth in ((-1, 0), (0, 1), (7 * 86_400 - 1, 1), (7 * 86_400, 2)):
        assert devices.position_at(kind, person, turns_s + offset_s) == first + nth


def test_an_address_given_to_somebody_else(town):
    """Some who left lost their address to a namesake who came later."""
    accounts = town.holdings.accounts
    former = accounts.former
    now = {email: number for number, email in enumerate(accounts.email) if email}
    taken = [(old, now[email]) for old, email in enumerate(former.email) if email in now]
    assert len(taken) > 3
    for old, taker in taken:
        assert taker != former.person[old]
        assert town.society.people.names[taker] == town.society.people.names[former.person[old]]
        assert former.to_on[old] < accounts.since_on[taker]
