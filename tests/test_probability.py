"""Log odds and back."""

import math

import pytest

from anpr.probability import MIN_PROBABILITY, from_log_odds, log_odds


@pytest.mark.parametrize(
    ("probability", "expected"),
    [(0.5, 0.0), (0.9, math.log(9)), (0.1, -math.log(9)), (0.75, math.log(3))],
)
def test_log_odds_are_the_logarithm_of_the_odds(probability, expected):
    assert log_odds(probability) == pytest.approx(expected)
    assert from_log_odds(expected) == pytest.approx(probability)


@pytest.mark.parametrize("probability", [0.0, -0.1, MIN_PROBABILITY / 2])
def test_the_impossible_and_the_certain_are_finite(probability):
    assert log_odds(probability) == log_odds(MIN_PROBABILITY)
    assert log_odds(1 - probability) == pytest.approx(-log_odds(MIN_PROBABILITY))
    assert log_odds(probability) == pytest.approx(-13.8, abs=0.1)


def test_evidence_adds_up_whatever_its_order():
    """Bayes: odds multiply, so log odds add."""
    prior, factor = 0.3, 6.0
    expected = prior * factor / (prior * factor + 1 - prior)
    assert from_log_odds(log_odds(prior) + math.log(factor)) == pytest.approx(expected)
