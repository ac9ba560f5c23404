"""Presence on the simulated campus: people per zone, where somebody was, and whether claims mean what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from fazri_lib.bench.overlap import covered_s
from fazri_lib.bench.result import BenchResult, Table
from fazri_lib.bench.shared_claims import ALIBIS, SHARED, alibi_row, hit_rates, shared_rows
from fazri_lib.bench.true_holders import claims_with_truth
from fazri_lib.metrics import bias, brier_binary, calibration_error, coverage, mae, reliability, wape

if TYPE_CHECKING:
    from collections.abc import Callable

    from fazri_lib.bench.campuses import Campuses, SimulatedCampus
    from fazri_lib.bench.sizes import Sizes

QUARTER = pd.Timedelta(minutes=15)
CARRIED = pd.Timedelta(hours=1)
OCCUPANCY = (
    "People in each zone and quarter hour against the true mean head count: WAPE and bias as shares of everybody, mean "
    "absolute error in people, coverage of the 95 % interval people_lo..people_hi, also where somebody is; how many "
    "intervals around somebody have no width at all. Baseline: different devices, cards and faces heard in the zone in "
    "the quarter."
)
STAYS = (
    "People whom the directories name. True minutes found: share of the true stay minutes during which we have them in "
    "that zone; own minutes true: share of our stay minutes that are true. Baseline: the zone of every sighting, held "
    "for an hour or until the next one."
)
MOMENTS = (
    "At random moments of true stays: the zone of the surest stay at that moment is right, wrong, or none is known. "
    "Baseline: the zone of the last sighting, if it is at most an hour old."
)
CLAIMS = (
    "Claims on observations whose true holder the truth tells: Brier score of single claims (0 best), calibration "
    "error over ten bins, hit rate of the likeliest claimant. Baseline: every claimant is as likely."
)
RELIABILITY = (
    "Of the claims with about this probability, the share that names the right person. Equal claims of several holders "
    "are right on average by construction: exactly one of the holders is."
)
COSTS = "What each stage used, in a process of its own."


def presence_bench(sizes: Sizes, campuses: Campuses) -> BenchResult:
    """Return how well occupancy, stays and claims of each simulated campus agree with its truth."""
    built = list(campuses)
    parts: tuple[tuple[str, str, Callable[[SimulatedCampus], list[dict[str, object]]]], ...] = (
        ("Occupancy", OCCUPANCY, occupancy_rows),
        ("Stays", STAYS, stay_rows),
        ("Where somebody was", MOMENTS, lambda campus: moment_rows(campus, sizes.moments)),
    )
    tables = [Table(f"{title}, {campuses.title}", text, _rows(built, made)) for title, text, made in parts]
    claims = [(campus, claims_with_truth(campus)) for campus in built]
    rows = [{"seed": campus.seed, **claim_row(*found)} for campus, found in claims]
    every = pd.concat([held for _, (held, _) in claims], ignore_index=True)
    curve = reliability(every["probability"], every["is_right"]).round(4)
    tables += [
        Table("Claims", CLAIMS, pd.DataFrame(rows).round(4)),
        Table("Claims on shared identifiers", SHARED, _of_claims(claims, shared_rows)),
        Table("Claims with an alibi", ALIBIS, _of_claims(claims, lambda rows: [alibi_row(rows)])),
        Table("Reliability of claims", RELIABILITY, curve),
        Table("Cost of a campus", COSTS, _rows(built, cost_rows)),
    ]
    peak = max(usage.peak_mb for campus in built for usage in campus.costs.values())
    return BenchResult("presence", tuple(tables), seeds=sizes.seeds, peak_mb=peak)


def _of_claims(
    claims: list[tuple[SimulatedCampus, tuple[pd.DataFrame, int]]],
    made: Callable[[pd.DataFrame], list[dict[str, object]]],
) -> pd.DataFrame:
    return pd.DataFrame([{"seed": campus.seed, **row} for campus, (held, _) in claims for row in made(held)]).round(4)


def occupancy_rows(campus: SimulatedCampus) -> list[dict[str, object]]:
    """Return the errors of the extract's occupancy and of counting devices."""
    truth = campus.truth("occupancy")
    ours = campus.table("occupancy", "zone_id", "ts", "people", "people_lo", "people_hi")
    paired = truth.merge(ours, on=["zone_id", "ts"], suffixes=("", "_ours"))
    paired = paired.merge(_heard(campus), on=["zone_id", "ts"], how="left").fillna({"heard": 0.0})
    busy = paired[paired["people"] > 0]
    inside = [coverage(rows["people"], rows["people_lo"], rows["people_hi"]) for rows in (paired, busy)]
    counted = paired[paired["people_ours"] > 0]
    flat = (counted["people_lo"] == counted["people_hi"]).mean()
    spans = {"coverage 95 %": inside[0], "coverage 95 %, people there": inside[1], "intervals without width": flat}
    return [
        {"count": name, "by": by, **_errors(paired["people"], paired[column]), **more}
        for name, by, column, more in (
            ("occupancy", "fazri", "people_ours", spans),
            ("identifiers heard", "baseline", "heard", {}),
        )
    ]


def stay_rows(campus: SimulatedCampus) -> list[dict[str, object]]:
    """Return the shares of true minutes found and of our minutes that are true."""
    truth, _ = _known_stays(campus)
    owner = ("person", "zone_id")
    rows = []
    for name, by, held in (
        ("stays", "fazri", our_stays(campus)),
        ("last sighting held", "baseline", _carried(campus)),
    ):
        found = covered_s(truth, held, owner)
        per_person = _seconds(truth).groupby(truth["person"]).sum()
        share = pd.Series(found).groupby(truth["person"].to_numpy()).sum() / per_person
        own = covered_s(held, truth, owner).sum() / _seconds(held).sum()
        shares = {"true minutes found": found.sum() / per_person.sum(), "median person": share.median()}
        shares |= {"worst tenth of people": share.quantile(0.1), "own minutes true": own}
        rows.append({"stays": name, "by": by, "people": len(per_person), **shares})
    return rows


def moment_rows(campus: SimulatedCampus, moments: int) -> list[dict[str, object]]:
    """Return how often the zone of a known person at a random moment is right, wrong or not known."""
    truth, everyone = _known_stays(campus)
    asked = _asked(truth, moments, campus.seed)
    stays, sightings = our_stays(campus), _carried(campus)
    rows = []
    for name, by, held in (("surest stay", "fazri", stays), ("last sighting", "baseline", sightings)):
        zone = _zone_at(asked, held)
        right, known = zone == asked["zone_id"], zone.notna()
        answered = right[known].mean()
        rates = {"right": right.mean(), "wrong": (known & ~right).mean(), "not known": (~known).mean()}
        rows.append({"answer": name, "by": by, "moments": len(asked), **rates, "right if known": answered})
    named = len(truth) / everyone
    return [{**row, "true stays of named people": named} for row in rows]


def claim_row(claims: pd.DataFrame, left_out: int) -> dict[str, object]:
    """Return Brier score, calibration error and hit rate of claims (`claims_with_truth`)."""
    shared = claims[claims["claimants"] > 1]
    alike = 1 / claims["claimants"]
    return {
        "claims": len(claims),
        "several claimants": len(shared) / len(claims),
        "Brier": brier_binary(claims["probability"], claims["is_right"]),
        "Brier, all as likely (baseline)": brier_binary(alike, claims["is_right"]),
        "calibration error": calibration_error(claims["probability"], claims["is_right"]),
        "hit rate": hit_rates(claims)["hit rate"],
        "hit rate, any holder (baseline)": (claims["is_right"] * alike).sum() / claims["observation_id"].nunique(),
        "Brier, several claimants": brier_binary(shared["probability"], shared["is_right"]),
        "observations without a sure truth": left_out,
    }


def cost_rows(campus: SimulatedCampus) -> list[dict[str, object]]:
    """Return what simulating, ingesting and running used."""
    return [
        {"stage": stage, "rows": usage.rows, "wall s": usage.seconds, "CPU s": usage.cpu_s, "peak MB": usage.peak_mb}
        for stage, usage in campus.costs.items()
    ]


def our_stays(campus: SimulatedCampus) -> pd.DataFrame:
    """Return the extract's stays with the true `person` behind each entity; open ones end where they start."""
    stays = campus.table("stays", "entity_id", "zone_id", "started_at", "ended_at", "confidence")
    stays = stays.assign(ended_at=stays["ended_at"].fillna(stays["started_at"]))
    return stays.merge(campus.known_people, on="entity_id")


def _rows(campuses: list[SimulatedCampus], made: Callable[[SimulatedCampus], list[dict[str, object]]]) -> pd.DataFrame:
    return pd.DataFrame([{"seed": campus.seed, **row} for campus in campuses for row in made(campus)]).round(4)


def _errors(people: pd.Series, ours: pd.Series) -> dict[str, float]:
    return {"WAPE": wape(people, ours), "bias": bias(people, ours), "mean absolute error": mae(people, ours)}


def _heard(campus: SimulatedCampus) -> pd.DataFrame:
    """Different identifiers per zone and quarter hour: `zone_id, ts, heard`."""
    rows = campus.table("observations", "zone_id", "ts", "id_key").dropna()
    rows = rows.assign(ts=rows["ts"].dt.floor(QUARTER)).drop_duplicates()
    return rows.groupby(["zone_id", "ts"]).size().astype(float).rename("heard").reset_index()


def _known_stays(campus: SimulatedCampus) -> tuple[pd.DataFrame, int]:
    """True stays of the people whom we know, and the number of everybody's."""
    truth = campus.truth("stays").rename(columns={"entity_id": "person"})
    return truth[truth["person"].isin(campus.known_people["person"])].reset_index(drop=True), len(truth)


def _carried(campus: SimulatedCampus) -> pd.DataFrame:
    """Every sighting of a known person as a stay until the next one, at most an hour."""
    claims = campus.table("claims", "entity_id", "zone_id", "ts", "probability", "is_presence")
    claims = claims[claims["is_presence"]].dropna(subset="zone_id").merge(campus.known_people, on="entity_id")
    claims = claims.sort_values(["person", "ts", "probability"], kind="stable")
    following = claims.groupby("person")["ts"].shift(-1)
    ended = np.fmin(claims["ts"] + CARRIED, following)
    return claims.assign(started_at=claims["ts"], ended_at=ended, confidence=claims["probability"])


def _seconds(stays: pd.DataFrame) -> pd.Series:
    return (stays["ended_at"] - stays["started_at"]).dt.total_seconds()


def _asked(truth: pd.DataFrame, moments: int, seed: int) -> pd.DataFrame:
    """Random moments of stays, the longer the more: `person, zone_id, at`."""
    rng = np.random.default_rng(seed)
    weight = _seconds(truth).to_numpy()
    drawn = truth.iloc[rng.choice(len(truth), moments, p=weight / weight.sum())].reset_index(drop=True)
    into = (_seconds(drawn) * rng.uniform(size=moments)).astype(int)
    return drawn.assign(at=drawn["started_at"] + pd.to_timedelta(into, unit="s"))[["person", "zone_id", "at"]]


def _zone_at(asked: pd.DataFrame, held: pd.DataFrame) -> pd.Series:
    """Zone of the surest interval of the person that holds the moment; of equals the one that started last."""
    given = held[["person", "zone_id", "started_at", "ended_at", "confidence"]]
    pairs = asked.drop(columns="zone_id").reset_index().merge(given, on="person")
    pairs = pairs[(pairs["started_at"] <= pairs["at"]) & (pairs["at"] < pairs["ended_at"])]
    best = pairs.sort_values(["confidence", "started_at"], kind="stable").drop_duplicates("index", keep="last")
    return best.set_index("index")["zone_id"].reindex(asked.index)
