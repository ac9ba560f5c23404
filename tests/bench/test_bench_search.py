"""The search bench: both contenders answer about the same people, and ours finds them."""

import pytest

from fazri_lib.bench.campuses import Campuses
from fazri_lib.bench.search import SCANS, search_bench
from fazri_lib.bench.search_people import misspelt_names, people, tables
from fazri_lib.bench.sizes import QUICK

pytestmark = pytest.mark.slow


def test_people_are_made_as_the_seed_says():
    """The same again; ids, cards and numbers are nobody else's; names are shared; every misspelt name is misspelt."""
    rows = people(3_000, 7)
    assert rows.equals(people(3_000, 7))
    for name in ("entity_id", "card_id", "email"):
        assert rows[name].is_unique
    assert rows["family"].value_counts().iloc[0] > 10
    slipped = misspelt_names(rows, 7)
    assert (slipped != rows["name"].to_numpy()).mean() > 0.99
    held = tables(rows)["identifiers"].to_pandas()
    assert held["valid_to"].notna().sum() == 300
    assert not set(held.loc[held["valid_to"].notna(), "id_value"]) & set(rows["card_id"])


def test_both_are_asked_the_same(tmp_path):
    """At the quick size: every kind of text by both; an identifier is always found first."""
    result = search_bench(QUICK, Campuses(QUICK, tmp_path))
    answers, index, record = (table.rows for table in result.tables)
    assert answers.groupby("by")["text"].apply(set).tolist() == [set(SCANS)] * 2
    assert set(answers["texts"]) == {QUICK.search_texts, QUICK.scan_texts}
    assert answers.loc[answers["text"] == "identifier", "recall@1"].tolist() == [1.0, 1.0]
    ours = answers[answers["by"] == "campus.search"].set_index("text")
    assert (ours.loc[["name", "misspelt name", "several words"], "recall@5"] >= 0.9).all()
    assert index["file MB"].item() > 0.1
    ours = record[record["by"] == "the exported model"].set_index("records of")
    assert ours.loc["people on record", ["recall@1", "found"]].min() >= 0.9
    assert ours.loc["strangers", "found"] <= 0.1
