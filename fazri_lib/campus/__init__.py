"""The facade that notebooks, reports and pages call: open a campus, ask, look."""

from fazri_lib.campus.answer import Answer
from fazri_lib.campus.facade import Campus
from fazri_lib.campus.opening import open  # noqa: A004 - read as `fazri.open()`

__all__ = ["Answer", "Campus", "open"]
