"""Tesseract on prepared plates: level, of one height, and with a quiet margin.

Tesseract was trained on pages. On labelled plates (validation) it misses four things: a crop that
is level, characters as high as on its own training pages, white space around them, and dark
characters on a light ground. Only the reading shows which preparation suits a plate, so Tesseract
reads all of them, and the most confident reading is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from anpr.read.evidence import Evidence, TextObservation
from anpr.read.tesseract import SINGLE_LINE, read_characters
from anpr.rectify import dark_regions
from anpr.types import Character, Image, Plate, Reading

ReadCharacters = Callable[[Image], list[Character]]
"""Reads an image, uint8, (height, width), character by character."""

TRY_BOTH, NEVER_CLEAR, ALWAYS_CLEAR = -1, 0, 1
"""Values of `clear_border`, as in the command's option."""

TEXT_HEIGHT_PX = 48  # height of a crop; its characters then have the 30 to 36 px Tesseract expects
MARGIN_PX = 12  # a quarter of that height: Tesseract drops characters at the edge
GROUND_PERCENTILE = 90  # the plate's ground is lighter than its characters and darker than glare
TILTS_DEG = np.arange(-10, 11)  # the plate of a car on level ground is within this range
DESKEW_HEIGHT_PX = 32  # enough to tell rows of text, and fast to rotate
EDGE_ROWS = 2  # left out: the edges of a rotated crop would outweigh its text
SURE_READING_ACCURACY = 0.33  # share of the most confident readings that are right (validation)
FULL_LENGTH = 6  # characters; a shorter reading counts less, as specks are read with confidence


BY_COMMAND: ReadCharacters = partial(read_characters, psm=SINGLE_LINE)


@dataclass(frozen=True)
class PreparedTesseractReader:
    """Reads every preparation of a plate and keeps the most confident reading."""

    read_characters: ReadCharacters = BY_COMMAND
    """Reads one image; `in_process.open_in_process` returns a faster function if it can."""
    clear_border: int = TRY_BOTH
    """See `prepare`."""

    def observe(self, plate: Plate) -> Evidence:
        """Reads one plate; see `read`."""
        reading = self.read(plate)
        return Evidence(iter([TextObservation(reading.text, reading.confidence or 0.0)]))

    def read(self, plate: Plate) -> Reading:
        """Reads one plate.

        Raises:
            ReadTimeoutError: Tesseract did not finish in time.
            TesseractError: Tesseract is missing or failed.
        """
        readings = [self.read_characters(image) for image in prepare(plate.gray, self.clear_border)]
        characters = max(readings, key=_weight)
        return Reading(
            text="".join(character.value for character in characters),
            candidate=plate.candidate,
            confidence=_mean_confidence(characters) * SURE_READING_ACCURACY,
            characters=tuple(characters),
        )


def prepare(gray: Image, clear_border: int = TRY_BOTH) -> list[Image]:
    """Prepares a crop for Tesseract, in both polarities.

    Args:
        gray: uint8, (height, width).
        clear_border: ALWAYS_CLEAR: only thresholded, with whatever touches the border removed.
            NEVER_CLEAR: only gray. TRY_BOTH: both.

    Returns:
        Two or four images: uint8, TEXT_HEIGHT_PX and twice MARGIN_PX high.
    """
    dark_on_light = _scale(_deskew(gray), TEXT_HEIGHT_PX)
    images = []
    for polarity in (dark_on_light, 255 - dark_on_light):
        if clear_border != ALWAYS_CLEAR:
            images.append(_with_quiet_margin(polarity))
        if clear_border != NEVER_CLEAR:
            images.append(_cleared(polarity))
    return images


def _with_quiet_margin(gray: Image) -> Image:
    """Adds a margin of the gray level of the plate's own ground."""
    return _pad(gray, int(np.percentile(gray, GROUND_PERCENTILE)))


def _cleared(gray: Image) -> Image:
    """Returns black characters on white, without whatever touches the border."""
    return _pad(255 - dark_regions(gray, clear_borders=True), 255)


def _deskew(gray: Image) -> Image:
    """Rotates a crop to the angle at which its rows of text are level, and rows differ most.

    Source: W. Postl, "Detection of linear oblique structures and skew scan in digitized
    documents", ICPR 1986.
    """
    small = _scale(gray, DESKEW_HEIGHT_PX)
    tilt = max(TILTS_DEG, key=lambda angle: _row_contrast(_rotate(small, float(angle))))
    return _rotate(gray, float(tilt))


def _row_contrast(gray: Image) -> float:
    """Returns the sum of the squared differences between the means of neighbouring rows."""
    steps = np.diff(gray.mean(axis=1))[EDGE_ROWS:-EDGE_ROWS]
    return float((steps**2).sum())


def _rotate(gray: Image, angle_deg: float) -> Image:
    height, width = gray.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1)
    return cv2.warpAffine(
        gray, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _scale(gray: Image, height: int) -> Image:
    factor = height / gray.shape[0]
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(gray, (max(1, round(gray.shape[1] * factor)), height), interpolation=method)


def _pad(gray: Image, value: int) -> Image:
    margins = (MARGIN_PX,) * 4
    return cv2.copyMakeBorder(gray, *margins, cv2.BORDER_CONSTANT, value=(value,))


def _weight(characters: list[Character]) -> float:
    return _mean_confidence(characters) * min(len(characters), FULL_LENGTH)


def _mean_confidence(characters: list[Character]) -> float:
    if not characters:
        return 0.0
    return float(np.mean([character.confidence for character in characters]))
