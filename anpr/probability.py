"""Log odds: the scale on which independent evidence is added."""

import math

MIN_PROBABILITY = 1e-6
"""Minimum distance of a probability from 0 and 1, so that log odds are finite."""


def log_odds(probability: float) -> float:
    """Returns the logarithm of the odds of a probability; finite even for 0 and 1."""
    clipped = min(max(probability, MIN_PROBABILITY), 1 - MIN_PROBABILITY)
    return math.log(clipped / (1 - clipped))


def from_log_odds(value: float) -> float:
    """Returns the probability with these log odds."""
    return 1 / (1 + math.exp(-value))
