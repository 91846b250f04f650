"""From class probabilities to characters: connectionist temporal classification (CTC).

For each step along a line of text, the network returns the probability of every character and of
the *blank*, which means no character. The probability of a text is the sum over all the ways to
write it into the steps: a character may fill several steps, with blanks anywhere between.

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
"""Class probabilities of one line: float, (steps, classes); each row sums to 1."""


def encode(text: str) -> list[int]:
    """Returns the class of each character of a text.

    >>> encode("1A")
    [2, 11]
    """
    return [CLASSES[character] for character in text]


def probabilities_of(scores: NDArray[Any]) -> NDArray[Any]:
    """Turns a network's scores into probabilities: the softmax over the classes.

    Args:
        scores: float32, (n, lines * classes, 1, steps), see `training/reader/network.py`.

    Returns:
        float32, (n, lines, steps, classes): `Probabilities` for each line.
    """
    by_line = scores.reshape(len(scores), -1, CLASS_COUNT, scores.shape[-1])
    probabilities: NDArray[Any] = np.exp(by_line - by_line.max(axis=2, keepdims=True))
    probabilities /= probabilities.sum(axis=2, keepdims=True)
    return probabilities.transpose(0, 1, 3, 2)


def best_path(probabilities: Probabilities) -> list[tuple[int, Character]]:
    """Reads the most probable class of each step, without repetitions and blanks.

    An A in the first two steps, a blank, and a 7:

    >>> steps = np.zeros((4, CLASS_COUNT))
    >>> steps[[0, 1], CLASSES["A"]] = 0.9, 0.6
    >>> steps[[2, 3], [BLANK, CLASSES["7"]]] = 1
    >>> [(begin, read.value, read.confidence) for begin, read in best_path(steps)]
    [(0, 'A', 0.9), (3, '7', 1.0)]

    Args:
        probabilities: float, (steps, classes).

    Returns:
        For each run of one class, the step at which it begins and its character. The confidence
        is that of the run's most probable step; the runner-up is the second most probable
        character in that step. An empty list if all steps are blank.
    """
    best = probabilities.argmax(axis=1)
    steps = best.nonzero()[0]
    if not len(steps):  # as on the second line of most plates
        return []
    classes = best[steps]
    confidences = probabilities[steps, classes]
    runs = _runs(steps.tolist(), classes.tolist(), confidences.tolist())
    peaks = [peak for _, peak in runs]
    run_classes, run_confidences = classes[peaks], confidences[peaks].tolist()
    others = probabilities[steps[peaks]]
    others[np.arange(len(runs)), run_classes] = others[:, BLANK] = 0
    runners_up, chances = others.argmax(axis=1).tolist(), others.max(axis=1).tolist()
    return [
        (begin, Character(ALPHABET[value - 1], confidence, ALPHABET[runner_up - 1], chance))
        for (begin, _), value, confidence, runner_up, chance in zip(
            runs, run_classes.tolist(), run_confidences, runners_up, chances, strict=True
        )
    ]


def text_probability(probabilities: Probabilities, text: str) -> float:
    """Returns the probability of a text, 0 to 1: the sum over all ways to write it into the steps.

    Args:
        probabilities: float, (steps, classes).
        text: Characters of `ALPHABET`; empty means that all steps are blank.
    """
    if not text:
        return float(probabilities[:, BLANK].prod(dtype=np.float64))
    states = [BLANK] * (2 * len(text) + 1)  # blanks around and between the characters: b A b B b
    states[1::2] = encode(text)
    moves = _moves(len(states))
    repeated = [2 * index + 1 for index in range(1, len(text)) if text[index - 1] == text[index]]
    if repeated:
        moves = moves.copy()
        moves[repeated, np.subtract(repeated, 2)] = 0  # the same character twice needs a blank
    emitted = probabilities[:, states].astype(np.float64)
    forward, reached = np.zeros(len(states)), np.empty(len(states))
    forward[:2] = emitted[0, :2]
    for emission in emitted[1:]:  # in place, in half the time that operators take
        np.dot(moves, forward, out=reached)
        np.multiply(reached, emission, out=forward)
    return float(forward[-2:].sum())


def _runs(
    steps: Sequence[int], classes: Sequence[int], confidences: Sequence[float]
) -> list[tuple[int, int]]:
    """Finds the runs of one class in consecutive steps.

    Args:
        steps: The steps that are not blank, in ascending order.
        classes: The class of each of them.
        confidences: The probability of each of those classes.

    Returns:
        For each run, the step at which it begins and the index, in the three sequences, of its
        most probable step.
    """
    runs: list[tuple[int, int]] = []
    previous, number = -1, BLANK
    for index, step in enumerate(steps):
        if classes[index] != number or step != previous + 1:
            runs.append((step, index))
        elif confidences[index] > confidences[runs[-1][1]]:
            runs[-1] = runs[-1][0], index
        previous, number = step, classes[index]
    return runs


@lru_cache
def _moves(states: int) -> NDArray[Any]:
    """Returns which state (column) leads to which (row) in one step: float64, (states, states).

    A state follows itself and the one before it; a character also follows the character before it.
    """
    to_a_character = np.arange(states - 2) % 2
    return np.eye(states) + np.eye(states, k=-1) + np.diag(to_a_character, k=-2)
