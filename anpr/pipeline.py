"""The order of the stages: an image becomes readings."""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from anpr import images, panel, syntax
from anpr.confidence import judge
from anpr.images import Decoded, Draft, whole_of
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pixels import check_image, fit_width, to_gray
from anpr.plate import (
    ANY_MAX_ASPECT_RATIO,
    ANY_MIN_ASPECT_RATIO,
    MAX_ASPECT_RATIO,
    MIN_ASPECT_RATIO,
    cut_out,
    dark_regions,
    plate_shaped,
    upright,
)
from anpr.read import Reader
from anpr.read.canvas import CANVAS_HW
from anpr.read.network import NetworkReader
from anpr.read.opinion import TesseractOpinion
from anpr.types import Image, Plate, Reading, Show, Status
from anpr.windows import HiddenWindows

FINER = 2.0  # four times the pixels: of plates 60 px wide in 1600, 74 of 100 read instead of 30
HIDDEN = HiddenWindows().show
logger = logging.getLogger(__name__)
LEAST_BELIEF = 0.15  # of locator and reader together, that this is a plate
USUAL_LENGTH = 5  # characters of a plate at least; shorter ones are badges and signs far oftener
LEAST_BELIEF_UNUSUAL = 0.6  # for those, and for words without a digit
LEAST_DRAFT_WIDTH = CANVAS_HW[1]  # px, of a plate in a draft: the reader looks at no more


@dataclass(frozen=True)
class PlateReader:
    """Plates wherever they are, made upright, and their characters: every plate of a photo.

    Each stage is an object that may be exchanged.
    """

    locators: Sequence[Locator] = field(default_factory=lambda: in_turn(NetworkLocator()))
    """Asked one after the other, until a plate is read."""
    reader: Reader = field(default_factory=NetworkReader)
    second_reader: Reader | None = field(default_factory=TesseractOpinion)
    """Asked where the first is unsure; None where nobody is to be."""
    regions: tuple[str, ...] = ()
    """Where plates are from: names of `syntax.known_regions()`; none: anywhere."""
    one: bool = False
    """Only the surest plate of a photo."""
    show: Show = HIDDEN
    min_ar: float = ANY_MIN_ASPECT_RATIO
    max_ar: float = ANY_MAX_ASPECT_RATIO

    def read(self, image: Decoded | str | Path | bytes) -> list[Reading]:
        """Reads the plates of a photo.

        Args:
            image: uint8, gray, BGR or BGRA, of any size; or a draft, or a photo's path, or its
                file's bytes.

        Returns:
            A reading for each plate, the surest first, in pixels of the photo; none where there
            is no plate.

        Raises:
            AnprError: The photo cannot be read, or the image is none.
        """
        draft = _draft(image)
        attempts = (self._read_at(draft, locator) for locator in self.locators)
        readings = next(filter(None, attempts), [])
        surest_first = sorted(readings, key=belief, reverse=True)
        return surest_first[:1] if self.one else surest_first

    def _read_at(self, draft: Draft, locator: Locator) -> list[Reading]:
        plates = self._find(draft, locator)
        for plate in plates:
            self.show("Upright", plate.gray, True)
        with _timed("%s read %d of them", type(self.reader).__name__) as found:
            readings = [(plate, self.reader.read(plate)) for plate in plates]
            found.append(len(readings))
        with _timed("%s: %d plates believed and settled", "panel") as found:
            settled = [self._settle(p, reading) for p, reading in readings if is_believed(reading)]
            found.append(len(settled))
        return settled

    def _find(self, draft: Draft, locator: Locator) -> list[Plate]:
        """Upright plates; of the draft where they are large there, else of the whole photo."""
        plates = self._find_in(draft.gray, locator)
        if draft.factor == 1:
            return plates
        if any(plate.gray.shape[1] < LEAST_DRAFT_WIDTH for plate in plates):
            return self._find_in(draft.whole, locator)
        return [replace(plate, candidate=plate.candidate.scaled(draft.factor)) for plate in plates]

    def _find_in(self, gray: Image, locator: Locator) -> list[Plate]:
        with _timed("%s found %d places", type(locator).__name__) as found:
            candidates = locator.candidates(gray)
            found.append(len(candidates))
        return [
            upright(gray, candidate)
            for candidate in plate_shaped(candidates, self.min_ar, self.max_ar)
        ]

    def _settle(self, plate: Plate, reading: Reading) -> Reading:
        """National formats, whether the answer can be acted on, and if not, a second opinion."""
        answer = judge(syntax.settle(reading, self.regions), self.regions)
        if answer.status is Status.CHECK and self.second_reader is not None:
            second = self.second_reader.read(plate)
            weighed = panel.weigh(reading, second)
            weighed = panel.prefer_what_fits(weighed, second, self.regions)
            answer = judge(syntax.settle(weighed, self.regions), self.regions)
        return replace(answer, crop=plate.gray)


@contextmanager
def _timed(message: str, who: str) -> Iterator[list[int]]:
    """Says, to who asked for it, what a stage came to and how long it took."""
    begin, came_to = time.perf_counter(), list[int]()
    yield came_to
    logger.debug(f"{message} in %.1f ms", who, *came_to, (time.perf_counter() - begin) * 1000)


def in_turn(network: NetworkLocator, show: Show = HIDDEN) -> list[Locator]:
    """A network's look at the photo, a finer one for plates far off, and morphology's opinion."""
    finer = replace(network, zoom=FINER)
    return [network, finer, AtWorkingWidth(MorphologyLocator(show))]


def _draft(image: Decoded | str | Path | bytes) -> Draft:
    if isinstance(image, Draft):
        return image
    if isinstance(image, bytes):
        return images.decode_draft(image)
    if isinstance(image, str | Path):
        return images.load_draft(Path(image))
    return Draft(to_gray(image))


def is_believed(reading: Reading) -> bool:
    """Whether what was found and read is a plate, and not a badge, a sign or nothing at all."""
    is_usual = syntax.has_digit(reading.text) and len(reading.text) >= USUAL_LENGTH
    return belief(reading) > (LEAST_BELIEF if is_usual else LEAST_BELIEF_UNUSUAL)


def belief(reading: Reading) -> float:
    """How likely there is a plate and this is its text: what locator and reader say, together."""
    confidence = 1.0 if reading.confidence is None else reading.confidence
    return reading.candidate.sureness * confidence


@dataclass(frozen=True)
class TutorialPipeline:
    """Candidates, the first of a plate's shape, its characters: at most one plate a photo."""

    locator: Locator
    reader: Reader
    show: Show
    clear_borders: bool = False
    min_ar: float = MIN_ASPECT_RATIO
    max_ar: float = MAX_ASPECT_RATIO

    def read(self, image: Decoded) -> list[Reading]:
        """Reads the plate of a photo.

        Args:
            image: uint8, gray, BGR or BGRA, of any size; or a draft, read whole.

        Returns:
            One reading, in pixels of `image`, or none.

        Raises:
            AnprError: The reader failed, or the image is none.
        """
        image = whole_of(image)
        check_image(image)
        small = to_gray(fit_width(image))
        candidates = self.locator.candidates(small)
        candidate = next(plate_shaped(candidates, self.min_ar, self.max_ar), None)
        if candidate is None:
            return []
        plate = cut_out(small, candidate)
        self.show("License Plate", plate.gray, False)
        self.show("ROI", dark_regions(plate.gray, self.clear_borders), True)
        reading = self.reader.read(plate)
        candidate = candidate.scaled(image.shape[1] / small.shape[1])
        return [replace(reading, candidate=candidate, crop=plate.gray)]
