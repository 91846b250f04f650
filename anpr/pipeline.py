"""The order of the stages: an image becomes readings."""

from dataclasses import dataclass, field, replace

from anpr.images import check_image, fit_width, to_gray
from anpr.locate import Locator
from anpr.locate.network import NetworkLocator
from anpr.plate import (
    ANY_MAX_ASPECT_RATIO,
    ANY_MIN_ASPECT_RATIO,
    MAX_ASPECT_RATIO,
    MIN_ASPECT_RATIO,
    cut_out,
    plate_shaped,
    upright,
)
from anpr.read import Reader
from anpr.read.network import NetworkReader
from anpr.types import Image, Reading, Show
from anpr.windows import HiddenWindows

LEAST_BELIEF = 0.15  # of locator and reader together, that this is a plate
USUAL_LENGTH = 4  # characters of a plate at least; shorter ones are badges and signs far oftener
LEAST_BELIEF_UNUSUAL = 0.6  # for those, and for words without a digit


@dataclass(frozen=True)
class PlateReader:
    """Plates wherever they are, made upright, and their characters: every plate of a photo."""

    locator: Locator = field(default_factory=NetworkLocator)
    reader: Reader = field(default_factory=NetworkReader)
    show: Show = HiddenWindows().show
    clear_borders: bool = False
    min_ar: float = ANY_MIN_ASPECT_RATIO
    max_ar: float = ANY_MAX_ASPECT_RATIO

    def read(self, image: Image) -> list[Reading]:
        """Reads the plates of a photo.

        Args:
            image: uint8, gray, BGR or BGRA, of any size.

        Returns:
            A reading for each plate, the surest first, in pixels of `image`; none where there is
            no plate.

        Raises:
            AnprError: The reader failed, or the image is none.
        """
        check_image(image)
        gray = to_gray(image)
        readings = []
        for candidate in plate_shaped(self.locator.candidates(gray), self.min_ar, self.max_ar):
            plate = upright(gray, candidate, self.clear_borders)
            self.show("Upright", plate.gray, True)
            readings.append(self.reader.read(plate))
        believed = [reading for reading in readings if is_believed(reading)]
        return sorted(believed, key=belief, reverse=True)


def is_believed(reading: Reading) -> bool:
    """Whether what was found and read is a plate, and not a badge, a sign or nothing at all."""
    has_digit = any(character.isdigit() for character in reading.text)
    is_usual = has_digit and len(reading.text) >= USUAL_LENGTH
    return belief(reading) > (LEAST_BELIEF if is_usual else LEAST_BELIEF_UNUSUAL)


def belief(reading: Reading) -> float:
    """How likely there is a plate and this is its text: what locator and reader say, together."""
    score, confidence = reading.candidate.score, reading.confidence
    return (1.0 if score is None else score) * (1.0 if confidence is None else confidence)


@dataclass(frozen=True)
class TutorialPipeline:
    """Candidates, the first of a plate's shape, its characters: at most one plate a photo."""

    locator: Locator
    reader: Reader
    show: Show
    clear_borders: bool = False
    min_ar: float = MIN_ASPECT_RATIO
    max_ar: float = MAX_ASPECT_RATIO

    def read(self, image: Image) -> list[Reading]:
        """Reads the plate of a photo.

        Args:
            image: uint8, gray, BGR or BGRA, of any size.

        Returns:
            One reading, in pixels of `image`, or none.

        Raises:
            AnprError: The reader failed, or the image is none.
        """
        check_image(image)
        small = to_gray(fit_width(image))
        candidates = self.locator.candidates(small)
        candidate = next(plate_shaped(candidates, self.min_ar, self.max_ar), None)
        if candidate is None:
            return []
        plate = cut_out(small, candidate, self.clear_borders)
        self.show("License Plate", plate.gray, False)
        self.show("ROI", plate.roi, True)
        reading = self.reader.read(plate)
        return [replace(reading, candidate=candidate.scaled(image.shape[1] / small.shape[1]))]
