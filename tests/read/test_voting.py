"""Voting, on predictions with known probabilities."""

import numpy as np
import pytest

from anpr.read.ctc import ALPHABET, BLANK, encode
from anpr.read.voting import (
    MAX_ALTERNATIVES,
    Prediction,
    alternatives,
    combine_lines,
    has_consensus,
    in_reading_order,
    line_probability,
    stack,
    vote,
)
from anpr.types import Alternative, Character


def one_line(text: str, probability: float) -> Prediction:
    return Prediction((tuple(Character(value, 0.9) for value in text), ()), probability)


def two_lines(upper: str, lower: str, chance: float) -> Prediction:
    """One pass in which each character has this probability and is followed by a certain blank."""
    rows = np.zeros((2, 20, len(ALPHABET) + 1))
    rows[:, :, BLANK] = 1
    for row, text in zip(rows, (upper, lower), strict=True):
        steps = 2 * np.arange(len(text))
        row[steps] = (1 - chance) / len(ALPHABET)
        row[steps, encode(text)] = chance
    lines = tuple(tuple(Character(value, chance) for value in text) for text in (upper, lower))
    return Prediction(lines, chance ** len(upper + lower), passes=(rows,))


def test_two_predictions_outvote_a_more_probable_one():
    voted = vote([one_line("AB1", 0.8), one_line("A81", 0.5), one_line("A81", 0.6)])
    assert voted.text == "A81"
    assert voted.probability == pytest.approx(1.1 / 3)
    assert voted.others == (Alternative("AB1", pytest.approx(0.8 / 3)),)


def test_a_prediction_without_text_has_no_vote():
    nothing = Prediction(((), ()), 0.95)
    assert vote([nothing, nothing, one_line("7", 0.3)]).text == "7"
    assert vote([nothing, nothing]).text == ""


def test_consensus_is_one_probable_text_without_a_rival():
    three = [one_line("AB1", 0.8), one_line("AB1", 0.9), one_line("AB1", 0.6)]
    assert has_consensus(three)
    assert not has_consensus([*three, one_line("AB1", 0.1)])
    assert not has_consensus([*three, one_line("AB1", 0.9), one_line("A81", 0.6)])


def test_a_vote_keeps_every_pass():
    predictions = [two_lines("WB07", "06", 0.7), two_lines("WB07", "00", 0.4)]
    assert vote(predictions).passes == predictions[0].passes + predictions[1].passes


def test_the_probability_of_a_line_is_the_average_of_all_passes():
    voted = vote([two_lines("WB07", "06", 0.7), two_lines("WB07", "06", 0.5)])
    line = voted.lines[1]
    assert line_probability(voted, 1, line) == pytest.approx((0.7**2 + 0.5**2) / 2)


def test_each_line_is_taken_from_the_clearer_prediction():
    whole = two_lines("WB07", "06", 0.7)
    combined = combine_lines(whole, two_lines("WBO7", "", 0.95), two_lines("00", "", 0.6))
    assert combined.text == "WBO706"
    assert combined.probability == pytest.approx(0.95**4 * 0.7**2)
    assert [other.text for other in combined.others] == ["WB0706", "WBO700"]


def test_a_line_that_was_read_alike_has_the_higher_probability():
    whole = two_lines("WB07", "06", 0.7)
    combined = combine_lines(whole, two_lines("WB07", "", 0.95), two_lines("06", "", 0.5))
    assert combined.text == whole.text
    assert combined.probability == pytest.approx(0.95**4 * 0.7**2)
    assert combined.others == ()


def test_two_lines_that_were_read_one_by_one_become_one_prediction():
    both = stack(one_line("A", 0.5), one_line("7", 0.5))
    assert (both.text, both.probability) == ("A7", 0.25)
    assert [len(line) for line in both.lines] == [1, 1]


@pytest.mark.parametrize(
    ("upper", "lower", "lines"),
    [
        ("MH14____9239", "_GN_", ("MH14", "GN9239")),
        ("LEF____17", "_2544_", ("LEF17", "2544")),
        ("KA_01_AB___", "__7", ("KA01AB", "7")),
        ("L734", "_WNJ", ("L734", "WNJ")),
        ("9239", "", ("9239", "")),
        ("MH12", "DE1433", ("MH12", "DE1433")),
    ],
)
def test_a_big_number_beside_two_small_lines_is_read_last(upper, lower, lines):
    paths = [
        [(step, Character(value, 0.9)) for step, value in enumerate(line) if value != "_"]
        for line in (upper, lower)
    ]
    ordered = in_reading_order(*paths)
    assert tuple("".join(character.value for character in line) for line in ordered) == lines


def with_runners_up(probability: float, *others: Alternative) -> Prediction:
    line = (Character("A", 0.8, "4", 0.2), Character("1", 0.5, "I", 0.4))
    return Prediction((line, ()), probability, others)


def test_alternatives_replace_one_character_by_its_runner_up():
    first, second = alternatives(with_runners_up(0.4), confidence=0.4)
    assert first == ("AI", pytest.approx(0.4 * 0.4 / 0.5))
    assert second == ("41", pytest.approx(0.4 * 0.2 / 0.8))


def test_alternatives_are_scaled_as_the_confidence_but_never_exceed_the_remaining_probability():
    texts = dict(alternatives(with_runners_up(0.4), confidence=0.6))
    assert texts["41"] == pytest.approx(0.1 * 0.6 / 0.4)
    assert texts["AI"] == pytest.approx(1 - 0.6)


def test_alternatives_include_what_other_passes_read():
    found = alternatives(with_runners_up(0.4, Alternative("A7", 0.3)), confidence=0.4)
    assert [other.text for other in found] == ["AI", "A7", "41"]


def test_unlikely_alternatives_and_more_than_five_are_left_out():
    others = [Alternative(f"A{digit}", 0.2 - digit / 100) for digit in range(2, 9)]
    assert len(alternatives(with_runners_up(0.4, *others), 0.4)) == MAX_ALTERNATIVES
    assert alternatives(Prediction((), 0.9, (Alternative("A7", 0.0005),)), 0.9) == ()
