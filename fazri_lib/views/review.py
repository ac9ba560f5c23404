"""Charts of resolution and its review: who was found, what pairs weigh, how precise that is by people's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holoviews as hv

from fazri_lib.views import palette
from fazri_lib.views.style import frame_options, highest, layer, nothing
from fazri_lib.views.tables import html_table

if TYPE_CHECKING:
    import pandas as pd

_FIGURES = {"precision": palette.LINE, "recall": palette.BASELINE}
_QUESTIONS = ("question", "kind", "left", "right", "weight", "probability", "pairs", "gain")
_MARGIN = 0.6
_BITS = hv.Dimension("threshold", label="From this match weight on (bits)")


def review_queue(frame: pd.DataFrame) -> hv.Element:
    """Return the questions of the review queue as a table."""
    return hv.Div(html_table(frame, _QUESTIONS)) if len(frame) else nothing("Nothing to ask.")


def review_question(fields: pd.DataFrame, records: pd.DataFrame, question: pd.DataFrame) -> hv.Element:
    """Return a question as two tables: what the two records say of each field, and all records of both sides."""
    if question.empty:
        return nothing("Nothing to ask.")
    return hv.Div(html_table(fields) + html_table(records))


def decisions_table(frame: pd.DataFrame) -> hv.Element:
    """Return decisions as a table."""
    return hv.Div(html_table(frame)) if len(frame) else nothing("Nobody has reviewed anything yet.")


def people_by_records(sizes: pd.DataFrame) -> hv.Element:
    """Draw how many people have so many records, stacked by the number of directories that list them.

    Args:
        sizes: `records, directories, people`.
    """
    if sizes.empty:
        return nothing("Nobody is on record.")
    full = sizes.pivot_table(index="records", columns="directories", values="people", fill_value=0)
    rows = full.reset_index().melt("records", value_name="people").astype({"records": str, "directories": str})
    keys = [hv.Dimension("records", label="Records of a person"), hv.Dimension("directories", label="Directories")]
    top = 1.08 * highest(sizes.groupby("records")["people"].sum())
    options = frame_options(stacked=True, ylim=(0, top), cmap=palette.SEQUENCE, line_color="white", tools=["hover"])
    return hv.Bars(rows, keys, hv.Dimension("people", label="People")).opts(
        **options, legend_position="right", legend_opts={"title": "Directories"}, bar_width=0.7
    )


def pair_weights(frame: pd.DataFrame) -> hv.Element:
    """Draw how many pairs of records weigh how much, those within one person and those between two.

    Args:
        frame: `weight` (bits, rounded down), `is_one_person`, `pairs`.
    """
    if frame.empty:
        return nothing("No pairs of records were compared.")
    rows = frame.assign(
        placed=frame["is_one_person"].map({True: "one person", False: "two people"}), weight=frame["weight"].astype(int)
    )
    weights = range(int(rows["weight"].min()), int(rows["weight"].max()) + 1)
    full = rows.pivot_table(index="weight", columns="placed", values="pairs", fill_value=0).reindex(
        weights, fill_value=0
    )
    long = full.reset_index().melt("weight", value_name="pairs").astype({"weight": str})
    keys = [hv.Dimension("weight", label="Match weight (bits)"), hv.Dimension("placed", label="Now")]
    colours = [palette.LINE if name == "one person" else palette.BASELINE for name in full.columns]
    options = frame_options(stacked=True, cmap=colours, line_color=None, tools=["hover"], legend_position="top")
    options |= {"ylim": (0, 1.08 * highest(full.sum(axis=1))), "bar_width": 0.9, "xrotation": 90}
    return hv.Bars(long, keys, hv.Dimension("pairs", label="Pairs of records")).opts(**options)


def resolution_curve(frame: pd.DataFrame, *, has_answers: bool) -> hv.Element:
    """Draw precision and recall by threshold: points with 95 % intervals, and lines for what the model claims.

    Args:
        frame: of `resolution.review.estimated`.
        has_answers: whether anybody has answered random pairs; else only the claims are drawn.
    """
    layers: list[hv.Element] = []
    for place, (name, colour) in enumerate(_FIGURES.items()):
        value = hv.Dimension("share", label="Share", range=(0, 1.02))
        claimed = frame.dropna(subset=[f"claimed_{name}"])
        pairs = list(zip(claimed["threshold"], claimed[f"claimed_{name}"], strict=True))
        line = hv.Curve(pairs, _BITS, value, label=f"{name}, claimed by the model")
        layers.append(line.opts(color=colour, line_dash="dashed", **layer()))
        if has_answers:
            known = frame.dropna(subset=[name])
            shifted = known["threshold"] + (place - 0.5) * 0.16
            below, above = known[name] - known[f"{name}_lo"], known[f"{name}_hi"] - known[name]
            points = list(zip(shifted, known[name], strict=True))
            spread = list(zip(shifted, known[name], below.clip(lower=0), above.clip(lower=0), strict=True))
            layers.append(hv.ErrorBars(spread, _BITS, [value, "below", "above"]).opts(line_color=colour, **layer()))
            layers.append(
                hv.Points(points, [_BITS, value], label=f"{name}, by reviewers").opts(color=colour, size=8, **layer())
            )
    ends = (float(frame["threshold"].min()) - _MARGIN, float(frame["threshold"].max()) + _MARGIN)
    options = frame_options(legend_position="bottom_left", ylim=(0, 1.02), xlim=ends, show_legend=True)
    return hv.Overlay(layers).opts(**options)
