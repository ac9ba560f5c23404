"""Resolution by exact identifiers: who is merged, who is not, what stays ambiguous, and what is known when."""

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution import resolve
from fazri_lib.schema import ALWAYS, LAKE_TABLES

START = pd.Timestamp(ALWAYS)
JAN, FEB, MAR = (pd.Timestamp(f"2026-0{month}-01") for month in (1, 2, 3))


def directory(*rows):
    """Rows (directory, key, known_at, {identifier: value}, attributes); identifiers in capitals identify."""
    records, identifiers = [], []
    for number, (source, key, known_at, held, *facts) in enumerate(rows, start=1):
        records.append(
            {
                "record_id": number,
                "directory": source,
                "record_key": key,
                "known_at": known_at,
                "load_order": number,
                **(facts[0] if facts else {}),
            }
        )
        identifiers += [
            {
                "record_id": number,
                "directory": source,
                "id_type": kind.lower(),
                "id_value": value,
                "id_key": abs(hash((kind.lower(), value))),
                "identifies": kind.isupper(),
            }
            for kind, value in held.items()
        ]
    frames = []
    for name, made in (("records", records), ("record_identifiers", identifiers)):
        frames.append(
            LAKE_TABLES[name].arrow(pd.DataFrame(made, columns=list(LAKE_TABLES[name].column_names))).to_pandas()
        )
    return frames


def entities_of(resolved):
    """Sets of record numbers by entity, ambiguous ones in each."""
    return sorted(sorted(group) for group in resolved.links.groupby("entity_id")["record_id"].unique().map(list))


def test_a_shared_identifying_value_merges():
    """The same e-mail in two directories is one person; a shared card is not."""
    got = resolve(
        *directory(
            ("s", "1", START, {"EMAIL": "a", "card": "C"}),
            ("n", "x", START, {"EMAIL": "a"}),
            ("s", "2", START, {"EMAIL": "b", "card": "C"}),
        )
    )
    assert entities_of(got) == [[1, 2], [3]]
    assert len(got.entities) == 2


def test_holders_of_one_card_stay_apart():
    """Both are listed as holders, each for sure, so that claims can weigh them."""
    got = resolve(*directory(("s", "1", START, {"card": "C"}), ("s", "2", START, {"card": "C"})))
    assert got.identifiers["entity_id"].nunique() == 2
    assert list(got.identifiers["probability"]) == [1.0, 1.0]


def test_a_value_that_two_rows_of_one_directory_share_identifies_nobody():
    """Namesakes with one e-mail in the student directory are not merged, nor does a third row join either."""
    got = resolve(
        *directory(
            ("s", "1", START, {"EMAIL": "a"}), ("s", "2", START, {"EMAIL": "a"}), ("n", "x", START, {"EMAIL": "a"})
        )
    )
    assert entities_of(got) == [[1], [2], [3]]


def test_a_directory_of_devices_may_list_a_person_twice():
    """Phone and laptop with one e-mail are one person's when the directory is said to list several records a person."""
    rows = directory(
        ("s", "1", START, {"EMAIL": "a"}), ("n", "x", START, {"EMAIL": "a"}), ("n", "y", START, {"EMAIL": "a"})
    )
    assert entities_of(resolve(*rows)) == [[1], [2], [3]]
    assert entities_of(resolve(*rows, several=["n"])) == [[1, 2, 3]]


def test_a_record_that_fits_two_entities_is_linked_to_both():
    """Known later, with the e-mail of one person and the staff number of another: half a link to each, no merge."""
    got = resolve(
        *directory(
            ("s", "1", START, {"EMAIL": "a"}),
            ("h", "2", START, {"STAFF": "9"}),
            ("n", "x", JAN, {"EMAIL": "a", "STAFF": "9"}),
        )
    )
    assert entities_of(got) == [[1, 3], [2, 3]]
    assert list(got.links.loc[got.links["record_id"] == 3, "probability"]) == [0.5, 0.5]
    assert len(got.entities) == 2


def test_entity_ids_do_not_depend_on_order_or_on_later_records():
    """Shuffled rows, and rows that become known later, leave the ids of those already there as they are."""
    records, identifiers = directory(
        ("s", "1", START, {"EMAIL": "a"}),
        ("n", "x", START, {"EMAIL": "a"}),
        ("s", "2", START, {"EMAIL": "b"}),
        ("n", "y", FEB, {"EMAIL": "b"}),
    )
    whole = resolve(records, identifiers).links.set_index("record_id")["entity_id"]
    shuffled = resolve(
        records.sample(frac=1, random_state=1), identifiers.sample(frac=1, random_state=2)
    ).links.set_index("record_id")["entity_id"]
    early = resolve(records[records["known_at"] < FEB], identifiers).links.set_index("record_id")["entity_id"]
    assert whole.sort_index().equals(shuffled.sort_index())
    assert whole.loc[early.index].equals(early)


def test_ids_are_exact_as_floats():
    """Ids fit 53 bits, so a browser or a float column keeps them."""
    ids = resolve(*directory(*(("s", str(i), START, {}) for i in range(500)))).entities["entity_id"]
    assert ids.is_unique
    assert (ids.to_numpy().astype(float).astype(np.int64) == ids.to_numpy()).all()
    assert (ids >= 0).all()


def test_facts_change_when_they_become_known():
    """A role changes in February: two versions, the first superseded by the second; unchanged facts make none."""
    got = resolve(
        *directory(
            ("s", "1", START, {}, {"role": "student", "name": "Ann"}),
            ("s", "1", FEB, {}, {"role": "staff", "name": "Ann"}),
        )
    )
    assert got.entities[["role", "known_at", "superseded_at"]].to_numpy().tolist() == [
        ["student", START, FEB],
        ["staff", FEB, pd.NaT],
    ]
    assert len(got.person) == 1


def test_the_row_loaded_last_holds():
    """Two rows with one key and no validity: the later load replaces the earlier one."""
    got = resolve(
        *directory(
            ("s", "1", START, {"card": "A"}, {"role": "student"}), ("s", "1", START, {"card": "B"}, {"role": "staff"})
        )
    )
    assert list(got.entities["role"]) == ["staff"]
    assert list(got.identifiers["id_value"]) == ["B"]


def test_a_reissued_card_has_an_end_once_it_is_known():
    """Card A until February, B from then on; that A ends is known only from February."""
    got = resolve(*directory(("s", "1", START, {"card": "A"}), ("s", "1", FEB, {"card": "B"})))
    rows = got.identifiers.sort_values(["id_value", "known_at"])[
        ["id_value", "valid_from", "valid_to", "known_at", "superseded_at"]
    ]
    assert rows.to_numpy().tolist() == [
        ["A", pd.NaT, pd.NaT, START, FEB],
        ["A", pd.NaT, FEB, FEB, pd.NaT],
        ["B", FEB, pd.NaT, FEB, pd.NaT],
    ]


def test_a_card_kept_through_changes_has_one_interval():
    """Other facts change in February, the card does not: still one open interval."""
    got = resolve(
        *directory(("s", "1", START, {"card": "A"}, {"role": "x"}), ("s", "1", FEB, {"card": "A"}, {"role": "y"}))
    )
    assert got.identifiers[["valid_to", "superseded_at"]].isna().all(axis=None)
    assert len(got.identifiers) == 1


def test_a_stated_validity_is_kept():
    """A card office states from and to: open from January, known to have ended from March."""
    records, identifiers = directory(("c", "1", JAN, {"card": "A"}))
    identifiers = identifiers.assign(valid_from=JAN, valid_to=MAR)
    got = resolve(records, identifiers).identifiers
    assert got["valid_from"].tolist() == [JAN, JAN]
    assert got["valid_to"].tolist() == [pd.NaT, MAR]
    assert got["known_at"].tolist() == [JAN, MAR]
    assert got["superseded_at"].tolist() == [MAR, pd.NaT]


def test_an_open_end_after_a_stated_one_is_open():
    """A card until February as a student, from then on without end as staff: it is still held in March."""
    records, identifiers = directory(("h", "1", JAN, {"card": "A"}), ("h", "1", FEB, {"card": "A"}))
    identifiers = identifiers.assign(valid_to=[FEB, pd.NaT])
    got = resolve(records, identifiers).identifiers
    assert got["valid_to"].isna().all()


def test_an_end_that_is_stated_late_is_known_late():
    """Stated in March that the card was held until February: in February nobody could know."""
    records, identifiers = directory(("h", "1", JAN, {"card": "A"}), ("h", "1", MAR, {"card": "A"}))
    identifiers = identifiers.assign(valid_from=JAN, valid_to=[pd.NaT, FEB])
    got = resolve(records, identifiers).identifiers
    assert got[["valid_to", "known_at", "superseded_at"]].astype(object).to_numpy().tolist() == [
        [pd.NaT, JAN, MAR],
        [FEB, MAR, pd.NaT],
    ]


def test_an_end_that_is_taken_back_holds_until_then():
    """An end in February, taken back in March: closed from February to March, open again from then on."""
    records, identifiers = directory(("h", "1", JAN, {"card": "A"}), ("h", "1", MAR, {"card": "A"}))
    identifiers = identifiers.assign(valid_from=JAN, valid_to=[FEB, pd.NaT])
    got = resolve(records, identifiers).identifiers
    assert got[["valid_to", "known_at", "superseded_at"]].astype(object).to_numpy().tolist() == [
        [pd.NaT, JAN, FEB],
        [FEB, FEB, MAR],
        [pd.NaT, MAR, pd.NaT],
    ]


def test_directories_speak_for_themselves():
    """An e-mail dropped by one directory in February and listed by another from March: each has its own row."""
    got = resolve(
        *directory(
            ("s", "1", START, {"EMAIL": "a", "NO": "9"}),
            ("s", "1", FEB, {"NO": "9"}),
            ("n", "x", MAR, {"EMAIL": "a", "NO": "9"}),
        )
    ).identifiers
    got = got[got["id_type"] == "email"].sort_values(["source", "known_at"])
    assert got[["source", "valid_to", "known_at"]].to_numpy().tolist() == [
        ["n", pd.NaT, MAR],
        ["s", pd.NaT, START],
        ["s", FEB, FEB],
    ]


@pytest.mark.parametrize("moment", [START, JAN, FEB, MAR])
def test_dropping_the_future_changes_no_view(moment):
    """Every table as of T is the same whether or not records known after T are there."""
    records, identifiers = directory(
        ("s", "1", START, {"EMAIL": "a", "card": "A"}, {"role": "student"}),
        ("h", "2", START, {"STAFF": "9"}),
        ("n", "x", JAN, {"EMAIL": "a", "STAFF": "9"}),
        ("s", "3", JAN, {"EMAIL": "c"}),
        ("s", "1", FEB, {"EMAIL": "a", "card": "B"}, {"role": "staff"}),
        ("s", "4", FEB, {"EMAIL": "c"}),
        ("n", "z", MAR, {"EMAIL": "c"}),
    )
    full, cut = resolve(records, identifiers), resolve(records[records["known_at"] <= moment], identifiers)
    for name in ("entities", "person", "links", "identifiers"):
        views = []
        for frame in (getattr(full, name), getattr(cut, name)):
            known = frame[(frame["known_at"] <= moment) & ~(frame["superseded_at"] <= moment)]
            views.append(
                known.drop(columns="superseded_at").sort_values(list(known.columns[:4])).astype(str).to_numpy().tolist()
            )
        assert views[0] == views[1]


def test_no_records_no_entities():
    """Empty directories give empty tables."""
    got = resolve(*directory())
    assert len(got.entities) == len(got.links) == len(got.identifiers) == len(got.person) == 0
