"""Mentions in notes of the simulated campus: whom and what they name, beside exact names as the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.bench.told_notes import told_rows
from fazri_lib.metrics import brier_binary, calibration_error, reliability

if TYPE_CHECKING:
    from fazri_lib.bench.campuses import Campuses, SimulatedCampus
    from fazri_lib.bench.sizes import Sizes

PAIR = ["note_id", "target"]
KINDS = ("person", "zone", "card_id", "device_hash")
LIKELY = 0.5
MENTIONS = (
    "A statement is a note and a person, zone or identifier that it names; entities of one person count as that one. "
    "Found: true statements, weighed by their probability, as a share of all true ones; right: the weight on true ones "
    "as a share of all weight; likely: the same at .5 and more, unweighed. Brier score over every statement that is "
    "true or that anybody makes, one not stated having probability 0; calibration error (ten bins) over those stated. "
    "Baseline: the full name of a person or zone as the directories and the zones file write it, in capital or small "
    "letters, equal shares for all who bear it; for identifiers the identifier itself."
)
RELIABILITY = "Of our statements with about this probability, the share that is true, all kinds and seeds together."
FORMS = (
    "Of the statements about people by the form in which the name stands: how many, and the probability that they give "
    "to the person who is meant."
)
TOLD = (
    "Notes that the simulator does not write, read on the same campuses, 150 a form: the mean probability of who is "
    "meant, and of all others on record in sum. Strangers and ordinary words mean nobody: others should be 0."
)
SILENT = (
    "About a third of the zones are called by names that stand in no list (dorm, foyer): nothing can find these. A "
    "sixth of the devices named was never registered: only what directories list is found."
)


def mentions_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return precision, recall and calibration of mentions of each simulated campus."""
    built = list(campuses)
    stated = {campus.seed: statements(campus) for campus in built}
    rows = [
        {"seed": seed, "kind": kind, "by": by, **score(found[found["kind"] == kind], column)}
        for seed, found in stated.items()
        for kind in KINDS
        for by, column in (("fazri", "ours"), ("baseline", "baseline"))
    ]
    every = pd.concat(stated.values(), ignore_index=True)
    ours = every[every["ours"] > 0]
    tables = (
        Table(f"Mentions, {campuses.title}", MENTIONS, pd.DataFrame(rows).round(4)),
        Table("Reliability of mentions", RELIABILITY, reliability(ours["ours"], ours["is_true"]).round(4)),
        Table("People by form of the name", FORMS, _by_form(every)),
        Table("Harder notes", TOLD, _told(built)),
    )
    peak = max(usage.peak_mb for campus in built for usage in campus.costs.values())
    return BenchResult("mentions", tables, (SILENT,), seeds=sizes.seeds, peak_mb=peak)


def statements(campus: SimulatedCampus) -> pd.DataFrame:
    """Return every statement that is true, ours or the baseline's.

    Returns:
        `note_id, kind, target, is_true, ours, baseline, form`: the probabilities, 0 where nothing is stated; of true
        ones about people the form of the name.
    """
    notes = _notes(campus)
    found = [
        _targets(rows).groupby(["kind", *PAIR])[column].max()
        for rows, column in (
            (_truth(campus), "is_true"),
            (_ours(campus, notes), "ours"),
            (_exact(campus, notes), "baseline"),
        )
    ]
    joined = pd.concat(found, axis=1).reset_index()
    joined = joined[joined["kind"].isin(KINDS)]
    values = joined[["is_true", "ours", "baseline"]].astype(float).fillna(0.0)
    forms = _forms(campus)
    return joined.assign(**values).merge(forms, on=["kind", *PAIR], how="left")


def score(stated: pd.DataFrame, column: str) -> dict[str, float]:
    """Return recall and precision, weighed and at .5, Brier score and calibration error of one column's statements."""
    true, weight = stated["is_true"] > 0, stated[column]
    likely = weight >= LIKELY
    made = stated[weight > 0]
    return {
        "true": int(true.sum()),
        "found": weight[true].sum() / max(true.sum(), 1),
        "right": weight[true].sum() / max(weight.sum(), 1e-9),
        "likely found": (true & likely).sum() / max(true.sum(), 1),
        "likely right": (true & likely).sum() / max(likely.sum(), 1),
        "Brier": brier_binary(weight, stated["is_true"]),
        "calibration error": calibration_error(made[column], made["is_true"]),
    }


def _by_form(stated: pd.DataFrame) -> pd.DataFrame:
    true = stated[(stated["is_true"] > 0) & (stated["kind"] == "person")]
    by_form = true.groupby("form")
    rows = by_form.agg(statements=("ours", "size"), ours=("ours", "mean"), baseline=("baseline", "mean"))
    return rows.round(4).reset_index()


def _told(campuses: list[SimulatedCampus]) -> pd.DataFrame:
    """The mean over campuses of what is read in harder notes."""
    rows = pd.concat([told_rows(campus) for campus in campuses])
    return rows.groupby("form", sort=False).mean().round(4).reset_index()


def _targets(rows: pd.DataFrame) -> pd.DataFrame:
    """Give each row the person, zone or identifier that it is about as `target`."""
    target = rows["zone_id"].fillna(rows["id_value"])
    return rows.assign(target=target.fillna(rows["person"].astype("Int64").astype(str)))


def _notes(campus: SimulatedCampus) -> pd.DataFrame:
    rows = campus.table("observations", "observation_id", "ref_id", "text")
    return rows[rows["text"].notna()].rename(columns={"ref_id": "note_id"})


def _truth(campus: SimulatedCampus) -> pd.DataFrame:
    return campus.truth("mentions").rename(columns={"entity_id": "person"}).assign(is_true=1.0)


def _ours(campus: SimulatedCampus, notes: pd.DataFrame) -> pd.DataFrame:
    """Our mentions; the entities of one person at one place add up."""
    rows = campus.table("mentions").merge(notes[["observation_id", "note_id"]], on="observation_id")
    rows = rows.merge(campus.known_people, on="entity_id", how="left")
    is_person = rows["kind"] == "person"
    things = rows[~is_person].assign(person=None, ours=rows["probability"].where(rows["kind"] == "zone", 1.0))
    place = ["note_id", "kind", "person", "text_from", "text_to"]
    strangers = rows["person"].fillna(-rows["entity_id"])
    people = rows[is_person].assign(person=strangers).groupby(place)["probability"].sum().rename("ours").reset_index()
    return pd.concat([people, things], ignore_index=True)


def _exact(campus: SimulatedCampus, notes: pd.DataFrame) -> pd.DataFrame:
    """The baseline: names and identifiers that stand in a note letter by letter."""
    names = campus.table("person", "entity_id", "name").merge(campus.known_people, on="entity_id").dropna()
    people = names.assign(value=names["name"]).drop_duplicates(["person", "value"])
    zones = campus.table("zones", "zone_id", "name").rename(columns={"name": "value"})
    held = (
        campus.table("identifiers", "id_type", "id_value").drop_duplicates().assign(value=lambda row: row["id_value"])
    )
    listed = pd.concat(
        [people.assign(kind="person"), zones.assign(kind="zone"), held.rename(columns={"id_type": "kind"})],
        ignore_index=True,
    )
    listed = listed[listed["kind"].isin(KINDS)]
    listed["share"] = 1 / listed.groupby(["kind", listed["value"].str.lower()])["value"].transform("size")
    texts = notes["text"].str.lower()
    rows = [
        listed.iloc[[place]].assign(note_id=note)
        for place, value in enumerate(listed["value"].str.lower())
        for note in notes.loc[texts.str.contains(value, regex=False), "note_id"]
    ]
    found = pd.concat(rows, ignore_index=True)
    return found.assign(baseline=found["share"])[["note_id", "kind", "person", "zone_id", "id_value", "baseline"]]


def _forms(campus: SimulatedCampus) -> pd.DataFrame:
    """In which form the truth's notes name people: full, title or initial, else short or misspelt."""
    people = campus.truth("people").rename(columns={"entity_id": "person"})
    names = campus.records.dropna(subset="name").groupby("person")["name"].agg(set)
    rows = campus.truth("mentions").rename(columns={"entity_id": "person"})
    rows = rows[(rows["kind"] == "person") & rows["person"].isin(people["person"])]
    known = rows["person"].map(names)
    pairs = zip(rows["text"], known, strict=True)
    is_full = pd.Series([isinstance(names, set) and text in names for text, names in pairs], index=rows.index)
    is_dotted = rows["text"].str.contains(r"\.", regex=True)
    form = pd.Series("short or misspelt", index=rows.index).mask(is_dotted, "title or initial").mask(is_full, "full")
    named = rows.assign(form=form, target=rows["person"].astype("Int64").astype(str))
    return named.drop_duplicates(["kind", *PAIR])[["kind", *PAIR, "form"]]
