"""Log odds: the scale on which evidence adds up."""

import math

MIN_PROBABILITY = 1e-6
"""Probabilities are clipped to this distance from 0 and 1, so that log odds stay finite."""


def log_odds(probability: float) -> float:
    """The logarithm of the odds, finite also for 0 and 1."""
    clipped = min(max(probability, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
    return math.log(clipped / (1 - clipped))


def from_log_odds(value: float) -> float:
    """The probability that has these log odds."""
    return 1 / (1 + math.exp(-value))
