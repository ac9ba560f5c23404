"""Names: one comparison of all that the columns say, because given and family name are not independent."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

import pandas as pd
from nicknames import NickNamer

from fazri_lib.resolution.comparison import Comparison, Key, Level, Prepared, close, equal
from fazri_lib.resolution.normal import EMPTY, mapped, sound, taken, words

if TYPE_CHECKING:
    from fazri_lib.resolution.spec import NameField

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame", "lord", "lady", "rev"})
SUFFIXES = frozenset({"jr", "jnr", "sr", "snr", "junior", "senior", "ii", "iii", "iv", "esq", "phd", "md"})
_ORDINAL = re.compile(r"^\d+(st|nd|rd|th)$")


def prepare(field: str, spec: NameField, records: pd.DataFrame) -> Prepared:
    """Return a name made ready.

    Args:
        field: its name in the spec.
        spec: its columns.
        records: the columns as texts.
    """
    given, family, full = (_column(records, name) for name in (spec.given, spec.family, spec.full))
    rows = pd.DataFrame({"given": given, "family": family, "full": full})
    codes = rows.groupby(list(rows.columns), sort=False, dropna=False).ngroup().to_numpy()
    different = rows[~rows.duplicated()].astype(object)
    different = different.where(different.notna(), None)
    parts = [_columns(_parts(*row)) for row in different.itertuples(index=False, name=None)]
    columns = {
        f"{field}__{part}": taken(codes, [one[place] for one in parts], records.index)
        for place, part in enumerate(_PARTS)
    }
    keys = (
        Key(f"{field}: part", tuple(f"{field}__{part}" for part in ("given", "family", "third"))),
        Key(f"{field}: sound", tuple(f"{field}__{part}" for part in ("given_sound", "family_sound"))),
        Key(f"{field}: parts", (f"{field}__tokens",)),
        Key(f"{field}: sounds", (f"{field}__sounds",)),
        Key(f"{field}: nickname", (f"{field}__formal",)),
    )
    return Prepared(columns, _comparison(field, has_full=bool(spec.full)), keys)


_PARTS = (
    "given",
    "family",
    "both",
    "tokens",
    "bag_list",
    "forms_list",
    "formal",
    "third",
    "given_sound",
    "family_sound",
    "sounds",
)


def _columns(parts: tuple[str, str, tuple[str, ...]]) -> tuple[object, ...]:
    formal = tuple(dict.fromkeys(map(one_vowel, forms(parts[0].split()[0] if parts[0] else ""))))
    given, family = map(one_vowel, parts[:2])
    bag = tuple(dict.fromkeys(map(one_vowel, parts[2])))
    several = sorted({*given.split(), *family.split()})
    sounds = sorted(filter(None, (sound(given), sound(family))))
    third = [token for token in bag if token not in {given, family} and len(token) > 1]
    return (
        given or None,
        family or None,
        f"{given} {family}" if given and family else None,
        " ".join(several) if len(several) > 1 else None,
        list(bag) or None,
        list(formal) or None,
        f"{min(formal)} {family}" if given and family else None,
        third[0] if third else None,
        sound(given) or None,
        sound(family) or None,
        " ".join(sounds) if len(sounds) > 1 else None,
    )


@functools.lru_cache(maxsize=200_000)
def one_vowel(text: str) -> str:
    """Return a name with ae, oe, ue as one vowel: of dotted vowels some lose their dots, some become two."""
    return text.replace("ae", "a").replace("oe", "o").replace("ue", "u")


def _column(records: pd.DataFrame, name: str | None) -> pd.Series:
    if name is None:
        return pd.Series([None] * len(records), index=records.index, dtype=object)
    return mapped(records[name], lambda text: "" if words(text) in EMPTY else text)


def _parts(given: str | None, family: str | None, full: str | None) -> tuple[str, str, tuple[str, ...]]:
    """Return given name, family name and all parts, from what is known of them."""
    whole = split_full(full) if full else ("", "", ())
    first = " ".join(_untitled(words(given))) if given else whole[0]
    last = " ".join(_untitled(words(family))) if family else whole[1]
    if first and first == last and whole[2] and (not given or not family):
        first, last = whole[0], whole[1]
    bag = tuple(dict.fromkeys((*first.split(), *last.split(), *whole[2])))
    return first, last, bag


@functools.lru_cache(maxsize=200_000)
def split_full(text: str) -> tuple[str, str, tuple[str, ...]]:
    """Return given name, family name and all parts of a name in full, titles and ordinals stripped.

    "Family, Given" is understood when what follows the comma is no title or rank; one word alone is a family name.
    """
    pieces = [piece.split() for piece in map(words, text.split(",")) if piece]
    if not pieces:
        return "", "", ()
    tail = [token for piece in pieces[1:] for token in piece if token not in SUFFIXES]
    is_turned = bool(tail) and len(tail) <= 2 and not any(_ORDINAL.match(token) for token in tail)  # noqa: PLR2004 - given names
    ordered = [*tail, *pieces[0]] if is_turned else pieces[0]
    parts = _untitled(" ".join(ordered))
    rest = [] if is_turned else [token for token in tail if not _ORDINAL.match(token)]
    if not parts:
        return "", "", ()
    given = parts[0] if len(parts) > 1 else ""
    return given, parts[-1], tuple(dict.fromkeys((*parts, *rest)))


def _untitled(text: str) -> list[str]:
    """Return the parts of a name without titles before and suffixes after it, as far as something is left."""
    parts = text.split()
    while len(parts) > 1 and parts[0] in TITLES:
        parts = parts[1:]
    while len(parts) > 1 and parts[-1] in SUFFIXES:
        parts = parts[:-1]
    return parts


@functools.cache
def _nicknames() -> NickNamer:
    return NickNamer()


@functools.lru_cache(maxsize=200_000)
def forms(given: str) -> tuple[str, ...]:
    """Return a given name and the names that it is short for."""
    return (given, *sorted(_nicknames().canonicals_of(given))) if given else ()


def _comparison(field: str, *, has_full: bool) -> Comparison:
    given, family, both, tokens, bag = (
        f"{field}__{part}" for part in ("given", "family", "both", "tokens", "bag_list")
    )
    nickname = f"list_has_any({field}__forms_list_l, {field}__forms_list_r)"
    start = f"(starts_with({given}_l, {given}_r) or starts_with({given}_r, {given}_l))"
    near = f"({close(given)} or {nickname})"
    one_given = f"({given}_l is null) <> ({given}_r is null)"
    one_family = f"({family}_l is null) <> ({family}_r is null)"
    crossed = f"({close(given, family)} and {close(family, given)})"
    half = f"({equal(given, family)} or {equal(family, given)})"
    shared = f"len(list_intersect({bag}_l, {bag}_r))"
    contained = f"{shared} >= 2 and {shared} = least(len({bag}_l), len({bag}_r))"
    levels = [
        Level("both names equal", f"{equal(given)} and {equal(family)}", both),
        Level("the same parts in another order", equal(tokens), tokens),
        Level("one name contains all parts of the other", contained) if has_full else None,
        Level("family name equal, nickname", f"{equal(family)} and {nickname}", family),
        Level("family name equal, given name close", f"{equal(family)} and ({close(given)} or {start})", family),
        Level("given name equal, family name close", f"{equal(given)} and {close(family)}", given),
        Level("family name equal, one given name missing", f"{equal(family)} and ({one_given})", family),
        Level("given name equal, one family name missing", f"{equal(given)} and ({one_family})", given),
        Level("both names close", f"({near} or {start}) and {close(family)}"),
        Level("both names close, exchanged", crossed),
        Level("two parts shared", f"{shared} >= 2") if has_full else None,
        Level("family name equal, given name differs", equal(family), family),
        Level("one name equal to the other's other name", half),
        Level("given name equal, family name differs", f"({equal(given)} or {nickname})", given),
        Level(
            "one name close, the other missing", f"({close(family)} and ({one_given})) or ({near} and ({one_family}))"
        ),
        Level("one name close, the other differs", f"({close(family)} or {close(given)})"),
        Level("names differ", "ELSE"),
    ]
    unknown = f"(({given}_l is null and {family}_l is null) or ({given}_r is null and {family}_r is null))"
    third = f"{field}__third"
    middle = [equal(third), *(equal(*pair) for part in (given, family) for pair in ((third, part), (part, third)))]
    agrees = [close(family), near, half, crossed, *(middle if has_full else [])]
    return Comparison(field, unknown, tuple(level for level in levels if level), " or ".join(agrees))
