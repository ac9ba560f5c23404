"""Explanations of a resolution's records, by the ids of their files."""

import pandas as pd
import pytest
from person_names import FAMILY, GIVEN

from fazri_lib.errors import UnknownNameError
from fazri_lib.resolution.explaining import Rule
from fazri_lib.resolution.spec import read_spec
from fazri_lib.workflows.explain import explain, few_of
from fazri_lib.workflows.record_files import by_contents
from fazri_lib.workflows.resolve import resolve

pytestmark = pytest.mark.slow
FIELDS = {
    "name": {"kind": "name", "given": "given", "family": "family"},
    "born": {"kind": "date", "column": "born"},
    "town": {"kind": "category", "column": "town"},
}


@pytest.fixture(scope="module")
def spec():
    """Nobody has two records in the list "a"."""
    return read_spec({"fields": FIELDS, "one_per_person": "a"}, "spec")


@pytest.fixture(scope="module")
def found(spec):
    """Sixty people in the lists a and b, the same in both; p7 of b is nobody of a."""
    rows = [
        {
            "record_id": f"p{number}",
            "source": source,
            "given": GIVEN[number % 13],
            "family": FAMILY[number % 11],
            "born": f"{1950 + number % 40}-{1 + number % 12:02d}-{1 + number % 28:02d}",
            "town": ["york", "hull", "bath"][number % 3],
        }
        for source in "ab"
        for number in range(60)
        if (source, number) != ("a", 7)
    ]
    return resolve(by_contents(pd.DataFrame(rows, dtype=object), spec), spec)


def test_one_person_in_two_lists(found, spec):
    """The waterfall has the weight that the run gave the pair; the entity has one step."""
    told = explain(found, spec, "a:p3", "b:p3")
    assert told.apart is None
    assert len(told.path.steps) == 1
    scored = found.people.scored
    records = found.records[found.records["record_id"] == "p3"].index
    row = (scored.pairs.left == records.min()) & (scored.pairs.right == records.max())
    assert told.why.weight == scored.weight[row][0]
    assert told.summary.startswith("a:p3 and b:p3 are one person. 2 records became one entity in 1 step.")


def test_two_of_one_list(found, spec):
    """The two that were asked are named as those of one directory."""
    told = explain(found, spec, "a:p3", "a:p4")
    assert told.apart.rule is Rule.ONE_PER_PERSON
    assert "a:p3 and a:p4 are of one directory" in told.summary


def test_two_strangers(found, spec):
    """The one without a partner and somebody else's record in the other list: too little speaks for them."""
    told = explain(found, spec, "p7", "b:p8")
    assert told.path is None
    assert told.apart.rule in {Rule.WEIGHT, Rule.AVERAGE}
    assert told.apart.joins


def test_what_is_asked_must_be_there(found, spec):
    """Unknown, in two lists, or the same record twice; the ids are not repeated."""
    with pytest.raises(UnknownNameError, match="no record has one of these ids"):
        explain(found, spec, "a:p99", "b:p3")
    with pytest.raises(UnknownNameError, match="2 records have one of these ids"):
        explain(found, spec, "p3", "b:p4")
    with pytest.raises(UnknownNameError, match="the same record"):
        explain(found, spec, "a:p3", "a:p3")


def test_a_few_records_from_a_model_alone(found, spec):
    """What a campus has: contents of a few records, the spec and the model. The weights are those of the run."""
    rows = found.records[found.records["record_id"].isin(["p3", "p14", "p16"])]
    few = few_of(rows, spec, found.model)
    weights = few.weights()
    scored = found.people.scored
    position = {record: place for place, record in enumerate(rows.index)}
    compared = 0
    for left, right, weight in zip(scored.pairs.left, scored.pairs.right, scored.weight, strict=True):
        if left in position and right in position:
            assert weights[position[left], position[right]] == weight
            compared += 1
    assert compared >= 3  # those of the same person at least; the run keeps no pair that is far
