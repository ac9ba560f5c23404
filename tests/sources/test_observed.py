import hashlib

import pandas as pd
import pytest

from fazri_lib.errors import ContractError, FileRefusedError
from fazri_lib.schema import LAKE_TABLES

BOOKING = {
    "kind": "booking",
    "source": "bookings",
    "columns": {"ts": "from", "ended_at": "to", "zone_id": "room", "id_value": "who", "is_attended": "came (YES/NO)"},
    "constants": {"id_type": "email"},
}
WIFI = {
    "source": "wifi",
    "zone_from": "access_points",
    "columns": {"ts": "at", "sensor_id": "ap", "id_value": "device"},
    "constants": {"id_type": "device_hash"},
}


def test_a_sighting_in_every_column(load):
    """Local time becomes UTC; the local day follows from the campus's clocks; known when it happened."""
    found = load("card,at,place\n C1 ,2025-09-13 00:30:10,LAB\n", zone="Asia/Kolkata")
    row = found.observations.iloc[0]
    assert list(found.observations.columns) == list(LAKE_TABLES["observations"].column_names)
    assert (str(row.ts), str(row.local_ts), str(row.local_date)) == (
        "2025-09-12 19:00:10",
        "2025-09-13 00:30:10",
        "2025-09-13",
    )
    assert (row.source, row.kind, row.zone_id, row.id_type, row.id_value) == (
        "swipes", "observation", "LAB", "card_id", "C1",
    )  # fmt: skip
    assert (row.known_at, row.ts_resolution_s) == (row.ts, 1.0)
    assert pd.isna(
        row[["ended_at", "sensor_id", "ref_id", "thing_id", "category", "text", "is_attended", "outcome_at"]]
    ).all()
    assert row.observation_id > 0


def test_keys_are_half_an_md5_sum(load):
    """Of type and value: whoever asks for an identifier can compute it."""
    found = load("card,at,place\nC1,2025-09-13 10:00,LAB\n")
    expected = int.from_bytes(hashlib.md5(b"card_id\x1fC1", usedforsecurity=False).digest()[8:], "little") >> 1
    assert found.observations["id_key"].tolist() == [expected]


@pytest.mark.parametrize(
    ("wall", "instant"),
    [
        ("2025-03-30 01:59:59", "2025-03-30 00:59:59"),
        ("2025-03-30 02:30:00", "2025-03-30 01:30:00"),
        ("2025-03-30 03:00:00", "2025-03-30 01:00:00"),
        ("2025-10-26 01:59:59", "2025-10-25 23:59:59"),
        ("2025-10-26 02:30:00", "2025-10-26 00:30:00"),
        ("2025-10-26 03:00:00", "2025-10-26 02:00:00"),
    ],
)
def test_clocks_that_change(load, wall, instant):
    """In the gap time moves on by the gap, in the fold the earlier instant is meant."""
    found = load(f"card,at,place\nC1,{wall},LAB\n", zone="Europe/Berlin")
    assert found.ts == [instant]


def test_other_zones_and_offsets(load):
    """A contract may write UTC or another zone; an offset in the text wins."""
    text = "card,at,place\nC1,2025-09-13 10:00:00,LAB\nC2,2025-09-13T10:00:00-01:00,LAB\n"
    found = load(text, zone="Asia/Kolkata", time={"zone": "UTC"})
    assert found.ts == ["2025-09-13 10:00:00", "2025-09-13 11:00:00"]
    assert str(found.observations["local_ts"][0]) == "2025-09-13 15:30:00"
    found = load(text, zone="Asia/Kolkata", time={"zone": "America/New_York"})
    assert found.ts == ["2025-09-13 11:00:00", "2025-09-13 14:00:00"]


def test_fractions_of_a_second_are_kept(load):
    """In microseconds."""
    found = load("card,at,place\nC1,2025-09-13 10:00:00.123456,LAB\n")
    assert found.ts == ["2025-09-13 10:00:00.123456"]
    assert found.observations["ts_resolution_s"].tolist() == [0.001]


def test_faults_of_rows(load):
    """Each broken row is put aside under its number with rule and column; the rest loads."""
    rows = ["C1,2025-09-13 10:00,LAB"] * 4 + ["C2,2025-09-13 11:00,NOWHERE", "C3,2025-09-13 11:00, ", "C4,,LAB"]
    found = load("card,at,place\n" + "\n".join(rows) + "\n")
    assert found.rules == [(5, "unknown_zone", "place"), (6, "missing_key", "place"), (7, "missing_key", "at")]
    assert len(found.observations) == 4
    assert found.rows_read == 7
    aside = found.quarantine
    assert aside["file"].unique().tolist() == ["day.csv"]
    assert aside["source"].unique().tolist() == ["swipes"]
    assert [str(known) for known in aside["known_at"]] == ["2025-09-13 11:00:00"] * 2 + ["1970-01-01 00:00:00"]
    assert not aside["reason"].str.contains("NOWHERE|C2|C3|C4").any()
    assert aside["observation_id"].is_unique


def test_rejects_and_faults_share_one_quarantine(load):
    """In the order of the file, numbers right."""
    found = load("card,at,place\nC1\nC2,2025-09-13 11:00,NO\nC3\nC4,2025-09-13 11:00,LAB\nC5,2025-09-13 11:00,LAB\n")
    assert [rule[:2] for rule in found.rules] == [(1, "ragged_row"), (2, "unknown_zone"), (3, "ragged_row")]
    assert found.rows_read == 5
    assert found.observations["id_value"].tolist() in (["C4", "C5"], ["C5", "C4"])


def test_a_file_of_ragged_rows_is_refused(load):
    """More than half: the delimiter is wrong."""
    with pytest.raises(
        FileRefusedError, match=r"2 of 3 rows cannot be split into columns, as row 1: expected 3 fields"
    ):
        load("card,at,place\nC1\nC2\nC3,2025-09-13 11:00,LAB\n")


def test_mostly_empty_zones_refuse_the_file(load):
    """A required column that is mostly empty is the wrong one."""
    with pytest.raises(FileRefusedError, match="column place is empty or unreadable in 2 of 3 rows, as in row 1 and 3"):
        load("card,at,place\nC1,2025-09-13 11:00,\nC2,2025-09-13 11:00,LAB\nC3,2025-09-13 11:00,\n")


def test_nobody_seen_is_no_fault(load):
    """A camera frame without a face has no identifier; endings of image files are cut off."""
    columns = {"ts": "at", "zone_id": "place", "id_value": "card", "ref_id": "frame"}
    text = "card,at,place,frame\n,2025-09-13 10:00,LAB,f1.JPG\nF7.jpg,2025-09-13 11:00,LAB,f2.png\n"
    found = load(text, columns=columns, constants={"id_type": "face_id"}, strip_suffixes=(".jpg", ".png"))
    assert found.observations["id_value"].fillna("-").tolist() == ["-", "F7"]
    assert found.observations["id_type"].fillna("-").tolist() == ["-", "face_id"]
    assert found.observations["id_key"].notna().tolist() == [False, True]
    assert found.observations["ref_id"].tolist() == ["f1", "f2"]
    assert found.rules == []


def test_zones_of_access_points(load):
    """An unknown access point is an unknown zone; an empty one a missing key."""
    text = "device,ap,at\n" + "D1,AP_1,9/13/2025 10:00\n" * 3 + "D2,AP_9,9/13/2025 10:00\nD3,,9/13/2025 10:00\n"
    found = load(text, **WIFI)
    assert found.observations[["sensor_id", "zone_id"]].drop_duplicates().to_numpy().tolist() == [["AP_1", "GYM"]]
    assert found.rules == [(4, "unknown_zone", "ap"), (5, "missing_key", "ap")]
    assert found.observations["ts_resolution_s"].unique().tolist() == [60.0]


def test_equal_rows_are_told_apart_by_their_occurrence(load):
    """The n-th equal row has the same identity in every file that holds it n times."""
    row = "C1,2025-09-13 10:00,LAB\n"
    first = set(load("card,at,place\n" + row * 3).observations["observation_id"])
    second = set(load("card,at,place\nC2,2025-09-13 10:00,LAB\n" + row * 4).observations["observation_id"])
    assert len(first) == 3
    assert len(second) == 5
    assert first < second


def test_identities_do_not_depend_on_order_names_or_other_columns(load):
    """A later export with more columns in another order has the same rows."""
    one = load("card,at,place\nC1,2025-09-13 10:00,LAB\n").observations["observation_id"].tolist()
    two = load("x,place,at,card\n1,LAB,2025-09-13 10:00,C1\n", name="other.csv").observations["observation_id"].tolist()
    assert one == two
    assert (
        load("card,at,place\nC1,2025-09-13 10:00,LAB\n", source="doors").observations["observation_id"].tolist() != one
    )


def test_many_different_identifiers_are_kept_as_text(load):
    """Beyond a share of distinct values codes do not pay; the rows are the same."""
    text = "card,at,place\n" + "".join(f"C{at},2025-09-13 10:00,LAB\n" for at in range(12_000))
    found = load(text)
    assert found.observations["id_value"].nunique() == 12_000
    assert found.observations["id_key"].nunique() == 12_000
    single = load("card,at,place\nC7,2025-09-13 10:00,LAB\n").observations
    assert found.observations.set_index("id_value").loc["C7", "observation_id"] == single["observation_id"][0]


def test_a_booking_has_an_outcome_when_it_ends(load):
    """YES and NO, and nothing while it is open; what means neither is a bad value."""
    rows = ["A@x.org ", "2025-09-13 10:00", "2025-09-13 11:00", "LAB"]
    text = "who,from,to,room,came (YES/NO)\n" + "".join(
        ",".join([*rows, said]) + "\n" for said in ("YES", "NO", "", "maybe", " yes ")
    )
    found = load(text, **BOOKING)
    seen = found.observations
    assert sorted(seen["is_attended"].fillna("-").astype(str)) == ["-", "False", "True", "True"]
    assert seen["outcome_at"].tolist() == seen["ended_at"].tolist()
    assert seen["id_value"].unique().tolist() == ["a@x.org"]
    assert found.rules == [(4, "bad_value", "came (YES/NO)")]
    found = load(text, **BOOKING, values={"is_attended": {"YES": True, "maybe": False}})
    assert [number for number, *_ in found.rules] == [2, 5]


def test_a_booking_that_ends_before_it_starts(load):
    """And one without an end are put aside."""
    row = "a,2025-09-13 10:00,{},LAB,YES\n"
    ends = ["2025-09-13 11:00", "2025-09-13 10:00", "2025-09-13 09:59", ""]
    found = load("who,from,to,room,came (YES/NO)\n" + "".join(row.format(end) for end in ends), **BOOKING)
    assert found.rules == [(3, "ends_before_start", "to"), (4, "missing_key", "to")]


def test_rows_known_later_than_they_happened(load):
    """A mapped column says when; where it is empty the row was known at once, where it is nonsense it is a fault."""
    columns = {"ts": "at", "zone_id": "place", "id_value": "card", "known_at": "told"}
    text = "card,at,place,told\n" + "".join(
        f"C1,2025-09-13 10:00,LAB,{told}\n" for told in ("2025-09-14 08:00", "", "2025-09-14 08:00", "once")
    )
    found = load(text, columns=columns)
    assert sorted(str(known) for known in found.observations["known_at"]) == [
        "2025-09-13 10:00:00",
        "2025-09-14 08:00:00",
        "2025-09-14 08:00:00",
    ]
    assert found.rules == [(4, "unreadable_time", "told")]


def test_loans_and_notes_may_lack_a_zone(load):
    """A constant zone is that of every row; a given one must exist all the same."""
    loan = {"kind": "transaction", "columns": {"ts": "at", "id_value": "card", "thing_id": "place"}}
    text = "card,at,place\nC1,2025-09-13 10:00,B1\n"
    assert load(text, **loan).observations[["zone_id", "thing_id"]].fillna("-").to_numpy().tolist() == [["-", "B1"]]
    constants = {"id_type": "card_id", "zone_id": "LAB"}
    assert load(text, **loan, constants=constants).observations["zone_id"].tolist() == ["LAB"]
    with pytest.raises(ContractError, match=r"\[constants\] zone_id: no zone LAP \(did you mean LAB\?\)"):
        load(text, **loan, constants=constants | {"zone_id": "LAP"})
    note = {"kind": "note", "columns": {"ts": "at", "zone_id": "place", "category": "card"}, "constants": {}}
    found = load("card,at,place\nhelp,2025-09-13 10:00,\nhelp,2025-09-13 11:00,NO\n", **note)
    assert found.rules == [(2, "unknown_zone", "place")]
    assert found.observations["category"].tolist() == ["help"]
    assert found.observations["id_key"].isna().all()


def test_values_are_translated(load):
    """Raw words for zones; what is not listed stays as it is."""
    text = "card,at,place\nC1,2025-09-13 10:00,Front door\nC1,2025-09-13 11:00,GYM\n"
    found = load(text, values={"zone_id": {"Front door": "LAB"}})
    assert found.observations["zone_id"].tolist() == ["LAB", "GYM"]


def test_the_type_of_an_identifier_may_stand_in_the_file(load):
    """Each row has its own then, e-mail addresses in lower case."""
    columns = {"ts": "at", "zone_id": "place", "id_value": "card", "id_type": "what", "sensor_id": "door"}
    text = "card,at,place,what,door\nC1,2025-09-13 10:00,LAB,card_id,d1\nA@x.org,2025-09-13 11:00,LAB,email,d1\n"
    found = load(text, columns=columns, constants={})
    assert found.observations[["id_type", "id_value", "sensor_id"]].to_numpy().tolist() == [
        ["card_id", "C1", "d1"],
        ["email", "a@x.org", "d1"],
    ]
    known = load("card,at,place\nC1,2025-09-13 10:00,LAB\n")
    assert found.observations["id_key"][0] == known.observations["id_key"][0]


def test_a_file_without_rows(load):
    """Loads nothing, and is no fault."""
    found = load("card,at,place\n")
    assert (found.rows_read, len(found.observations), len(found.quarantine)) == (0, 0, 0)


def test_other_encodings_delimiters_and_tabs(load):
    """By contract."""
    text = "card;at;place\nZoë;2025-09-13 10:00;LAB\n".encode("latin-1")
    assert load(text, encoding="latin-1", delimiter=";").observations["id_value"].tolist() == ["Zoë"]
    found = load("card\tat\tplace\nC1\t2025-09-13 10:00\tLAB\n", name="day.tsv")
    assert found.observations["id_value"].tolist() == ["C1"]
