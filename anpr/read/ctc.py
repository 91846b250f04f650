"""From a network's probabilities to characters: connectionist temporal classification.

The network says, for each step along a line of text, how likely each character is, or *blank*:
none. A text is as likely as all the ways to write it down in the steps together, where a character
may last several steps and blanks may stand anywhere between.

Source: A. Graves et al., "Connectionist Temporal Classification: Labelling Unsegmented Sequence
Data with Recurrent Neural Networks", ICML 2006, section 4.1 (the forward variable).
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.types import Character

BLANK = 0
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # class 1 is "0": class 0 is the blank
CLASSES = {character: number for number, character in enumerate(ALPHABET, start=1)}
CLASS_COUNT = len(ALPHABET) + 1  # with the blank

Probabilities = NDArray[Any]
"""float, (steps, classes): each row sums to 1."""


def encode(text: str) -> list[int]:
    """The class of each character of a text."""
    return [CLASSES[character] for character in text]


def probabilities_of(scores: NDArray[Any]) -> NDArray[Any]:
    """Turns a network's scores into probabilities: the softmax over the classes.

    Args:
        scores: float32, (n, lines * classes, 1, steps), as `training/reader_network.py` says.

    Returns:
        float32, (n, lines, steps, classes): `Probabilities` for each line.
    """
    of_lines = scores.reshape(len(scores), -1, CLASS_COUNT, scores.shape[-1])
    likely: NDArray[Any] = np.exp(of_lines - of_lines.max(axis=2, keepdims=True))
    likely /= likely.sum(axis=2, keepdims=True)
    return likely.transpose(0, 1, 3, 2)


def best_path(probabilities: Probabilities) -> list[tuple[int, Character]]:
    """Reads the likeliest class of every step, repeats and blanks left out.

    Returns:
        For each run of one class the step it begins at, and its character, with the confidence of
        the run's surest step and, from that step, the likeliest other character. An empty list
        for all blank.
    """
    best = probabilities.argmax(axis=1)
    steps = best.nonzero()[0]
    if not len(steps):  # as the second line of most plates
        return []
    classes = best[steps]
    sureness = probabilities[steps, classes]
    runs = _runs(steps.tolist(), classes.tolist(), sureness.tolist())
    surest = [place for _, place in runs]
    read, sure = classes[surest], sureness[surest].tolist()
    others = probabilities[steps[surest]]
    others[np.arange(len(runs)), read] = others[:, BLANK] = 0
    next_best, likely = others.argmax(axis=1).tolist(), others.max(axis=1).tolist()
    return [
        (begin, Character(ALPHABET[value - 1], sure, ALPHABET[other - 1], chance))
        for (begin, _), value, sure, other, chance in zip(
            runs, read.tolist(), sure, next_best, likely, strict=True
        )
    ]


def text_probability(probabilities: Probabilities, text: str) -> float:
    """How likely a text is, over all the ways to write it down in the steps; 0 to 1.

    Args:
        probabilities: float, (steps, classes).
        text: Characters of `ALPHABET`; empty for all blank.
    """
    if not text:
        return float(probabilities[:, BLANK].prod(dtype=np.float64))
    states = [BLANK] * (2 * len(text) + 1)  # blanks around and between the characters: b A b B b
    states[1::2] = encode(text)
    moves = _moves(len(states))
    doubled = [2 * place + 1 for place in range(1, len(text)) if text[place - 1] == text[place]]
    if doubled:
        moves = moves.copy()
        moves[doubled, np.subtract(doubled, 2)] = 0  # the same character again: a blank between
    emitted = probabilities[:, states].astype(np.float64)
    forward, reached = np.zeros(len(states)), np.empty(len(states))
    forward[:2] = emitted[0, :2]
    for emission in emitted[1:]:  # in place, and not by operators: half the time
        np.dot(moves, forward, out=reached)
        np.multiply(reached, emission, out=forward)
    return float(forward[-2:].sum())


def _runs(
    steps: Sequence[int], classes: Sequence[int], sureness: Sequence[float]
) -> list[tuple[int, int]]:
    """Runs of one class in steps one after the other, none of them blank.

    Returns:
        The step each begins at, and where in the sequences its surest stands.
    """
    runs: list[tuple[int, int]] = []
    previous, number = -1, BLANK
    for place, step in enumerate(steps):
        if classes[place] != number or step != previous + 1:
            runs.append((step, place))
        elif sureness[place] > sureness[runs[-1][1]]:
            runs[-1] = runs[-1][0], place
        previous, number = step, classes[place]
    return runs


@lru_cache
def _moves(states: int) -> NDArray[Any]:
    """To each state (row) from itself, from the one before, to a character from the one before."""
    to_a_character = np.arange(states - 2) % 2
    return np.eye(states) + np.eye(states, k=-1) + np.diag(to_a_character, k=-2)
