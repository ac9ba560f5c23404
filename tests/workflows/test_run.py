"""The main job: what is rebuilt, what is taken over, and that both ways end in the same extract."""

import datetime as dt
import re
import shutil

import pytest
from as_of_ways import NOW, TABLES, view

from fazri_lib import settings
from fazri_lib.errors import NotPublishedError
from fazri_lib.schema import EXTRACT_TABLES
from fazri_lib.store import Extract, Lake
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.init import create_campus
from fazri_lib.workflows.run import run

DATED = (
    "swipes.csv",
    "wifi-01.csv",
    "wifi-02.csv",
    "wifi-03.csv",
    "bookings.csv",
    "library.csv",
    "cameras.jsonl",
    "notes.csv",
)
DATE = re.compile(r"2025-03-\d\d")
LATE = NOW + dt.timedelta(hours=1)


def test_nothing_loaded_is_said(tmp_path):
    """Without any rows the run says what to do first."""
    create_campus(tmp_path / "home", "blank")
    with pytest.raises(NotPublishedError, match="fazri ingest"):
        run(tmp_path / "home", settings.load(tmp_path / "home"), now=NOW)


@pytest.mark.slow
def test_a_second_run_has_nothing_to_do(campus):
    """The same data again publishes nothing; another `as_of` takes all months over; other settings rebuild them."""
    loaded = settings.load(campus)
    first = run(campus, loaded, now=NOW)
    assert first.is_published
    assert set(first.built) >= {"2025-03", "rest", "search", "computed"}
    assert not run(campus, loaded, now=LATE).is_published
    earlier = run(campus, loaded, now=LATE, as_of=dt.datetime(2025, 3, 10))
    assert earlier.is_published
    assert (earlier.reused, earlier.built) == (("2025-03", "rest", "search"), ("computed",))
    assert earlier.as_of == dt.datetime(2025, 3, 10)
    slower = loaded.model_copy(update={"policies": loaded.policies.model_copy(update={"speed_limit_m_s": 9.0})})
    assert "2025-03" in run(campus, slower, now=LATE).built


@pytest.mark.slow
def test_every_table_keeps_its_contract(campus):
    """Each table has its columns and types, and no required value is missing."""
    run(campus, settings.load(campus), now=NOW)
    with Extract.open(campus / "state") as extract:
        for name, contract in EXTRACT_TABLES.items():
            rows = extract.table(name)
            frame = contract.of(rows).to_pyarrow()
            assert rows.columns == contract.column_names, name
            assert all(frame.column(column).null_count == 0 for column in contract.required), name
        assert extract.as_of <= NOW


@pytest.mark.slow
def test_step_by_step_equals_from_nothing(loaded_campus, tmp_path):
    """Days loaded and run one part after another end in the extract that one run over everything makes."""
    step = tmp_path / "step"
    shutil.copytree(loaded_campus, step, ignore=shutil.ignore_patterns("state", "raw", "truth"))
    whole = shutil.copytree(loaded_campus, tmp_path / "whole")
    chosen = settings.load(step)
    files = sorted((loaded_campus / "raw").iterdir())
    for half in (0, 1):
        inbox = tmp_path / f"inbox{half}/raw"
        inbox.mkdir(parents=True)
        for path in files:
            lines = path.read_text().splitlines(keepends=True)
            middle = len(lines) // 2 if half == 0 else len(lines)
            (inbox / path.name).write_text("".join(lines[:middle]))
        assert ingest(step, chosen, inbox.parent).exit_code == 0
        run(step, chosen, now=NOW)
    run(whole, chosen, now=NOW)
    for name in TABLES:
        assert view(step, chosen, name) == view(whole, chosen, name), name


@pytest.mark.slow
def test_a_new_day_computes_only_the_days_around_it(loaded_campus, tmp_path):
    """A day more, late rows of an older day, a new holder: a few days are computed, with the rows of a run on all."""
    step = tmp_path / "step"
    shutil.copytree(loaded_campus, step, ignore=shutil.ignore_patterns("state", "truth"))
    chosen, raw = settings.load(step), step / "raw"
    whole = {name: (raw / name).read_text().splitlines(keepends=True) for name in DATED}
    cards = (raw / "cards.csv").read_text().splitlines(keepends=True)
    newest = max(cards[1:], key=lambda line: max(DATE.findall(line), default=""))
    assert max(DATE.findall(newest)) > "2025-03-10"  # a card issued within the span
    (raw / "cards.csv").write_text("".join(line for line in cards if line != newest))
    built = []
    for last, left_out in (("2025-03-17", "2025-03-11"), ("2025-03-18", "2025-03-11"), ("2025-03-18", "none")):
        for name, lines in whole.items():
            kept = [line for line in lines[1:] if min(DATE.findall(line)) <= last and left_out not in line]
            (raw / name).write_text("".join([lines[0], *kept]))
        if left_out == "none":
            (raw / "cards.csv").write_text("".join(cards))
        assert ingest(step, chosen, step).exit_code == 0
        built.append(run(step, chosen, now=NOW).built[0])
    assert built[0] == "2025-03"
    assert built[1] == "2025-03-15..2025-03-21"
    assert built[2].startswith("2025-03-0")
    assert built[2] != "2025-03"
    scratch = shutil.copytree(step, tmp_path / "scratch", ignore=shutil.ignore_patterns("extract"))
    assert run(scratch, chosen, now=NOW).built[0] == "2025-03"
    for name in TABLES:
        assert view(step, chosen, name) == view(scratch, chosen, name), name


@pytest.mark.slow
def test_old_days_are_forgotten(campus):
    """With a week kept, neither lake nor extract holds an older day."""
    loaded = settings.load(campus)
    brief = loaded.model_copy(update={"retention": loaded.retention.model_copy(update={"observations_days": 7})})
    run(campus, brief, now=NOW)
    with Extract.open(campus / "state") as extract:
        days = extract.table("observations").local_date.to_pyarrow().to_pylist()
        assert (max(days) - min(days)).days == 7
        lake = Lake(campus / "state/lake").read(extract.backend, "observations")
        assert min(lake.local_date.to_pyarrow().to_pylist()) == min(days)


@pytest.mark.spark
def test_spark_makes_the_same_extract(campus, tmp_path):
    """A run on Spark ends in the rows of a run on DuckDB, table by table."""
    on_spark = shutil.copytree(campus, tmp_path / "spark")
    chosen = settings.load(campus)
    run(campus, chosen, now=NOW)
    run(on_spark, chosen.model_copy(update={"engine": "spark"}), now=NOW)
    for name in TABLES:
        assert view(on_spark, chosen, name) == view(campus, chosen, name), name


@pytest.mark.slow
def test_a_row_loaded_later_leaves_quarantine(campus):
    """A swipe in an unknown zone is aside; once the zones file has the zone and it is loaded, it no longer is."""
    chosen = settings.load(campus)
    path = campus / "raw/swipes.csv"
    first = path.read_text().splitlines()[1].split(",")
    path.write_text(path.read_text() + ",".join([*first[:-1], "NEW_WING"]) + "\n")
    aside = []
    for _ in range(2):
        ingest(campus, chosen, campus)
        run(campus, chosen, now=NOW)
        aside.append([row[2] for row in view(campus, chosen, "quarantine")])
        zones = (campus / "zones.csv").read_text().splitlines()
        (campus / "zones.csv").write_text("\n".join([*zones, "NEW_WING" + zones[1][zones[1].index(",") :]]) + "\n")
    assert aside == [["unknown_zone"], []]
