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
