"""Policies as texts: outer blanks go, letters stay, on both engines."""

from fazri_lib.anomaly.policy import trimmed


def test_only_blanks_are_trimmed(load, rows_of):
    """A faculty stays a faculty, a visitor a visitor."""
    rows = load([{"text": text} for text in (" faculty ", "visitor", "student", "t r")])
    assert [row["text"] for row in rows_of(rows.select(text=trimmed(rows.text)))] == [
        "faculty",
        "student",
        "t r",
        "visitor",
    ]
