"""Campus time and UTC as whole numbers, and times written in the formats of a contract."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fazri_lib.errors import ContractError
from fazri_lib.schema.localtime import changes, utc_of
from fazri_lib.sources.contract import CAMPUS, DEFAULT_FORMATS
from fazri_lib.sources.times import EPOCHS, is_instant, resolution_s, rival

if TYPE_CHECKING:
    from fazri_lib.sources.contract import Contract
    from fazri_lib.sources.simulate.draws import IntArray

NEVER_S = int(np.iinfo(np.int64).max)
"""A moment that does not come, or is not known."""
_EPOCH = np.datetime64("1970-01-01", "s")
_PLAIN = re.compile(r"%-?[YymdHIMSpbBaAjf]")
_ZERO_OFFSET = "+0000"
_DAY_S = 86_400


def utc_s(local_s: IntArray, zone: str) -> IntArray:
    """Return seconds on a zone's clocks as seconds since 1970 UTC, by the rule of `schema.localtime`."""
    known = changes(zone)
    until = np.array([np.datetime64(change.wall_until, "s") - _EPOCH for change in known]).astype(np.int64)
    last_s = _offset_s(zone, int(local_s.max(initial=0)))
    before = np.array([*(change.before_s for change in known), last_s])
    found: IntArray = local_s - before[np.searchsorted(until, local_s, side="right")]
    return found


def local_s(ts_s: IntArray, zone: str) -> IntArray:
    """Return seconds since 1970 UTC as seconds on a zone's clocks."""
    known = changes(zone)
    at = np.array([np.datetime64(change.at, "s") - _EPOCH for change in known]).astype(np.int64)
    before = np.array([*(change.before_s for change in known), _offset_s(zone, int(ts_s.max(initial=0)))])
    found: IntArray = ts_s + before[np.searchsorted(at, ts_s, side="right")]
    return found


def format_for(contract: Contract, finest_s: float) -> str:
    """Return the format in which a contract's times are written: the coarsest that is as fine as the campus's own.

    Args:
        contract: says which formats it reads.
        finest_s: how finely the campus's source writes, seconds.

    Raises:
        ContractError: none of its formats can be written.
    """
    formats = contract.time.formats
    if formats == DEFAULT_FORMATS:
        if finest_s >= _DAY_S:
            return "%Y-%m-%d"
        return "%Y-%m-%d %H:%M" if finest_s >= 60 else "%Y-%m-%d %H:%M:%S"  # noqa: PLR2004 - a minute
    writable = [form for form in formats if _can_write(form)]
    if not writable:
        raise ContractError(
            f"{contract.origin}: [time] formats; expected one of plain strptime codes, got none; "
            "a copy cannot be written by it, add one"
        )
    fine = [form for form in writable if resolution_s(form) <= finest_s] or writable
    fine.sort(key=resolution_s, reverse=True)
    return next((form for form in fine if rival(form, formats) is None), fine[0])


def texts(local: IntArray, form: str, contract: Contract, campus_zone: str) -> pa.Array:
    """Return seconds on the campus's clocks as a format writes them, null for `NEVER_S`."""
    never = local == NEVER_S
    known = np.where(never, 0, local)
    if is_instant(form):
        known = utc_s(known, campus_zone)
    elif contract.time.zone != CAMPUS:
        known = local_s(utc_s(known, campus_zone), contract.time.zone)
    if form in EPOCHS:
        return pa.array(known * (1 if form == "epoch_s" else 1000), pa.int64(), mask=never).cast(pa.string())
    moments = pa.array(known, pa.int64(), mask=never).cast(pa.timestamp("s"))
    return _written(moments, form)


def _written(moments: pa.Array, form: str) -> pa.Array:
    """As strftime, with codes that Arrow does not know: %f, %z of UTC, and %-d without a leading zero."""
    form = form.replace("%f", "000000").replace("%z", _ZERO_OFFSET)
    if "%-" not in form:
        return pc.strftime(moments, format=form)
    parts = []
    for part in re.split(r"(%-?\w)", form):
        text = pc.strftime(moments, format=part.replace("%-", "%") or " ")
        text = text if part else pc.replace_substring(text, " ", "")
        parts.append(pc.replace_substring_regex(text, r"^0(\d)", r"\1") if part.startswith("%-") else text)
    return pc.binary_join_element_wise(*parts, "")


def _can_write(form: str) -> bool:
    return form in EPOCHS or "%" not in _PLAIN.sub("", form.removesuffix("%z"))


def _offset_s(zone: str, at_s: int) -> int:
    moment = (_EPOCH + max(at_s, 0)).astype("datetime64[s]").item()
    return int((moment - utc_of(moment, zone)).total_seconds())
