"""Why, how and why not, on records whose weights are whole numbers (tests/few_records.py)."""

import math
from dataclasses import replace

import numpy as np
import pytest
from few_records import few

from fazri_lib.errors import NotPublishedError
from fazri_lib.resolution.explaining import Rule, merge_path, why, why_apart
from fazri_lib.resolution.explaining.few import sources_of
from fazri_lib.resolution.explaining.hanging import are_one
from fazri_lib.resolution.explaining.words import told_apart, told_path, told_why
from fazri_lib.resolution.model import Frequencies, side

pytestmark = pytest.mark.engine

ANNA = "anna weber anna.weber@x.org f york"


def named(record):
    """R0, R1, ..."""
    return f"R{record}"


def soft(*bits):
    """The mean that the clustering takes of what a field says of several pairs: of fourth roots of the odds."""
    return 4 * math.log2(sum(2 ** (one / 4) for one in bits) / len(bits))


def test_a_waterfall_adds_up():
    """-10 + 8 (name) + 8 (mail, names agree) - 3 (sex) and nothing from a city that one lacks: 3 bits, 8 to 9."""
    told = why(few(ANNA, "anna weber anna.weber@x.org m -"), 0, 1)
    assert [(part.field, part.label, part.bits, part.is_known) for part in told.parts] == [
        ("name", "both names equal", 8.0, True),
        ("mail", "equal", 8.0, True),
        ("sex", "differs", -3.0, True),
        ("city", "not known of both", 0.0, False),
    ]
    assert told.weight == 3.0
    assert told.probability == pytest.approx(8 / 9)
    assert told.frame()["total"].tolist() == [-10, -2, 6, 3, 3]
    assert told.frame()["field"].tolist() == ["prior", "name", "mail", "sex", "city"]
    assert told.parts[1].given == "name agrees"


def test_an_equal_mail_says_more_where_names_differ():
    """Of a field that is compared in two cases the case that holds is told: 12 bits instead of 8."""
    told = why(few(ANNA, "otto klein anna.weber@x.org f york"), 1, 0)
    assert (told.part("mail").bits, told.part("mail").given) == (12.0, "name differs")
    assert told.weight == -10 - 6 + 12 + 1 + 5


def test_rarity_stands_apart():
    """York has 3 of 8 known, Hull 1 of 8: usual is (3*3 + 4*4 + 1*1) / 8 = 3.25 holders (own partners left out)."""
    counts = {"city__value": Frequencies({"york": 3, "leeds": 4, "hull": 1}, 8, is_shared=True)}
    told = why(few("a b - - hull", "c d - - hull", frequencies=counts), 0, 1).part("city")
    assert told.rarity == pytest.approx(np.log2(3.25), abs=1e-6)
    assert told.bits == pytest.approx(5 + np.log2(3.25), abs=1e-5)
    new = why(few("a b - - bath", "c d - - bath", frequencies=counts), 0, 1).part("city")
    assert new.rarity == told.rarity  # a value that the model never saw counts as held by one


def test_the_path_goes_from_strong_to_weak():
    """0-1: all equal, 12 bits. 2 is Ann: 4 (close) - 4 (mail) + 1 + 5 - 10 = -4 with both: the weakest link, -4."""
    path = merge_path(few(ANNA, ANNA, "ann weber zoe@y.de f york"))
    first, last = path.steps
    assert (first.left, first.right, first.weight, first.average) == ((0,), (1,), 12.0, 12.0)
    assert (last.left, last.right, last.average) == ((0, 1), (2,), -4.0)
    assert path.weakest == 1
    assert last.is_below
    assert not first.is_below
    told = told_path(path, named)
    assert "3 records became one entity in 2 steps" in told
    assert "the 2 of R0 with R2, by R0 and R2, -4.0 bits (5.9 %); all 2 pairs" in told


def test_parts_hold_although_no_pair_between_them_does():
    """0 and 1 say 4 bits of 2 together, -1 and -4 apart: they would join. At -1 bit in all, 0 and 1 would not."""
    path = merge_path(few("anna weber w@x.org f -", "- - w@x.org f york", "anna weber - f york"))
    assert [(step.average, step.weight, step.is_below) for step in path.steps] == [(-1, -1, True), (4, -1, False)]


def test_what_a_reviewer_joined_is_no_weak_link():
    """Two strangers joined by decision come first; the weakest link is the one that evidence holds."""
    path = merge_path(few(ANNA, "otto klein o@k.de m hull", ANNA, same=[(0, 1)]))
    assert path.steps[0].is_decided
    assert path.weakest == 1
    assert path.steps[1].average == pytest.approx(-10 + soft(8, -6) + soft(8, -4) + soft(1, -3) + soft(5, -5))
    assert "rests on the decision of a reviewer" in told_path(path, named)
    alone = merge_path(few(ANNA, "otto klein o@k.de m hull", same=[(0, 1)]))
    assert alone.weakest is None
    assert merge_path(few(ANNA)).steps == ()
    assert "one record" in told_path(merge_path(few(ANNA)), named)


def test_two_of_one_directory_in_an_entity_are_the_weakest():
    """They cannot be one person by evidence; if a decision made them so the path still ends."""
    path = merge_path(few(ANNA, ANNA, ANNA, sources="aab", same=[(0, 1)]))
    assert [step.is_decided for step in path.steps] == [True, False]
    assert path.steps[0].weight == -np.inf


def test_too_little_speaks_for_them_and_what_would():
    """Weights -10 + 8 - 4 + 1 - 5 = -10. Equal mail: +12, 2 bits, enough. Equal city: +10, 0 bits: just enough."""
    told = why_apart(few(ANNA, "anna weber zoe@y.de f hull"), [0], [1])
    assert told.rule is Rule.WEIGHT
    assert told.why.weight == -10.0
    assert [(join.fields, join.gain, join.weight, join.is_enough) for join in told.joins] == [
        (("mail",), 12.0, 2.0, True),
        (("city",), 10.0, 0.0, True),
    ]
    words = told_apart(told, named)
    assert "R0 and R1 are two people: no pair of their records is more likely one person than two." in words
    assert "against them: city differs -5.0; mail differs (name agrees) -4.0." in words
    assert "What would join them: an equal mail would add +12.0 bits, enough; an equal city" in words


def test_what_is_missing_would_join_too():
    """-10 + 8 + 1 = -1; both lack the mail: an equal one of usual rarity +8; one lacks the city: +5. Sex is equal."""
    told = why_apart(few("anna weber - f york", "anna weber - f -"), [0], [1])
    assert [(join.fields, join.missing, join.gain, join.is_enough) for join in told.joins] == [
        (("mail",), ("mail",), 8.0, True),
        (("city",), ("city",), 5.0, True),
    ]
    assert "an equal mail (missing now) would add +8.0 bits, enough" in told_apart(told, named)
    unlike = why_apart(few("anna weber - f york", "otto klein - f york"), [0], [1])
    assert next(join.gain for join in unlike.joins if join.fields == ("mail",)) == 12.0


def test_several_fields_together():
    """-10 - 6 - 4 - 3 - 5 = -28: no single field is enough; mail and name (+12 +14 gives 2 with equal names): enough?

    Name equal: +14. Mail equal: +12 beside equal names (it then says 8, not 12), +16 beside different ones. So the two
    strongest are mail (+16) and name (+14), together -10 + 8 + 8 - 3 - 5 = -2; with the city's +10 they reach 8.
    """
    told = why_apart(few(ANNA, "otto klein o@k.de m hull"), [0], [1])
    assert [join.fields for join in told.joins] == [
        ("mail",),
        ("name",),
        ("city",),
        ("sex",),
        ("mail", "name", "city"),
    ]
    assert [join.gain for join in told.joins] == [16.0, 14.0, 10.0, 4.0, 36.0]
    assert [join.is_enough for join in told.joins] == [False] * 4 + [True]
    assert "an equal mail, name and city would add +36.0 bits, enough" in told_apart(told, named)


def test_nothing_can_join_two_of_one_directory():
    """One record a person in a directory: the rule says it, and no field is offered."""
    told = why_apart(few(ANNA, ANNA, sources="aa"), [0], [1])
    assert told.rule is Rule.ONE_PER_PERSON
    assert told.joins == ()
    assert "no evidence can join them" in told_apart(told, named)
    other = why_apart(few(ANNA, ANNA, ANNA, sources="a-a"), [0], [1, 2])
    assert (other.one, other.other, other.worst[:2]) == (0, 1, (0, 2))
    assert other.average == -np.inf


def test_a_reviewer_keeps_them_apart():
    """The decision is named, even where all fields are equal."""
    told = why_apart(few(ANNA, ANNA, different=[(1, 0)]), [0], [1])
    assert told.rule is Rule.DECIDED
    assert "a reviewer decided that they are two people" in told_apart(told, named)
    assert "withdrawing" in told_apart(told, named)


def test_other_records_speak_against():
    """0 and 1 fit (12 bits), 0 and three strangers do not (-28): field by field the four weigh -9.1 in the mean.

    The closest pair alone would join them; all four together are under the cut of -2.
    """
    strangers = "otto klein o@k.de m hull"
    told = why_apart(few(ANNA, ANNA, strangers, strangers, strangers), [0], [1, 2, 3, 4])
    assert told.rule is Rule.AVERAGE
    fields = ((8, -6, -6, -6), (8, -4, -4, -4), (1, -3, -3, -3), (5, -5, -5, -5))
    assert told.average == pytest.approx(-10 + sum(soft(*bits) for bits in fields))
    assert told.worst == (0, 2, -28.0)
    assert "All pairs between them weigh -9.1 bits in the mean, -2.0 are needed" in told_apart(told, named)


def test_together_by_themselves():
    """Two sides that these records alone would join: what keeps them apart lies elsewhere, and the words say so."""
    told = why_apart(few(ANNA, ANNA), [0], [1])
    assert told.rule is Rule.OTHERS
    both = why_apart(few(ANNA, ANNA), [0], [1], fits_both=1)
    assert both.rule is Rule.AMBIGUOUS
    assert "a record fits both equally well, which is kept open" in told_apart(both, named)
    assert "It is R1." in told_apart(both, named)
    assert are_one(few(ANNA, ANNA), few(ANNA, ANNA).scored(), 0, 1)


def test_a_question_is_clustered_field_by_field():
    """0 and 1 share their mail, 2 has the name of 0 and the city of 1; all are f: -1 bit for two pairs, -4 for (1, 2).

    Together 0 and 1 say -10 + 8 (name) + 5 (city) + 1 of 2, that is 4 bits; whole weights say -2.3 in the mean.
    """
    three = few("anna weber w@x.org f -", "- - w@x.org f york", "anna weber - f york")
    scored = three.scored()
    assert scored.weight.tolist() == [-1.0, -1.0, -4.0]
    assert are_one(three, scored, 0, 2)
    assert not are_one(three, replace(scored, fields=None), 0, 2)


def test_words_hold_no_value():
    """Names, addresses and cities never stand in a sentence; fields, labels, bits and probability do."""
    records = few(ANNA, "anna weber zoe@y.de f hull")
    texts = [told_why(why(records, 0, 1), "R0", "R1"), told_apart(why_apart(records, [0], [1]), named)]
    texts.append(told_path(merge_path(records), named))
    for text in texts:
        assert not any(value in text.lower() for value in ("anna", "weber", "york", "hull", "zoe"))
    assert "R0 and R1 are one person with a probability of less than 0.1 % (-10.0 bits)" in texts[0]
    assert "For it: name both names equal +8.0; sex equal +1.0." in texts[0]


def test_another_version_of_the_comparisons_is_refused():
    """Levels of a model that this version does not make would be read wrongly."""
    records = few(ANNA, ANNA)
    other = replace(records.model, comparisons=records.model.comparisons[1:])
    with pytest.raises(NotPublishedError, match="trained by another version"):
        replace(records, model=other).weights()


def test_priors_by_sources():
    """Records of a and b weigh -4 bits at first instead of -10; of a source that came later the common prior."""
    records = few(ANNA, ANNA, ANNA)
    between = np.array([0.0, 1 / 17, 1 / 17, 0.0]) + 1e-9
    model = replace(records.model, sources=("a", "b"), between=between)
    told = replace(records, model=model, source=sources_of(["a", "b", "new"], model))
    assert why(told, 0, 1).prior == pytest.approx(-4.0, abs=1e-5)
    assert why(told, 0, 1).weight == pytest.approx(18.0, abs=1e-5)
    assert why(told, 1, 2).prior == -10.0
    assert sources_of(["a"], records.model) is None


def test_a_model_of_one_source_meets_a_second():
    """The common prior counts for the new one, whatever number two sources have: there is only one to count from."""
    one = replace(few(ANNA).model, sources=("a",), between=np.array([1 / 17]))
    new = side(np.array([-1, 0, -1]), np.array([0, 0, -1]), 1)
    assert one.start(new).tolist() == pytest.approx([-10.0, -4.0, -10.0], abs=1e-5)
