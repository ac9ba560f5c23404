"""One small campus, one engine, and a way from a file's text to the rows of the lake."""

import datetime as dt

import pandas as pd
import pytest

from fazri_lib.sources import Reference
from fazri_lib.sources.contract import Contract
from fazri_lib.sources.parsing import Campus, parsing
from fazri_lib.store import open_duckdb

SWIPES = {
    "source": "swipes",
    "kind": "observation",
    "files": "*.csv",
    "columns": {"ts": "at", "zone_id": "place", "id_value": "card"},
    "constants": {"id_type": "card_id"},
    "origin": "contracts/swipes.toml",
}


@pytest.fixture(scope="session")
def contract():
    """Makes the contract of swipes with some keys changed."""
    return lambda **changes: Contract(**(SWIPES | changes))


@pytest.fixture(scope="module")
def backend():
    """An engine for a module's tests."""
    engine = open_duckdb("1GB", 2)
    yield engine
    engine.disconnect()


@pytest.fixture(scope="session")
def reference():
    """Two zones and one access point."""
    return Reference(
        zones=pd.DataFrame({"zone_id": ["LAB", "GYM"]}, dtype="str"),
        zone_walks=pd.DataFrame({"zone_id": [], "other_zone_id": [], "distance_m": []}),
        access_points=pd.DataFrame({"sensor_id": ["AP_1"], "zone_id": ["GYM"]}, dtype="str"),
        calendar=pd.DataFrame({"local_date": []}),
    )


class Loaded:
    """What became of one file: frames of its loads, its quarantine, its rows."""

    def __init__(self, parsed, backend):
        self.frames = {load.name: load.reader(backend).read_all().to_pandas() for load in parsed.loads}
        self.quarantine = parsed.quarantine.to_pandas()
        self.rows_read = parsed.rows_read

    @property
    def observations(self):
        """Observations in the order of time."""
        return self.frames["observations"].sort_values(["ts", "observation_id"], ignore_index=True)

    @property
    def ts(self):
        """Times of the observations, in UTC, as text."""
        return [str(ts) for ts in self.observations["ts"]]

    @property
    def rules(self):
        """Row number, rule and column of every row that was put aside."""
        return list(self.quarantine[["row_number", "rule", "column"]].itertuples(index=False, name=None))


@pytest.fixture
def load(backend, reference, contract, tmp_path):
    """Parse a file, given as text or bytes, by the contract of swipes with some keys changed."""

    def loaded(content, *, name="day.csv", zone="UTC", **changes):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        with parsing(backend, path, contract(**changes), Campus(reference, zone), scratch) as parsed:
            return Loaded(parsed, backend)

    return loaded


def utc(*parts):
    """An instant without a zone."""
    return pd.Timestamp(dt.datetime(*parts))
