"""Whose face is nearest to a vector, and how many others would be as near by chance.

A cosine means nothing by itself: how alike the faces of different people are depends on what made the vectors. So each
is set against the cosines between faces of different people on record: the expected number of people as near by chance.
Its tail is what was counted, or the normal tail where that is larger: never surer than either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from fazri_lib.errors import NotEnoughDataError, SettingsError
from fazri_lib.resolution.search.building import IDENTIFIERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from fazri_lib.resolution.search.index import Index

    Vectors = npt.NDArray[np.float32]

_PAIRS = 100_000
_LEAST_FACES = 30
_BLOCK = 1 << 17


@dataclass(frozen=True, slots=True)
class FaceHit:
    """A person whose face on record is near.

    Attributes:
        entity_id: the person.
        cosine: of the angle between both vectors, 1 for the same direction.
        by_chance: people on record expected to be at least as near to a stranger's face.
        probability: that the face on record is this person's.
    """

    entity_id: int
    cosine: float
    by_chance: float
    probability: float


def nearest_faces(index: Index, vector: Sequence[float], moment: int, limit: int) -> list[FaceHit]:
    """Return the people whose faces on record are nearest to a vector, the nearest first.

    Args:
        index: with faces.
        vector: of a face, made as those on record were.
        moment: as known then, microseconds since 1970, UTC.
        limit: most people.

    Raises:
        NotEnoughDataError: too few faces were on record then to say what is near.
        SettingsError: the vector has another length than those on record, or none.
    """
    known = np.flatnonzero(index.arrays.get("face.known_at", np.zeros(0, np.int64)) <= moment)
    if len(known) < _LEAST_FACES:
        raise NotEnoughDataError(
            f"search by face: expected at least {_LEAST_FACES} faces on record, got {len(known)}; load embeddings"
        )
    faces = index.arrays["face.vector"].reshape(len(index.arrays["face.known_at"]), -1)
    wanted = _unit(vector, faces.shape[1])
    cosine = np.concatenate([faces[part] @ wanted for part in np.split(known, range(_BLOCK, len(known), _BLOCK))])
    strangers = _between_strangers(index, faces, known)
    nearest = np.lexsort((known, -cosine))[: 2 * limit]
    found: dict[int, FaceHit] = {}
    for place in nearest:
        by_chance = len(known) * _tail(strangers, float(cosine[place]))
        for entity_id, probability in _holders(index, int(known[place]), moment):
            hit = FaceHit(entity_id, round(float(cosine[place]), 6), round(by_chance, 6), probability)
            found.setdefault(entity_id, hit)
    return list(found.values())[:limit]


def _unit(vector: Sequence[float], size: int) -> Vectors:
    wanted = np.asarray(vector, dtype=np.float32).ravel()
    length = float(np.linalg.norm(wanted))
    if len(wanted) != size or not np.isfinite(length) or not length:
        raise SettingsError(
            f"face to search for: expected {size} finite numbers, not all 0, got {len(wanted)}; "
            "make the vector as those on record were made"
        )
    return wanted / np.float32(length)


def _between_strangers(index: Index, faces: Vectors, known: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Cosines between faces of different identifiers: each with the next ones, as many pairs as are needed."""
    words = [index.face_word(int(place)) for place in known[: _PAIRS + 1]]
    sample, found = known[: _PAIRS + 1], []
    for step in range(1, max(2, min(len(sample), _PAIRS // len(sample)))):
        different = [place for place in range(len(sample) - step) if words[place] != words[place + step]]
        left, right = faces[sample[different]], faces[sample[np.array(different, dtype=np.int64) + step]]
        found.append(np.einsum("ij,ij->i", left, right))
    return np.sort(np.concatenate(found)).astype(np.float64)


def _tail(strangers: npt.NDArray[np.float64], cosine: float) -> float:
    """The share of strangers at least as near."""
    if len(strangers) < _LEAST_FACES:
        return 1.0
    counted = (len(strangers) - np.searchsorted(strangers, cosine - 1e-6)) / len(strangers)
    spread = float(strangers.std()) or 1e-9
    return float(max(counted, ndtr((float(strangers.mean()) - cosine) / spread)))


def _holders(index: Index, face: int, moment: int) -> list[tuple[int, float]]:
    """Who holds the identifier of a face, and with which probability."""
    field = int(index.arrays["face.field"][face])
    held = index.terms(IDENTIFIERS)
    facts = held.facts(*held.equal(index.face_word(face)))
    facts = facts[index.known(moment)[index.arrays["fact.window"][facts]]]
    facts = facts[index.arrays["fact.field"][facts] == field]
    probability = index.arrays["window.probability"][index.arrays["fact.window"][facts]]
    entities = index.entity_id[index.arrays["fact.entity"][facts]]
    return sorted(zip(entities.tolist(), probability.tolist(), strict=True), key=lambda one: (-one[1], one[0]))
