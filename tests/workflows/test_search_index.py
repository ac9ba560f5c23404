"""The index beside an extract: made with it, the same however it is asked for, made anew when something changed."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from as_of_ways import NOW, truncated
from pydantic import SecretStr

from fazri_lib import settings
from fazri_lib.access import pseudonym
from fazri_lib.resolution.search import microseconds, nearest_faces, parsed, search
from fazri_lib.schema import ALWAYS, LAKE_TABLES
from fazri_lib.store import Extract, Lake, open_duckdb, to_frame
from fazri_lib.workflows.run import run
from fazri_lib.workflows.search_index import index_of, search_arrays

MOMENT = dt.datetime(2025, 3, 7, 11, 7, 13)
pytestmark = pytest.mark.slow


def texts_of(extract):
    """Names, parts of names and of identifiers, pseudonyms, roles: of everybody ever on record."""
    names = to_frame(extract.backend, extract.versions("person"))["name"].dropna().unique().tolist()
    held = to_frame(extract.backend, extract.versions("identifiers"))["id_value"].unique().tolist()
    labels = [pseudonym(int(i)) for i in to_frame(extract.backend, extract.versions("entities"))["entity_id"].unique()]
    return [*names, *(f"{name[:-2]} student" for name in names), *held, *(value[-4:] for value in held), *labels]


def answers(home, chosen, texts, moment):
    """The hits of texts as of a moment."""
    with Extract.open(home / "state") as extract:
        index, at = index_of(extract, "", chosen), microseconds(moment)
        return [search(index, parsed(text, index, at), at, 10) for text in texts]


def test_three_ways_to_ask_for_a_moment_agree(campus, tmp_path):
    """Truncated inputs, `--as-of`, and a later extract asked for the moment: the same hits, weights and reasons."""
    chosen = settings.load(campus)
    cut = truncated(campus, MOMENT, tmp_path / "cut")
    run(cut, chosen, now=NOW, as_of=MOMENT)
    run(campus, chosen, now=NOW)
    with Extract.open(campus / "state") as extract:
        texts = texts_of(extract)
        assert extract.search is not None
    later, latest = (answers(campus, chosen, texts, moment) for moment in (MOMENT, NOW))
    run(campus, chosen, now=NOW, as_of=MOMENT)
    assert answers(cut, chosen, texts, MOMENT) == answers(campus, chosen, texts, MOMENT) == later
    assert later != latest  # the campus learnt something since
    assert sum(map(bool, later)) > 100


def test_made_once_and_anew_when_what_it_is_made_from_changed(campus):
    """A run without news keeps it; faces, and another secret, make another one."""
    chosen = settings.load(campus)
    assert "search" in run(campus, chosen, now=NOW).built
    assert not run(campus, chosen, now=NOW).is_published
    lake, backend = Lake(campus / "state/lake"), open_duckdb()
    held = to_frame(backend, lake.read(backend, "record_identifiers")).drop_duplicates("id_key").head(40)
    vectors = np.random.default_rng(1).normal(size=(40, 8)).astype(np.float32)
    rows = held.assign(observation_id=range(40), source="faces", vector=vectors.tolist(), known_at=ALWAYS)[
        list(LAKE_TABLES["embeddings"].column_names)
    ]
    lake.append("embeddings", pa.Table.from_pandas(rows, LAKE_TABLES["embeddings"].arrow_schema, preserve_index=False))
    backend.disconnect()
    second = run(campus, chosen, now=NOW)
    assert (second.is_published, set(second.built)) == (True, {"search", "computed"})
    keyed = chosen.model_copy(update={"pseudonym_key": SecretStr("k" * 32)})
    with Extract.open(campus / "state") as extract:
        index = index_of(extract, "", chosen)
        assert nearest_faces(index, vectors[3].tolist(), microseconds(NOW), 1)[0].cosine == pytest.approx(1.0)
        first = int(index.entity_id[0])
        another = index_of(extract, "k" * 32, keyed)  # published with other pseudonyms than the reader's
        found = [
            search(another, parsed(pseudonym(first, key), another, microseconds(NOW)), microseconds(NOW), 5)
            for key in ("", "k" * 32)
        ]
        assert [[hit.entity_id for hit in hits] for hits in found] == [[], [first]]
    assert "search" in run(campus, keyed, now=NOW).built


def test_an_extract_of_before_is_searched_all_the_same(campus):
    """Without a file the index is made from the extract, with the same arrays."""
    chosen = settings.load(campus)
    run(campus, chosen, now=NOW)
    with Extract.open(campus / "state") as extract:
        published, extract.search = extract.search, None
        index_of(extract, "", chosen)
        assert published.keys() == search_arrays(extract, chosen).keys() == extract.search.keys()
        for name, array in extract.search.items():
            assert np.array_equal(array, published[name]), name
