"""Reading with a convolutional network that learned plates, through `cv2.dnn`.

The network sees a gray crop stretched to a fixed canvas and says, for 36 steps along each of two
lines, which character stands there. A plate of one line leaves the second line blank; a crop
without a plate leaves both blank. How it was trained: `anpr/models/README.md`.

A plate it is not sure of gets a second look: the same crop sheared, as a plate seen from the side
is, framed less tightly, and with its contrast evened out. Looks that agree are believed.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr import models
from anpr.read.canvas import reader_input, stretch
from anpr.read.ctc import best_path, text_probability
from anpr.types import Character, Image, Plate, Reading

LINES = 2

# Fitted on held-out training plates by training/calibrate_reader.py: looks that differ make the
# probability smaller than the text deserves.
CALIBRATION_SLOPE, CALIBRATION_OFFSET = 1.09, 1.87

SURE = 0.9  # above this a second look mended one plate of 356 at most (validation)
SMALLEST_PROBABILITY = 1e-6  # float32 knows none smaller beside 1


@dataclass(frozen=True)
class Look:
    """A way to see a crop: what of it, and beyond it, fills the canvas."""

    shear: float = 0.0
    """How far the right edge is taken below the left, in heights of the crop."""
    margin_x: float = 0.0
    """How much is added left and right, in widths of the crop; cut off where negative."""
    margin_y: float = 0.0
    """How much is added above and below, in heights of the crop; cut off where negative."""
    is_equalised: bool = False
    """Whether the contrast of each part is brought to the same, as against a shadow or a glare."""


# A plate seen from either side, a box drawn too tight, and uneven light. Of 36 looks, these five
# together mend most (validation and held-out training plates); all 36 mend no more.
SECOND_LOOKS = (
    Look(shear=-0.6),
    Look(shear=0.6),
    Look(margin_y=0.12),
    Look(margin_x=0.08, margin_y=0.20),
    Look(is_equalised=True),
)
# A plate that may have two lines: each by itself, since one line is read better than two. Level
# and turned, since a cut across a tilted plate goes through both its lines.
LINE_LOOKS = (Look(), Look(shear=-0.3), Look(shear=0.3))
LINE_SPLITS = (0.4, 0.5)  # of the height: the upper line is often the smaller one
LINE_OVERLAP = 0.03  # of the height, that both lines are given: what is cut off cannot be read
SQUARISH = 2.8  # aspect ratio: a wider crop has one line
CONTRAST_LIMIT = 3.0  # of the equalisation: more turns the noise of an even ground into strokes
CONTRAST_TILES_XY = (4, 2)  # a tile holds two characters or three and their ground


@dataclass(frozen=True)
class Sight:
    """What one look at a crop showed."""

    lines: tuple[tuple[Character, ...], ...]
    """The characters of each line, from the top."""
    probability: float
    """How likely this whole text is, 0 to 1; of no text: that there is none."""

    @property
    def text(self) -> str:
        """All lines as one."""
        return "".join(character.value for line in self.lines for character in line)


@dataclass(frozen=True, eq=False)
class NetworkReader:
    """Reads plates of one or two lines. Not to be shared between threads: OpenCV's nets are not."""

    net: cv2.dnn.Net = field(default_factory=lambda: models.load("reader"))

    def read(self, plate: Plate) -> Reading:
        """Reads one plate."""
        return self.read_all([plate])[0]

    def read_all(self, plates: Sequence[Plate]) -> list[Reading]:
        """Reads several plates, their first looks at once.

        Returns:
            A reading for each plate, in order. Where there is no plate in the crop the text is
            empty and the confidence 0.
        """
        sights = self._see([plate.gray for plate in plates])
        return [
            _reading(plate, self._settle(plate.gray, sight))
            for plate, sight in zip(plates, sights, strict=True)
        ]

    def look(self, plate: Plate) -> Sight:
        """Reads one plate without calibrating the probability: what the calibration starts from."""
        return self._settle(plate.gray, self._see([plate.gray])[0])

    def _see(self, crops: Sequence[Image]) -> list[Sight]:
        if not crops:
            return []
        self.net.setInput(reader_input(np.stack([stretch(crop) for crop in crops])))
        return [_sight(scores) for scores in self.net.forward()]

    def _settle(self, gray: Image, first: Sight) -> Sight:
        if first.probability > SURE:
            return first
        sights = [first, *self._see([frame(gray, look) for look in SECOND_LOOKS])]
        if gray.shape[1] < SQUARISH * gray.shape[0]:
            sights += self._see_line_by_line(gray)
        return agree(sights)

    def _see_line_by_line(self, gray: Image) -> list[Sight]:
        framed = [frame(gray, look) for look in LINE_LOOKS]
        halves = [
            half for crop in framed for split in LINE_SPLITS for half in cut_across(crop, split)
        ]
        seen = self._see(halves)
        pairs = zip(seen[::2], seen[1::2], strict=True)
        return [above_below(*pair) for pair in pairs if all(len(half.text) > 1 for half in pair)]


def frame(gray: Image, look: Look) -> Image:
    """Returns the crop as another look sees it; what lies beyond it repeats its edge.

    Args:
        gray: uint8, (height, width).
        look: How to frame it.
    """
    if look.is_equalised:
        gray = cv2.createCLAHE(CONTRAST_LIMIT, CONTRAST_TILES_XY).apply(gray)
    height, width = gray.shape
    left, top = -look.margin_x * width, -look.margin_y * height
    drop = look.shear * height / 2
    seen = [(left, top - drop), (width - left, top + drop), (left, height - top - drop)]
    corners = [(0, 0), (width, 0), (0, height)]
    return cv2.warpAffine(
        gray,
        cv2.getAffineTransform(np.array(seen, np.float32), np.array(corners, np.float32)),
        (width, height),
        borderMode=cv2.BORDER_REPLICATE,
    )


def cut_across(gray: Image, split: float) -> tuple[Image, Image]:
    """Cuts a crop into what is above and below a share of its height; both get a little more."""
    height = gray.shape[0]
    above, below = round(height * (split + LINE_OVERLAP)), round(height * (split - LINE_OVERLAP))
    return gray[: max(1, above)], gray[min(height - 1, below) :]


def above_below(above: Sight, below: Sight) -> Sight:
    """Two lines seen one by one, as one sight."""
    lines = tuple(sum(sight.lines, ()) for sight in (above, below))
    return Sight(lines, above.probability * below.probability)


def agree(sights: Sequence[Sight]) -> Sight:
    """Returns the text the looks believe in most, and how far they do on average."""
    belief: dict[str, float] = {}
    for sight in sights:
        weight = sight.probability if sight.text else 0.0  # a look that saw nothing has no vote
        belief[sight.text] = belief.get(sight.text, 0.0) + weight
    text = max(belief, key=belief.__getitem__)
    surest = max((s for s in sights if s.text == text), key=lambda sight: sight.probability)
    return replace(surest, probability=belief[text] / len(sights))


def logit(probability: float) -> float:
    """The logarithm of the odds, finite also for 0 and 1."""
    clipped = min(max(probability, SMALLEST_PROBABILITY), 1 - SMALLEST_PROBABILITY)
    return math.log(clipped / (1 - clipped))


def _calibrate(probability: float) -> float:
    return 1 / (1 + math.exp(-(CALIBRATION_SLOPE * logit(probability) + CALIBRATION_OFFSET)))


def _sight(log_probabilities: NDArray[Any]) -> Sight:
    rows = np.split(np.exp(log_probabilities), LINES)
    lines = tuple(tuple(best_path(row)) for row in rows)
    texts = ["".join(character.value for character in line) for line in lines]
    likely = [text_probability(row, text) for row, text in zip(rows, texts, strict=True)]
    return Sight(lines, float(np.prod(likely)))


def _reading(plate: Plate, sight: Sight) -> Reading:
    return Reading(
        text=sight.text,
        candidate=plate.candidate,
        confidence=_calibrate(sight.probability) if sight.text else 0.0,
        characters=tuple(character for line in sight.lines for character in line),
        line_count=sum(1 for line in sight.lines if line),
    )
