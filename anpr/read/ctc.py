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

BEAM_WIDTH = 5  # beginnings kept at each step; more found no text that won
CLEAR_PATH = 0.9  # a path more probable than that leaves no other text enough to win
NOTHING = (0.0, 0.0)
MIN_TEXT_SHARE = 0.01  # of the best text's probability; less probable texts never won
MIN_SHARE = 0.02  # of a step's best probability; less probable classes are not followed

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
    by_step: NDArray[Any] = probabilities.transpose(0, 1, 3, 2)
    return by_step


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


def text_probabilities(
    lines: NDArray[Any], texts: Sequence[str], line_of_texts: Sequence[int]
) -> NDArray[Any]:
    """Returns the probability of each text, over all the ways to write it into the steps.

    All texts go through the steps together, each padded to the longest.

    Args:
        lines: float, (lines, steps, classes): `Probabilities` of each line.
        texts: Characters of `ALPHABET`; an empty text is all blank.
        line_of_texts: The line of each text.

    Returns:
        float64, (texts,), each 0 to 1.
    """
    classes, can_skip, ends = _states(tuple(texts))
    rows = np.asarray(line_of_texts)[:, None]
    emitted = lines[rows, :, classes].astype(np.float64).transpose(2, 0, 1)
    forward = np.zeros(classes.shape)
    forward[:, :2] = emitted[0, :, :2]
    reached, skipped = np.empty_like(forward), np.empty_like(can_skip)
    for emission in emitted[1:]:  # in place: half the time
        np.multiply(forward[:, :-2], can_skip, out=skipped)
        np.add(forward[:, 1:], forward[:, :-1], out=reached[:, 1:])
        reached[:, 0] = forward[:, 0]
        reached[:, 2:] += skipped
        np.multiply(reached, emission, out=forward)
    probabilities: NDArray[Any] = (forward * ends).sum(axis=1)
    return probabilities


@lru_cache(maxsize=256)
def _states(texts: tuple[str, ...]) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Returns how texts walk through states: blanks around and between their characters.

    Returns:
        The class of each state, int, (texts, states), padded with blanks; whether a state may be
        reached by skipping the blank before it, float, (texts, states - 2); and 1 for each state
        in which a text may end, else 0.
    """
    lengths = np.array([len(text) for text in texts])
    classes = np.full((len(texts), 2 * max(1, lengths.max()) + 1), BLANK)
    for row, text in enumerate(texts):
        classes[row, 1 : 2 * len(text) : 2] = encode(text)
    is_character = classes[:, 2:] != BLANK
    is_repeated = classes[:, 2:] == classes[:, :-2]  # the same character again: a blank between
    ends = np.zeros(classes.shape)
    for row, text in enumerate(texts):
        ends[row, max(0, 2 * len(text) - 1) : 2 * len(text) + 1] = 1  # its character or the blank
    return classes, (is_character & ~is_repeated).astype(np.float64), ends


def likely_texts(probabilities: Probabilities, count: int) -> list[str]:
    """Finds the most probable texts by a beam search over their beginnings.

    Classes of a step that are far less probable than its best one are not followed.

    Args:
        probabilities: float, (steps, classes).
        count: Maximum number of texts.

    Returns:
        The texts, the most probable first, without those far less probable than the first.
    """
    if probabilities.max(axis=1).prod() > CLEAR_PATH:
        return ["".join(character.value for _, character in best_path(probabilities))]
    beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # ending in a blank, in a character
    for followed in _followed(probabilities):
        if len(followed) == 1 and followed[0][0] == BLANK:
            likely = followed[0][1]
            beams = {text: (sum(parts) * likely, 0.0) for text, parts in beams.items()}
            continue
        beams = _step(beams, followed)
        if len(beams) > BEAM_WIDTH:
            beams = dict(sorted(beams.items(), key=_probability, reverse=True)[:BEAM_WIDTH])
    ordered = sorted(beams.items(), key=_probability, reverse=True)[:count]
    minimum = MIN_TEXT_SHARE * _probability(ordered[0])
    return [text for text, parts in ordered if sum(parts) >= minimum]


def _step(
    beams: dict[str, tuple[float, float]], followed: list[tuple[int, float]]
) -> dict[str, tuple[float, float]]:
    """Returns the beginnings after one more step, each with its two probabilities."""
    grown: dict[str, tuple[float, float]] = {}
    for text, (blank, character) in beams.items():
        last, total = text[-1:], blank + character
        for number, likely in followed:
            if number == BLANK:
                before = grown.get(text, NOTHING)
                grown[text] = before[0] + total * likely, before[1]
                continue
            value = ALPHABET[number - 1]
            longer, starts = text + value, total
            if value == last:
                before = grown.get(text, NOTHING)
                grown[text] = before[0], before[1] + character * likely
                starts = blank
            before = grown.get(longer, NOTHING)
            grown[longer] = before[0], before[1] + starts * likely
    return grown


def _probability(beam: tuple[str, tuple[float, float]]) -> float:
    return beam[1][0] + beam[1][1]


def _followed(probabilities: Probabilities) -> list[list[tuple[int, float]]]:
    """Returns for each step the classes that a beam follows, and their probabilities."""
    likely = probabilities >= MIN_SHARE * probabilities.max(axis=1, keepdims=True)
    steps: list[list[tuple[int, float]]] = [[] for _ in probabilities]
    places = np.argwhere(likely)
    values = probabilities[likely].tolist()
    for (step, number), value in zip(places.tolist(), values, strict=True):
        steps[step].append((number, value))
    return steps


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
