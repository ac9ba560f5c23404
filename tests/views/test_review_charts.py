"""Charts of review and resolution quality: drawn, and plain sentences where there is nothing to draw."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from fazri_lib.resolution.review import estimated
from fazri_lib.resolution.review.sampling import EDGES

pytestmark = pytest.mark.slow


@pytest.fixture
def quality():
    """An estimate from 20 answers in each of two strata."""
    columns = {"pairs": [0, 50, 0, 0, 200, 0], "expected": [0, 10, 0, 0, 199, 0]}
    answers = {"same": [0, 2, 0, 0, 19, 0], "different": [0, 18, 0, 0, 1, 0], "unsure": 0}
    return estimated(pd.DataFrame({"stratum": range(6), "low": [-np.inf, *EDGES], **columns, **answers}))


def test_precision_and_recall_have_intervals_and_claims(quality):
    """Two claimed lines; with answers also points and intervals of both figures."""
    import holoviews as hv

    from fazri_lib import views

    views.enable()
    drawn = views.resolution_curve(quality, has_answers=True)
    assert [type(one).__name__ for one in drawn] == ["Curve", "ErrorBars", "Points", "Curve", "ErrorBars", "Points"]
    assert [type(one).__name__ for one in views.resolution_curve(quality, has_answers=False)] == ["Curve", "Curve"]
    hv.render(drawn)


def test_counts_are_drawn():
    """People by records and directories, pairs by weight: every weight between the ends has its place."""
    import holoviews as hv

    from fazri_lib import views

    views.enable()
    sizes = pd.DataFrame({"records": [1, 2, 2], "directories": [1, 1, 2], "people": [5, 1, 3]})
    hv.render(views.people_by_records(sizes))
    pairs = pd.DataFrame({"weight": [-2, 3], "is_one_person": [False, True], "pairs": [4, 7]})
    drawn = views.pair_weights(pairs)
    assert drawn.dimension_values("pairs").sum() == 11
    assert len(set(drawn.dimension_values("weight"))) == 6
    hv.render(drawn)


def test_nothing_to_draw():
    """Empty answers are a sentence."""
    from fazri_lib import views

    nothing = pd.DataFrame(columns=["records", "directories", "people", "weight", "is_one_person", "pairs"])
    told = [views.people_by_records(nothing), views.pair_weights(nothing), views.review_queue(nothing)]
    told += [views.decisions_table(nothing), views.review_question(nothing, nothing, nothing)]
    assert [type(one).__name__ for one in told] == ["Div"] * 5
