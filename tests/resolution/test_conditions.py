"""Conditions of comparisons, evaluated without an engine."""

import pytest

from fazri_lib.errors import ContractError
from fazri_lib.resolution.conditions import compiled

LEFT = {"a": "anna", "b": None, "y": "1971", "list": ["x", "y"], "e": None}
RIGHT = {"a": "anne", "b": "weber", "y": "1973", "list": ["y", "z"], "e": None}


@pytest.mark.parametrize(
    ("condition", "answer"),
    [
        ("a_l = a_r", False),
        ("a_l <> a_r", True),
        ("b_l = b_r", None),
        ("b_l is null", True),
        ("(b_l is null) <> (b_r is null)", True),
        ("b_l = b_r or a_l <> a_r", True),
        ("b_l = b_r and a_l = a_r", False),
        ("b_l = b_r and a_l <> a_r", None),
        ("a_l = a_r or b_l = b_r", None),
        ("not (b_l = b_r)", None),
        ("not coalesce(b_l = b_r, false)", True),
        ("coalesce(b_l = b_r, true)", True),
        ("abs(cast(y_l as integer) - cast(y_r as integer)) <= 2", True),
        ("starts_with(a_l, 'an')", True),
        ("length(a_l) // 3 = 1 and least(length(a_l), length(b_r), length(b_l)) = 4", True),
        ("list_has_any(list_l, list_r) and len(list_intersect(list_l, list_r)) = 1", True),
        ("len(list_distinct(list_concat(list_l, list_r))) = 3", True),
        ("len(list_distinct(list_concat(list_l, e_r))) = 2", True),
        ("list_has_any(e_l, list_r)", None),
        ("0.6 * length(a_l) = 2.4", True),
        ("jaro_winkler_similarity(a_l, a_r) >= 0.88 and jaro_similarity(a_l, a_r) >= 0.75", True),
        ("damerau_levenshtein(a_l, a_r) = 1 and hamming(a_l, a_r) = 1", True),
    ],
)
def test_conditions_are_read_as_sql_means_them(condition, answer):
    """Unknown is neither true nor false; an operator with one unknown side is unknown unless the other decides."""
    assert compiled(condition)(LEFT, RIGHT) is answer


@pytest.mark.parametrize("condition", ["read_csv(a_l)", "a_l is true", "cast(a_l as date) = b_l", "a_l ~ 'x'", "a_l ="])
def test_what_is_not_known_is_refused(condition):
    """Nothing is run that is not on the list; the message names what to do."""
    with pytest.raises(ContractError, match="matcher"):
        compiled(condition)
