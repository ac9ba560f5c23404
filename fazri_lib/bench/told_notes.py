"""Notes that the simulator does not write: one name alone, strangers, names that are ordinary words."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa

from fazri_lib.resolution import notes
from fazri_lib.resolution.notes.bearers import split_name
from fazri_lib.store import Extract, from_arrow, from_frame, held, to_frame

if TYPE_CHECKING:
    import ibis.expr.types as ir

    from fazri_lib.bench.campuses import SimulatedCampus

SENTENCES = {
    "given name alone": "Please ask {given} about the {zone}, or leave a message.",
    "family name alone": "Please ask {family} about the {zone}, or leave a message.",
    "title and family name": "Please ask Ms {family} about the {zone}, or leave a message.",
    "stranger of borne names": "Please ask {given} {strange} about the {zone}, or leave a message.",
    "stranger of a new name": "Please ask {given} Quillfeather about the {zone}, or leave a message.",
    "ordinary words": "Long queue in the {zone}, as every winter; we will mark the wolf and the rose on the wall.",
    "ordinary words first": "Bell out of order in the {zone}. Green light is on. Young visitors came. Koch is closed.",
}
"""Sentences by what they try; the first three mean the person who was in the zone, the others nobody on record."""
_MEANT = 3
_EACH = 150


def told_rows(campus: SimulatedCampus) -> pd.DataFrame:
    """Return what is read in such notes: each form with the mean probability of who is meant, and of others in sum.

    Returns:
        `form, notes, meant, others`.
    """
    storage = campus.settings.storage
    with Extract.open(campus.home / "state", storage.memory_limit, storage.threads) as extract, ExitStack() as kept:
        written = _written(campus)
        rows = written.assign(source="told", kind="note", local_ts=written["ts"], local_date=written["ts"].dt.date)
        logged = from_frame(extract.backend, "observations", rows.assign(known_at=rows["ts"], ts_resolution_s=1.0))
        found = notes.mentions(logged, _known(extract), lambda table: kept.enter_context(held(extract.backend, table)))
        people = found.filter(found.kind == "person").select("observation_id", "entity_id", "probability")
        read = to_frame(extract.backend, people)
    owned = campus.known_people.rename(columns={"person": "whose"})
    read = read.merge(owned, on="entity_id", how="left").merge(written, on="observation_id")
    is_meant = read["whose"] == read["person"]
    masks = {"meant": is_meant, "others": ~is_meant}
    sums = {name: read[mask].groupby("form")["probability"].sum() / _EACH for name, mask in masks.items()}
    table = pd.DataFrame({"notes": _EACH, **sums}, index=list(SENTENCES)).fillna(0.0)
    return table.rename_axis("form").reset_index()


def _written(campus: SimulatedCampus) -> pd.DataFrame:
    """The notes, each about somebody at the end of a stay: `observation_id, ts, text, form, person` (who is meant)."""
    rng = np.random.default_rng(campus.seed)
    stays = campus.truth("stays").rename(columns={"entity_id": "person"})
    names = campus.records.dropna(subset="name").drop_duplicates("person")[["person", "name"]]
    parts = [split_name(name) for name in names["name"]]
    names = names.assign(
        given=[" ".join(given[:1]).title() for given, _ in parts],
        family=[" ".join(family[-1:]).title() for _, family in parts],
    )
    names = names[(names["given"] != "") & (names["family"] != "")]
    zones = campus.table("zones", "zone_id", "name").rename(columns={"name": "zone"})
    about = stays.merge(names, on="person").merge(zones, on="zone_id")
    chosen = about.iloc[rng.choice(len(about), _EACH * len(SENTENCES))].reset_index(drop=True)
    chosen = chosen.assign(form=np.repeat(list(SENTENCES), _EACH), strange=_strange(chosen["given"], names, rng))
    texts = [SENTENCES[str(row["form"])].format_map(row) for row in chosen.to_dict("records")]
    is_meant = chosen["form"].isin(list(SENTENCES)[:_MEANT])
    return pd.DataFrame(
        {
            "observation_id": np.arange(len(chosen)) + 1,
            "ts": chosen["ended_at"],
            "text": texts,
            "form": chosen["form"],
            "person": chosen["person"].where(is_meant),
        }
    )


def _strange(given: pd.Series, names: pd.DataFrame, rng: np.random.Generator) -> list[str]:
    """For each given name a family name that somebody bears, and nobody with that given name."""
    borne = set(zip(names["given"], names["family"], strict=True))
    families = names["family"].unique()
    drawn = (rng.permutation(families) for _ in given)
    return [next(one for one in order if (name, one) not in borne) for name, order in zip(given, drawn, strict=True)]


def _known(extract: Extract) -> notes.Known:
    backend = extract.backend
    person, entities, zones = (to_frame(backend, extract.table(name)) for name in ("person", "entities", "zones"))

    def given(frame: pd.DataFrame, schema: pa.Schema) -> ir.Table:
        return from_arrow(
            backend, pa.Table.from_pandas(frame, schema=schema, preserve_index=False), ibis.schema(schema)
        )

    return notes.Known(
        given(notes.bearers(person), notes.BEARERS),
        given(notes.crowds(entities), notes.CROWDS),
        given(notes.zone_phrases(zones), notes.ZONE_PHRASES),
        extract.table("identifiers"),
        extract.table("entities"),
        extract.table("claims"),
    )
