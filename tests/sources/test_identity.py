import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fazri_lib.sources.identity import codes, identities, numbers_of, repeated, seed_of

IDENTITIES = [7160304084818018397, 7559196545089813049, 1546435677786187524, 7833404228024886438]
STAMPED = [7160304084818018397, 3993624906724189136, 6186206736482198052]
TEXTS = st.lists(st.text(max_size=30), min_size=1, max_size=20)


@given(TEXTS)
def test_numbers_tell_texts_apart_and_only_texts(texts):
    """Equal texts have equal numbers, different ones different numbers; slices and dictionaries count as the text."""
    column = pa.array(texts)
    numbers = numbers_of(column)
    assert len(set(numbers.tolist())) == len(set(texts))
    assert (numbers_of(column.slice(1)) == numbers[1:]).all()
    coded = column.dictionary_encode()
    assert (numbers_of(coded.dictionary)[coded.indices.to_numpy()] == numbers).all()


@pytest.mark.slow
def test_half_a_million_rows_have_half_a_million_identities():
    """Short, similar texts do not collide; every bit of the numbers is used."""
    numbers = numbers_of(pa.array([f"card {at}" for at in range(500_000)]))
    assert len(np.unique(codes(numbers))) == 500_000
    bits = [(numbers >> np.uint64(bit) & np.uint64(1)).mean() for bit in range(64)]
    assert max(abs(share - 0.5) for share in bits) < 0.01


def test_an_identity_depends_on_source_columns_and_their_places():
    """The same values elsewhere are another row."""
    one, two = (numbers_of(pa.array([text])) for text in ("a", "b"))
    seed, other = seed_of("swipes"), seed_of("wifi")
    found = [identities(seed, each)[0] for each in ([one, two], [two, one], [one, one])] + [
        identities(other, [one, two])[0]
    ]
    assert len(set(found)) == 4
    assert min(found) > 0
    assert identities(seed, [one, two]) == identities(seed, [one, two])


def test_identities_never_change():
    """They are stored in lakes: a release that computes others would load every file twice."""
    texts = pa.array(["", "E100000", "9/16/2025 19:22", "Zoë"])
    known = identities(seed_of("wifi"), [numbers_of(texts)]).tolist()
    assert known == IDENTITIES
    stamps = pa.array([0, 1_750_000_000_000_000, None], pa.timestamp("us"))
    assert identities(seed_of("wifi"), [numbers_of(stamps)]).tolist() == STAMPED


def test_vectors_have_numbers_too():
    """Of their values, in their order."""
    vectors = pa.array([[1.0, 2.0], [2.0, 1.0], [1.0], [], [1.0, 2.0]], pa.list_(pa.float32()))
    numbers = numbers_of(vectors).tolist()
    assert numbers[0] == numbers[4]
    assert len(set(numbers)) == 4
    assert numbers_of(vectors.slice(2)).tolist() == numbers[2:]


def test_repeated_numbers():
    """Each only once, however often it occurs."""
    assert repeated(np.array([5, 1, 5, 2, 5, 1, 7])).tolist() == [1, 5]
    assert repeated(np.array([], dtype=np.int64)).tolist() == []
