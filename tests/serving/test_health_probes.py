"""The health pages of the real front."""

from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture
def house(tmp_path):
    """A front of its own."""
    from front_house import house_in

    with house_in(tmp_path) as made:
        made.front.guard.front.state.checks.kept_s = 0
        yield made


def test_all_is_well(house):
    """Live and ready answer 200; strangers learn names and states only, readers the details."""
    browser = house.client()
    assert browser.get("/health/live").json() == {"status": "ok"}
    ready = browser.get("/health/ready")
    parts = {"operations": "ok", "dashboards": "ok", "extract": "ok"}
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "parts": parts})
    told = house.signed_in("ann").get("/health/ready").json()
    assert told["details"] == {
        "operations": {"engine": "sqlite"},
        "dashboards": {"servers": 1},
        "extract": {"age_s": 60},
    }


def test_nothing_published_is_degraded(house):
    """Without an extract pages answer and say what to do: degraded, but ready."""
    from fazri_lib.serving.health import Part, State

    house.extract = Part(State.DEGRADED)
    ready = house.client().get("/health/ready")
    assert (ready.status_code, ready.json()["status"], ready.json()["parts"]["extract"]) == (
        200,
        "degraded",
        "degraded",
    )


def test_dashboards_that_are_down(house):
    """Without a server behind the front it is not ready, but alive."""
    from fazri_lib.serving.health import State

    house.dashboards.state = State.FAILED
    browser = house.client()
    assert (browser.get("/health/ready").status_code, browser.get("/health/live").status_code) == (503, 200)


def test_a_part_that_fails_in_its_own_way(house, monkeypatch):
    """A part that raises has failed; the others are still told."""
    from fazri_lib.store.operations import Operations

    def gone(_):
        raise RuntimeError

    monkeypatch.setattr(Operations, "revision", gone)
    ready = house.client().get("/health/ready")
    parts = {"operations": "failed", "dashboards": "ok", "extract": "ok"}
    assert (ready.status_code, ready.json()["parts"]) == (503, parts)


def test_asking_is_cheap():
    """Within two seconds parts are asked once, however often the page is."""
    from fazri_lib.serving.health import Checks, Part, State

    asked = []

    async def ask():
        asked.append(1)
        return Part(State.OK)

    async def often():
        checks = Checks({"part": ask})
        await asyncio.gather(*(checks.ask() for _ in range(20)))

    asyncio.run(often())
    assert len(asked) == 1


def test_the_age_of_the_extract(tmp_path):
    """Nothing published is degraded; what is published has its age."""
    import datetime as dt

    from fazri_lib.serving.dashboards import extract_health
    from fazri_lib.serving.health import State
    from fazri_lib.store.manifest import Manifest, Part, write_manifest

    made = dt.datetime(2025, 9, 13, 8)
    assert extract_health(tmp_path, lambda: made).state is State.DEGRADED
    folder = tmp_path / "state" / "extract"
    folder.mkdir(parents=True)
    rest = Part(file="rest.duckdb", key="k", rows={})
    write_manifest(
        folder,
        Manifest(run_id="r", made_at=made, as_of=made, time_zone="UTC", code_version="0", months={}, rest=rest),
    )
    found = extract_health(tmp_path, lambda: made + dt.timedelta(minutes=5))
    assert (found.state, found.detail["age_s"]) == (State.OK, 300)
