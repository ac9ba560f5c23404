"""How alike two texts are, as DuckDB counts it: over their bytes in UTF-8, not over their letters."""

from __future__ import annotations

from functools import lru_cache

_KEPT = 50_000
_PREFIX, _PER_LETTER, _FROM = 4, 0.1, 0.7


@lru_cache(_KEPT)
def jaro(left: str, right: str) -> float:
    """Return Jaro's similarity, 0 to 1 (Jaro, *Advances in record-linkage methodology*, 1989)."""
    a, b = left.encode(), right.encode()
    if a == b:
        return 1.0
    if not a or not b:
        return 0.0
    matched, turned = _common(a, b)
    if not matched:
        return 0.0
    return (matched / len(a) + matched / len(b) + (matched - turned) / matched) / 3


def _common(a: bytes, b: bytes) -> tuple[int, int]:
    """Signs in common that stand near each other, and half of those in another order."""
    reach = max(max(len(a), len(b)) // 2 - 1, 0)
    is_taken, of_a = [False] * len(b), []
    for place, sign in enumerate(a):
        for other in range(max(0, place - reach), min(len(b), place + reach + 1)):
            if not is_taken[other] and b[other] == sign:
                is_taken[other] = True
                of_a.append(sign)
                break
    of_b = [sign for sign, taken in zip(b, is_taken, strict=True) if taken]
    return len(of_a), sum(x != y for x, y in zip(of_a, of_b, strict=True)) // 2


@lru_cache(_KEPT)
def jaro_winkler(left: str, right: str) -> float:
    """Return Jaro's similarity, more where up to four first signs agree (Winkler 1990); only if it is above .7."""
    similarity = jaro(left, right)
    if similarity <= _FROM:
        return similarity
    a, b, same = left.encode(), right.encode(), 0
    while same < min(_PREFIX, len(a), len(b)) and a[same] == b[same]:
        same += 1
    return similarity + same * _PER_LETTER * (1 - similarity)


@lru_cache(_KEPT)
def slips(left: str, right: str) -> int:
    """Return the fewest signs wrong, missing, too many, or exchanged with a neighbour: Damerau and Levenshtein's.

    Signs may be changed again after an exchange (Lowrance and Wagner 1975).
    """
    a, b = left.encode(), right.encode()
    last_row_of: dict[int, int] = {}
    far = len(a) + len(b)
    rows: list[list[int]] = [[far] * (len(b) + 2), [far, *range(len(b) + 1)]]
    for i, sign in enumerate(a, 1):
        row, last_column = [far, i], 0
        for j, other in enumerate(b, 1):
            i_before, j_before = last_row_of.get(other, 0), last_column
            cost = sign != other
            if not cost:
                last_column = j
            exchanged = rows[i_before][j_before] + (i - i_before - 1) + 1 + (j - j_before - 1)
            row.append(min(rows[i][j] + cost, row[j] + 1, rows[i][j + 1] + 1, exchanged))
        last_row_of[sign] = i
        rows.append(row)
    return rows[-1][-1]


def places_apart(left: str, right: str) -> int:
    """Return in how many places two texts of one length differ: Hamming's distance."""
    return sum(x != y for x, y in zip(left.encode(), right.encode(), strict=True))
