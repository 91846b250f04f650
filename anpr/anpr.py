"""The tutorial: its class, for code written against it, and its pipeline, made of that class."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from anpr.debug import Windows, open_windows
from anpr.locate import Locator
from anpr.locate.morphology import KEEP, find_stages, largest_regions
from anpr.photo import Photo
from anpr.pixels import fit_width, to_gray
from anpr.read import Recognizer, tesseract
from anpr.rectify import (
    ANY_MAX_ASPECT_RATIO,
    ANY_MIN_ASPECT_RATIO,
    MAX_ASPECT_RATIO,
    MIN_ASPECT_RATIO,
    cut_out,
    dark_regions,
    plate_shaped,
    upright,
)
from anpr.types import Candidate, Contour, Image, Reading

CORNERS = 4


class PyImageSearchANPR:
    """Finds and reads the number plate of a photo, as the PyImageSearch tutorial does.

    Names, defaults and answers are the tutorial's; every step is a method that may be overridden.
    The photo should be about 600 pixels wide. Source: see `anpr.locate.morphology`.

    Code written against the tutorial gets the networks by a keyword:
    `PyImageSearchANPR(locator=NetworkLocator(), reader=NetworkReader())`; then the photo may be of
    any size, and the larger the better.
    """

    def __init__(
        self,
        minAR: float = MIN_ASPECT_RATIO,
        maxAR: float = MAX_ASPECT_RATIO,
        debug: bool = False,
        *,
        locator: Locator | None = None,
        reader: Recognizer | None = None,
        windows: Windows | None = None,
        timeout_s: float = tesseract.TIMEOUT_S,
    ) -> None:
        """Sets up the reader.

        Args:
            minAR: Smallest width over height of a plate's bounding box.
            maxAR: Largest.
            debug: Show every step in a window, or write it to a folder if there is no screen.
            locator: Finds the candidates in place of morphology. One that finds plates of every
                shape gets a range as wide, unless `minAR` or `maxAR` say otherwise.
            reader: Reads the plate, made upright, in place of Tesseract.
            windows: Where `debug` shows the steps; `None` opens what there is.
            timeout_s: Time limit for Tesseract on one plate.
        """
        if locator is not None and (minAR, maxAR) == (MIN_ASPECT_RATIO, MAX_ASPECT_RATIO):
            minAR, maxAR = ANY_MIN_ASPECT_RATIO, ANY_MAX_ASPECT_RATIO
        self.minAR = minAR
        self.maxAR = maxAR
        self.debug = debug
        self.locator = locator
        self.reader = reader
        self.timeout_s = timeout_s
        self._windows = windows

    def debug_imshow(self, title: str, image: Image, waitKey: bool = False) -> None:
        """Shows an image under a title when debugging, and waits for a key when asked to."""
        if not self.debug:
            return
        if self._windows is None:
            self._windows = open_windows()
        self._windows.show(title, image, waitKey)

    def locate_license_plate_candidates(self, gray: Image, keep: int = KEEP) -> list[Contour]:
        """Returns the contours of up to `keep` candidates, the most promising first.

        Args:
            gray: uint8, (height, width).
            keep: How many to return at most.

        Raises:
            ImageError: `gray` is no image.
        """
        gray = to_gray(gray)
        if self.locator is not None:
            return [candidate.contour for candidate in self.locator.candidates(gray)[:keep]]
        stages = find_stages(gray)
        stages.show_on(self.debug_imshow)
        return [candidate.contour for candidate in largest_regions(stages.final, keep)]

    def locate_license_plate(
        self, gray: Image, candidates: Sequence[Contour], clearBorder: bool = False
    ) -> tuple[Image, Contour] | tuple[None, None]:
        """Picks the first candidate that has the shape of a plate, and thresholds it.

        Args:
            gray: uint8, (height, width).
            candidates: Contours in pixels of `gray`.
            clearBorder: Remove what touches the edge of the plate.

        Returns:
            The region of interest (uint8, 255 on characters, else 0) and its contour; two None
            when no candidate fits.

        Raises:
            ImageError: `gray` is no image.
        """
        gray = to_gray(gray)
        candidate = next(plate_shaped(map(Candidate, candidates), self.minAR, self.maxAR), None)
        if candidate is None:
            return None, None
        plate = cut_out(gray, candidate)
        roi = dark_regions(plate.gray, clearBorder)
        self.debug_imshow("License Plate", plate.gray)
        self.debug_imshow("ROI", roi, waitKey=True)
        return roi, candidate.contour

    def build_tesseract_options(self, psm: int = tesseract.SINGLE_LINE) -> str:
        """Returns Tesseract's options: A to Z and 0 to 9 only, and the page segmentation mode."""
        return tesseract.build_options(psm)

    def find_and_ocr(
        self, image: Image, psm: int = tesseract.SINGLE_LINE, clearBorder: bool = False
    ) -> tuple[str, Contour] | tuple[None, None]:
        """Finds the plate of a photo and reads it.

        Args:
            image: uint8; gray, BGR or BGRA.
            psm: Tesseract's page segmentation mode.
            clearBorder: Remove what touches the edge of the plate before reading it.

        Returns:
            The text, without white space around it, and the plate's contour; two None where
            there is no plate.

        Raises:
            ImageError: `image` is no image.
            TesseractError: Tesseract is missing or failed.
            ReadTimeoutError: Tesseract did not finish in time.
        """
        gray = to_gray(image)
        candidates = self.locate_license_plate_candidates(gray)
        roi, contour = self.locate_license_plate(gray, candidates, clearBorder=clearBorder)
        if roi is None or contour is None:
            return None, None
        return self.recognize(gray, roi, contour, psm).text, contour

    def recognize(
        self, gray: Image, roi: Image, contour: Contour, psm: int = tesseract.SINGLE_LINE
    ) -> Reading:
        """Reads a located plate: `roi` with Tesseract, or the upright plate with `reader`.

        Args:
            gray: uint8, (height, width).
            roi: The thresholded plate, as `locate_license_plate` returns it.
            contour: The contour that came with it.
            psm: Tesseract's page segmentation mode.

        Raises:
            TesseractError: Tesseract is missing or failed.
            ReadTimeoutError: Tesseract did not finish in time.
        """
        candidate = _between_corners(contour)
        if self.reader is not None:
            return self.reader.read(upright(gray, candidate))
        text = tesseract.read_text(roi, self.build_tesseract_options(psm), self.timeout_s)
        return Reading(text, candidate)


@dataclass(frozen=True)
class TutorialPipeline:
    """The tutorial's class as a reader of photos: at most one plate a photo."""

    tutorial: PyImageSearchANPR
    psm: int = tesseract.SINGLE_LINE
    clear_border: bool = False

    def read(self, photo: Photo) -> list[Reading]:
        """Reads the plate of a photo, resized to the tutorial's width.

        Returns:
            One reading, in pixels of the photo, or none.

        Raises:
            AnprError: The photo cannot be read, or the reader failed.
        """
        image = photo.bgr
        gray = to_gray(fit_width(image))
        candidates = self.tutorial.locate_license_plate_candidates(gray)
        roi, contour = self.tutorial.locate_license_plate(gray, candidates, self.clear_border)
        if roi is None or contour is None:
            return []
        reading = self.tutorial.recognize(gray, roi, contour, self.psm)
        place = Candidate(contour)
        crop = cut_out(gray, place).gray
        factor = image.shape[1] / gray.shape[1]
        return [replace(reading, candidate=place.scaled(factor), crop=crop)]


def _between_corners(contour: Contour) -> Candidate:
    """Returns the candidate of a contour; four points are corners, as the networks find them."""
    corners = contour.reshape(-1, 2).astype(np.float32)
    return Candidate(contour, corners if len(corners) == CORNERS else None)
