"""Answers of reviewers in runs: followed from the moment on that they rest on, until they are withdrawn."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

import fazri_lib as fazri
from fazri_lib import settings
from fazri_lib.campus import queued
from fazri_lib.campus.deciding import LocalDesk
from fazri_lib.resolution.review import Verdict
from fazri_lib.workflows.ingest import ingest
from fazri_lib.workflows.run import run
from fazri_lib.workflows.simulate import simulate

pytestmark = pytest.mark.slow
EARLY = dt.datetime(2025, 3, 8, 12)


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A campus of 160 people, so that records are compared, with its extract published."""
    folder = simulate(160, 8, 7, tmp_path_factory.mktemp("reviewed") / "home")
    assert ingest(folder, settings.load(folder), folder).exit_code == 0
    publish(folder)
    return folder


def publish(home):
    """Run every stage."""
    return run(home, settings.load(home), now=dt.datetime(2026, 1, 1))


def entities(home, as_of=None):
    """The likeliest entity of each row of a directory, at a moment."""
    with fazri.open(home, as_of=as_of) as campus:
        made = queued.made(queued.loaded(campus._view), "key")
        return {made.node[record]: entity for record, entity in made.entity.items()}, campus.as_of.replace(tzinfo=None)


def test_answers_are_followed_and_withdrawals_too(home):
    """Told to be one, two people are from that view on, and in no earlier one; taken back, they are two again."""
    desk = LocalDesk(home, settings.load(home))
    before, as_of = entities(home)
    early, _ = entities(home, f"{EARLY}Z")
    nodes = [node for node in before if node.directory == "network"]
    one, other = next(pair for pair in itertools.combinations(sorted(nodes), 2) if before[pair[0]] != before[pair[1]])
    made = desk.answer((one, other), Verdict.SAME, as_of, "")
    summary = publish(home)
    assert summary.is_published
    assert summary.as_of == as_of
    after, _ = entities(home)
    assert after[one] == after[other]
    assert entities(home, f"{EARLY}Z")[0] == early
    assert not publish(home).is_published, "nothing new was said"
    desk.withdraw(made.decision_id, as_of)
    publish(home)
    assert entities(home)[0] == before


def test_what_was_said_stands_in_the_extract(home):
    """The table `decisions` has what held, with its interval; a run that finds none leaves it empty."""
    desk = LocalDesk(home, settings.load(home))
    before, as_of = entities(home)
    one, other = next(pair for pair in itertools.combinations(sorted(before), 2) if before[pair[0]] == before[pair[1]])
    made = desk.answer((one, other), Verdict.DIFFERENT, as_of, "")
    publish(home)
    with fazri.open(home) as campus:
        (row,) = campus._view.read(campus._view.table("decisions")).to_dict("records")
        assert bool(campus.decisions().frame["is_followed"].iloc[0])
    assert (row["left_directory"], row["left_key"], row["verdict"]) == (one.directory, one.record_key, "different")
    after, _ = entities(home)
    assert after[one] != after[other]
    desk.withdraw(made.decision_id, as_of)
    publish(home)
    assert entities(home)[0] == before
