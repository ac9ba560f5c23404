import ibis
import pytest

from fazri_lib.sources.contract import DEFAULT_FORMATS
from fazri_lib.sources.times import is_instant, parsed, resolution_s, rival, swapped


@pytest.mark.parametrize(
    ("form", "text", "read"),
    [
        ("%Y-%m-%d %H:%M:%S", "2025-09-01 10:00:30", "2025-09-01 10:00:30"),
        ("%Y-%m-%d %H:%M:%S", " 2025-9-1 9:00:30 ", "2025-09-01 09:00:30"),
        ("%Y-%m-%d %H:%M:%S", "2025-09-01 10:00", None),
        ("%Y-%m-%d %H:%M:%S", "", None),
        ("%Y-%m-%d %H:%M:%S.%f", "2025-09-01 10:00:30.25", "2025-09-01 10:00:30.250000"),
        ("%d/%m/%Y %H:%M", "1/9/2025 5:50", "2025-09-01 05:50:00"),
        ("%m/%d/%Y %I:%M %p", "9/1/2025 1:05 pm", "2025-09-01 13:05:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-09-01T10:00:00+05:30", "2025-09-01 04:30:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-09-01T10:00:00Z", "2025-09-01 10:00:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-09-01T10:00:00 -0330", "2025-09-01 13:30:00"),
        ("%Y-%m-%dT%H:%M:%S%z", "2025-09-01T10:00:00", None),
        ("epoch_s", "1756720800", "2025-09-01 10:00:00"),
        ("epoch_s", " 1756720800.25", "2025-09-01 10:00:00.250000"),
        ("epoch_s", "1756720800000", None),
        ("epoch_ms", "1756720800250", "2025-09-01 10:00:00.250000"),
        ("epoch_ms", "now", None),
    ],
)
def test_a_format_reads_what_it_says(backend, form, text, read):
    """Offsets give the instant, all else the wall clock; what does not fit is null."""
    table = ibis.memtable({"text": [text]})
    found = backend.to_pyarrow(parsed(table.text, form)).to_pylist()[0]
    assert (str(found) if found else None) == read


@pytest.mark.parametrize(
    ("form", "seconds"),
    [
        ("%Y-%m-%d %H:%M:%S.%f", 0.001),
        ("epoch_ms", 0.001),
        ("%d/%m/%Y %H:%M:%S", 1.0),
        ("epoch_s", 1.0),
        ("%d/%m/%Y %H:%M", 60.0),
        ("%d/%m/%Y %H", 3600.0),
        ("%Y-%m-%d", 86_400.0),
    ],
)
def test_resolution_follows_from_the_format(form, seconds):
    """What a format does not write may have been anything."""
    assert resolution_s(form) == seconds


def test_rivals_differ_in_the_order_of_day_and_month():
    """Both must be candidates; formats that tell the order by themselves have none."""
    assert swapped("%d/%m/%Y") == "%m/%d/%Y"
    assert rival("%d/%m/%Y", DEFAULT_FORMATS) == "%m/%d/%Y"
    assert rival("%d/%m/%Y", ["%d/%m/%Y"]) is None
    assert rival("%Y-%m-%d", DEFAULT_FORMATS) is None
    assert rival("epoch_s", DEFAULT_FORMATS) is None


def test_instants_need_no_time_zone():
    """Offsets and epochs tell the moment."""
    assert [form for form in DEFAULT_FORMATS if is_instant(form)][:2] == ["%Y-%m-%d %H:%M:%S%z", "%Y-%m-%dT%H:%M:%S%z"]
    assert is_instant("epoch_s")
    assert not is_instant("%Y-%m-%d")
