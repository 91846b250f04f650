"""Reading with convolutional networks that learned plates, through `cv2.dnn`.

A network sees a gray crop stretched to a canvas and says, every few pixels along each of two
lines, which character stands there. A plate of one line leaves the second line blank; a crop
without a plate leaves both blank. How it was trained: `anpr/models/README.md`.

Most plates are easy: a small network reads them at a glance, at a quarter of the cost. What it is
not sure of the large one looks at, and where that is not sure either, it looks again: at the same
crop sheared, as a plate seen from the side is, framed more and less tightly, stretched wider and
less wide; at the lines of a plate that may have two, one by one. Looks that agree are believed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.models import weights
from anpr.probability import MIN_PROBABILITY, from_log_odds, log_odds
from anpr.read.ctc import Probabilities, best_path, probabilities_of, text_probability
from anpr.read.reader_input import CANVAS_HW, reader_input, stretch
from anpr.read.two_lines import split_lines
from anpr.types import Alternative, Box, Candidate, Character, Image, Plate, Reading, has_digit

# Fitted by training/calibrate_reader.py on held-out training plates, the offset then raised on
# validation: looks that differ make the probability smaller than the text deserves.
CALIBRATION_SLOPE, CALIBRATION_OFFSET = 0.9, 2.2

# Above it a closer look mended hardly a plate (validation, held-out training plates).
SURE = 0.8
ALTERNATIVES = 5  # a person picks from five at a glance
LEAST_ALTERNATIVE = 0.001  # what is less likely is no help
WORTH_A_LOOK = 3  # characters: where fewer were seen, a second look all but never mended a plate
LEAST_HOPE = 0.02  # below this there is no plate, or none that any look could read
# Of the locator: below, a word without a digit was never a plate, and what a glance cannot read at
# all was never read.
PLATE_SURE = 0.8


@dataclass(frozen=True)
class Framing:
    """A way to see a crop: what of it, and beyond it, fills the canvas."""

    shear: float = 0.0
    """How far the right edge is taken below the left, in heights of the crop."""
    margin_x: float = 0.0
    """How much is added left and right, in widths of the crop; cut off where negative."""
    margin_y: float = 0.0
    """How much is added above and below, in heights of the crop; cut off where negative."""
    width: int = CANVAS_HW[1]
    """Of the canvas, px: on a wider one, narrow characters in a row stand further apart."""


# A box drawn too tight or too wide, a plate seen from either side, letters too narrow to be told
# apart. Of 130 looks these together mend most (validation, boxes drawn and found, and held-out
# training plates); one after the other, until they agree.
RETRY_FRAMINGS = (
    Framing(0.3, margin_x=0.04, margin_y=0.12),
    Framing(margin_x=0.04, margin_y=0.2, width=112),
    Framing(0.15, margin_x=0.04, margin_y=-0.05, width=192),
    Framing(0.15, margin_x=0.04, margin_y=0.2, width=192),
    Framing(margin_x=0.06, margin_y=-0.05),
    Framing(0.15, margin_x=0.04, margin_y=0.06, width=112),
    Framing(-0.3, margin_y=-0.05),
)
ENOUGH, RIVAL = 0.7, 0.1  # mean belief in a text, and in the next: further looks change it no more
# Corners found too far inside cut a character off; none of the looks above would see it.
WIDER_FRAMING = Framing(margin_x=0.1)
LEAST_BEYOND = 0.3  # how likely what it sees has to be; above, it was never a change for worse
LEAST_BESIDE = 3  # digits of a big number beside two small lines
LEAST_OF_A_LINE = 2  # characters: of each of two, seen one by one


@dataclass(frozen=True)
class Prediction:
    """What one look at a crop showed."""

    lines: tuple[tuple[Character, ...], ...]
    """The characters of each line, from the top."""
    probability: float
    """How likely this whole text is, 0 to 1; of no text: that there is none."""
    others: tuple[Alternative, ...] = ()
    """What other looks read, likeliest first."""
    is_beside: bool = False
    """Whether two small lines stand beside a big number, read last."""
    seen: tuple[Probabilities, ...] = field(default=(), repr=False, compare=False)
    """What the network said in each look taken: (2, steps, classes), see `anpr/read/ctc.py`."""

    @property
    def text(self) -> str:
        """All lines as one."""
        return "".join(character.value for line in self.lines for character in line)


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """Reads plates of one or two lines. Not to be shared between threads: OpenCV's nets are not."""

    net: cv2.dnn.Net = field(default_factory=lambda: weights.load("reader"))
    line_net: cv2.dnn.Net = field(default_factory=lambda: weights.load("line"))
    fast_net: cv2.dnn.Net = field(default_factory=lambda: weights.load("fast"))

    def read(self, plate: Plate) -> Reading:
        """Reads one plate."""
        return self.read_all([plate])[0]

    def read_all(self, plates: Sequence[Plate]) -> list[Reading]:
        """Reads several plates, all at one glance.

        Returns:
            A reading for each plate, in order. Where there is no plate in the crop the text is
            empty and the confidence 0.
        """
        glances = _see(self.fast_net, [plate.gray for plate in plates])
        return [
            _reading(plate, self._settle(plate, glance))
            for plate, glance in zip(plates, glances, strict=True)
        ]

    def look(self, plate: Plate) -> Prediction:
        """Reads one plate without calibrating the probability: what the calibration starts from."""
        return self._settle(plate, _see(self.fast_net, [plate.gray])[0])

    def _settle(self, plate: Plate, glance: Prediction) -> Prediction:
        is_sure = glance.probability > SURE
        return glance if is_sure or _is_hopeless(plate, glance) else self._look_closely(plate)

    def _look_closely(self, plate: Plate) -> Prediction:
        whole = _look_at(self.net, plate, WORTH_A_LOOK)
        has_two_lines = all(whole.lines) and not whole.is_beside
        if whole.probability > ENOUGH or not has_two_lines:
            return whole
        above, below = (
            _look_at(self.line_net, _alone(line), LEAST_OF_A_LINE)
            for line in split_lines(plate.gray)
        )
        is_read = min(len(above.text), len(below.text)) >= LEAST_OF_A_LINE
        return line_by_line(whole, above, below) if is_read else whole


def _is_hopeless(plate: Plate, glance: Prediction) -> bool:
    """Whether there is hardly a plate, so that no look would read one."""
    is_doubtful = plate.candidate.sureness < PLATE_SURE
    is_sign = not has_digit(glance.text)
    is_illegible = glance.probability < LEAST_HOPE
    return (is_doubtful and (is_sign or is_illegible)) or len(glance.text) < WORTH_A_LOOK


def _look_at(net: cv2.dnn.Net, plate: Plate, least: int) -> Prediction:
    """Looks until it is sure, or looks agree, or no further look would help.

    Args:
        net: Of the whole plate, or of single lines.
        plate: A plate, or a line by itself.
        least: Characters; where the first look saw fewer, none would help.
    """
    first = _see(net, [plate.gray])[0]
    is_hopeless = first.probability < LEAST_HOPE or len(first.text) < least
    if first.probability > SURE or is_hopeless:
        return first
    sights = [first]
    for look in RETRY_FRAMINGS:
        sights += _see(net, [frame(plate, look)], look.width)
        if is_agreed(sights):
            return agree(sights)
    agreed, beyond = agree(sights), _see(net, [frame(plate, WIDER_FRAMING)])[0]
    is_cut_off = len(beyond.text) > len(agreed.text) > 0 and agreed.text in beyond.text
    if is_cut_off and beyond.probability > LEAST_BEYOND:
        return replace(beyond, seen=agreed.seen + beyond.seen)
    return agreed


def _alone(line: Image) -> Plate:
    """A line as a plate by itself."""
    return Plate(Candidate.filling(Box(0, 0, line.shape[1], line.shape[0])), line)


def _see(net: cv2.dnn.Net, crops: Sequence[Image], width: int = CANVAS_HW[1]) -> list[Prediction]:
    if not crops:
        return []
    net.setInput(reader_input([stretch(crop, width) for crop in crops]))
    return [_prediction(of_lines) for of_lines in probabilities_of(net.forward())]


def frame(plate: Plate, look: Framing) -> Image:
    """Returns the crop as another look sees it; what lies beyond what is known repeats its edge.

    Args:
        plate: Its crop, and its surroundings where they are known.
        look: How to frame it.
    """
    height, width = plate.gray.shape
    gray = plate.gray if plate.surroundings is None else plate.surroundings
    beyond = np.array([gray.shape[1] - width, gray.shape[0] - height]) / 2
    left, top = -look.margin_x * width, -look.margin_y * height
    drop = look.shear * height / 2
    seen = [(left, top - drop), (width - left, top + drop), (left, height - top - drop)]
    corners = [(0, 0), (width, 0), (0, height)]
    return cv2.warpAffine(
        gray,
        cv2.getAffineTransform((seen + beyond).astype(np.float32), np.array(corners, np.float32)),
        (width, height),
        borderMode=cv2.BORDER_REPLICATE,
    )


def line_by_line(whole: Prediction, above: Prediction, below: Prediction) -> Prediction:
    """Reads each line of two as a look at the whole plate, or one at the line alone, showed it.

    Args:
        whole: Of both lines.
        above: Of the upper line alone.
        below: Of the lower line alone.
    """
    upper, lower = (_likelier(whole, row, alone) for row, alone in enumerate((above, below)))
    settled = Prediction((upper[0], lower[0]), upper[1] * lower[1])
    texts = [Alternative(s.text, s.probability) for s in (whole, above_below(above, below))]
    others = (other for other in (*texts, *whole.others) if other.text != settled.text)
    return replace(settled, others=tuple(others))


def above_below(above: Prediction, below: Prediction) -> Prediction:
    """Two lines seen one by one, as one sight."""
    lines = tuple(sum(sight.lines, ()) for sight in (above, below))
    return Prediction(lines, above.probability * below.probability)


def _likelier(
    whole: Prediction, row: int, alone: Prediction
) -> tuple[tuple[Character, ...], float]:
    """Of two readings of a line the one that both believe in more, and how far one of them does."""
    options = {
        line: (_belief(whole, row, line), _belief(alone, 0, line))
        for line in (whole.lines[row], sum(alone.lines, ()))
    }
    likelier = max(options, key=lambda line: sum(options[line]))
    return likelier, max(options[likelier])


def _belief(sight: Prediction, row: int, line: Sequence[Character]) -> float:
    """How likely a line is, on average of all looks."""
    text = "".join(character.value for character in line)
    return float(np.mean([text_probability(look[row], text) for look in sight.seen]))


def agree(sights: Sequence[Prediction]) -> Prediction:
    """Returns the text the looks believe in most, and how far they do on average."""
    chosen, *others = beliefs(sights)
    surest = max((s for s in sights if s.text == chosen.text), key=lambda s: s.probability)
    rest = tuple(other for other in others if other.text)
    seen = tuple(look for sight in sights for look in sight.seen)
    return replace(surest, probability=chosen.confidence, others=rest, seen=seen)


def is_agreed(sights: Sequence[Prediction]) -> bool:
    """Whether the looks believe in one text, and in no other."""
    chosen, *others = beliefs(sights)
    return chosen.confidence > ENOUGH and all(other.confidence < RIVAL for other in others)


def beliefs(sights: Sequence[Prediction]) -> list[Alternative]:
    """The texts the looks saw, and how far they believe in each on average, the most first."""
    belief: dict[str, float] = {}
    for sight in sights:
        weight = sight.probability if sight.text else 0.0  # a look that saw nothing has no vote
        belief[sight.text] = belief.get(sight.text, 0.0) + weight / len(sights)
    ordered = sorted(belief.items(), key=lambda item: -item[1])
    return [Alternative(text, mean) for text, mean in ordered]


def _calibrate(probability: float) -> float:
    return from_log_odds(CALIBRATION_SLOPE * log_odds(probability) + CALIBRATION_OFFSET)


def _prediction(rows: NDArray[Any]) -> Prediction:
    above, below = (best_path(row) for row in rows)
    texts = ["".join(character.value for _, character in line) for line in (above, below)]
    likely = [text_probability(row, text) for row, text in zip(rows, texts, strict=True)]
    lines = in_reading_order(above, below)
    is_beside = len(lines[0]) < len(above)
    return Prediction(lines, likely[0] * likely[1], is_beside=is_beside, seen=(rows,))


def in_reading_order(
    above: Sequence[tuple[int, Character]], below: Sequence[tuple[int, Character]]
) -> tuple[tuple[Character, ...], ...]:
    """The characters of both lines, as a person reads them.

    Where two small lines stand at the left of a big number, the network sees that in the first
    line, but it is read last: MH14 over GN, beside 9239, is MH14GN9239.

    Args:
        above: The characters of the first line, and the step at which each begins.
        below: Those of the second.
    """
    first, second = (tuple(character for _, character in line) for line in (above, below))
    if len(above) <= LEAST_BESIDE or not below:
        return first, second
    gaps = np.diff([step for step, _ in above])
    begin = int(gaps.argmax()) + 1  # of the number, if there is one
    number = first[begin:]
    is_beside = above[begin][0] > below[-1][0]
    letters_left = all(character.value.isalpha() for character in second)
    digits_right = all(character.value.isdigit() for character in number)
    if is_beside and letters_left and digits_right and len(number) >= LEAST_BESIDE:
        return first[:begin], second + number
    return first, second


def _reading(plate: Plate, sight: Prediction) -> Reading:
    confidence = _calibrate(sight.probability) if sight.text else 0.0
    return Reading(
        text=sight.text,
        candidate=plate.candidate,
        confidence=confidence,
        characters=tuple(character for line in sight.lines for character in line),
        line_count=sum(1 for line in sight.lines if line),
        alternatives=alternatives(sight, confidence),
    )


def alternatives(sight: Prediction, confidence: float) -> tuple[Alternative, ...]:
    """What else a plate might say: what other looks read, and single characters' runners-up.

    Args:
        sight: What was read.
        confidence: How likely it is right, 0 to 1. An alternative is as much less likely as the
            looks believe in it less, and never likelier than that the reading is wrong.

    Returns:
        At most ALTERNATIVES, the likeliest first.
    """
    likely = dict(_with_a_runner_up(sight))
    for other in sight.others:
        likely[other.text] = max(other.confidence, likely.get(other.text, 0.0))
    worth_telling = [item for item in likely.items() if item[1] >= LEAST_ALTERNATIVE]
    best = sorted(worth_telling, key=lambda item: -item[1])[:ALTERNATIVES]
    scale, doubt = confidence / max(sight.probability, MIN_PROBABILITY), 1 - confidence
    return tuple(Alternative(text, min(scale * belief, doubt)) for text, belief in best)


def _with_a_runner_up(sight: Prediction) -> Iterator[Alternative]:
    text = sight.text
    for place, character in enumerate(c for line in sight.lines for c in line):
        if character.runner_up:
            other = text[:place] + character.runner_up + text[place + 1 :]
            odds = character.runner_up_confidence / character.confidence
            yield Alternative(other, sight.probability * odds)
