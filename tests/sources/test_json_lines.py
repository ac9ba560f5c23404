import json

import pytest

from fazri_lib.errors import FileRefusedError

CAMERAS = {
    "source": "cameras",
    "columns": {"ts": "at", "zone_id": "place", "id_value": "face id", "ref_id": "$.frame.no"},
    "constants": {"id_type": "face_id"},
}


def line(**changes):
    """A camera frame."""
    return json.dumps({"at": "2025-09-01T10:00", "place": "LAB", "face id": "F1", "frame": {"no": 7}} | changes)


def test_keys_become_columns(load):
    """Numbers and truths as text, absent and null keys as empty, nested ones by their path."""
    text = "\n".join([line(), line(**{"face id": None}), json.dumps({"at": "2025-09-01T10:01", "place": "GYM"})]) + "\n"
    found = load(text, name="day.jsonl", **CAMERAS)
    assert sorted(found.observations["id_value"].fillna("-")) == ["-", "-", "F1"]
    assert sorted(found.observations["ref_id"].fillna("-")) == ["-", "7", "7"]
    assert found.rules == []


def test_broken_lines_keep_their_numbers(load):
    """A line that is no object is put aside; so is an absurdly long one."""
    text = "\n".join(
        [line(), "{", line(), "[1]", "", line(text="x" * 1_000_000), line(place="NO"), line(**{"face id": "F2"})]
    )
    found = load(text, name="day.jsonl", **CAMERAS)
    assert [rule[:2] for rule in found.rules] == [
        (2, "ragged_row"),
        (4, "ragged_row"),
        (5, "line_too_long"),
        (6, "unknown_zone"),
    ]
    assert found.rows_read == 7
    assert sorted(found.observations["id_value"]) == ["F1", "F1", "F2"]
    assert not found.quarantine["reason"].str.contains("F1|NO").any()


def test_a_key_that_no_line_has(load):
    """Of a required column it refuses the file."""
    with pytest.raises(FileRefusedError, match="column place is empty or unreadable in 2 of 2 rows"):
        load('{"at": "2025-09-01T10:00"}\n{"at": "2025-09-01T10:01"}\n', name="day.ndjson", **CAMERAS)


def test_the_same_lines_again_have_the_same_identities(load):
    """Whatever other keys they have, and in whatever order."""
    one = load(line(), name="a.jsonl", **CAMERAS).observations["observation_id"]
    two = load(line(exported="now"), name="b.jsonl", **CAMERAS).observations["observation_id"]
    assert one.tolist() == two.tolist()
