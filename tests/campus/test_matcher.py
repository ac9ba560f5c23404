"""A matcher trained on records at hand: what it says of itself, and that it says nothing of the records."""

import numpy as np
import pandas as pd
import pytest
import tiny_records

import fazri_lib as fazri
from fazri_lib.access import record_label
from fazri_lib.errors import AccessDeniedError, FileRefusedError, UnknownNameError

pytestmark = [pytest.mark.slow, pytest.mark.engine]
GIVEN = ["anna", "otto", "clara", "emil", "frieda", "georg", "hanna", "ivan", "jonas", "ludwig", "marta", "nora", "ina"]
FAMILY = ["weber", "klein", "schmidt", "becker", "hoffmann", "wagner", "fischer", "meyer", "schulz", "koch", "richter"]
SPEC = """
[fields.name]
kind = "name"
given = "given"
family = "family"
[fields.born]
kind = "date"
column = "born"
"""


def person(number):
    """One of sixty people, no two of them alike."""
    born = f"{1950 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}"
    return {"record_id": f"p{number}", "given": GIVEN[number % 13], "family": FAMILY[number % 11], "born": born}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sixty people in two lists, the same in both, and who is who."""
    made = tmp_path_factory.mktemp("matcher")
    for source in "ab":
        pd.DataFrame([person(number) for number in range(60)]).to_csv(made / f"{source}.csv", index=False)
    (made / "spec.toml").write_text(SPEC)
    truth = [(f"{source}:p{number}", number) for source in "ab" for number in range(60)]
    pd.DataFrame(truth, columns=["record_id", "entity_id"]).to_csv(made / "truth.csv", index=False)
    return made


@pytest.fixture(scope="module")
def matcher(folder):
    """Trained on both lists."""
    return fazri.matcher([folder / "a.csv", folder / "b.csv"], folder / "spec.toml")


def test_all_is_counted(matcher):
    """Of 120 records 120 * 119 / 2 pairs are compared; 60 are of one person; entities of two records are 60."""
    calibration = matcher.calibration()
    assert "Of 7,140 pairs compared 60 are expected to be of one person" in calibration.summary
    assert calibration.frame.loc[calibration.frame["weight_from"] >= 0, "pairs"].sum() == 60
    assert calibration.frame["expected"].sum() == pytest.approx(60, abs=3)
    assert "blocking missed none" in matcher.blocking().summary
    assert matcher.sizes().frame.to_dict("records") == [{"records": 2, "entities": 60, "sources": 2.0}]
    assert repr(matcher) == "Matcher of 120 records by name, born"


def test_levels_are_those_of_the_model(matcher):
    """Bits = log2(m / u) in each row; an equal day speaks for one person, another one against."""
    frame = matcher.weights().frame
    assert frame["bits"].to_numpy() == pytest.approx(np.log2(frame["m"] / frame["u"]), abs=0.2)
    born = frame[frame["field"] == "born"].set_index("label")["bits"]
    assert born["equal"] > 0 > born["differs"]


def test_against_a_truth(matcher, folder):
    """All right: 1 in each measure; without a truth nothing is claimed; a truth of others is refused."""
    frame = matcher.against(str(folder / "truth.csv")).frame
    assert set(frame["value"]) == {1.0}
    assert frame["baseline"].isna().all()
    assert matcher.against("").frame.empty
    assert "cannot be said" in matcher.against("").summary
    with pytest.raises(FileRefusedError, match="no truth none"):
        matcher.against(str(folder / "none.csv"))
    with pytest.raises(FileRefusedError, match="expected columns record_id and entity_id"):
        matcher.against(str(folder / "a.csv"))
    pd.DataFrame({"record_id": ["x"], "entity_id": [1]}).to_csv(folder / "other.csv", index=False)
    with pytest.raises(FileRefusedError, match="the truth knows none of 120 records"):
        matcher.against(str(folder / "other.csv"))


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("broken.parquet", b"record_id,entity_id\nsecret,1\n"),
        ("empty.csv", b""),
        ("binary.csv", b"record_id,entity_id\n\xff\xfe\x00,1\n"),
        ("ragged.csv", b'record_id,entity_id\nsecret,1,2,3\n"open'),
    ],
)
def test_a_broken_truth_is_refused_in_one_line(matcher, tmp_path, name, content):
    """A file that is no table is told by its name, without its values and without another library's words."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(FileRefusedError) as caught:
        matcher.against(str(tmp_path / name))
    assert str(caught.value) == (
        f"{name}: expected a table as its ending says, got what cannot be read as one; save it anew"
    )
    assert caught.value.__cause__ is None


def test_pairs_are_explained(matcher):
    """Two records of one person, by their ids; the waterfall adds up to a weight that makes them one."""
    answer = matcher.why("a:p3", "b:p3")
    assert answer.frame["total"].iloc[-1] > 0
    assert "a:p3 and b:p3 are one person" in answer.summary
    doubtful = matcher.doubtful(3)
    assert len(doubtful.frame) <= 3
    assert (doubtful.frame["weight"].abs() <= 6).all()


def test_charts_are_drawn(matcher, folder):
    """Each answer has one, also where there is nothing to draw."""
    answers = [matcher.calibration(), matcher.weights(), matcher.blocking(), matcher.sizes(), matcher.doubtful()]
    answers += [matcher.why("a:p3", "b:p4"), matcher.against(""), matcher.against(str(folder / "truth.csv"))]
    for answer in answers:
        assert answer.plot() is not None


def test_of_a_campus(tmp_path):
    """The rows of its directories under labels; fields can be left out; nothing of what they say is shown."""
    home = tiny_records.make(tmp_path)
    with fazri.open(home) as campus:
        matcher = campus.matcher(without="phone, department")
        assert repr(matcher) == "Matcher of 6 records by name, email, born_on"
        told = matcher.doubtful().frame.to_csv() + matcher.sizes().summary + matcher.weights().frame.to_csv()
        assert not any(value in told for value in ("Asha", "tiny.example", "S1"))
        label = record_label("students", "S1")
        assert matcher.why(label, record_label("cards", "K1")).title.startswith(f"Why students:{label} and cards:R-")
        with pytest.raises(UnknownNameError, match=r"no field phon \(did you mean phone\?\)"):
            campus.matcher(without="phon")
        (tmp_path / "spec.toml").write_text(SPEC)
        with pytest.raises(UnknownNameError, match="no column given"):
            campus.matcher(spec=str(tmp_path / "spec.toml"))


def test_not_on_a_dashboard(tmp_path):
    """Training takes too long for a page."""
    from fazri_lib.access import ROLES, Grant
    from fazri_lib.campus.pool import Pool
    from fazri_lib.campus.reading import Reader, read_by
    from fazri_lib.settings import load

    home = tiny_records.make(tmp_path)
    settings = load(home)
    with read_by(Reader("ada", Grant(ROLES["analyst"]), home, settings, Pool(home, settings))) as reader:
        campus = fazri.open()
        with pytest.raises(AccessDeniedError, match="trains no matcher"):
            campus.matcher()
        reader.close()
