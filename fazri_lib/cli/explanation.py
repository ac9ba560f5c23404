"""An explanation on the terminal: the waterfall of a pair, then what holds it together or keeps it apart."""

import math
from typing import TYPE_CHECKING, Any

from fazri_lib.cli.screen import say, table_lines

if TYPE_CHECKING:
    from fazri_lib.workflows.explain import Explained

_WIDTH = 24


def show(explained: "Explained") -> None:
    """Print an explanation."""
    one, other = (explained.name(record) for record in explained.pair)
    say()
    say(f"{one} and {other}")
    if math.isfinite(explained.why.weight):
        _show_waterfall(explained)
    say()
    say(explained.summary)


def as_document(explained: "Explained") -> dict[str, Any]:
    """Return an explanation as plain values, without values of the records."""
    rows = explained.why.frame().to_dict("records")
    document: dict[str, Any] = {
        "records": [explained.name(record) for record in explained.pair],
        "weight": explained.why.weight,
        "probability": round(explained.why.probability, 6),
        "waterfall": rows,
        "summary": explained.summary,
        "is_one_person": explained.path is not None,
    }
    if explained.path is not None:
        document["path"] = [
            {
                "left": [explained.name(record) for record in step.left],
                "right": [explained.name(record) for record in step.right],
                "average": step.average,
                "bridge": [explained.name(record) for record in step.bridge],
                "weight": step.weight,
                "is_weakest": number == explained.path.weakest,
            }
            for number, step in enumerate(explained.path.steps)
        ]
    if explained.apart is not None:
        document["rule"] = str(explained.apart.rule)
        document["would_join"] = [
            {"fields": join.fields, "gain": join.gain, "weight": join.weight, "is_enough": join.is_enough}
            for join in explained.apart.joins
        ]
    return document


def _show_waterfall(explained: "Explained") -> None:
    """Print a line a field: its bits as a bar from where the sum stood to where it stands then."""
    frame = explained.why.frame()
    low, high = min(0.0, frame["total"].min()), max(0.0, frame["total"].max())
    scale = (high - low) or 1.0
    rows = []
    for row in frame.to_dict("records"):
        start, end = row["total"] - row["bits"], row["total"]
        left, right = (round((edge - low) / scale * (_WIDTH - 1)) for edge in sorted((start, end)))
        is_unknown = row["bits"] == 0
        bar = " " * left + ("." if is_unknown else ("+" if row["bits"] > 0 else "-") * max(right - left, 1))
        rows.append((str(row["field"]), str(row["label"]), f"{row['bits']:+.1f}".rjust(6), bar))
    rows.append(("sum", f"probability {explained.why.probability:.4f}", f"{explained.why.weight:+.1f}".rjust(6), ""))
    for line in table_lines(("field", "agreement", "  bits", ""), rows):
        say(line)
