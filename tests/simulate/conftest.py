"""A simulated campus of 200 people over four weeks, the night of the clock change included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from fazri_lib.sources.simulate import build_campus, directories
from fazri_lib.workflows.simulate import simulate

if TYPE_CHECKING:
    from pathlib import Path

DAYS = 28


@dataclass(frozen=True)
class Folder:
    """A campus folder and its tables."""

    path: Path

    def truth(self, name):
        """A table of what really happened."""
        return pd.read_parquet(self.path / "truth" / f"{name}.parquet")

    def raw(self, pattern):
        """Rows of the raw files of a pattern, all as written."""
        return pd.concat(
            [pd.read_csv(file, keep_default_na=False) for file in sorted((self.path / "raw").glob(pattern))]
        )

    def reference(self, name):
        """A table of places or days."""
        return pd.read_csv(self.path / f"{name}.csv", keep_default_na=False)

    def heard(self, pattern, clock, id_type, column):
        """Raw sightings with `ts` in UTC and the holder's truth number as `entity_id`."""
        rows = self.raw(pattern)
        rows["ts"] = pd.to_datetime(rows[clock]).dt.tz_localize("Europe/Berlin").dt.tz_convert("UTC")
        rows["ts"] = rows["ts"].astype("datetime64[us, UTC]")
        holders = self.truth("holders")
        holders = holders[holders["id_type"] == id_type].rename(columns={"id_value": column})
        rows = rows.reset_index(drop=True).reset_index(names="row").merge(holders, on=column)
        since, until = rows["valid_from"], rows["valid_to"]
        return rows[(since.isna() | (since <= rows["ts"])) & (until.isna() | (rows["ts"] < until))]

    def swipes(self):
        """Swipes with instants and holders; a shared card has a row for each holder."""
        return self.heard("swipes.csv", "swiped_at", "card_id", "card_id")

    def wifi(self):
        """Associations with instants, owners and zones."""
        rows = self.heard("wifi-*.csv", "timestamp", "device_hash", "device")
        return rows.merge(self.reference("access_points"), left_on="ap_id", right_on="sensor_id")

    def notes(self, word):
        """Days with a note that contains a word."""
        notes = self.raw("notes.csv")
        return set(notes[notes["text"].str.contains(word)]["written_at"].str[:10])

    def roles(self):
        """Role and department of everybody whom a directory knows, by truth number."""
        people = self.truth("people")
        return people[people["role"].notna()].set_index("entity_id")[["role", "department"]]


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    """The campus of seed 3."""
    return Folder(simulate(200, DAYS, 3, tmp_path_factory.mktemp("campus") / "home"))


@pytest.fixture(scope="session")
def town():
    """A campus of 3,000 people in memory, three weeks."""
    return build_campus(3000, 21, 11)


@pytest.fixture(scope="session")
def listed(town):
    """Rows of each directory of the town, with the person of each row in `person`."""
    return {name: rows.assign(person=person) for name, (rows, person) in directories(town).items()}
