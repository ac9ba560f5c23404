"""The exported model scores in this process as the engine did when it was trained."""

import json

import numpy as np
import pytest
import registered_people
from registered_people import COUNT, SPEC
from search_tables import NOW, index_of

from fazri_lib.resolution.agglomeration import HIGHEST, LOWEST
from fazri_lib.resolution.model import Model
from fazri_lib.resolution.search import PRIOR, ByModel, Candidate, match, microseconds
from fazri_lib.resolution.search.scoring import FIELD_HIGHEST, FIELD_LOWEST
from fazri_lib.schema import EXTRACT_TABLES

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def registered():
    """Rows of two directories."""
    return registered_people.registered()


@pytest.fixture(scope="module")
def trained(registered):
    """What the engine found."""
    return registered_people.trained(registered)


@pytest.fixture(scope="module")
def scorer(trained):
    """The model after its way through a document."""
    document = json.loads(registered_people.document(trained))
    return ByModel(Model.from_json(document["model"]), SPEC)


@pytest.fixture(scope="module")
def index(registered):
    """All of them, known from `NOW` on."""
    frames = registered_people.frames(registered, NOW)
    return index_of({name: EXTRACT_TABLES[name].arrow(frame) for name, frame in frames.items()})


def test_weights_are_the_engines(trained, scorer):
    """Of hundreds of pairs, the surest and others; the parts add up to the weight before it is clipped."""
    pairs, weight = trained.people.scored.pairs, trained.people.scored.weight
    chosen = np.argsort(-weight, kind="stable")[:400]
    rows = trained.records.to_dict("records")
    for left, right, bits in zip(pairs.left[chosen], pairs.right[chosen], weight[chosen], strict=True):
        (found,) = scorer.scored(rows[left], [Candidate(1, {}, {}, ((7, rows[right]),))])
        assert sum(part.bits for part in found.parts) == pytest.approx(bits, abs=1e-5)
        counted = found.parts[0].bits + sum(np.clip(part.bits, FIELD_LOWEST, FIELD_HIGHEST) for part in found.parts[1:])
        assert found.weight == pytest.approx(float(np.clip(counted, LOWEST, HIGHEST)), abs=1e-5)
        assert (found.record_id, found.records, found.parts[0].field) == (7, 1, PRIOR)


def test_an_entity_weighs_field_by_field(scorer, registered):
    """The mean over records that know the field, of addresses and numbers the best; told is the nearest record's."""
    new, same, other = (registered.iloc[place].to_dict() for place in (COUNT, 0, 1))
    single = [scorer.scored(new, [Candidate(1, {}, {}, ((1, row),))])[0] for row in (same, other)]
    (both,) = scorer.scored(new, [Candidate(1, {}, {}, ((2, other), (1, same), (3, same)))])
    assert (both.record_id, both.parts, both.records) == (1, single[0].parts, 3)
    bits = [{part.field: np.clip(part.bits, FIELD_LOWEST, FIELD_HIGHEST) for part in one.parts[1:]} for one in single]
    means = [
        max(one[name] for one in bits if name in one)
        if name in {"email", "phone", "number"}
        else np.average(
            [one[name] for one in bits if name in one],
            weights=[w for w, one in zip((2, 1), bits, strict=True) if name in one],
        )
        for name in bits[0].keys() | bits[1].keys()
    ]
    expected = float(np.clip(both.parts[0].bits + sum(means), LOWEST, HIGHEST))
    assert both.weight == pytest.approx(expected, abs=1e-5)
    empty = dict.fromkeys(same) | {"name": same["name"]}
    (with_little,) = scorer.scored(new, [Candidate(1, {}, {}, ((1, same), (4, empty)))])
    assert with_little.weight == single[0].weight


def test_a_new_record_finds_its_person(registered, index, scorer):
    """By name with a slip and day of birth among everybody; somebody unknown fits nobody."""
    at = microseconds(NOW)
    for place in range(0, COUNT, 10):
        person = registered.iloc[place]
        record = {"name": str(registered["name"].iloc[COUNT + place]), "born_on": person["born_on"]}
        best, *_ = match(index, record, scorer, at)
        assert best.entity_id == person["entity_id"]
        assert best.records == 2
    assert all(one.weight < 0 for one in match(index, {"name": "Zzyx Qwrt", "born_on": "1955-05-05"}, scorer, at))


def test_rows_bring_the_numbers_that_their_directory_lists(registered, index):
    """The number stands with the student's row, not with the library's; before it was known there is neither."""
    person = registered.iloc[0]
    (first, told), (second, other) = index.records_of(int(person["entity_id"]), microseconds(NOW))
    assert (first, second) == (0, COUNT)
    assert (told["student_id"], told["born_on"], told["name"]) == tuple(person[["student_id", "born_on", "name"]])
    assert "student_id" not in other
    assert index.records_of(int(person["entity_id"]), microseconds(NOW) - 1) == ((None, {}),)
