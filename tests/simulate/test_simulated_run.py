"""A simulated campus through the product: nothing is put aside, all joins to the truth, links are right and too few."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from fazri_lib import settings
from fazri_lib.store import Extract, Lake, open_duckdb, to_frame
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A campus of 300 people over two weeks, loaded and built."""
    folder = simulate(300, 14, 1, tmp_path_factory.mktemp("built") / "home")
    summary = ingest(folder, settings.load(folder), folder)
    assert summary.exit_code == 0
    run(folder, settings.load(folder), now=dt.datetime(2025, 4, 1))
    return folder


@pytest.fixture(scope="module")
def extract(home):
    """The published extract as frames by table."""
    with Extract.open(home / "state") as opened:
        yield lambda name: opened.table(name).execute()


@pytest.fixture(scope="module")
def linked(home, extract):
    """Every directory key with the truth's person and the product's."""
    backend = open_duckdb()
    records = to_frame(backend, Lake(home / "state" / "lake").read(backend, "records"))
    backend.disconnect()
    records = records.assign(key=records["directory"] + ":" + records["record_key"])
    truth = pd.read_parquet(home / "truth" / "identities.parquet").rename(columns={"entity_id": "person"})
    both = records.merge(truth, left_on="key", right_on="record_id", how="outer", suffixes=("", "_true"))
    assert both["person"].notna().all()
    assert both["record_id"].notna().all()
    found = both.merge(extract("links")[["record_id", "entity_id", "probability"]], on="record_id")
    return found.drop_duplicates(["key", "entity_id"])


def pairs(rows, *columns):
    """Number of pairs of rows that agree in some columns."""
    size = rows.groupby(list(columns)).size()
    return int((size * (size - 1) // 2).sum())


def test_nothing_is_put_aside(extract):
    """No row of the files is broken."""
    assert len(extract("quarantine")) == 0


def test_links_are_right_and_nearly_complete(linked):
    """Hardly a pair of records of one person is missed, and hardly one of two people linked."""
    together = pairs(linked, "person", "entity_id")
    assert together / pairs(linked, "entity_id") > 0.98
    assert together / pairs(linked, "person") > 0.95


def test_claims_are_on_holders(home, extract, linked):
    """An observation whose identifier a directory lists has a claim; nearly always the truth's holder has one."""
    holders = pd.read_parquet(home / "truth" / "holders.parquet").rename(columns={"entity_id": "person"})
    seen = extract("observations").dropna(subset="id_value").drop_duplicates("observation_id")
    held = seen[["observation_id", "source", "id_type", "id_value", "ts"]].merge(holders, on=["id_type", "id_value"])
    ts = held["ts"].dt.tz_localize("UTC")
    held = held[
        (held["valid_from"].isna() | (held["valid_from"] <= ts)) & (held["valid_to"].isna() | (ts < held["valid_to"]))
    ]
    assert set(held["observation_id"]) == set(seen["observation_id"])
    claims = extract("claims").merge(linked[["entity_id", "person"]].drop_duplicates("entity_id"), on="entity_id")
    right = claims.merge(held[["observation_id", "person"]], on=["observation_id", "person"])["observation_id"].unique()
    share = seen.assign(
        is_claimed=seen["observation_id"].isin(claims["observation_id"]), is_right=seen["observation_id"].isin(right)
    ).groupby("source")[["is_claimed", "is_right"]]
    share = share.mean()
    for source in ("swipes", "library", "bookings", "notes"):
        assert share.loc[source, "is_claimed"] == 1
        assert share.loc[source, "is_right"] > 0.95  # a card of which a directory knows only a name may be a namesake's
    assert 0.7 < share.loc["wifi", "is_claimed"] < 0.95
    assert share.loc["wifi", "is_right"] / share.loc["wifi", "is_claimed"] > 0.98
