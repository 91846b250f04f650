"""From a network's probabilities to characters: connectionist temporal classification.

The network says, for each step along a line of text, how likely each character is, or *blank*:
none. A text is as likely as all the ways to write it down in the steps together, where a character
may last several steps and blanks may stand anywhere between.

Source: A. Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence
Data with Recurrent Neural Networks", ICML 2006, section 4.1 (the forward variable).
"""

from itertools import groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.types import Character

BLANK = 0
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # class 1 is "0": class 0 is the blank

Probabilities = NDArray[Any]
"""float, (steps, classes): each row sums to 1."""


def encode(text: str) -> list[int]:
    """The class of each character of a text."""
    return [ALPHABET.index(character) + 1 for character in text]


def best_path(probabilities: Probabilities) -> list[tuple[int, Character]]:
    """Reads the likeliest class of every step, repeats and blanks left out.

    Returns:
        For each run of one class the step it begins at, and its character, with the confidence of
        the run's surest step and, from that step, the likeliest other character. An empty list
        for all blank.
    """
    best, sureness = probabilities.argmax(axis=1).tolist(), probabilities.max(axis=1).tolist()
    runs = [(number, list(run)) for number, run in groupby(range(len(best)), best.__getitem__)]
    spans = [steps for number, steps in runs if number != BLANK]
    surest = [max(steps, key=sureness.__getitem__) for steps in spans]
    characters = _characters(probabilities[surest]) if spans else []
    return [(steps[0], character) for steps, character in zip(spans, characters, strict=True)]


def text_probability(probabilities: Probabilities, text: str) -> float:
    """How likely a text is, over all the ways to write it down in the steps; 0 to 1.

    Args:
        probabilities: float, (steps, classes).
        text: Characters of `ALPHABET`; empty for all blank.
    """
    if not text:
        return float(probabilities[:, BLANK].prod(dtype=np.float64))
    # Blanks around and between the characters: b A b B b
    states = np.zeros(2 * len(text) + 1, np.intp)
    states[1::2] = encode(text)
    # From a character straight to the next, unless the two are the same: those need a blank.
    may_skip = np.zeros(len(states) - 2)
    may_skip[1::2] = states[3::2] != states[1:-2:2]
    moves = np.eye(len(states)) + np.eye(len(states), k=-1) + np.diag(may_skip, k=-2)
    emitted = probabilities[:, states].astype(np.float64)
    forward = np.zeros(len(states))
    forward[:2] = emitted[0, :2]
    for emission in emitted[1:]:
        forward = moves @ forward * emission
    return float(forward[-2:].sum())


def _characters(rows: Probabilities) -> list[Character]:
    """The likeliest character of each of some steps, and the one that comes next."""
    best = rows.argmax(axis=1)
    others = rows.copy()
    others[np.arange(len(rows)), best] = others[:, BLANK] = 0
    second = others.argmax(axis=1)
    return [
        Character(ALPHABET[one - 1], row[one], ALPHABET[other - 1], row[other])
        for row, one, other in zip(rows.tolist(), best.tolist(), second.tolist(), strict=True)
    ]
