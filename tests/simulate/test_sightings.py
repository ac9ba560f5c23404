"""What the sensors write of the true stays."""

from __future__ import annotations

import json

import pandas as pd
import pytest


@pytest.fixture(scope="module")
def devices(folder):
    """Owner of each device."""
    return folder.truth("holders").query("id_type == 'device_hash'").set_index("id_value")["entity_id"]


def utc(values):
    """Campus time as instants."""
    return pd.to_datetime(values).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC").astype("datetime64[us, UTC]")


def test_every_device_is_somebodys(folder, devices):
    """Wi-Fi hears the devices of people; some of them no directory knows."""
    heard = set(folder.raw("wifi-*.csv")["device"])
    assert heard <= set(devices.index)
    assert heard - set(folder.raw("network.csv")["device"])


def test_wifi_hears_people_where_they_are(folder, devices):
    """Every association lies in a true stay of its owner; about one in 100 is heard next door, in the same building."""
    wifi = folder.raw("wifi-*.csv").merge(folder.reference("access_points"), left_on="ap_id", right_on="sensor_id")
    wifi = wifi.assign(ts=utc(wifi["timestamp"]), entity_id=wifi["device"].map(devices)).sort_values("ts")
    stays = folder.truth("stays").sort_values("started_at").assign(ts=lambda rows: rows["started_at"])
    found = pd.merge_asof(wifi, stays, on="ts", by="entity_id", suffixes=("", "_true"))
    assert (found["ts"] < found["ended_at"]).all()
    elsewhere = found["zone_id"] != found["zone_id_true"]
    assert 0.002 < elsewhere.mean() < 0.02
    building = folder.reference("zones").set_index("zone_id")["building"]
    assert (found["zone_id"].map(building) == found["zone_id_true"].map(building)).all()


def test_rows_a_present_person_and_day(folder):
    """About 25 rows are written of a person who is there."""
    stays = folder.truth("stays")
    present = len(stays.assign(day=stays["started_at"].dt.date)[["entity_id", "day"]].drop_duplicates())
    frames = (folder.path / "raw" / "cameras.jsonl").read_text().count("\n")
    assert 20 < (len(folder.raw("wifi-*.csv")) + len(folder.raw("swipes.csv")) + frames) / present < 32


def test_cameras_know_most_faces(folder):
    """Frames carry whole minutes; about a third has no face that anybody knows."""
    frames = pd.DataFrame(json.loads(line) for line in (folder.path / "raw" / "cameras.jsonl").read_text().splitlines())
    assert frames["at"].str.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d").all()
    assert 0.15 < (frames["face"] == "").mean() < 0.45
    assert frames["frame"].is_unique


def test_shared_and_reissued_cards(folder):
    """Some cards have several holders at a time, some were replaced, one went to another person after a pause."""
    cards = folder.raw("cards.csv")
    holders = folder.truth("holders").query("id_type == 'card_id'")
    assert len(cards) == len(holders)
    now = holders[holders["valid_to"].isna()]
    assert now.groupby("id_value").size().max() in {2, 3}
    assert (cards["valid_to"] != "").sum() >= 3
    handed_on = holders.groupby("id_value").filter(
        lambda rows: rows["valid_to"].notna().any() and rows["valid_to"].isna().any()
    )
    assert len(handed_on) >= 2
    for _, rows in handed_on.groupby("id_value"):
        assert rows["valid_to"].min() < rows["valid_from"].max()


def test_swipes_name_a_card_that_is_held_then(folder):
    """Every swipe is of a card that somebody holds at that moment."""
    swipes = folder.raw("swipes.csv")
    swipes = swipes.assign(ts=utc(swipes["swiped_at"])).reset_index(names="swipe")
    held = swipes.merge(folder.truth("holders").query("id_type == 'card_id'"), left_on="card_id", right_on="id_value")
    held = held[(held["valid_from"] <= held["ts"]) & (held["valid_to"].isna() | (held["ts"] < held["valid_to"]))]
    assert set(held["swipe"]) == set(swipes["swipe"])


def test_bookings_say_who_came(folder):
    """Kept bookings are stays of their bookers, some of them half an hour late; most are kept."""
    bookings = folder.raw("bookings.csv")
    emails = folder.truth("holders").query("id_type == 'email'").set_index("id_value")["entity_id"]
    assert 0.7 < (bookings["attended"] == "YES").mean() < 1
    kept = bookings[bookings["attended"] == "YES"].assign(
        entity_id=lambda rows: rows["booked_by"].map(emails), start=lambda rows: utc(rows["starts_at"])
    )
    both = kept.merge(folder.truth("stays"), left_on=["entity_id", "room"], right_on=["entity_id", "zone_id"])
    there = both[
        (both["started_at"] <= both["start"] + pd.Timedelta(minutes=36))
        & (both["ended_at"] > both["start"] + pd.Timedelta(minutes=40))
    ]
    assert set(there["booking_no"]) == set(kept["booking_no"])


def test_loans_and_notes(folder):
    """Loans name people of a directory, notes speak of a zone in free text with commas."""
    known = set(folder.truth("holders").query("id_type == 'person_no'")["id_value"])
    assert set(folder.raw("library.csv")["person_no"]) <= known
    assert folder.raw("notes.csv")["text"].str.len().min() > 20


def test_identities_join_to_the_directories(folder):
    """Every key of every directory has one owner, as directory:key."""
    keys = {"students": "person_no", "staff": "person_no", "network": "registration_no", "cards": "email"}
    expected = {f"{name}:{key}" for name, column in keys.items() for key in folder.raw(f"{name}.csv")[column]}
    identities = folder.truth("identities")
    assert set(identities["record_id"]) == expected
    assert identities["record_id"].is_unique
