"""Charts of match weights: the waterfall of a pair, the path on which records become one person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import holoviews as hv
import numpy as np
import pandas as pd

from fazri_lib.views import palette
from fazri_lib.views.style import frame_options, lanes_height, layer, nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

UNKNOWN = "not known of both"
"""What the waterfall calls a field that one of the two records lacks."""
_THICK = 0.34
_TIPS = [("field", "@field"), ("agreement", "@label"), ("bits", "@bits{+0.0}"), ("of it rarity", "@rarity{+0.0}")]
_BITS = "Match weight, bits (0: as likely one person as two)"


def waterfall(rows: pd.DataFrame) -> hv.Element:
    """Draw what each field adds to a match weight, from the prior down to the sum; what is not known is left out.

    Args:
        rows: `field, label, bits, rarity, total`, the prior first.
    """
    if rows.empty:
        return nothing("There is no pair to weigh.")
    bars = waterfall_bars(rows[rows["label"] != UNKNOWN])
    lane = np.arange(len(bars))[::-1].astype(float)
    shapes = pd.DataFrame(
        {"low": bars["low"], "bottom": lane - _THICK, "high": bars["high"], "top": lane + _THICK}
    ).assign(**{name: bars[name].to_numpy() for name in ("field", "label", "bits", "rarity", "colour")})
    hover = {"tools": ["hover"], "hover_tooltips": _TIPS}
    drawn = hv.Rectangles(shapes, ["low", "bottom", "high", "top"], ["field", "label", "bits", "rarity", "colour"])
    ends = pd.DataFrame(
        {"x": bars["high"], "y": lane, "told": [f"  {value + 0.0:+.1f}" for value in bars["bits"].round(1)]}
    )
    texts = hv.Labels(ends, ["x", "y"], "told").opts(
        **layer(text_color=palette.INK, text_font_size="10pt", text_align="left")
    )
    zero = hv.VLine(0).opts(**layer(color=palette.MUTED, line_width=1))
    low, high = min(0.0, float(bars["low"].min())), max(0.0, float(bars["high"].max()))
    room = 0.14 * max(high - low, 1.0)
    named = [(float(place), str(name)) for place, name in zip(lane, bars["name"], strict=True)]
    options = frame_options(
        height=lanes_height(len(bars)),
        xlim=(low - room / 4, high + room),
        ylim=(-0.6, len(bars) - 0.4),
        yticks=named,
        ylabel="",
        xlabel=_BITS,
        show_legend=False,
    )
    return (zero * drawn.opts(**layer(color="colour", line_color=None, **hover)) * texts).opts(**options)


def waterfall_bars(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the bars of a waterfall: from where the sum stood to where it stands, and the sum itself at the end.

    Returns:
        the rows and one more, with `low`, `high`, `name`, `colour`, and `says`: prior, for, against, nothing or sum.
    """
    start = rows["total"] - rows["bits"]
    says = np.select(
        [rows["field"] == "prior", rows["bits"] > 0, rows["bits"] < 0], ["prior", "for", "against"], "nothing"
    )
    bars = rows.assign(low=np.minimum(start, rows["total"]), high=np.maximum(start, rows["total"]), says=says)
    total = float(rows["total"].iloc[-1])
    last = {"field": "sum", "label": "match weight", "bits": total, "rarity": 0.0, "total": total, "says": "sum"}
    ends = {"low": min(0.0, total), "high": max(0.0, total)}
    bars = pd.concat([bars, pd.DataFrame([last | ends])], ignore_index=True)
    names = [f"{field.replace('_', ' ')}: {label}" for field, label in zip(bars["field"], bars["label"], strict=True)]
    colours = {"prior": palette.MUTED, "for": palette.LINE, "against": palette.BASELINE, "sum": palette.INK}
    return bars.assign(name=names, colour=bars["says"].map(colours).fillna(palette.GAP))


def merge_path(steps: pd.DataFrame, leaves: pd.DataFrame, *, needed: float) -> hv.Element:
    """Draw how records become one person: what joins first stands left; the weakest link is marked.

    Args:
        steps: `joins, with` (lists of labels), `average, is_weakest`, in order.
        leaves: `label, directory` of the records.
        needed: mean weight from which on parts are joined, bits.
    """
    if steps.empty:
        return nothing("One record: nothing was joined.")
    order = leaf_order(steps, leaves["label"].tolist())
    lanes = {label: float(len(order) - 1 - place) for place, label in enumerate(order)}
    strongest = max(1.0, float(steps["average"].max()))
    lines = _branches(steps, lanes, strongest + 1.0)
    is_weak = lines["is_weakest"]
    strong = hv.Segments(lines[~is_weak], ["x0", "y0", "x1", "y1"], ["average"]).opts(
        **layer(color=palette.LINE, line_width=2.5)
    )
    weak = hv.Segments(lines[is_weak], ["x0", "y0", "x1", "y1"], ["average"]).opts(
        **layer(color=palette.BASELINE, line_width=4)
    )
    cut = hv.VLine(needed).opts(**layer(color=palette.LIMIT, line_dash="dashed", line_width=1.5))
    directory = leaves.set_index("label")["directory"]
    ticks = [(lane, f"{label} ({directory[label]})") for label, lane in lanes.items()]
    lowest = min(needed, float(steps["average"].min())) - 1
    options = frame_options(
        height=lanes_height(len(order)),
        xlim=(lowest, strongest + 1.5),
        ylim=(-0.6, len(order) - 0.4),
        yticks=ticks,
        ylabel="",
        xlabel="Mean weight between the parts, bits (dashed: below it nothing is joined)",
        invert_xaxis=True,
        show_legend=False,
    )
    return (cut * strong * weak).opts(**options)


def leaf_order(steps: pd.DataFrame, labels: Sequence[str]) -> list[str]:
    """Return the records so that those that join early stand together and no branches cross."""
    parts: dict[frozenset[str], list[str]] = {frozenset([label]): [label] for label in labels}
    for left, right in zip(steps["joins"], steps["with"], strict=True):
        one, other = parts.pop(frozenset(left)), parts.pop(frozenset(right))
        parts[frozenset([*one, *other])] = [*one, *other]
    return [label for part in parts.values() for label in part]


def _branches(steps: pd.DataFrame, lanes: dict[str, float], start: float) -> pd.DataFrame:
    """Two lines to the right and one between them for each step."""
    ends = {frozenset([label]): (start, lane) for label, lane in lanes.items()}
    rows = []
    for step in steps.to_dict("records"):
        one, other = frozenset(step["joins"]), frozenset(step["with"])
        x, is_weakest = float(step["average"]), bool(step["is_weakest"])
        (x0, y0), (x1, y1) = ends.pop(one), ends.pop(other)
        rows += [(x0, y0, x, y0, is_weakest), (x1, y1, x, y1, is_weakest), (x, y0, x, y1, is_weakest)]
        ends[one | other] = (x, (y0 + y1) / 2)
    frame = pd.DataFrame(rows, columns=["x0", "y0", "x1", "y1", "is_weakest"])
    return frame.assign(average=frame["x1"])


def match_weights(rows: pd.DataFrame) -> hv.Element:
    """Draw what each degree of agreement says: to the right for one person, to the left against.

    Args:
        rows: `field, label, given, bits, m, u`, in the order of the spec.
    """
    if rows.empty:
        return nothing("Nothing was compared.")
    names = [
        f"{field.replace('_', ' ')}: {label}{f' ({given})' if given else ''}"
        for field, label, given in zip(rows["field"], rows["label"], rows["given"], strict=True)
    ]
    lane = np.arange(len(rows))[::-1].astype(float)
    value = rows["bits"].to_numpy(dtype=float)
    shapes = pd.DataFrame(
        {"low": np.minimum(0, value), "bottom": lane - _THICK, "high": np.maximum(0, value), "top": lane + _THICK}
    ).assign(name=names, bits=value, m=rows["m"].to_numpy(), u=rows["u"].to_numpy())
    tips = [("", "@name"), ("bits", "@bits{+0.0}"), ("of one person (m)", "@m{0.0%}"), ("of two (u)", "@u{0.000%}")]
    shapes["colour"] = np.where(value >= 0, palette.LINE, palette.BASELINE)
    drawn = hv.Rectangles(shapes, ["low", "bottom", "high", "top"], ["name", "bits", "m", "u", "colour"])
    options = frame_options(
        height=lanes_height(len(rows)),
        ylim=(-0.6, len(rows) - 0.4),
        yticks=list(zip(lane.tolist(), names, strict=True)),
        ylabel="",
        xlabel="Weight, bits",
        show_legend=False,
    )
    zero = hv.VLine(0).opts(**layer(color=palette.MUTED, line_width=1))
    bars = drawn.opts(**layer(color="colour", line_color=None, tools=["hover"], hover_tooltips=tips))
    return (zero * bars).opts(**options)


def weight_histogram(rows: pd.DataFrame) -> hv.Element:
    """Draw how many compared pairs have which match weight, on a scale of powers of ten.

    Args:
        rows: `weight_from, weight_to, pairs, expected`.
    """
    if rows.empty or not rows["pairs"].sum():
        return nothing("No pair was compared.")
    least = 0.5
    there = rows[rows["pairs"] > 0]
    shapes = pd.DataFrame(
        {"low": there["weight_from"], "bottom": least, "high": there["weight_to"], "top": there["pairs"].astype(float)}
    ).assign(pairs=there["pairs"], expected=there["expected"])
    shapes["colour"] = np.where(there["weight_from"] >= 0, palette.LINE, palette.BASELINE)
    tips = [("weight", "@low to @high bits"), ("pairs", "@pairs{0,0}"), ("expected of one person", "@expected{0,0.0}")]
    drawn = hv.Rectangles(shapes, ["low", "bottom", "high", "top"], ["pairs", "expected", "colour"])
    options = frame_options(
        logy=True, ylim=(least, 2.0 * float(there["pairs"].max())), xlabel=_BITS, ylabel="Pairs", show_legend=False
    )
    zero = hv.VLine(0).opts(**layer(color=palette.MUTED, line_width=1))
    bars = drawn.opts(**layer(color="colour", line_color="white", tools=["hover"], hover_tooltips=tips))
    return (bars * zero).opts(**options)
