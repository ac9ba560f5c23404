import pandas as pd
import pytest

from fazri_lib.bench import detectors

AT = pd.Timestamp("2026-01-05 12:00")
PEOPLE = pd.DataFrame({"entity_id": [70, 71], "person": [7, 7]})


def events(*rows):
    """Events: person, zone, minutes from and to."""
    frame = pd.DataFrame(rows, columns=["entity_id", "zone_id", "from", "to"])
    return placed(frame.astype({"entity_id": "float64"}))


def placed(frame):
    """Minutes as moments."""
    moments = {"started_at": frame["from"], "ended_at": frame["to"]}
    return frame.drop(columns=["from", "to"]).assign(
        **{n: AT + pd.to_timedelta(v, unit="min") for n, v in moments.items()}
    )


def test_the_same_person_in_time_matches():
    """Entities 70 and 71 are the truth's person 7; 16 minutes away is too late; another entity is somebody else."""
    asked = events((7, "LAB", 0, 10))
    found = events((70, "LAB", 5, 6), (71, "HALL", 25, 26), (70, "LAB", 26, 27), (99, "LAB", 5, 6))
    pairs = detectors.matched(asked, found, PEOPLE)
    assert pairs[["event", "finding", "is_same_zone"]].to_numpy().tolist() == [[0, 0, True], [0, 1, False]]


def test_where_nobody_is_named_the_zone_decides():
    """A crowd is found by a finding in its zone, whether that names somebody or not; elsewhere it is not."""
    asked = events((None, "LAB", 0, 10))
    found = events((None, "LAB", 5, 6), (70, "LAB", 5, 6), (None, "HALL", 5, 6))
    assert detectors.matched(asked, found, PEOPLE)["finding"].tolist() == [0, 1]


def test_an_open_finding_ends_where_it_starts():
    """Without an end only the start counts."""
    found = events((70, "LAB", -20, 0)).assign(ended_at=pd.NaT)
    assert detectors.matched(events((7, "LAB", 0, 10)), found, PEOPLE).empty


def test_types_without_a_detector_are_said():
    """One of two incidents is surely found, one finding of two is true, in two weeks; loitering has no detector."""
    incidents = pd.DataFrame(
        {
            "type": ["off_hours", "off_hours", "loitering"],
            "is_found": [True, False, False],
            "is_found_at_any": [True, True, False],
        }
    )
    findings = pd.DataFrame({"detector": "off_hours", "score": [0.9, 0.8, 0.4], "is_true": [True, False, True]})
    table = detectors.by_type(incidents, findings, weeks=2.0).set_index("type")
    hours, loitering = table.loc["off_hours"], table.loc["loitering"]
    assert (hours["recall"], hours["precision"], hours["F1"], hours["false a week"]) == (0.5, 0.5, 0.5, 0.5)
    assert hours["recall, any score"] == 1.0
    assert hours["precision, any score"] == pytest.approx(0.667)
    assert (loitering["recall"], loitering["state"]) == (0.0, detectors.NO_DETECTOR)
    assert hours["state"] == ""
    assert table.loc["all", "recall"] == pytest.approx(0.333)


def test_lookalikes_are_counted_by_type():
    """One of two quick walks is flagged surely, both at some score; the sum stands below."""
    flags = pd.DataFrame({"type": "quick_walk", "is_found": [True, False], "is_found_at_any": [True, True]})
    assert detectors.by_lookalike(flags).to_numpy().tolist() == [["quick_walk", 2, 1, 2], ["all", 2, 1, 2]]
