"""Rows of directories as a view knows them: what they are called, whom they belong to, and what explains a few."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.access import Scope, record_label
from fazri_lib.campus.bounds import whole
from fazri_lib.errors import NotPublishedError, UnknownNameError
from fazri_lib.resolution.agglomeration import Decided
from fazri_lib.workflows.explain import few_of
from fazri_lib.workflows.record_files import SOURCE
from fazri_lib.workflows.trained import trained_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    import ibis.expr.types as ir

    from fazri_lib.campus.view import View
    from fazri_lib.resolution.explaining import Few
    from fazri_lib.resolution.spec import Spec

TABLES = ("records", "links", "pairs")
_SAID = ("name", "email", "phone", "born_on", "department")
_LIKELIEST = ["record_id", "probability", "entity_id"]


@dataclass(frozen=True, slots=True)
class Side:
    """A person or a row of a directory that was asked about.

    Attributes:
        label: pseudonym of the person, or label of the row.
        record_ids: the person's rows, or the one row.
        entity_id: the person, or the likeliest one of the row.
        is_person: whether a person was meant.
    """

    label: str
    record_ids: tuple[int, ...]
    entity_id: int
    is_person: bool


@dataclass(frozen=True, slots=True)
class Loaded:
    """A few rows with what explains them.

    Attributes:
        few: in the order of `rows`.
        rows: `record_id, directory, record_key`, what the directory says, `label`, `entity_id` of the likeliest person.
        texts: the same rows as the engine reads them.
        spec: what the columns of `texts` are.
    """

    few: Few
    rows: pd.DataFrame
    texts: pd.DataFrame
    spec: Spec

    def name(self, place: int) -> str:
        """Return what a row is called, as R-4T2B0M9 (students)."""
        return f"{self.rows['label'].iloc[place]} ({self.rows['directory'].iloc[place]})"

    def chosen(self, places: Sequence[int]) -> Loaded:
        """Return some of them, in this order."""
        rows, texts = (frame.iloc[list(places)].reset_index(drop=True) for frame in (self.rows, self.texts))
        return Loaded(self.few.chosen(places), rows, texts, self.spec)

    def place(self, record_id: int) -> int:
        """Return the position of a row."""
        return self.rows["record_id"].tolist().index(record_id)


def table(view: View, name: str) -> ir.Table:
    """Return one of the tables of resolution at the moment of the view.

    Raises:
        NotPublishedError: the extract was published before there were such tables.
    """
    if name not in view.extract.manifest.rest.rows:
        raise NotPublishedError(
            f"the extract has no table {name}; expected one of this version of Fazri, got an older one; run `fazri run`"
        )
    return view.table(name)


def labelled(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows with `label` beside `directory` and `record_key`."""
    pairs = zip(rows["directory"], rows["record_key"], strict=True)
    return rows.assign(label=[record_label(str(directory), str(key), view.grant.key) for directory, key in pairs])


def likeliest(view: View, record_ids: Sequence[int]) -> pd.DataFrame:
    """Return the likeliest person of rows, of equal ones the lowest: `record_id, entity_id, probability`."""
    links = table(view, "links")
    found = view.read(links.filter(links.record_id.isin(list(record_ids))).select(*_LIKELIEST))
    ordered = found.sort_values(_LIKELIEST, ascending=[True, False, True], kind="stable")
    return ordered.drop_duplicates("record_id")[["record_id", "entity_id", "probability"]]


def of_person(view: View, entity_id: int) -> pd.DataFrame:
    """Return the rows linked to a person: `record_id, probability`, and `is_own`: whether no other fits them better."""
    links = table(view, "links")
    linked = view.read(links.filter(links.entity_id == entity_id).select("record_id", "probability"))
    best = likeliest(view, linked["record_id"].tolist()).set_index("record_id")["entity_id"]
    own = linked["record_id"].map(best) == entity_id
    return linked.assign(is_own=own).sort_values("record_id", kind="stable").reset_index(drop=True)


def side(view: View, which: int | str) -> Side:
    """Return the person or the row that is meant.

    Args:
        view: the view.
        which: a pseudonym, an entity id, the label of a row, or when revealed its id or directory:key.

    Raises:
        UnknownNameError: nobody and no row is meant, or several are.
    """
    text = str(which).strip()
    record_id = record(view, text)
    if record_id is not None:
        found = likeliest(view, [record_id])
        if found.empty:
            raise UnknownNameError("this row belongs to nobody at this moment; look from a later one")
        (label,) = labelled(view, _rows(view, [record_id]))["label"]
        return Side(label, (record_id,), int(found["entity_id"].iloc[0]), is_person=False)
    entity_id = view.entity(text)
    rows = of_person(view, entity_id)
    own = rows[rows["is_own"]]
    chosen = (own if len(own) else rows)["record_id"]
    return Side(view.labels(pd.Series([entity_id]))[entity_id], tuple(chosen.tolist()), entity_id, is_person=True)


def person_of(view: View, which: int | str) -> int:
    """Return the person who is meant, or to whom a row belongs most likely.

    Raises:
        UnknownNameError: nobody and no row is meant, or several are.
    """
    record_id = record(view, str(which).strip())
    if record_id is None:
        return view.entity(which)
    found = likeliest(view, [record_id])
    if found.empty:
        raise UnknownNameError("this row belongs to nobody at this moment; look from a later one")
    return int(found["entity_id"].iloc[0])


def record(view: View, text: str) -> int | None:
    """Return the row that a text means, None when it means none.

    Raises:
        UnknownNameError: it has the form of a label or of directory:key, and no row or several have it.
    """
    records = table(view, "records")
    if text.upper().startswith("R-"):
        return _only(view.record_of.get(text.upper(), []), "label as R-4T2B0M9")
    if not view.grant.holds(Scope.REVEAL):
        return None
    number = whole(text)
    if number is not None:
        if view.survivor(number) in view.people:
            return None
        ids = view.read(records.filter(records.record_id == number).select("record_id"))["record_id"]
        return number if len(ids) else None
    directory, colon, key = text.partition(":")
    if not colon:
        return None
    rows = records.filter(records.directory == directory, records.record_key == key).select("record_id")
    return _only(view.read(rows)["record_id"].tolist(), "row as directory:key")


def is_trained(view: View) -> bool:
    """Tell whether a model was trained by the moment of the view."""
    return trained_at(view.extract, view.as_of) is not None


def records_of(view: View, record_ids: Sequence[int]) -> pd.DataFrame:
    """Return what directories say in some rows, with their labels."""
    return labelled(view, _rows(view, record_ids))


def load(view: View, record_ids: Sequence[int]) -> Loaded:
    """Return rows with what explains them.

    Raises:
        NotPublishedError: no model was trained by the moment of the view.
    """
    trained = trained_at(view.extract, view.as_of)
    if trained is None:
        raise NotPublishedError(
            "no model was trained by this moment; expected some hundred rows in the directories, got fewer; "
            "look from a later moment, or load more and run `fazri run`"
        )
    rows = records_of(view, record_ids)
    entity = likeliest(view, record_ids).set_index("record_id")
    rows = rows.assign(
        entity_id=rows["record_id"].map(entity["entity_id"]).astype("Int64"),
        probability=rows["record_id"].map(entity["probability"]),
    )
    texts = _texts(rows, trained.spec)
    few = few_of(texts, trained.spec, trained.model, _decided(view, rows))
    return Loaded(few, rows, texts, trained.spec)


def shown(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    """Return rows of `Loaded` as the reader may see them."""
    return view.shown(rows, "records")


def _rows(view: View, record_ids: Sequence[int]) -> pd.DataFrame:
    """What the directories say in some rows, in the order asked for."""
    records = table(view, "records")
    rows = view.read(records.filter(records.record_id.isin(list(record_ids))))
    order = {record_id: place for place, record_id in enumerate(record_ids)}
    return rows.sort_values("record_id", key=lambda ids: ids.map(order), kind="stable").reset_index(drop=True)


def texts_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return what rows of the table `records` say of the person, as texts, with a column a kind of number."""
    numbers = [json.loads(text) if isinstance(text, str) else {} for text in rows["numbers"]]
    kinds = sorted({kind for held in numbers for kind in held})
    texts = pd.DataFrame(
        {name: rows[name].map(str, na_action="ignore") for name in _SAID if name in rows}, dtype=object
    )
    for kind in kinds:
        listed = pd.Series([held.get(kind) for held in numbers], index=rows.index, dtype=object)
        texts[kind] = texts[kind].where(texts[kind].notna(), listed) if kind in texts else listed
    texts = texts.astype(object)
    return texts.where(texts.notna(), None)


def _texts(rows: pd.DataFrame, spec: Spec) -> pd.DataFrame:
    """Rows as the engine reads them: texts, None where unknown or where nobody of them lists such a number."""
    texts = texts_of(rows).reindex(columns=list(spec.columns())).astype(object)
    return texts.where(texts.notna(), None).assign(**{SOURCE: rows["directory"]})


def _decided(view: View, rows: pd.DataFrame) -> Decided:
    """What reviewers decided of these rows, as known at the moment of the view."""
    if "decisions" not in view.extract.manifest.rest.rows:
        return Decided()
    told = view.read(view.table("decisions"))
    place = {key: number for number, key in enumerate(zip(rows["directory"], rows["record_key"], strict=True))}
    pairs: dict[str, list[tuple[int, int]]] = {"same": [], "different": []}
    for row in told.itertuples():
        ends = [place.get(end) for end in ((row.left_directory, row.left_key), (row.right_directory, row.right_key))]
        if ends[0] is not None and ends[1] is not None and row.verdict in pairs:
            pairs[str(row.verdict)].append((ends[0], ends[1]))
    return Decided(tuple(pairs["same"]), tuple(pairs["different"]))


def _only(found: Sequence[int], what: str) -> int:
    if len(found) == 1:
        return int(found[0])
    got = f"{len(found)} rows have it" if found else "no row has it at this moment"
    raise UnknownNameError(f"this means no single row of a directory; expected a {what}; {got}; see campus.how(person)")
