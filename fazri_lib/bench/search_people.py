"""People made for `search`: names as many and as unevenly spread as in a register, identifiers, misspelt names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from fazri_lib.schema import ALWAYS, EXTRACT_TABLES
from fazri_lib.sources.simulate.misspelling import misspelt
from fazri_lib.sources.simulate.names import FIRST_NAMES, LAST_NAMES

if TYPE_CHECKING:
    import numpy.typing as npt
    import pyarrow as pa

    Texts = npt.NDArray[np.str_]

_ONSETS = [
    "b",
    "bh",
    "ch",
    "d",
    "dh",
    "f",
    "g",
    "gr",
    "h",
    "j",
    "k",
    "kh",
    "kr",
    "l",
    "m",
    "n",
    "p",
    "pr",
    "r",
    "s",
    "sh",
    "st",
    "t",
    "th",
    "tr",
    "v",
    "w",
    "y",
    "z",
]
_VOWELS = ["a", "aa", "ai", "au", "e", "ee", "i", "o", "oo", "u"]
_CODAS = ["", "", "", "l", "m", "n", "nd", "ng", "r", "s", "sh", "t", "th", "tz"]
_GIVEN, _FAMILIES = 5_000, 100_000
_GIVEN_POWER, _FAMILY_POWER = 0.7, 0.8
_REISSUED = 0.1
_WRONG = 0.6
_AGAIN = 11
DIRECTORIES = ("registry", "library")
DEPARTMENTS = [
    "Architecture",
    "Biology",
    "Chemistry",
    "Civil",
    "Computing",
    "Economics",
    "Electronics",
    "English",
    "Geology",
    "History",
    "Law",
    "Mathematics",
    "Mechanical",
    "Medicine",
    "Music",
    "Nursing",
    "Philosophy",
    "Physics",
    "Psychology",
    "Statistics",
]
ROLES = ("student", "faculty", "staff", "visitor")
_ROLE_SHARES = (0.8, 0.08, 0.1, 0.02)


def people(count: int, seed: int) -> pd.DataFrame:
    """Return people: `entity_id, given, family, name, email, phone, born_on, role, department` and identifiers."""
    rng = np.random.default_rng(seed)
    given = _draw(rng, np.concatenate([FIRST_NAMES, _made(rng, _GIVEN, 2)]), count, _GIVEN_POWER)
    family = _draw(rng, np.concatenate([LAST_NAMES, _made(rng, _FAMILIES, 3)]), count, _FAMILY_POWER)
    number = rng.permutation(10**7)[:count] if count <= 10**7 else rng.permutation(count)
    born = np.datetime64("1960-01-01") + rng.integers(0, 17_000, count).astype("timedelta64[D]")
    frame = pd.DataFrame({"entity_id": np.sort(rng.choice(2**40, count, replace=False)), "given": given})
    frame["family"] = family
    frame["name"] = frame["given"] + " " + frame["family"]
    frame["email"] = (frame["given"] + "." + frame["family"]).str.lower() + number.astype(str) + "@c.example"
    frame["phone"] = "+91 9" + pd.Series(rng.integers(10**8, 10**9, count)).astype(str)
    frame["born_on"] = born
    frame["role"] = rng.choice(ROLES, count, p=_ROLE_SHARES)
    frame["department"] = rng.choice(DEPARTMENTS, count)
    frame["student_id"] = "20" + pd.Series(rng.integers(15, 27, count)).astype(str) + _padded(number, 7)
    frame["card_id"] = "C-" + _padded(rng.permutation(count), 8)
    frame["device_hash"] = [f"{value:012x}" for value in rng.integers(0, 2**48, count).tolist()]
    return frame


def tables(rows: pd.DataFrame) -> dict[str, pa.Table]:
    """Return the extract tables that say who these people are; a tenth had another card before."""
    always: dict[str, Any] = {
        "known_at": ALWAYS,
        "probability": 1.0,
        "source": "made",
        "confidence": 1.0,
        "kind": "person",
    }
    id_types = ("student_id", "card_id", "device_hash")
    held = pd.concat([_held(rows, name) for name in id_types], ignore_index=True)
    former = _held(rows.head(int(len(rows) * _REISSUED)), "card_id")
    former["id_value"] = former["id_value"].str.replace("C-", "B-")
    former["valid_to"] = pd.Timestamp("2025-01-01")
    listed = directory_rows(rows)
    frames = {
        "entities": rows,
        "person": rows,
        "identifiers": pd.concat([held, former], ignore_index=True).assign(id_key=0, source=DIRECTORIES[0]),
        "links": listed,
        "records": listed,
    }
    return {name: EXTRACT_TABLES[name].arrow(always_known(frame, always)) for name, frame in frames.items()}


def directory_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """Return two directory rows of each person: all that is known, and one without a telephone, its name misspelt."""
    again = rows.assign(name=misspelt_names(rows, _AGAIN), phone=None)
    rows = rows.assign(numbers='{"student_id": "' + rows["student_id"] + '"}')
    again = again.assign(numbers=rows["numbers"])
    both = [
        part.assign(record_id=rows["entity_id"] * 4 + place, directory=DIRECTORIES[place], record_key=rows["card_id"])
        for place, part in enumerate((rows, again))
    ]
    return pd.concat(both, ignore_index=True)


def always_known(frame: pd.DataFrame, always: dict[str, Any]) -> pd.DataFrame:
    """Return rows with what is the same in all of them; what they have themselves stays."""
    return frame.assign(**{name: value for name, value in always.items() if name not in frame})


def misspelt_names(rows: pd.DataFrame, seed: int) -> Texts:
    """Return the names with one slip in the given name, the family name or both."""
    rng = np.random.default_rng(seed)
    words = [misspelt(rng, rows[name].to_numpy().astype(str), _WRONG) for name in ("given", "family")]
    written = np.char.add(np.char.add(words[0], " "), words[1])
    is_right = written == rows["name"].to_numpy().astype(str)
    again = misspelt(rng, rows["family"].to_numpy().astype(str), 1.0)
    return np.where(is_right, np.char.add(np.char.add(words[0], " "), again), written)


def _held(rows: pd.DataFrame, id_type: str) -> pd.DataFrame:
    return pd.DataFrame({"entity_id": rows["entity_id"], "id_type": id_type, "id_value": rows[id_type]})


def _padded(numbers: npt.NDArray[np.int64], width: int) -> pd.Series:
    return pd.Series(numbers).astype(str).str.zfill(width)


def _draw(rng: np.random.Generator, names: Texts, count: int, power: float) -> Texts:
    """Draw names, the n-th as often as n to the minus `power`."""
    shares = np.arange(1.0, len(names) + 1) ** -power
    return names[np.searchsorted(np.cumsum(shares) / shares.sum(), rng.random(count))]


def _made(rng: np.random.Generator, count: int, syllables: int) -> Texts:
    """Names made of syllables, all different."""
    found: dict[str, None] = {}
    while len(found) < count:
        parts = [
            f"{_ONSETS[a]}{_VOWELS[b]}{_CODAS[c]}"
            for a, b, c in zip(
                rng.integers(0, len(_ONSETS), syllables),
                rng.integers(0, len(_VOWELS), syllables),
                rng.integers(0, len(_CODAS), syllables),
                strict=True,
            )
        ]
        found["".join(parts).capitalize()] = None
    return np.array(list(found))
