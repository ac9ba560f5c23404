"""The arrays of an index, made from all versions of the tables that say who is who."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.resolution.search.terms import terms_of, texts_of
from fazri_lib.resolution.search.words import identifier_forms, words_of_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import numpy.typing as npt

    from fazri_lib.resolution.search.terms import Arrays, Numbers

NAMES, PLAIN, IDENTIFIERS, DATES = KINDS = ("names", "plain", "identifiers", "dates")
"""Kinds of words: of names, of roles, departments and places, identifiers as a whole, days of birth."""
SHORTEST_WORD = {NAMES: 1, PLAIN: 2}
"""Letters that a word has at least: of names an initial is enough."""
LABELS = "labels"
"""Pseudonyms: words that no field has."""
TABLES = ("entities", "person", "identifiers", "links")
"""Extract tables that an index of people is made from; and `embeddings` of the lake, if there are any."""
RECORDS = "records"
"""Extract table of directory rows: with it a new record can be compared with each of them."""
NUMBERS = "numbers"
TOLD = ("name", "email", "phone", "born_on", NUMBERS, "role", "department")
"""What a directory row says of a person; its numbers as JSON."""
_OF_PERSON = {"name": NAMES, "email": IDENTIFIERS, "phone": IDENTIFIERS, "born_on": DATES}
_OF_ENTITY = ("role", "department")
_OF_ZONE = ("name", "building", "zone_type")
_BEFORE, _STILL = np.iinfo(np.int64).min, np.iinfo(np.int64).max


def arrays_of(tables: Mapping[str, pa.Table], labelled: Callable[[Iterable[int]], Mapping[int, str]]) -> Arrays:
    """Return the arrays of an `Index` of people.

    Args:
        tables: all versions of the rows of `TABLES`; `records` and `embeddings` may be there, too.
        labelled: gives each entity its pseudonym.
    """
    entities, identifiers = tables["entities"], tables["identifiers"]
    facts = _Facts(np.unique(_numbers(entities["entity_id"])))
    for field, kind in _OF_PERSON.items():
        facts.add(field, kind, tables["person"], field)
    for field in _OF_ENTITY:
        facts.add(field, PLAIN, entities, field)
    facts.add("kind", PLAIN, entities.filter(pc.not_equal(entities["kind"], "person")), "kind")
    for id_type in sorted(pc.unique(identifiers["id_type"]).to_pylist()):
        facts.add(id_type, IDENTIFIERS, identifiers.filter(pc.equal(identifiers["id_type"], id_type)), "id_value")
    return {
        **facts.arrays(entities, tables["links"], tables.get(RECORDS)),
        **labels_of(facts.entity_id, labelled),
        **faces_of(tables.get("embeddings"), facts.fields),
    }


def labels_of(entity_id: Numbers, labelled: Callable[[Iterable[int]], Mapping[int, str]]) -> Arrays:
    """Return the arrays by which entities are found by pseudonym."""
    labels = labelled(entity_id.tolist())
    words = pa.array([labels[number].lower() for number in entity_id.tolist()], pa.large_string())
    return terms_of(LABELS, words, np.arange(len(entity_id)))


def arrays_of_zones(zones: pa.Table) -> Arrays:
    """Return the arrays of an `Index` of zones; the entity id of one is its place in the table."""
    numbered = zones.append_column("entity_id", pa.array(np.arange(len(zones))))
    facts = _Facts(np.arange(len(zones)))
    for field in _OF_ZONE:
        facts.add(field, PLAIN, numbered, field)
    facts.add("zone_id", IDENTIFIERS, numbered, "zone_id")
    nothing = pa.table({"record_id": pa.array([], pa.int64()), "entity_id": pa.array([], pa.int64())})
    return {**facts.arrays(numbered, nothing), **labels_of(np.zeros(0, np.int64), lambda _: {})}


def arrays_of_things(names: pa.Array, field: str) -> Arrays:
    """Return the arrays of an `Index` of things that have nothing but a name or number; the entity id is its place.

    Args:
        names: what they are called.
        field: what that is, for reasons.
    """
    rows = pa.table({"entity_id": pa.array(np.arange(len(names))), field: names})
    facts = _Facts(np.arange(len(names)))
    facts.add(field, IDENTIFIERS, rows, field)
    nothing = pa.table({"record_id": pa.array([], pa.int64()), "entity_id": pa.array([], pa.int64())})
    return {**facts.arrays(rows, nothing), **labels_of(np.zeros(0, np.int64), lambda _: {})}


class _Facts:
    """What is known of entities, row by row: a field's text, from when to when it was known and valid, how sure."""

    def __init__(self, entity_id: Numbers) -> None:
        self.entity_id = entity_id
        self._parts: list[dict[str, np.ndarray]] = []
        self._texts: list[pa.LargeStringArray] = []
        self.fields: dict[str, str] = {}

    def add(self, field: str, kind: str, rows: pa.Table, column: str) -> None:
        """Add the rows of a table whose column is not empty, of entities that there are."""
        self.fields.setdefault(field, kind)
        rows = rows.filter(pc.is_valid(rows[column]))
        rows = rows.filter(pc.is_in(rows["entity_id"], pa.array(self.entity_id)))
        number = list(self.fields).index(field)
        self._texts.append(_texts(rows[column]))
        self._parts.append(
            {
                "entity": self._place(rows),
                "field": np.full(len(rows), number, dtype=np.uint8),
                **_times(rows),
            }
        )

    def arrays(self, entities: pa.Table, links: pa.Table, records: pa.Table | None = None) -> Arrays:
        names = list(self._parts[0])  # taken out one by one: of millions of facts there is no room for two copies
        columns = {name: np.concatenate([part.pop(name) for part in self._parts]) for name in names}
        texts = pa.concat_arrays(self._texts).dictionary_encode()
        self._texts.clear()
        value = texts.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        order = np.lexsort((columns["field"], columns["entity"]))
        for name in names:
            columns[name] = columns[name][order]
        linked = links.filter(pc.is_in(links["entity_id"], pa.array(self.entity_id))).sort_by("record_id")
        rows = records.sort_by("record_id") if records is not None else linked[:0]
        window, windows = _windows([columns, _times(entities), _times(linked), _times(rows)])
        known, followed, belongs, there = np.split(window, np.cumsum([len(order), len(entities), len(linked)]))
        kinds = np.array([KINDS.index(kind) for kind in self.fields.values()], dtype=np.uint8)
        return {
            "entity_id": self.entity_id,
            **windows,
            **{f"value.{name}": array for name, array in texts_of(texts.dictionary).items()},
            **{
                f"field.{name}": array
                for name, array in texts_of(pa.array(list(self.fields), pa.large_string())).items()
            },
            "field.kind": kinds,
            "fact.entity": columns["entity"],
            "fact.first": np.searchsorted(columns["entity"], np.arange(len(self.entity_id) + 1)),
            "fact.field": columns["field"],
            "fact.value": value[order].astype(np.int32),
            "fact.window": known,
            "there.entity": self._place(entities),
            "there.window": followed,
            "record.id": _numbers(linked["record_id"]),
            "record.entity": self._place(linked),
            "record.window": belongs,
            **({} if records is None else self._rows(rows, linked, there)),
            **self._words(texts.dictionary.take(pa.array(value[order])), kinds[columns["field"]]),
        }

    def _rows(self, rows: pa.Table, linked: pa.Table, window: npt.NDArray[np.int32]) -> Arrays:
        """Directory rows in the order of their ids, what each says, and the links of each entity."""
        owner = self._place(linked)
        order = np.argsort(owner, kind="stable")
        made: Arrays = {
            "row.id": _numbers(rows["record_id"]),
            "row.window": window,
            "record.by_entity": order.astype(np.int32),
            "record.first": np.searchsorted(owner[order], np.arange(len(self.entity_id) + 1)).astype(np.int32),
        }
        for name in TOLD:
            coded = _texts(rows[name]).dictionary_encode()
            code = pc.fill_null(coded.indices, -1).to_numpy(zero_copy_only=False)
            made |= {f"row.{name}": code.astype(np.int32)}
            made |= {f"row.{name}.{part}": array for part, array in texts_of(coded.dictionary).items()}
        return made

    @staticmethod
    def _words(texts: pa.LargeStringArray, kinds: npt.NDArray[np.uint8]) -> Arrays:
        made: Arrays = {}
        for number, kind in enumerate(KINDS):
            fact = np.flatnonzero(kinds == number)
            chosen = texts.take(pa.array(fact))
            if kind in {NAMES, PLAIN}:
                owner, words = words_of_each(chosen)
                made |= terms_of(kind, words, fact[owner.to_numpy()], misspelt=True)
            else:
                made |= terms_of(kind, identifier_forms(chosen), fact, by_end=kind == IDENTIFIERS)
        return made

    def _place(self, rows: pa.Table) -> npt.NDArray[np.int32]:
        return np.searchsorted(self.entity_id, _numbers(rows["entity_id"])).astype(np.int32)


def _times(rows: pa.Table) -> dict[str, np.ndarray]:
    """When rows were known and valid, microseconds since 1970 UTC, and how probable each is."""
    moments = {"known_at": _BEFORE, "superseded_at": _STILL, "valid_from": _BEFORE, "valid_to": _STILL}
    found = {}
    for name, unknown in moments.items():
        given = rows[name].cast(pa.timestamp("us")).cast(pa.int64()) if name in rows.column_names else None
        found[name] = np.full(len(rows), unknown) if given is None else _numbers(pc.fill_null(given, unknown))
    is_sure = "probability" not in rows.column_names
    found["probability"] = np.ones(len(rows)) if is_sure else rows["probability"].to_numpy()
    return found


def _windows(parts: Sequence[Mapping[str, np.ndarray]]) -> tuple[npt.NDArray[np.int32], Arrays]:
    """The different times and probabilities, and which of them each row has: rows of one load share theirs."""
    names = ("known_at", "superseded_at", "valid_from", "valid_to", "probability")
    columns = {name: np.concatenate([part[name] for part in parts]) for name in names}
    code = np.zeros(len(columns["known_at"]), dtype=np.int64)
    for column in columns.values():
        codes, different = pd.factorize(column)
        code = pd.factorize(code * max(len(different), 1) + codes)[0]
    first = np.flatnonzero(~pd.Series(code).duplicated().to_numpy())
    return code.astype(np.int32), {f"window.{name}": column[first] for name, column in columns.items()}


def faces_of(embeddings: pa.Table | None, fields: Iterable[str]) -> Arrays:
    """Vectors, made unit ones, each with the identifier that it belongs to, in the order in which they were known.

    Only those with as many numbers as the first one: others cannot be compared with it.
    """
    if embeddings is None or not len(embeddings):
        return {}
    known, embeddings = list(fields), embeddings.sort_by([("known_at", "ascending"), ("observation_id", "ascending")])
    lengths = pc.list_value_length(embeddings["vector"])
    size = lengths[0].as_py()
    rows = embeddings.filter(pc.and_(pc.equal(lengths, size), pc.is_in(embeddings["id_type"], pa.array(known))))
    flat = pc.list_flatten(rows["vector"]).to_numpy().reshape(len(rows), size).astype(np.float32)
    norm = np.linalg.norm(flat, axis=1)
    is_sound = np.isfinite(norm) & (norm > 0)
    rows, flat = rows.filter(pa.array(is_sound)), flat[is_sound] / norm[is_sound, None]
    words = identifier_forms(_texts(rows["id_value"]))
    known_at = rows["known_at"].cast(pa.timestamp("us")).cast(pa.int64())
    return {
        "face.vector": flat.ravel(),
        "face.known_at": _numbers(known_at),
        "face.field": np.array([known.index(name) for name in rows["id_type"].to_pylist()], dtype=np.uint8),
        **{f"face.{name}": array for name, array in texts_of(words).items()},
    }


def _numbers(column: pa.ChunkedArray) -> Numbers:
    numbers: Numbers = column.to_numpy().astype(np.int64)
    return numbers


def _texts(column: pa.ChunkedArray) -> pa.LargeStringArray:
    return pa.concat_arrays([chunk.cast(pa.large_string()) for chunk in column.chunks] or [_NO_TEXT])


_NO_TEXT = pa.array([], pa.large_string())
