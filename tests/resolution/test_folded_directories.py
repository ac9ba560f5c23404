"""People of directories made by hand, folded over moments with the engine itself."""

import re

import pandas as pd
import pytest
from directory_rows import directory_rows

from fazri_lib.resolution import Engine, resolve
from fazri_lib.resolution.folding.directories import directory_spec, listed_numbers
from fazri_lib.resolution.folding.timeline import DECISION
from fazri_lib.schema import ALWAYS
from fazri_lib.store.splink import open_comparer

START = pd.Timestamp(ALWAYS)
JAN, FEB, MAR = (pd.Timestamp(f"2026-0{month}-01") for month in (1, 2, 3))


def found_in(rows, decisions=None, several=()):
    """Who the rows are."""
    return resolve(*directory_rows(*rows), several, (), decisions, Engine(open_comparer))


def decisions(*told):
    """Decisions (left key, right key, verdict, known_at, superseded_at) on rows of the directory that a key names."""
    rows = [(a[0], a, b[0], b, *rest) for a, b, *rest in told]
    return pd.DataFrame(rows, columns=DECISION).astype(dict.fromkeys(DECISION[-2:], "datetime64[us]"))


def people_at(found, moment):
    """Who the rows are at a moment: keys by person, each with the probability of its link."""
    keys = found.records.set_index("record_id")["record_key"]
    links = found.links[(found.links["known_at"] <= moment) & ~(found.links["superseded_at"] <= moment)]
    named = links.assign(key=links["record_id"].map(keys)).sort_values("key")
    return sorted("".join(f"{key}{'' if sure == 1 else f'({sure:g})'} " for key, sure in
                  zip(part["key"], part["probability"], strict=True)).strip()
                  for _, part in named.groupby("entity_id"))  # fmt: skip


def test_a_field_is_called_by_its_kind_alone():
    """Kinds whose names differ in signs that no field can have are told apart whatever other kinds there are."""
    both, one = (directory_spec(pd.DataFrame(columns=["name", *kinds])).fields
                 for kinds in (("staff_no", "staff-no", "Staff No", "9"), ("staff-no",)))  # fmt: skip
    named = {field.columns[0]: name for name, field in both.items()}
    assert named["staff_no"] == "staff_no"
    assert re.fullmatch("staff_no_[0-9a-f]{6}", named["staff-no"])
    assert re.fullmatch("id_9_[0-9a-f]{6}", named["9"])
    assert len(set(named.values())) == len(named) == 9
    assert one[named["staff-no"]].columns == ("staff-no",)


def test_numbers_of_a_row_are_one_text():
    """By kind in their order, the first of each; quotes and letters as JSON has them; nothing where there are none."""
    rows, listed = directory_rows(
        ("s", "1", START, {}, {"no": '7"ü', "card": "c"}), ("s", "2", START, {}, {}), ("s", "3", START, {}, {"no": "8"})
    )
    assert listed_numbers(rows, listed).tolist() == ['{"card": "c", "no": "7\\"ü"}', None, '{"no": "8"}']
    assert listed_numbers(rows, listed.iloc[:0]).tolist() == [None] * 3


def test_decisions_win_where_exact_identifiers_decide():
    """From February until March s1 and n2 are one, with all that hangs on either; s3 and n3 are two from then on.

    c3, known from March on, has the number that both have: it goes to n3, the first of them.
    """
    rows = [("s", "s1", START, {}, {"no": "1"}), ("n", "n1", START, {}, {"no": "1"}),
            ("s", "s2", START, {}, {"no": "2"}), ("n", "n2", START, {}, {"no": "2"}),
            ("s", "s3", START, {}, {"no": "3"}), ("n", "n3", START, {}, {"no": "3"}),
            ("c", "c3", MAR, {}, {"no": "3"})]  # fmt: skip
    told = decisions(("s1", "n2", "same", FEB, MAR), ("s3", "n3", "different", FEB, pd.NaT))
    found = found_in(rows, told)
    assert people_at(found, JAN) == ["n1 s1", "n2 s2", "n3 s3"]
    assert people_at(found, FEB) == ["n1 n2 s1 s2", "n3", "s3"]
    assert people_at(found, MAR) == ["c3 n3", "n1 s1", "n2 s2", "s3"]
    changes = found.changes.merge(found.links.drop_duplicates("entity_id"), on="entity_id", how="left")
    assert changes["what"].value_counts().to_dict() == {"merged": 1, "split": 2}
    untouched = found_in(rows)
    assert people_at(untouched, FEB) == ["n1 s1", "n2 s2", "n3 s3"]
    assert people_at(untouched, MAR) == ["c3 n3 s3", "n1 s1", "n2 s2"]


def test_a_decision_settles_a_row_that_fits_two():
    """n9 has the numbers of s1 and s2: half a link to each, until somebody says that it is s2, or that it is not s1."""
    rows = [("s", "s1", START, {}, {"no": "1"}), ("s", "s2", START, {}, {"mail": "2"}),
            ("n", "n9", JAN, {}, {"no": "1", "mail": "2"})]  # fmt: skip
    for told in (("n9", "s2", "same", FEB, pd.NaT), ("s1", "n9", "different", FEB, pd.NaT)):
        found = found_in(rows, decisions(told))
        assert people_at(found, JAN) == ["n9(0.5) s1", "n9(0.5) s2"]
        assert people_at(found, FEB) == ["n9 s2", "s1"], told
    both = found_in(rows, decisions(("s1", "s2", "same", FEB, pd.NaT)))
    assert people_at(both, FEB) == ["n9 s1 s2"]


def test_two_whom_others_part_do_not_become_one():
    """s1 and s2 are each parted from their n row, and the two n rows are one: s1 and s2 have nothing in common."""
    rows = [(kind, f"{kind}{no}", START, {}, {"no": no}) for kind in "sn" for no in "12"]
    told = decisions(("s1", "n1", "different", FEB, pd.NaT), ("s2", "n2", "different", FEB, pd.NaT),
                     ("n1", "n2", "same", FEB, pd.NaT))  # fmt: skip
    assert people_at(found_in(rows, told), FEB) == ["n1 n2", "s1", "s2"]


@pytest.mark.slow
def test_directories_that_say_nothing_of_anybody_are_resolved():
    """130 rows with a role alone: a model is trained, nothing speaks for anybody, and all stay alone."""
    rows = [(one, f"{number}", START, {"role": "student"}, {}) for one in ("s", "n") for number in range(65)]
    found = found_in(rows)
    assert found.matchers["records"].tolist() == [130]
    assert found.entities["entity_id"].nunique() == 130
    assert found.pairs.empty


@pytest.mark.slow
def test_a_changed_row_counts_once():
    """60 rows in two versions are 60 rows and nothing is learnt; with 40 more rows there are 100 and a model is."""
    rows = [
        ("s" if number % 2 else "n", f"{number}", known_at, {"name": f"a{number}", "department": department}, {})
        for number in range(60)
        for known_at, department in ((START, "x"), (JAN, "y"))
    ]
    more = [("s", f"{number}", FEB, {"name": f"a{number}"}, {}) for number in range(60, 100)]
    assert found_in(rows + more[1:]).matchers.empty
    assert found_in(rows + more).matchers[["records", "known_at"]].to_numpy().tolist() == [[100, FEB]]
