"""Reads plates with convolutional networks trained on plates, through `anpr.models.engine`.

A network gets a gray crop stretched to a fixed size. Every few pixels along each of two lines, it
returns the probability of each character. The second line of a one-line plate is blank, and so are
both lines of a crop without a plate. How the networks were trained: `anpr/models/README.md`.

They form a cascade. Most plates are easy: a fast network reads them at a quarter of the cost. If it
is unsure, the large network reads the plate; if that is unsure as well, it reads the plate again in
other framings (`anpr.read.framing`) until the predictions agree (`anpr.read.voting`). If a plate
with two lines is still doubtful, a third network reads each line alone.
"""

from dataclasses import dataclass, field, replace
from typing import Any

from numpy.typing import NDArray

from anpr.models.engine import Run, load
from anpr.probability import from_log_odds, log_odds
from anpr.read.ctc import best_path, probabilities_of, text_probability
from anpr.read.framing import RETRY_FRAMINGS, WIDER_FRAMING, frame
from anpr.read.reader_input import READER_INPUT_HW, reader_input, stretch
from anpr.read.two_lines import split_lines
from anpr.read.voting import (
    MIN_CONSENSUS_PROBABILITY,
    Prediction,
    alternatives,
    combine_lines,
    has_consensus,
    in_reading_order,
    vote,
)
from anpr.types import Box, Candidate, Image, Plate, Reading, has_digit

# Fitted on held-out training plates by training/reader/calibrate.py. The offset was then raised on
# validation: framings that disagree lower the probability further than the text deserves.
CALIBRATION_SLOPE, CALIBRATION_OFFSET = 0.9, 2.2

# A more probable text is accepted: further passes corrected almost no plate (validation and
# held-out training plates).
SURE_PROBABILITY = 0.8
HOPELESS_PROBABILITY = 0.02  # a less probable text is no plate, or illegible in every framing
MIN_CHARACTERS = 3  # if the first pass read fewer, further passes almost never corrected a plate
MIN_LINE_CHARACTERS = 2  # the same for each line of a two-line plate, read alone
# Locator score below which a text without digits was never a plate, and a text that is hopeless for
# the fast network was never read.
SURE_PLATE_SCORE = 0.8
# Minimum probability of a longer text in the wider framing; with more than that, replacing the
# shorter one never made a text worse.
MIN_WIDER_PROBABILITY = 0.3


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """Reads plates with one or two lines. May be shared by threads."""

    large_net: Run = field(default_factory=lambda: load("reader"))
    line_net: Run = field(default_factory=lambda: load("line"))
    fast_net: Run = field(default_factory=lambda: load("fast"))

    def read(self, plate: Plate) -> Reading:
        """Reads one plate.

        Returns:
            A reading; without any character in the crop, its text is empty and its confidence 0.
        """
        prediction = self.predict(plate)
        confidence = _calibrated(prediction.probability) if prediction.text else 0.0
        return Reading(
            text=prediction.text,
            candidate=plate.candidate,
            confidence=confidence,
            characters=tuple(character for line in prediction.lines for character in line),
            line_count=sum(1 for line in prediction.lines if line),
            alternatives=alternatives(prediction, confidence),
        )

    def predict(self, plate: Plate) -> Prediction:
        """Reads one plate without calibrating the probability; the calibration is fitted to it."""
        first = _predict(self.fast_net, plate.gray)
        if first.probability > SURE_PROBABILITY or _is_hopeless(plate, first):
            return first
        whole = _predict_with_retries(self.large_net, plate, MIN_CHARACTERS)
        has_two_lines = all(whole.lines) and not whole.has_number_beside
        if whole.probability > MIN_CONSENSUS_PROBABILITY or not has_two_lines:
            return whole
        return self._predict_line_by_line(plate, whole)

    def _predict_line_by_line(self, plate: Plate, whole: Prediction) -> Prediction:
        upper, lower = (
            _predict_with_retries(self.line_net, _as_plate(line), MIN_LINE_CHARACTERS)
            for line in split_lines(plate.gray)
        )
        if min(len(upper.text), len(lower.text)) < MIN_LINE_CHARACTERS:
            return whole
        return combine_lines(whole, upper, lower)


def _is_hopeless(plate: Plate, first: Prediction) -> bool:
    """Returns whether this is hardly a plate, so that no further pass would read one."""
    is_doubtful = plate.candidate.probability < SURE_PLATE_SCORE
    is_word = not has_digit(first.text)
    is_illegible = first.probability < HOPELESS_PROBABILITY
    return (is_doubtful and (is_word or is_illegible)) or len(first.text) < MIN_CHARACTERS


def _predict_with_retries(net: Run, plate: Plate, min_characters: int) -> Prediction:
    """Reads a plate once; if that is doubtful, in other framings until the predictions agree.

    Args:
        net: The network for whole plates, or the one for single lines.
        plate: A plate, or one line of it.
        min_characters: If the first pass reads fewer characters, it is the only one.
    """
    first = _predict(net, plate.gray)
    is_hopeless = first.probability < HOPELESS_PROBABILITY or len(first.text) < min_characters
    if first.probability > SURE_PROBABILITY or is_hopeless:
        return first
    predictions = [first]
    for framing in RETRY_FRAMINGS:
        predictions.append(_predict(net, frame(plate, framing), framing.width))
        if has_consensus(predictions):
            return vote(predictions)
    return _unless_cut_off(vote(predictions), _predict(net, frame(plate, WIDER_FRAMING)))


def _unless_cut_off(voted: Prediction, wider: Prediction) -> Prediction:
    """Returns the wider framing's text if it is the same with further characters at its ends."""
    is_cut_off = len(wider.text) > len(voted.text) > 0 and voted.text in wider.text
    if is_cut_off and wider.probability > MIN_WIDER_PROBABILITY:
        return replace(wider, passes=voted.passes + wider.passes)
    return voted


def _as_plate(line: Image) -> Plate:
    """Returns a single line as a plate."""
    return Plate(Candidate.filling(Box(0, 0, line.shape[1], line.shape[0])), line)


def _predict(net: Run, gray: Image, width: int = READER_INPUT_HW[1]) -> Prediction:
    """Runs a network once.

    Args:
        net: Takes a `reader_input` of one crop.
        gray: The crop: uint8, (height, width).
        width: Width of the reader input (px), a multiple of 4.
    """
    scores = net(reader_input([stretch(gray, width)]))
    return _decoded(probabilities_of(scores)[0])


def _decoded(lines: NDArray[Any]) -> Prediction:
    """Turns class probabilities, float32, (2, steps, classes), into a prediction."""
    upper, lower = (best_path(line) for line in lines)
    texts = ["".join(character.value for _, character in path) for path in (upper, lower)]
    first, second = (text_probability(line, text) for line, text in zip(lines, texts, strict=True))
    ordered = in_reading_order(upper, lower)
    has_number_beside = len(ordered[0]) < len(upper)
    return Prediction(ordered, first * second, has_number_beside=has_number_beside, passes=(lines,))


def _calibrated(probability: float) -> float:
    return from_log_odds(CALIBRATION_SLOPE * log_odds(probability) + CALIBRATION_OFFSET)
