"""Whose face is near, and how many others would be by chance."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from search_tables import NOW, index_of, made

from fazri_lib.errors import NotEnoughDataError, SettingsError
from fazri_lib.resolution.search import microseconds, nearest_faces

COUNT, SIZE = 400, 16
LATE = dt.datetime(2025, 9, 1)
AT = microseconds(NOW)


def vectors(seed: int = 3) -> np.ndarray:
    """Directions that have nothing to do with each other."""
    return np.random.default_rng(seed).normal(size=(COUNT, SIZE)).astype(np.float32)


def rows(faces: np.ndarray, **more):
    """A person a face; person 1 holds the face of person 0 by half."""
    held = [{"entity_id": i, "id_type": "face_id", "id_value": f"F-{i}"} for i in range(COUNT)]
    held[0]["probability"] = 0.5
    held.append({"entity_id": 1, "id_type": "face_id", "id_value": "F-0", "probability": 0.5})
    embedded = [
        {"observation_id": i, "id_type": "face_id", "id_value": f"F-{i}", "vector": face.tolist()}
        for i, face in enumerate(faces)
    ]
    return made(
        {
            "entities": [{"entity_id": i} for i in range(COUNT)],
            "person": [{"entity_id": i, "name": f"Person {i}"} for i in range(COUNT)],
            "identifiers": held,
            "links": [{"record_id": 1, "entity_id": 0}],
            "embeddings": [*embedded, *more.get("embeddings", [])],
        }
    )


@pytest.fixture(scope="module")
def index():
    """400 people with a face each."""
    return index_of(rows(vectors()))


def test_the_same_face_is_found_and_nobody_is_as_near_by_chance(index):
    """Whatever its length: only the direction counts."""
    first, second = nearest_faces(index, (7 * vectors()[5]).tolist(), AT, 2)
    assert (first.entity_id, first.cosine) == (5, pytest.approx(1.0))
    assert first.by_chance < 0.05
    assert second.by_chance > 0.5  # the nearest of 399 strangers: about one is as near


def test_a_strangers_face_is_called_one(index):
    """The nearest to a face that is on no record is as near as chance says: about one is, over many strangers."""
    expected = [nearest_faces(index, face.tolist(), AT, 1)[0].by_chance for face in vectors(9)[:40]]
    assert 0.3 < np.median(expected) < 2
    assert np.mean(np.array(expected) < 0.05) < 0.15


def test_a_shared_face_names_both_holders(index):
    """Ambiguity is kept."""
    found = nearest_faces(index, vectors()[0].tolist(), AT, 2)
    assert [(hit.entity_id, hit.probability) for hit in found] == [(0, 0.5), (1, 0.5)]


def test_a_face_that_became_known_later_changes_nothing():
    """Neither hits nor chances; a longer vector that comes later does not decide what can be compared."""
    late = [
        {"observation_id": -i, "id_type": "face_id", "id_value": f"F-{i}", "vector": [1.0] * 40, "known_at": LATE}
        for i in range(300)
    ]
    late += [{"observation_id": -500, "id_type": "face_id", "id_value": "F-9", "vector": vectors()[5].tolist()}]
    late[-1]["known_at"] = LATE
    whole, before = index_of(rows(vectors(), embeddings=late)), index_of(rows(vectors()))
    at = microseconds(LATE) - 1
    assert nearest_faces(whole, vectors()[5].tolist(), at, 5) == nearest_faces(before, vectors()[5].tolist(), at, 5)
    assert {hit.entity_id for hit in nearest_faces(whole, vectors()[5].tolist(), at + 1, 2)} == {5, 9}


@pytest.mark.parametrize(
    "vector", [[1.0] * (SIZE - 1), [], [0.0] * SIZE, [float("nan")] * SIZE, [float("inf"), *[1.0] * (SIZE - 1)]]
)
def test_what_is_no_face_is_refused(index, vector):
    """Another length, nothing, no direction."""
    with pytest.raises(SettingsError, match="expected 16 finite numbers"):
        nearest_faces(index, vector, AT, 1)


def test_too_few_faces_say_nothing():
    """Twenty faces, none at all, or none known yet."""
    few = rows(vectors()) | {"embeddings": rows(vectors())["embeddings"].slice(0, 20)}
    with pytest.raises(NotEnoughDataError, match="at least 30 faces on record, got 20"):
        nearest_faces(index_of(few), [1.0] * SIZE, AT, 1)
    none = {name: table for name, table in rows(vectors()).items() if name != "embeddings"}
    with pytest.raises(NotEnoughDataError, match="got 0"):
        nearest_faces(index_of(none), [1.0] * SIZE, AT, 1)
    with pytest.raises(NotEnoughDataError, match="got 0"):
        nearest_faces(index_of(rows(vectors())), [1.0] * SIZE, -1, 1)


def test_vectors_without_direction_are_left_out():
    """A face of zeros is near to nothing and breaks nothing."""
    faces = vectors()
    faces[7] = 0
    assert len(nearest_faces(index_of(rows(faces)), vectors()[5].tolist(), AT, 400)) < COUNT
