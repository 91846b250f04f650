"""The stages of one photo in their order: locate, rectify, read, decide."""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from anpr.debug import HIDDEN, Windows
from anpr.decide import Prior, decide, resolve_regions
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.photo import Photo
from anpr.read import Recognizer
from anpr.read.network import NetworkReader
from anpr.read.reader_input import READER_INPUT_HW
from anpr.rectify import ANY_MAX_ASPECT_RATIO, ANY_MIN_ASPECT_RATIO, plate_shaped, upright
from anpr.types import Image, Plate, Reading

FINE_ZOOM = 2.0  # of plates 60 px wide in photos 1600 px wide, 74 % are read instead of 30 %
MIN_REDUCED_WIDTH = READER_INPUT_HW[1]
"""Minimum plate width (px) in a reduced photo; the reader's input is no wider."""

logger = logging.getLogger(__name__)

Item = TypeVar("Item")


@dataclass(frozen=True)
class PlateReader:
    """Reads every plate of a photo, wherever it is. Each stage is an object you may exchange."""

    locators: Sequence[Locator] = field(default_factory=lambda: default_locators(NetworkLocator()))
    """Tried one after the other, until a plate is read."""
    reader: Recognizer = field(default_factory=NetworkReader)
    regions: tuple[str, ...] = ()
    """Where plates are from: codes or names of regions, kept as codes; none means anywhere."""
    one: bool = False
    """Return only the most probable plate of a photo."""
    debug: Windows = HIDDEN
    min_ar: float = ANY_MIN_ASPECT_RATIO
    max_ar: float = ANY_MAX_ASPECT_RATIO

    def __post_init__(self) -> None:
        object.__setattr__(self, "regions", resolve_regions(self.regions))

    def read(self, image: Photo | Image | str | Path | bytes) -> list[Reading]:
        """Reads the plates of a photo.

        Args:
            image: A photo, its path, the bytes of its file, or its pixels: uint8, gray, BGR or
                BGRA, of any size.

        Returns:
            A reading for each plate, the most probable first, in pixels of the photo; an empty
            list if there is no plate.

        Raises:
            AnprError: The photo cannot be read, or the array is not an image.
        """
        photo = _as_photo(image)
        readings: list[Reading] = []
        for locator in self.locators:
            readings = self._read_with(locator, photo)
            if readings:
                break
        readings.sort(key=lambda reading: reading.plate_probability, reverse=True)
        return readings[:1] if self.one else readings

    def _read_with(self, locator: Locator, photo: Photo) -> list[Reading]:
        plates = self.plates(locator, photo)
        for plate in plates:
            self.debug.show("Upright", plate.gray, wait=True)
        answers = _timed(
            "decided on",
            lambda: [decide(p, self.reader.observe(p), self._prior) for p in plates],
        )
        return [reading for reading in answers if reading is not None]

    @cached_property
    def _prior(self) -> Prior:
        return Prior.of(self.regions)

    def plates(self, locator: Locator, photo: Photo) -> list[Plate]:
        """Returns the upright candidates that one locator finds, not yet read.

        From the reduced photo if they are large in it, else from the whole one.
        """
        plates = self._rectify_in(locator, photo.gray)
        if photo.factor == 1:
            return plates
        if any(plate.gray.shape[1] < MIN_REDUCED_WIDTH for plate in plates):
            return self._rectify_in(locator, photo.whole)
        return [plate.scaled(photo.factor) for plate in plates]

    def _rectify_in(self, locator: Locator, gray: Image) -> list[Plate]:
        found = _timed(f"{type(locator).__name__} found", lambda: locator.candidates(gray))
        return [upright(gray, place) for place in plate_shaped(found, self.min_ar, self.max_ar)]


def default_locators(network: NetworkLocator, debug: Windows = HIDDEN) -> list[Locator]:
    """The default locators, in the order they are tried.

    Returns:
        The network, the network at twice the resolution (for distant plates), and morphology.
    """
    return [
        network,
        replace(network, zoom=FINE_ZOOM),
        AtWorkingWidth(MorphologyLocator(debug)),
    ]


def _as_photo(image: Photo | Image | str | Path | bytes) -> Photo:
    if isinstance(image, Photo):
        return image
    if isinstance(image, bytes):
        return Photo.from_bytes(image)
    if isinstance(image, str | Path):
        return Photo.open(Path(image))
    return Photo.from_array(image)


def _timed(stage: str, work: Callable[[], list[Item]]) -> list[Item]:
    """Runs a stage and logs how many items it produced and how long it took (`--verbose`)."""
    begin = time.perf_counter()
    items = work()
    elapsed_ms = (time.perf_counter() - begin) * 1000
    logger.debug("%s %d candidates in %.1f ms", stage, len(items), elapsed_ms)
    return items
