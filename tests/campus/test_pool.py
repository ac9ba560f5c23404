"""One open extract for all readers of a process."""

from __future__ import annotations

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import tiny_campus

from fazri_lib.access import Grant
from fazri_lib.campus.facade import Campus
from fazri_lib.campus.pool import Lease, Pool
from fazri_lib.errors import NotPublishedError
from fazri_lib.settings import load

pytestmark = pytest.mark.engine


@pytest.fixture
def home(tmp_path):
    """A campus of one's own."""
    return tiny_campus.make(tmp_path)


@pytest.fixture
def pool(home):
    """Its pool."""
    opened = Pool(home, load(home))
    yield opened
    opened.close()


def opened(pool: Pool) -> Campus:
    """A campus on the newest extract."""
    lease = pool.lease()
    return Campus(lease, lease.extract.as_of, Grant())


def is_closed(extract) -> bool:
    """Whether its files were given back."""
    try:
        extract.backend.con.execute("SELECT 1")
    except Exception as error:  # noqa: BLE001 - any error of the engine
        return type(error).__name__ == "ConnectionException"
    return False


def test_readers_share_one_extract(pool):
    """Two leases, one set of open files; it stays open between readers."""
    first = pool.lease()
    first.close()
    second = pool.lease()
    assert first.extract is second.extract
    assert not is_closed(second.extract)


def test_what_is_published_anew_is_opened_for_the_next_reader(home, pool):
    """Who reads the old one keeps it; when the last of them closes it, its files are given back."""
    old, other = pool.lease(), pool.lease()
    assert not old.is_stale()
    tiny_campus.publish_again(home, "r2")
    assert old.is_stale()
    new = pool.lease()
    assert (old.extract.manifest.run_id, new.extract.manifest.run_id, new.is_stale()) == ("r1", "r2", False)
    other.close()
    other.close()
    assert len(Campus(old, old.extract.as_of, Grant()).zones().frame) == 3
    old.close()
    assert is_closed(old.extract)
    assert not is_closed(new.extract)


def test_closed_twice_at_once_is_given_back_once(pool):
    """The page's end and a renewal may both close a lease: another reader's extract must stay open."""
    both = threading.Barrier(2)

    class Watched(Lease):
        @property
        def is_open(self):
            """Both look before either has closed, where that is possible."""
            found = self.found
            with contextlib.suppress(threading.BrokenBarrierError):
                both.wait(timeout=0.3)
            return found

        @is_open.setter
        def is_open(self, value):
            self.found = value

    first, other = pool.lease(), pool.lease()
    lease = Watched(pool, first._shared)
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda _: lease.close(), range(2)))
    assert first._shared.readers == 1
    assert not is_closed(other.extract)


def test_an_old_extract_without_readers_is_closed_at_once(home, pool):
    """Nobody holds the first one when the second is opened."""
    old = pool.lease()
    old.close()
    tiny_campus.publish_again(home, "r2")
    pool.lease()
    assert is_closed(old.extract)


def test_a_missing_extract_is_told_and_found_again(home, pool):
    """Without a manifest new readers get an error, old ones keep their files; later everything is as before."""
    lease, manifest = pool.lease(), home / "state" / "extract" / "current.json"
    text = manifest.read_text()
    manifest.unlink()
    with pytest.raises(NotPublishedError, match="no extract is published yet"):
        pool.lease()
    assert not lease.is_stale()
    assert len(Campus(lease, lease.extract.as_of, Grant()).zones().frame) == 3
    manifest.write_text(text)
    assert pool.lease().extract.manifest.run_id == "r1"


def test_closing_the_pool_leaves_readers_their_extract(pool):
    """The last reader closes it."""
    lease = pool.lease()
    pool.close()
    assert not is_closed(lease.extract)
    lease.close()
    assert is_closed(lease.extract)


def test_without_keeping_the_last_reader_closes_it(home):
    """As for the local analyst, who opens a campus and closes it."""
    lease = Pool(home, load(home), keeps_open=False).lease()
    lease.close()
    assert is_closed(lease.extract)


def test_the_engine_is_asked_once_for_all_readers(pool, monkeypatch):
    """50 readers of one page: the second one's questions touch no table."""
    first = opened(pool)
    before = (first.zones().summary, first.findings().summary, first.busiest_zone())
    second = opened(pool)
    monkeypatch.setattr(type(second._view), "read", None)
    assert (second.zones().summary, second.findings().summary, second.busiest_zone()) == before


def test_other_arguments_are_another_question(pool):
    """Zone, number and type of an argument count."""
    campus = opened(pool)
    assert campus.occupancy("LIB").title != campus.occupancy("CAF").title
    assert campus.people(role="student").title != campus.people(role="faculty").title
    assert [len(campus.people(role=["student", "faculty"]).frame), len(campus.people(role=["student"]).frame)] == [3, 2]


def test_other_moments_and_grants_are_other_questions(pool):
    """An earlier moment shows earlier rows; who may see names does not share answers with who may not."""
    from fazri_lib.access import Scope

    lease = pool.lease()
    masked = Campus(lease, lease.extract.as_of, Grant())
    revealed = Campus(lease, lease.extract.as_of, Grant(frozenset({Scope.REVEAL})))
    assert masked.person(1).frame["id_value"].tolist() != ["C1"]
    assert revealed.person(1).frame["id_value"].tolist() == ["C1"]
    assert masked.person(1).frame["id_value"].tolist() != ["C1"]
    earlier = masked.at("2025-09-13T13:00")
    assert (len(masked.findings(min_score=0).frame), len(earlier.findings(min_score=0).frame)) == (4, 1)


def test_threads_may_ask_at_once(pool):
    """Twelve questions from eight threads over one connection are each answered with their own rows."""
    campus = opened(pool)
    zones = ["LIB", "CAF", "LAB_305"] * 40

    with ThreadPoolExecutor(8) as threads:
        titles = list(threads.map(lambda zone: campus.at("2025-09-13T13:00").occupancy(zone).frame, zones))
    assert [set(frame["zone_id"]) - {zone} for zone, frame in zip(zones, titles, strict=True)] == [set()] * len(zones)
