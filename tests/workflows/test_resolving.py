"""People of a campus from run to run: what is kept changes nothing but time, and nothing comes from the future."""

import shutil

import pandas as pd
import pyarrow as pa
import pytest

from fazri_lib import settings
from fazri_lib.bench.places import foreign_data
from fazri_lib.resolution import resolve
from fazri_lib.store import Lake, keep_tables, open_duckdb, to_frame
from fazri_lib.workflows.campus_inputs import read_inputs
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.init import create_campus
from fazri_lib.workflows.resolving import KEPT, _kept, resolved
from fazri_lib.workflows.simulate import simulate

TABLES = ("entities", "person", "links", "identifiers", "records", "pairs", "matchers", "changes")
DECISION = ("left_directory", "left_key", "right_directory", "right_key", "verdict", "known_at", "superseded_at")


@pytest.fixture(scope="module")
def directories(tmp_path_factory):
    """`records`, `record_identifiers`, inputs and settings of a campus of 160 people."""
    home = simulate(160, 16, 7, tmp_path_factory.mktemp("people") / "home")
    chosen = settings.load(home)
    assert ingest(home, chosen, home).exit_code == 0
    backend, lake = open_duckdb(), Lake(home / "state/lake")
    frames = [to_frame(backend, lake.read(backend, name)) for name in ("records", "record_identifiers")]
    backend.disconnect()
    return *frames, read_inputs(home, chosen), chosen


@pytest.fixture(scope="module")
def run(directories, tmp_path_factory):
    """`run(records, folder=None, decisions=None)`: their people, going on from what a folder keeps."""
    _, listed, campus, chosen = directories

    def run_them(records, folder=None, decisions=None):
        kept = folder or tmp_path_factory.mktemp("kept")
        held = listed[listed["record_id"].isin(records["record_id"])]
        return resolved(records, held, campus, chosen, kept, decisions)

    return run_them


@pytest.fixture(scope="module")
def whole(directories, run):
    """The people of all records, from nothing."""
    return run(directories[0])


def as_rows(found, name, moment=None):
    """A table's rows as texts, sorted, as of a moment or all versions."""
    frame = getattr(found, name)
    if moment is not None:
        frame = frame[(frame["known_at"] <= moment) & ~(frame["superseded_at"] <= moment)]
        frame = frame.drop(columns=["superseded_at", "valid_to"], errors="ignore").drop_duplicates()
    return sorted(map(repr, frame.astype(object).itertuples(index=False, name=None)))


def decision(records, verdict, known_at, *chosen):
    """A decision on two of the records, by their positions."""
    left, right = (records.iloc[place] for place in chosen)
    row = (left["directory"], left["record_key"], right["directory"], right["record_key"], verdict, known_at, pd.NaT)
    return pd.DataFrame([row], columns=list(DECISION)).astype({"superseded_at": "datetime64[us]"})


@pytest.mark.slow
def test_it_learns_from_the_directories(whole, directories):
    """Models were trained more than once, people have records of several directories, links say how sure they are."""
    assert len(whole.matchers) > 1
    live = whole.links[whole.links["superseded_at"].isna()]
    sums = live.groupby("record_id")["probability"].sum()
    assert (sums <= 1 + 1e-6).all()
    assert live.groupby("entity_id")["directory"].nunique().max() >= 3
    assert set(live["entity_id"]) == set(whole.entities.loc[whole.entities["superseded_at"].isna(), "entity_id"])
    newest = whole.records[whole.records["superseded_at"].isna()]
    assert set(live["record_id"]) == set(newest["record_id"])
    assert len(whole.records) == len(directories[0])
    assert (whole.pairs["left_id"] < whole.pairs["right_id"]).all()


@pytest.mark.slow
@pytest.mark.parametrize("left_out", [1, 20, 300])
def test_step_by_step_equals_from_nothing(directories, run, whole, tmp_path, left_out):
    """All but the newest rows first, then all: the same tables, all versions, as from nothing."""
    records = directories[0].sort_values(["known_at", "record_id"])
    run(records.iloc[:-left_out], tmp_path)
    then = run(records.sample(frac=1, random_state=left_out), tmp_path)
    for name in TABLES:
        assert as_rows(then, name) == as_rows(whole, name), name


@pytest.mark.slow
def test_an_older_row_that_comes_late_is_seen_where_it_belongs(directories, run, whole, tmp_path):
    """A row known long ago but loaded last: everything after it is folded again."""
    records = directories[0].sort_values(["known_at", "record_id"]).reset_index(drop=True)
    run(records.drop(index=len(records) // 2), tmp_path)
    then = run(records, tmp_path)
    for name in TABLES:
        assert as_rows(then, name) == as_rows(whole, name), name


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.3, 0.6, 0.8])
def test_dropping_the_future_changes_no_view(directories, run, whole, share):
    """Every table as of T is the same whether or not records known after T are there."""
    records = directories[0]
    moments = records["known_at"].sort_values(ignore_index=True)
    moment = moments[int(share * len(moments))]
    cut = run(records[records["known_at"] <= moment])
    for name in TABLES:
        assert as_rows(cut, name, moment) == as_rows(whole, name, moment), name


@pytest.mark.slow
@pytest.mark.parametrize("harm", ["gone", "torn", "changed"])
def test_what_is_kept_can_be_lost(directories, run, whole, tmp_path, harm):
    """Without it, with a file cut off, or with bytes changed, a run finds the same."""
    records = directories[0].sort_values(["known_at", "record_id"])
    run(records.iloc[:-20], tmp_path)
    path = next(tmp_path.glob("pairs-*.arrow"))
    if harm == "gone":
        path.unlink()
    else:
        body = path.read_bytes()
        path.write_bytes(body[: len(body) // 2] if harm == "torn" else body[:-9] + b"123456789")
    then = run(records, tmp_path)
    for name in TABLES:
        assert as_rows(then, name) == as_rows(whole, name), name


@pytest.mark.parametrize("harm", ["a column more", "another type", "no digests"])
def test_what_another_version_kept_is_not_read(tmp_path, harm):
    """Tables in another form, or a note that lacks the digests: as if nothing was kept. As written: all is read."""
    tables, note = {name: schema.empty_table() for name, schema in KEPT.items()}, {"digests": ["a"]}
    keep_tables(tmp_path, tables, note)
    assert _kept(tmp_path).digests == ("a",)
    if harm == "a column more":
        tables["pairs"] = tables["pairs"].append_column("why", pa.array([], pa.string()))
    elif harm == "another type":
        states = tables["states"].drop_columns("entity_id")
        tables["states"] = states.append_column("entity_id", pa.array([], pa.string()))
    keep_tables(tmp_path, tables, {} if harm == "no digests" else note)
    assert _kept(tmp_path) is None


@pytest.mark.slow
def test_a_second_run_compares_nothing(directories, run, tmp_path, monkeypatch):
    """Nothing new: no engine is opened, and the same comes out."""
    first = run(directories[0], tmp_path)
    monkeypatch.setattr("fazri_lib.workflows.resolving.open_comparer", pytest.fail)
    again = run(directories[0], tmp_path)
    for name in TABLES:
        assert as_rows(again, name) == as_rows(first, name), name


@pytest.mark.slow
def test_decisions_win_from_when_they_are_known(directories, run, whole, tmp_path):
    """Two records of one person are told apart at the end, two strangers made one; before that nothing changes."""
    records = whole.records[whole.records["superseded_at"].isna()].reset_index(drop=True)
    live = whole.links[whole.links["superseded_at"].isna() & (whole.links["probability"] > 0.9)]
    several = live[~live["directory"].isin(["network"])].drop_duplicates(["entity_id", "directory"])
    group = several.groupby("entity_id")["record_id"].agg(list)
    together, strangers = (
        group[group.map(len) == 2].iloc[0],
        group[group.map(len) == 1].iloc[:2].map(lambda one: one[0]),
    )
    place = pd.Series(records.index, index=records["record_id"])
    end = records["known_at"].max() + pd.Timedelta(days=1)
    told = pd.concat(
        [
            decision(records, "different", end, *place[together]),
            decision(records, "same", end, *place[strangers.to_list()]),
        ]
    )
    run(directories[0], tmp_path)
    after, scratch = run(directories[0], tmp_path, told), run(directories[0], None, told)
    owners = after.links[after.links["superseded_at"].isna()].groupby("record_id")["entity_id"].agg(set)
    assert owners[together[0]].isdisjoint(owners[together[1]])
    assert owners[strangers.iloc[0]] == owners[strangers.iloc[1]]
    before = end - pd.Timedelta(seconds=1)
    for name in TABLES:
        assert as_rows(after, name) == as_rows(scratch, name), name
        assert as_rows(after, name, before) == as_rows(whole, name, before), name


@pytest.mark.slow
def test_changes_tell_the_way_of_every_number(whole):
    """Going through merges and splits gives the people who are there: each change fits the one before."""
    own = whole.entities.groupby("entity_id")["known_at"].min()
    there = set(whole.entities.loc[whole.entities["superseded_at"].isna(), "entity_id"])
    last = whole.changes.sort_values("known_at", kind="stable").drop_duplicates("entity_id", keep="last")
    gone = set(last.loc[last["what"] == "merged", "entity_id"])
    assert gone == set(own.index) - there


@pytest.mark.slow
def test_few_rows_are_resolved_exactly(tmp_path, directories):
    """Of eighty rows nothing is learnt: the tables are those of exact identifiers."""
    records, listed, campus, chosen = directories
    few = records.sort_values(["known_at", "record_id"]).head(80)
    held = listed[listed["record_id"].isin(few["record_id"])]
    one, other = resolved(few, held, campus, chosen, tmp_path), resolve(few, held, campus.several, campus.one_holder)
    assert one.matchers.empty
    assert one.pairs.empty
    for name in TABLES:
        assert as_rows(one, name) == as_rows(other, name), name


@pytest.mark.slow
def test_nobody_is_merged_where_a_directory_has_one_row_a_person(tmp_path):
    """The 7,000 profiles of the challenge campus stay 7,000 people: no two of one directory may be one."""
    folder = foreign_data("ethos")
    if folder is None:
        pytest.skip("the challenge data is not there: set FAZRI_BENCH_DATA to the folder of foreign data")
    create_campus(tmp_path / "home", "challenge")
    (tmp_path / "files").mkdir()
    shutil.copy(folder / "student or staff profiles.csv", tmp_path / "files")
    chosen = settings.load(tmp_path / "home")
    assert ingest(tmp_path / "home", chosen, tmp_path / "files").rows_loaded == 7000
    backend, lake = open_duckdb(), Lake(tmp_path / "home/state/lake")
    frames = [to_frame(backend, lake.read(backend, name)) for name in ("records", "record_identifiers")]
    backend.disconnect()
    found = resolved(*frames, read_inputs(tmp_path / "home", chosen), chosen, tmp_path / "kept")
    assert found.entities["entity_id"].nunique() == len(found.links) == 7000
    assert found.matchers.empty
