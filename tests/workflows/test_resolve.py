"""Files of records to clusters: what is written, what is refused, and what changes nothing."""

import json
import random
import shutil

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from person_names import FAMILY, GIVEN

from fazri_lib.errors import ContractError, FazriError, FileRefusedError, NotEnoughDataError
from fazri_lib.metrics import pairwise
from fazri_lib.resolution.agglomeration import Decided
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.pairs import Pairs
from fazri_lib.workflows.record_files import load_spec, read_records
from fazri_lib.workflows.resolve import resolve, resolve_files

SPEC = """
[fields.name]
kind = "name"
given = "first"
family = "last"
[fields.born]
kind = "date"
column = "born"
[fields.city]
kind = "place"
columns = "city"
"""


def people(count, seed=1):
    """Two or three records a person; one in four of a name or a day has a slip."""
    draw = random.Random(seed)  # noqa: S311 - test data
    rows = []
    for person in range(count):
        first, last, city = draw.choice(GIVEN), draw.choice(FAMILY), draw.choice(["york", "hull", "leeds", "bath"])
        born = f"{draw.randrange(1950, 2000)}-{draw.randrange(1, 13):02d}-{draw.randrange(1, 29):02d}"
        for _ in range(draw.choice([2, 3])):
            slip = draw.randrange(len(last))
            wrong = last[:slip] + draw.choice("aeiou") + last[slip + 1 :]
            day = born[:-1] + draw.choice("0123456789")
            rows.append(
                {
                    "first": first,
                    "last": wrong if draw.random() < 0.25 else last,
                    "born": day if draw.random() < 0.25 else born,
                    "city": "" if draw.random() < 0.2 else city,
                    "person": person,
                }
            )
    draw.shuffle(rows)
    return pd.DataFrame(rows).assign(record_id=[f"r{number:04d}" for number in range(len(rows))])


@pytest.fixture
def spec(tmp_path):
    """A spec in a file."""
    path = tmp_path / "spec.toml"
    path.write_text(SPEC)
    return path


def written(path, rows):
    """Write rows as CSV."""
    rows.to_csv(path, index=False)
    return path


@pytest.mark.slow
def test_people_are_found(tmp_path, spec):
    """Nine of ten pairs right without a label; sizes and names of clusters fit; the model is written and scores."""
    rows = people(120)
    truth = rows.set_index("record_id")["person"]
    source = written(tmp_path / "a.csv", rows.drop(columns="person"))
    found = resolve_files([source], spec, tmp_path / "out.csv", tmp_path / "model.json")
    table = pd.read_csv(tmp_path / "out.csv", dtype={"record_id": str}, keep_default_na=False)
    assert list(table.columns) == ["record_id", "cluster_id", "probability", "ambiguous_with"]
    assert table["record_id"].tolist() == sorted(rows["record_id"])
    assert pairwise(table["cluster_id"], truth.loc[table["record_id"]].to_numpy()).f1 > 0.9
    assert table["record_id"].groupby(table["cluster_id"]).min().eq(sorted(set(table["cluster_id"]))).all()
    assert table["probability"].between(0, 1).all()
    model = Model.from_json(json.loads((tmp_path / "model.json").read_text()))
    assert model.as_json() == found.model.as_json()
    assert found.people.recall == 1.0


@pytest.mark.slow
def test_order_threads_and_runs_change_nothing(tmp_path, spec, monkeypatch):
    """Rows in another order, one thread or two, blocks or every pair in batches: the same file, byte for byte."""
    monkeypatch.setattr("fazri_lib.resolution.people.EVERY_PAIR", 10)
    monkeypatch.setattr("fazri_lib.resolution.people.SAMPLE", 5_000)
    rows = people(150).drop(columns="person")
    answers = set()
    for threads, seed, chunk in ((1, 1, 250_000), (2, 2, 900), (2, 3, 250_000)):
        monkeypatch.setattr("fazri_lib.store.splink.CHUNK", chunk)
        source = written(tmp_path / "a.csv", rows.sample(frac=1, random_state=seed))
        found = resolve(read_records([source], load_spec(spec)), load_spec(spec), threads=threads)
        answers.add(found.clusters.to_csv(index=False) + json.dumps(found.model.as_json()))
    assert len(answers) == 1
    assert found.people.recall > 0.5


@pytest.mark.slow
def test_one_record_a_person_in_a_file(tmp_path, spec):
    """With one_per_person nobody meets himself within a file; the output says which file a record is of."""
    spec.write_text(f"one_per_person = true\n{SPEC}")
    rows = people(100).drop(columns="person")
    half = len(rows) // 2
    files = [written(tmp_path / "a.csv", rows[:half]), written(tmp_path / "b.csv", rows[half:])]
    resolve_files(files, spec, tmp_path / "out.parquet")
    table = pd.read_parquet(tmp_path / "out.parquet")
    assert not table.duplicated(["source", "cluster_id"]).any()
    assert table["cluster_id"].duplicated().any()


@pytest.mark.slow
def test_decisions_of_people_win_and_pairs_are_explained(tmp_path, spec):
    """Two who have nothing in common are one when somebody says so; a waterfall adds up to the weight."""
    records = read_records([written(tmp_path / "a.csv", people(60).drop(columns="person"))], load_spec(spec))
    before = resolve(records, load_spec(spec))
    cluster = before.people.cluster
    other = next(number for number in range(len(records)) if cluster[number] != cluster[0])
    after = resolve(records, load_spec(spec), Decided(same=[(0, other)]))
    assert after.people.cluster[0] == after.people.cluster[other]
    scored = before.people.scored
    held = type(before.people.judge)(
        before.people.judge.prepared, lambda pairs: seen(before, pairs), before.people.judge.held, before.model
    )
    told = held.waterfall(scored.pairs.where(slice(0, 5)))
    sums = told.groupby(["left", "right"])["bits"].sum().to_numpy()
    assert sums == pytest.approx(scored.weight[:5], abs=1e-5)
    assert set(told["field"]) <= {"prior", "name", "born", "city"}


def seen(found, pairs):
    """Compare pairs anew, as a later process would."""
    from fazri_lib.store.splink import open_comparer

    prepared = found.people.judge.prepared
    columns = {name: column for one in prepared for name, column in one.columns.items()}
    with open_comparer(columns, [one.comparison for one in prepared]) as compare:
        return compare(Pairs(pairs.left, pairs.right))


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("id,first\n1,a\n", "did you mean"),
        ("record_id,first,last,born\n1,a,b,c\n", "no column city"),
        (
            "record_id,first,last,born,city\n1,a,b,c,d\n1,a,b,c,d\n",
            r"1 rows repeat a record_id \(line 3 that of line 2\)",
        ),
        ("record_id,first,last,born,city\n,a,b,c,d\n", r"1 rows have no record_id \(line 2\)"),
        ("", "a.csv is empty"),
        (" \n\n", "a.csv is empty"),
        ("record_id;first;last;born;city\n1;a;b;c;d\n", "separator looks like ;; save it with commas"),
        ("record_id;first;last;born;city\n1;a,e;b;c;d\n", "separator looks like ;; save it with commas"),
        ("record_id\tfirst\tlast\tborn\tcity\n1\ta\tb\tc\td\n", "separator looks like a tab; name it .tsv"),
        ("record_id,first,last,born,city\n1,a,b,c,d,e\n2,a,b,c,d,e\n", "no more fields than it names"),
        ("record_id,first,last,born,city\n1,a,b,c,d,\n2,a,b,c,d,\n", "no more fields than it names"),
        ("record_id,first,last,born,city\n1,a,b,c,d\n2,a,b,c,d,e\n", "no more fields than it names"),
        ("record_id,first,last,born,city,born \n1,a,b,c,d,e\n", "a.csv has several columns born; expected one"),
        ("record_id,first,last,born,city,born\n1,a,b,c,d,e\n", "a.csv has several columns born; expected one"),
    ],
)
def test_wrong_files_are_refused(tmp_path, spec, table, words):
    """One line says what is wrong, and never a value."""
    if words == "did you mean":
        table = table.replace("id,", "record_di,")
    (tmp_path / "a.csv").write_text(table)
    with pytest.raises((FileRefusedError, ContractError), match=words):
        read_records([tmp_path / "a.csv"], load_spec(spec))


def test_lines_at_fault_are_named(tmp_path, spec):
    """The first three, counted past blank lines and values of two lines; of Parquet its rows; never an id."""
    head = "record_id,first,last,born,city\n"
    rows = [f'secret{number},"a\nb",c,d,e\n' for number in (1, 2, 1, 2, 1, 2)]
    (tmp_path / "a.csv").write_text(head + "\n" + "".join(rows))
    with pytest.raises(FileRefusedError) as refused:
        read_records([tmp_path / "a.csv"], load_spec(spec))
    told = "4 rows repeat a record_id (line 7 that of line 3, line 9 that of line 5, line 11 that of line 3, ...)"
    assert told in str(refused.value)
    assert "secret" not in str(refused.value)
    people(3).assign(record_id=["x", "", "x", *"abcdef"][: len(people(3))]).to_parquet(tmp_path / "p.parquet")
    with pytest.raises(FileRefusedError, match=r"1 rows have no record_id \(row 2\)"):
        read_records([tmp_path / "p.parquet"], load_spec(spec))


@pytest.mark.parametrize(
    ("encoding", "words"),
    [("latin-1", "breaks in line 3 and looks like Latin-1"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16")],
)
def test_encodings_are_told(tmp_path, spec, encoding, words):
    """What the file looks like, and the line where UTF-8 ends."""
    text = "record_id,first,last,born,city\n1,a,b,c,d\n2,M\u00fcller,b,c,d\n"
    (tmp_path / "a.csv").write_bytes(text.encode(encoding))
    with pytest.raises(FileRefusedError, match=words) as refused:
        read_records([tmp_path / "a.csv"], load_spec(spec))
    assert "save it as UTF-8" in str(refused.value)


def test_what_else_is_refused(tmp_path, spec):
    """No file, an ending that nobody reads, two files of one stem, a spec that is none, an output that cannot be."""
    rows = written(tmp_path / "a.csv", people(3))
    (tmp_path / "b").mkdir()
    again = written(tmp_path / "b" / "a.csv", people(3))
    (tmp_path / "a.xml").write_text("x")
    (tmp_path / "bad.toml").write_text("fields = ")
    for paths, words in (
        ([tmp_path / "c.csv"], "no file c.csv"),
        ([tmp_path / "a.xml"], "ending"),
        ([rows, again], "two files"),
    ):
        with pytest.raises(FileRefusedError, match=words):
            read_records(paths, load_spec(spec))
    with pytest.raises(ContractError, match="no TOML"):
        load_spec(tmp_path / "bad.toml")
    with pytest.raises(FileRefusedError, match=r"no spec none\.toml"):
        load_spec(tmp_path / "none.toml")
    with pytest.raises(FazriError, match=r"ending in \.csv or \.parquet"):
        resolve_files([rows], spec, tmp_path / "out.xlsx")
    with pytest.raises(FazriError, match=r"the folder .*nodir does not exist"):
        resolve_files([rows], spec, tmp_path / "nodir" / "out.csv")
    (tmp_path / "p.parquet").write_text("record_id\n1\n")
    (tmp_path / "q.parquet").write_bytes(b"")
    for name in ("p.parquet", "q.parquet"):
        with pytest.raises(FileRefusedError, match=f"{name} is no Parquet file"):
            read_records([tmp_path / name], load_spec(spec))
    with pytest.raises(NotEnoughDataError, match="got 1"):
        resolve(read_records([rows], load_spec(spec)).head(1), load_spec(spec))


def test_what_is_read_is_never_replaced(tmp_path, spec):
    """Output or model named as an input, directly or by a link, or as the spec: refused, and the files stay."""
    rows = written(tmp_path / "a.csv", people(3))
    (tmp_path / "b.csv").symlink_to(rows)
    shutil.copy(spec, tmp_path / "spec.json")
    before = rows.read_bytes()
    for out, model, of in (
        (rows, None, spec),
        (tmp_path / "sub" / ".." / "b.csv", None, spec),
        (tmp_path / "out.csv", tmp_path / "spec.json", tmp_path / "spec.json"),
    ):
        (tmp_path / "sub").mkdir(exist_ok=True)
        with pytest.raises(FazriError, match="expected a file of its own, got one that is read"):
            resolve_files([rows], of, out, model)
    assert rows.read_bytes() == before
    assert (tmp_path / "spec.json").read_text() == SPEC


def test_records_are_in_the_order_of_their_contents(tmp_path, spec):
    """Whatever the order of the rows; numbers of Parquet are texts; a column that one file lacks is empty there."""
    rows = people(20).drop(columns="person")
    first = read_records([written(tmp_path / "a.csv", rows)], load_spec(spec))
    second = read_records([written(tmp_path / "a.csv", rows[::-1])], load_spec(spec))
    assert first.equals(second)
    pd.DataFrame({"record_id": [1.0, 2.0], "first": [None, "x"], "last": ["y", "y"]}).to_parquet(tmp_path / "p.parquet")
    both = read_records([tmp_path / "a.csv", tmp_path / "p.parquet"], load_spec(spec))
    later = both[both["source"] == "p"]
    assert later["record_id"].tolist() == ["2", "1"] or later["record_id"].tolist() == ["1", "2"]
    assert later["city"].isna().all()


def test_long_numbers_with_gaps_stay_apart(tmp_path, spec):
    """2^53 and 2^53 + 1 are one float: whole numbers are read as they stand, whether or not one is missing."""
    rows = pa.table({"record_id": [2**53, 2**53 + 1, 7], "first": [2**53, 2**53 + 1, None], "last": ["a", "b", "c"]})
    pq.write_table(rows.append_column("born", [[None] * 3]).append_column("city", [["x"] * 3]), tmp_path / "p.parquet")
    read = read_records([tmp_path / "p.parquet"], load_spec(spec)).set_index("record_id")["first"]
    assert read.loc[["9007199254740992", "9007199254740993"]].tolist() == ["9007199254740992", "9007199254740993"]
    assert read.loc["7"] is None


def test_an_index_of_a_parquet_file_is_a_column(tmp_path, spec):
    """Two rows that pandas wrote with numbers 5 and 7, or with their ids, as index are two rows."""
    rows = people(20).drop(columns=["person", "city"]).iloc[[5, 7]]
    rows.to_parquet(tmp_path / "p.parquet")
    rows.set_index("record_id").to_parquet(tmp_path / "q.parquet")
    both = read_records(
        [written(tmp_path / "a.csv", people(3)), *(tmp_path / f"{n}.parquet" for n in "pq")], load_spec(spec)
    )
    assert both["source"].value_counts()[["p", "q"]].tolist() == [2, 2]


def test_columns_that_no_field_names_may_repeat(tmp_path, spec):
    """Empty names at the end of a header, or the same note twice, change nothing."""
    (tmp_path / "a.csv").write_text("record_id,first,last,born,city,note,note,,\n1,a,b,c,d,e,f,,\n")
    assert read_records([tmp_path / "a.csv"], load_spec(spec))["city"].tolist() == ["d"]


@pytest.mark.slow
def test_little_known_is_little_said(tmp_path, spec):
    """Without a name, a city or a text anywhere only days speak; two who cannot be one person are two."""
    text = SPEC + '[fields.work]\nkind = "text"\ncolumn = "work"\n'
    spec.write_text(text.replace('family = "last"', 'family = "last"\nfull = "full"'))
    rows = people(20)[["record_id", "born"]].assign(first="", last="", full="", city="n/a", work="")
    source = written(tmp_path / "a.csv", rows)
    assert len(resolve(read_records([source], load_spec(spec)), load_spec(spec)).clusters) == len(rows)
    spec.write_text(f"one_per_person = true\n{SPEC}")
    two = read_records([written(tmp_path / "b.csv", people(3).drop(columns="person").head(2))], load_spec(spec))
    assert resolve(two, load_spec(spec)).clusters["cluster_id"].is_unique


def test_columns_of_the_output_are_no_fields(tmp_path, spec):
    """A field over the column "source" would stand for two things."""
    spec.write_text(SPEC.replace('"city"', '"source"'))
    source = written(tmp_path / "a.csv", people(3).rename(columns={"city": "source"}))
    with pytest.raises(ContractError, match="names the column source"):
        read_records([source], load_spec(spec))
