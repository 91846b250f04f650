"""From several predictions of one plate to one text, its probability and its alternatives.

The network reads a plate in several framings. Each prediction votes for its text with its
probability; the text with the highest average wins. If the two lines of a plate were also read one
by one, each line is decided on its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anpr.probability import MIN_PROBABILITY
from anpr.read.ctc import text_probability
from anpr.types import Alternative, Character

# Consensus: the best text averages more than the first, and every other one less than the second.
# Further framings then change hardly any text.
MIN_CONSENSUS_PROBABILITY, MAX_RIVAL_PROBABILITY = 0.7, 0.1
MIN_BIG_NUMBER_DIGITS = 3  # minimum length of a big number to the right of two small lines
MAX_ALTERNATIVES = 5  # as many as a person takes in at once
MIN_ALTERNATIVE_PROBABILITY = 0.001  # a less probable text is of no use to a person

Line = tuple[Character, ...]


@dataclass(frozen=True)
class Prediction:
    """The text that one pass of a network reads on a crop, or the vote of several passes."""

    lines: tuple[Line, ...]
    """The characters of each line, top line first."""
    probability: float
    """Probability of the whole text, 0 to 1; of an empty text, that there is none."""
    others: tuple[Alternative, ...] = ()
    """Texts that other passes read, the most probable first."""
    has_number_beside: bool = False
    """Whether a big number, which is read last, stands to the right of two small lines."""
    passes: tuple[NDArray[Any], ...] = field(default=(), repr=False, compare=False)
    """The class probabilities of each pass: float32, (2, steps, classes), see `anpr.read.ctc`."""

    @property
    def text(self) -> str:
        """The characters of all lines."""
        return "".join(_text(line) for line in self.lines)


def vote(predictions: Sequence[Prediction]) -> Prediction:
    """Returns the text with the most votes, and its average probability.

    The characters are those of the most probable prediction of that text.
    """
    winner, *losers = votes(predictions)
    supporters = (prediction for prediction in predictions if prediction.text == winner.text)
    surest = max(supporters, key=lambda prediction: prediction.probability)
    return replace(
        surest,
        probability=winner.confidence,
        others=tuple(loser for loser in losers if loser.text),
        passes=tuple(one for prediction in predictions for one in prediction.passes),
    )


def has_consensus(predictions: Sequence[Prediction]) -> bool:
    """Returns whether one text has nearly all the votes."""
    winner, *losers = votes(predictions)
    has_rival = any(loser.confidence >= MAX_RIVAL_PROBABILITY for loser in losers)
    return winner.confidence > MIN_CONSENSUS_PROBABILITY and not has_rival


def votes(predictions: Sequence[Prediction]) -> list[Alternative]:
    """Returns every text that was read and its average probability, the highest first.

    A prediction without any text has no vote, but counts in the average.
    """
    average: dict[str, float] = {}
    for prediction in predictions:
        weight = prediction.probability if prediction.text else 0.0
        average[prediction.text] = average.get(prediction.text, 0.0) + weight / len(predictions)
    ordered = sorted(average.items(), key=lambda item: -item[1])
    return [Alternative(text, probability) for text, probability in ordered]


def combine_lines(whole: Prediction, upper: Prediction, lower: Prediction) -> Prediction:
    """Decides each line of a plate: as the whole plate was read, or as the line alone was.

    Args:
        whole: The prediction of both lines together.
        upper: The prediction of the upper line alone.
        lower: The prediction of the lower line alone.
    """
    first, first_probability = _better_line(whole, 0, upper)
    second, second_probability = _better_line(whole, 1, lower)
    combined = Prediction((first, second), first_probability * second_probability)
    candidates = [Alternative(p.text, p.probability) for p in (whole, stack(upper, lower))]
    others = (other for other in (*candidates, *whole.others) if other.text != combined.text)
    return replace(combined, others=tuple(others))


def stack(upper: Prediction, lower: Prediction) -> Prediction:
    """Returns the predictions of two lines, read one by one, as one prediction."""
    lines = tuple(_joined(prediction) for prediction in (upper, lower))
    return Prediction(lines, upper.probability * lower.probability)


def _better_line(whole: Prediction, row: int, alone: Prediction) -> tuple[Line, float]:
    """Chooses between two readings of one line.

    Returns:
        The line to which `whole` and `alone` together give the higher probability, and the higher
        of the two probabilities they give it.
    """
    options = {
        line: (line_probability(whole, row, line), line_probability(alone, 0, line))
        for line in (whole.lines[row], _joined(alone))
    }
    better = max(options, key=lambda line: sum(options[line]))
    return better, max(options[better])


def line_probability(prediction: Prediction, row: int, line: Line) -> float:
    """Returns the probability of a line, 0 to 1: the average of all passes.

    Args:
        prediction: With at least one pass.
        row: 0 for the upper line, 1 for the lower one.
        line: The characters whose probability is computed.
    """
    text = _text(line)
    return float(np.mean([text_probability(one[row], text) for one in prediction.passes]))


def _joined(prediction: Prediction) -> Line:
    """Returns all lines as one."""
    return tuple(character for line in prediction.lines for character in line)


def _text(line: Line) -> str:
    return "".join(character.value for character in line)


def in_reading_order(
    upper: Sequence[tuple[int, Character]], lower: Sequence[tuple[int, Character]]
) -> tuple[Line, Line]:
    """Returns the characters of both lines as a person reads them.

    A big number to the right of two small lines is in the network's first line, but is read last:
    MH14 above GN, with 9239 beside them, is MH14GN9239.

    Args:
        upper: The characters of the first line, each with the step at which it begins.
        lower: Those of the second line.
    """
    first, second = (tuple(character for _, character in line) for line in (upper, lower))
    if len(upper) <= MIN_BIG_NUMBER_DIGITS or not lower:
        return first, second
    gaps = np.diff([step for step, _ in upper])
    begin = int(gaps.argmax()) + 1  # if there is a big number, it begins after the widest gap
    number = first[begin:]
    is_beside = upper[begin][0] > lower[-1][0]
    has_letters_below = all(character.value.isalpha() for character in second)
    is_number = all(character.value.isdigit() for character in number)
    if is_beside and has_letters_below and is_number and len(number) >= MIN_BIG_NUMBER_DIGITS:
        return first[:begin], second + number
    return first, second


def alternatives(prediction: Prediction, confidence: float) -> tuple[Alternative, ...]:
    """Returns other texts a plate may have: those of other passes, and with one runner-up.

    Args:
        prediction: The text that was chosen.
        confidence: The calibrated probability of that text, 0 to 1. The probability of an
            alternative is scaled by the same factor, but never exceeds `1 - confidence`.

    Returns:
        At most MAX_ALTERNATIVES, the most probable first.
    """
    probability = dict(_with_one_runner_up(prediction))
    for other in prediction.others:
        probability[other.text] = max(other.confidence, probability.get(other.text, 0.0))
    likely = [item for item in probability.items() if item[1] >= MIN_ALTERNATIVE_PROBABILITY]
    best = sorted(likely, key=lambda item: -item[1])[:MAX_ALTERNATIVES]
    scale, remaining = confidence / max(prediction.probability, MIN_PROBABILITY), 1 - confidence
    return tuple(Alternative(text, min(scale * value, remaining)) for text, value in best)


def _with_one_runner_up(prediction: Prediction) -> Iterator[Alternative]:
    """Yields the text with one character replaced by its runner-up, for each character."""
    text = prediction.text
    for index, character in enumerate(_joined(prediction)):
        if character.runner_up:
            other = text[:index] + character.runner_up + text[index + 1 :]
            odds = character.runner_up_confidence / character.confidence
            yield Alternative(other, prediction.probability * odds)
