"""Tesseract on plates made fit for it: upright, of one height, with a quiet margin.

Tesseract was trained on pages. What it lacks on a plate, found on labelled plates (validation):
a crop that is not tilted, characters as tall as those it learned, white space around them, and
dark characters on light. Which of the preparations suits a plate only shows in the reading, so
all are read and the surest is kept.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import cv2
import numpy as np

from anpr.read.tesseract import SINGLE_LINE, read_characters
from anpr.rectify import dark_regions
from anpr.types import Character, Image, Plate, Reading

ReadCharacters = Callable[[Image], list[Character]]

TEXT_HEIGHT_PX = 48  # of the whole crop: leaves the characters the 30 to 36 px of Tesseract's own
MARGIN_PX = 12  # a quarter of that: Tesseract drops what touches the edge
LIGHT_PERCENTILE = 90  # the plate's ground, brighter than its characters and dimmer than its glare
TILTS_DEG = np.arange(-10, 11)  # a plate on a car that stands level is within these
SKEW_HEIGHT_PX = 32  # enough to see the rows of text, and quick to turn
EDGE_ROWS = 2  # the turned crop's own edges would outweigh the text's
TRUST = 0.33  # of its surest readings, this share is right (validation, plates as found)
ENOUGH_CHARACTERS = 6  # below this, a shorter reading counts as less sure: specks read very surely


BY_COMMAND: ReadCharacters = partial(read_characters, psm=SINGLE_LINE)


@dataclass(frozen=True)
class PreparedTesseractReader:
    """Reads each preparation of a plate and keeps the surest reading."""

    read_characters: ReadCharacters = BY_COMMAND
    """Reads an image; `in_process.open_in_process` gives a faster one where it can be had."""
    clear_border: int = -1
    """1: only what is left when the border is cleared is read; 0: that is not; -1: both are."""

    def read(self, plate: Plate) -> Reading:
        """Reads one plate.

        Raises:
            ReadTimeoutError: Tesseract did not finish in time.
            TesseractError: Tesseract is missing or failed.
        """
        readings = [self.read_characters(image) for image in prepare(plate.gray, self.clear_border)]
        characters = max(readings, key=_sureness)
        return Reading(
            text="".join(character.value for character in characters),
            candidate=plate.candidate,
            confidence=_mean_confidence(characters) * TRUST,
            characters=tuple(characters),
        )


def prepare(gray: Image, clear_border: int = -1) -> list[Image]:
    """Returns a crop as Tesseract likes it: gray and border-cleared, of both polarities.

    Args:
        gray: uint8, (height, width).
        clear_border: 1: border-cleared only; 0: gray only; -1: both.

    Returns:
        Two or four images, uint8, of TEXT_HEIGHT_PX and twice MARGIN_PX rows.
    """
    dark_on_light = _scale(_deskew(gray), TEXT_HEIGHT_PX)
    polarities = (dark_on_light, 255 - dark_on_light)
    ways = {-1: (_quiet, _cleared), 0: (_quiet,), 1: (_cleared,)}[clear_border]
    return [way(polarity) for polarity in polarities for way in ways]


def _quiet(gray: Image) -> Image:
    """Puts a margin of the plate's own ground around it."""
    return _pad(gray, int(np.percentile(gray, LIGHT_PERCENTILE)))


def _cleared(gray: Image) -> Image:
    """Black characters on white, without what touches the border."""
    return _pad(255 - dark_regions(gray, clear_borders=True), 255)


def _deskew(gray: Image) -> Image:
    """Turns a crop so that its rows of text lie level: so that they differ most from each other.

    Source: W. Postl, "Detection of linear oblique structures and skew scan in digitized
    documents", ICPR 1986.
    """
    small = _scale(gray, SKEW_HEIGHT_PX)
    tilt = max(TILTS_DEG, key=lambda angle: _row_contrast(_turn(small, float(angle))))
    return _turn(gray, float(tilt))


def _row_contrast(gray: Image) -> float:
    steps = np.diff(gray.mean(axis=1))[EDGE_ROWS:-EDGE_ROWS]
    return float((steps**2).sum())


def _turn(gray: Image, angle_deg: float) -> Image:
    height, width = gray.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle_deg, 1)
    return cv2.warpAffine(
        gray, turn, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )


def _scale(gray: Image, height: int) -> Image:
    factor = height / gray.shape[0]
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cv2.resize(gray, (max(1, round(gray.shape[1] * factor)), height), interpolation=method)


def _pad(gray: Image, value: int) -> Image:
    margins = (MARGIN_PX,) * 4
    return cv2.copyMakeBorder(gray, *margins, cv2.BORDER_CONSTANT, value=(value,))


def _sureness(characters: list[Character]) -> float:
    return _mean_confidence(characters) * min(len(characters), ENOUGH_CHARACTERS)


def _mean_confidence(characters: list[Character]) -> float:
    if not characters:
        return 0.0
    return float(np.mean([character.confidence for character in characters]))
