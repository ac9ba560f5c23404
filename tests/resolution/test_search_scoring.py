"""The exported model scores in this process as the engine did when it was trained."""

import json

import numpy as np
import pandas as pd
import pytest
from search_tables import NOW, index_of, made

from fazri_lib.bench.search_people import misspelt_names, people
from fazri_lib.resolution.agglomeration import HIGHEST, LOWEST
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.search import PRIOR, ByModel, Candidate, match, microseconds
from fazri_lib.resolution.spec import read_spec
from fazri_lib.workflows.resolve import resolve

pytestmark = pytest.mark.slow
SPEC = read_spec(
    {
        "fields": {
            "name": {"kind": "name", "full": "name"},
            "born": {"kind": "date", "column": "born_on"},
            "email": {"kind": "email", "column": "email"},
            "phone": {"kind": "phone", "column": "phone"},
            "number": {"kind": "id", "column": "student_id"},
            "unit": {"kind": "category", "column": "department"},
        }
    },
    "test",
)
COUNT = 150


@pytest.fixture(scope="module")
def registered():
    """People, each in two directories; the second misspells names and has neither phone nor number."""
    rows = people(COUNT, 3).astype({"born_on": str})
    again = rows.assign(name=misspelt_names(rows, 3), phone=None, student_id=None)
    both = pd.concat([rows.assign(source="students"), again.assign(source="patrons")], ignore_index=True)
    return both.astype(object).where(both.notna(), None).assign(record_id=[str(i) for i in range(2 * COUNT)])


@pytest.fixture(scope="module")
def trained(registered):
    """What the engine found."""
    return resolve(registered[["record_id", "source", *SPEC.columns()]], SPEC, threads=1)


@pytest.fixture(scope="module")
def scorer(trained):
    """The model after its way through a document."""
    return ByModel(Model.from_json(json.loads(json.dumps(trained.model.as_json()))), SPEC)


def test_weights_are_the_engines(trained, scorer):
    """Of hundreds of pairs, the surest and others; the parts add up to the weight before it is clipped."""
    pairs, weight = trained.people.scored.pairs, trained.people.scored.weight
    chosen = np.argsort(-weight, kind="stable")[:400]
    rows = trained.records.to_dict("records")
    for left, right, bits in zip(pairs.left[chosen], pairs.right[chosen], weight[chosen], strict=True):
        (found,) = scorer.scored(rows[left], [Candidate(1, {}, {}, ((7, rows[right]),))])
        assert sum(part.bits for part in found.parts) == pytest.approx(bits, abs=1e-5)
        assert found.weight == pytest.approx(min(HIGHEST, max(LOWEST, bits)), abs=1e-5)
        assert (found.record_id, found.records, found.parts[0].field) == (7, 1, PRIOR)


def test_an_entity_weighs_the_mean_of_its_records(scorer, registered):
    """And tells of the nearest; the same content twice is compared once and counts twice."""
    new, same, other = (registered.iloc[place].to_dict() for place in (COUNT, 0, 1))
    single = [scorer.scored(new, [Candidate(1, {}, {}, ((1, row),))])[0] for row in (same, other)]
    (both,) = scorer.scored(new, [Candidate(1, {}, {}, ((2, other), (1, same), (3, same)))])
    assert both.weight == pytest.approx((2 * single[0].weight + single[1].weight) / 3, abs=1e-5)
    assert (both.record_id, both.parts) == (1, single[0].parts)


def _tables(registered):
    """An extract's tables with these people and their directory rows."""
    rows = registered.assign(directory=registered["source"], known_at=NOW, kind="person", confidence=1.0)
    rows = rows.assign(record_id=rows["record_id"].astype("int64"), record_key=rows["record_id"])
    rows["born_on"] = pd.to_datetime(rows["born_on"]).dt.date
    first = rows.head(COUNT)
    held = first.assign(id_type="student_id", id_value=first["student_id"], id_key=0)
    frames = {"entities": first, "person": first, "identifiers": held, "links": rows, "records": rows}
    return made({name: frame.drop(columns="given").to_dict("records") for name, frame in frames.items()})


def test_a_new_record_finds_its_person(registered, scorer):
    """By name with a slip and day of birth among everybody; somebody unknown fits nobody."""
    index = index_of(_tables(registered))
    at = microseconds(NOW)
    for place in range(0, COUNT, 10):
        person = registered.iloc[place]
        record = {"name": str(registered["name"].iloc[COUNT + place]), "born_on": person["born_on"]}
        best, *_ = match(index, record, scorer, at)
        assert best.entity_id == person["entity_id"]
        assert best.records == 2
    assert all(one.weight < 0 for one in match(index, {"name": "Zzyx Qwrt", "born_on": "1955-05-05"}, scorer, at))


def test_rows_bring_the_numbers_that_their_directory_lists(registered):
    """The number stands with the student's row, not with the library's; before it was known there is neither."""
    index = index_of(_tables(registered))
    person = registered.iloc[0]
    (first, told), (second, other) = index.records_of(int(person["entity_id"]), microseconds(NOW))
    assert (first, second) == (0, COUNT)
    assert (told["student_id"], told["born_on"], told["name"]) == tuple(person[["student_id", "born_on", "name"]])
    assert "student_id" not in other
    assert index.records_of(int(person["entity_id"]), microseconds(NOW) - 1) == ((None, {}),)
