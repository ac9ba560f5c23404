import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fazri_lib.errors import FileRefusedError
from fazri_lib.sources.contract import DEFAULT_FORMATS
from fazri_lib.sources.guessing import of_that_shape


@pytest.fixture
def stamped(load):
    """Load rows that have these texts as their times."""

    def loading(*texts, **changes):
        return load("card,at,place\n" + "".join(f"C{at},{text},LAB\n" for at, text in enumerate(texts)), **changes)

    return loading


MANY = [f"{1 + at % 9}/{1 + at % 8}/2025 10:{at % 60:02d}" for at in range(5000)]


def test_a_day_over_twelve_proves_the_order(stamped):
    """One row settles it for all."""
    assert stamped("1/9/2025 10:00", "13/9/2025 10:00").ts == ["2025-09-01 10:00:00", "2025-09-13 10:00:00"]
    assert stamped("9/1/2025 10:00", "9/13/2025 10:00").ts == ["2025-09-01 10:00:00", "2025-09-13 10:00:00"]


@pytest.mark.parametrize("order", ["day first", "month first"])
def test_the_proof_may_be_one_row_among_thousands(stamped, order):
    """The sample does not see it, the whole column does."""
    proof = "31/7/2025 10:00" if order == "day first" else "7/31/2025 10:00"
    found = stamped(*MANY[:4000], proof, *MANY[4000:])
    months = found.observations["ts"].dt.month
    assert (months.max(), found.rules) == ((9, []) if order == "month first" else (8, []))


def test_rows_that_contradict_each_other_refuse_the_file(stamped):
    """Both rows are named by number, and the setting that decides."""
    with pytest.raises(FileRefusedError) as error:
        stamped("1/9/2025 10:00", "9/13/2025 10:00", "13/9/2025 10:00", "14/9/2025 10:00")
    assert str(error.value) == (
        "day.csv: column at has two date orders; expected one, got row 3 that can only be day first and row 2 that can "
        "only be month first; mend the file, or list one order in [time] formats of contracts/swipes.toml"
    )


def test_a_contradiction_across_formats(stamped):
    """Seconds in one row and none in the other do not hide it."""
    with pytest.raises(FileRefusedError, match=r"two date orders; expected one, got row 2 .* and row 1 "):
        stamped("9/13/2025 10:00", "13/9/2025 10:00:30")


def test_a_contradiction_beyond_the_sample(stamped):
    """Row numbers count rows that could not be split, too."""
    with pytest.raises(FileRefusedError, match="got row 4001 that can only be day first and row 5002 that can only"):
        stamped(*MANY[:4000], "31/7/2025 10:00", *MANY[4000:], "7/31/2025 10:00")


def test_no_proof_refuses_the_file(stamped):
    """A row that reads both ways with different results is named."""
    with pytest.raises(FileRefusedError) as error:
        stamped("9/9/2025 10:00", "1/9/2025 10:00")
    assert str(error.value) == (
        "day.csv: column at can be read day first or month first, as row 2, and no row tells which; "
        "expected a day over 12; list one order in [time] formats of contracts/swipes.toml"
    )


def test_equal_days_and_months_need_no_proof(stamped):
    """Both orders read the same."""
    assert stamped("9/9/2025 10:00", "8/8/2025 10:00").ts == ["2025-08-08 10:00:00", "2025-09-09 10:00:00"]


def test_a_contract_with_one_order_decides(stamped):
    """What the other order reads is unreadable then."""
    found = stamped("1/9/2025 10:00", "2/9/2025 10:00", "9/13/2025 10:00", time={"formats": "%d/%m/%Y %H:%M"})
    assert found.ts == ["2025-09-01 10:00:00", "2025-09-02 10:00:00"]
    assert found.rules == [(3, "unreadable_time", "at")]


def test_formats_may_be_mixed(stamped):
    """Each row is read by the first that fits, with its own resolution."""
    found = stamped(
        "2025-09-01 10:00:00", "13/9/2025 11:00", "2025-09-14T12:00:00.5", "1757851200", "2025-09-15 10:00Z"
    )
    assert found.ts == [
        "2025-09-01 10:00:00",
        "2025-09-13 11:00:00",
        "2025-09-14 12:00:00",
        "2025-09-14 12:00:00.500000",
        "2025-09-15 10:00:00",
    ]
    assert found.observations["ts_resolution_s"].tolist() == [1.0, 60.0, 1.0, 0.001, 60.0]


def test_a_format_beyond_the_sample_is_found(stamped):
    """Rows of it are no faults."""
    iso = [f"2025-09-{1 + at % 28:02d} 10:00:00" for at in range(5000)]
    found = stamped(*iso, "14/9/2025 11:00", "2/9/2025 11:00")
    assert len(found.observations) == 5002
    assert found.observations["ts_resolution_s"].value_counts().to_dict() == {1.0: 5000, 60.0: 2}
    assert found.rules == []


def test_single_unreadable_times_go_to_quarantine(stamped):
    """Also times in years that no campus time is known for."""
    found = stamped(*["2025-09-01 10:00:00"] * 4, "soon", "2025-09-31 10:00:00", "0025-09-01 10:00:00", "")
    assert found.rules == [
        (5, "unreadable_time", "at"),
        (6, "unreadable_time", "at"),
        (7, "unreadable_time", "at"),
        (8, "missing_key", "at"),
    ]
    assert len(found.observations) == 4


@pytest.mark.parametrize(
    "texts", [("soon", "later", "2025-09-01 10:00:00"), ("", " ", "2025-09-01 10:00:00"), ("", "")]
)
def test_a_column_that_is_mostly_unreadable_refuses_the_file(stamped, texts):
    """Empty counts as unreadable; the first rows are named."""
    with pytest.raises(
        FileRefusedError, match=r"column at is empty or unreadable in 2 of [23] rows, as in row 1 and 2"
    ):
        stamped(*texts)


def test_half_of_a_column_may_be_unreadable(stamped):
    """Only more than half refuses the file."""
    assert stamped("soon", "2025-09-01 10:00:00").rules == [(1, "unreadable_time", "at")]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    days=st.lists(st.dates(dt.date(2024, 1, 1), dt.date(2025, 12, 31)), min_size=1, max_size=8),
    is_day_first=st.booleans(),
)
def test_days_are_read_right_or_the_file_is_refused(stamped, days, is_day_first):
    """Never wrong: the file is refused exactly when no day is over 12 and some day could be a month."""
    form = "{0.day}/{0.month}/{0.year} 10:00" if is_day_first else "{0.month}/{0.day}/{0.year} 10:00"
    texts = [form.format(day) for day in days]
    if max(day.day for day in days) <= 12 and any(day.day != day.month for day in days):
        with pytest.raises(FileRefusedError, match="no row tells which"):
            stamped(*texts)
    else:
        assert stamped(*texts).ts == [f"{day} 10:00:00" for day in sorted(days)]


@pytest.mark.parametrize("form", DEFAULT_FORMATS)
def test_no_format_is_overlooked_by_its_shape(backend, form):
    """The quick look lets every text pass that the format reads."""
    texts = {
        "epoch_s": ["1756720800", "1756720800.5"],
        "epoch_ms": ["1756720800000"],
    }.get(form)
    if texts is None:
        stamp = dt.datetime(2025, 9, 1, 13, 5, 7, 250_000, tzinfo=dt.UTC)
        text = stamp.strftime(form.removesuffix("%z"))
        texts = (
            [text + mark for mark in ("Z", "+00:00", "-0330", " +01")] if form.endswith("%z") else [text, f" {text} "]
        )
    for text in texts:
        assert form in of_that_shape(DEFAULT_FORMATS, [text]), text


def test_month_names_are_always_tried():
    """Their shape varies."""
    assert of_that_shape(["%d %b %Y"], ["1 Sep 2025"]) == ["%d %b %Y"]
