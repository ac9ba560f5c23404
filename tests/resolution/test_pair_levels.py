"""Levels at their edges, as Splink finds them on DuckDB."""

import numpy as np
import pandas as pd
import pytest

from fazri_lib.errors import FazriError
from fazri_lib.resolution.calibration import Compared
from fazri_lib.resolution.comparison import levels_apart, told_apart
from fazri_lib.resolution.kinds import prepare
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.pairs import Pairs
from fazri_lib.resolution.spec import read_spec
from fazri_lib.store import splink
from fazri_lib.store.splink import RECORD, open_comparer, splink_settings

pytestmark = pytest.mark.slow
FIELDS = {
    "name": {"kind": "name", "given": "g", "family": "f"},
    "born": {"kind": "date", "column": "d"},
    "mail": {"kind": "email", "column": "m"},
    "phone": {"kind": "phone", "column": "p"},
    "code": {"kind": "id", "column": "i"},
    "home": {"kind": "place", "columns": ["z", "c"]},
    "sex": {"kind": "category", "column": "s"},
    "work": {"kind": "text", "column": "w"},
}
CASES = [
    ("name", {"g": "anna", "f": "weber"}, {"g": "Anna", "f": "WEBER"}, "both names equal"),
    ("name", {"g": "anna", "f": "weber"}, {"g": "weber", "f": "anna"}, "the same parts in another order"),
    ("name", {"g": "tom", "f": "weber"}, {"g": "thomas", "f": "weber"}, "family name equal, nickname"),
    ("name", {"g": "anna", "f": "weber"}, {"g": "hanna", "f": "weber"}, "family name equal, given name close"),
    ("name", {"g": "a", "f": "weber"}, {"g": "anna", "f": "weber"}, "family name equal, given name close"),
    ("name", {"g": "anna", "f": "weber"}, {"g": "anna", "f": "webber"}, "given name equal, family name close"),
    ("name", {"g": None, "f": "weber"}, {"g": "anna", "f": "weber"}, "family name equal, one given name missing"),
    ("name", {"g": "anna", "f": "weber"}, {"g": "otto", "f": "weber"}, "family name equal, given name differs"),
    ("name", {"g": None, "f": "anna"}, {"g": "anna", "f": "weber"}, "one name equal to the other's other name"),
    ("name", {"g": "anna", "f": "weber"}, {"g": "otto", "f": "klein"}, "names differ"),
    ("name", {"g": None, "f": None}, {"g": "otto", "f": "klein"}, None),
    ("born", {"d": "1971-06-24"}, {"d": "24.06.1971"}, "equal"),
    ("born", {"d": "1971-06-24"}, {"d": "1971-06-25"}, "one digit slipped, or two exchanged"),
    ("born", {"d": "1971-06-24"}, {"d": "1971-06-42"}, "one digit slipped, or two exchanged"),
    ("born", {"d": "1971-06-12"}, {"d": "1971-12-06"}, "day and month exchanged"),
    ("born", {"d": "1971-06-24"}, {"d": "1865-06-24"}, "day and month equal"),
    ("born", {"d": "1971-06-24"}, {"d": "1971-06-07"}, "year and month or year and day equal"),
    ("born", {"d": "1971-06-24"}, {"d": "1971-07-25"}, "two digits slipped"),
    ("born", {"d": "1971-06-24"}, {"d": "1971"}, "year equal"),
    ("born", {"d": "1971-06-24"}, {"d": "1973-11-03"}, "near years"),
    ("born", {"d": "1971-06-24"}, {"d": "1974-11-03"}, "differs"),
    ("mail", {"m": "anna.weber@mail.org"}, {"m": "anna.weber@mial.org"}, "equal before the @, close after it"),
    ("mail", {"m": "anna.weber@mail.org"}, {"m": "anna.weber@firm.com"}, "equal before the @"),
    ("mail", {"m": "a.w@mail.org"}, {"m": "a.w@firm.com"}, "little alike"),
    ("mail", {"m": "anna.weber@mail.org"}, {"m": "otto@firm.com"}, "differs"),
    ("mail", {"m": "anna.weber@mail.org"}, {"m": "ana.weber@mail.org"}, "equal after the @, slips before it"),
    ("mail", {"m": "h.k@mail.org"}, {"m": "f.j@mail.org"}, "equal after the @"),
    ("mail", {"m": "a@b"}, {"m": None}, None),
    ("phone", {"p": "0199 1019562"}, {"p": "+49-199-1019562"}, "equal"),
    ("phone", {"p": "0199 1019562"}, {"p": "0199 1019563"}, "one digit slipped"),
    ("phone", {"p": "0199 1019562"}, {"p": "0188 2228877"}, "differs"),
    ("code", {"i": "AB-1234"}, {"i": "ab1234"}, "equal"),
    ("code", {"i": "AB-1234"}, {"i": "ab1235"}, "one sign slipped"),
    ("code", {"i": "AB-1234"}, {"i": "cd5678"}, "differs"),
    ("home", {"z": "1234", "c": "york"}, {"z": "1234", "c": "yorck"}, "z equal, and wider"),
    ("home", {"z": "1234", "c": "york"}, {"z": "1234", "c": None}, "z equal"),
    ("home", {"z": "1234", "c": "york"}, {"z": "9876", "c": "york"}, "c equal"),
    ("home", {"z": "1234", "c": None}, {"z": None, "c": "york"}, None),
    ("sex", {"s": "F"}, {"s": "f"}, "equal"),
    ("sex", {"s": "F"}, {"s": "m"}, "differs"),
    ("work", {"w": "judge of the court"}, {"w": "judge, of the court"}, "equal"),
    ("work", {"w": "judge of the court"}, {"w": "painter"}, "differs"),
]
LAST = 2 * len(CASES) - 1


@pytest.fixture(scope="module")
def prepared():
    """The two records of each case, one after the other."""
    rows = pd.DataFrame([row for case in CASES for row in case[1:3]], columns=list("gfdmpizcsw"), dtype=object)
    return prepare(rows.where(rows.notna(), None), read_spec({"fields": FIELDS}, "s"))


@pytest.fixture(scope="module")
def columns(prepared):
    """All prepared columns."""
    return {name: column for one in prepared for name, column in one.columns.items()}


@pytest.fixture(scope="module")
def levels(prepared, columns):
    """The level of each case and field."""
    first = np.arange(0, LAST, 2)
    with open_comparer(columns, [one.comparison for one in prepared], threads=1) as compare:
        return compare(Pairs(first, first + 1))


@pytest.mark.parametrize("case", range(len(CASES)), ids=lambda number: f"{CASES[number][0]} {CASES[number][3]}")
def test_level(prepared, levels, case):
    """The level that the case is about; None: unknown."""
    field, _, _, label = CASES[case]
    place = list(FIELDS).index(field)
    level = levels[case, place]
    assert (None if level < 0 else prepared[place].comparison.levels[level].label) == label


def test_batches_change_nothing(prepared, columns, levels, monkeypatch):
    """Pairs compared seven at a time have the levels of all at once."""
    monkeypatch.setattr(splink, "CHUNK", 7)
    first = np.arange(0, LAST, 2)
    with open_comparer(columns, [one.comparison for one in prepared], threads=2) as compare:
        assert (compare(Pairs(first, first + 1)) == levels).all()


def test_our_weights_are_splinks(prepared, columns, levels):
    """A model's weights, but for the frequencies, are those that Splink itself computes with its parameters."""
    from splink import DuckDBAPI, Linker  # noqa: TID251 - the engine itself, to compare with

    comparisons = told_apart(prepared)
    model = Model.untrained(comparisons, LAST + 1, {})
    engine = DuckDBAPI()
    linker = Linker(engine.register(splink._table(columns)), splink_settings(comparisons, model), log_level=40)
    first = np.arange(0, LAST, 2)
    asked = pd.DataFrame({"join_key_l": first, "join_key_r": first + 1, "match_key": "0"})
    linker.table_management.register_blocked_pairs_for_predict(engine.register(asked))
    theirs = linker.inference.predict(warning_mode="never").as_record_list()
    by_pair = {row[f"{RECORD}_l"]: row["match_weight"] for row in theirs}
    apart = levels_apart(prepared, levels)
    ours = model.total(model.parts(*Compared(apart, np.full(apart.shape, np.nan))))
    assert ours.tolist() == pytest.approx([by_pair[number] for number in first.tolist()], abs=1e-5)


def test_what_the_engine_refuses_is_told_in_one_line():
    """A day of another width, as no kind makes one: the kind of error, and neither the query nor the value."""
    born = prepare(pd.DataFrame({"d": ["1971-06-24", "1980-01-02"]}, dtype=object), read_spec(
        {"fields": {"born": {"kind": "date", "column": "d"}}}, "s"
    ))[0]  # fmt: skip
    columns = {**born.columns, "born__day": pd.Series(["1971199924", "19800102"], dtype=object)}
    with open_comparer(columns, [born.comparison], threads=1) as compare, pytest.raises(FazriError) as refused:
        compare(Pairs(np.array([0]), np.array([1])))
    told = str(refused.value)
    assert told.startswith("records cannot be compared: expected")
    assert "InvalidInputException" in told
    assert "\n" not in told
    assert "19" not in told
    assert refused.value.__cause__ is refused.value.__context__ is None
