"""The tutorial's class: the front door for code written against it."""

from collections.abc import Sequence

import numpy as np

from anpr import windows
from anpr.locate import Locator
from anpr.locate.morphology import KEEP, MorphologyLocator
from anpr.pixels import to_gray
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
from anpr.read import Reader, tesseract
from anpr.types import Candidate, Contour, Image

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
        reader: Reader | None = None,
    ) -> None:
        """Sets up the reader.

        Args:
            minAR: Smallest width over height of a plate's bounding box.
            maxAR: Largest.
            debug: Show every step in a window, or write it to a folder where there is no screen.
            locator: Finds the candidates in place of morphology. One that finds plates of every
                shape gets a range as wide, unless `minAR` or `maxAR` say otherwise.
            reader: Reads the plate, made upright, in place of Tesseract.
        """
        if locator is not None and (minAR, maxAR) == (MIN_ASPECT_RATIO, MAX_ASPECT_RATIO):
            minAR, maxAR = ANY_MIN_ASPECT_RATIO, ANY_MAX_ASPECT_RATIO
        self.minAR = minAR
        self.maxAR = maxAR
        self.debug = debug
        self.locator = locator
        self.reader = reader
        self._windows: windows.Windows | None = None

    def debug_imshow(self, title: str, image: Image, waitKey: bool = False) -> None:
        """Shows an image under a title when debugging, and waits for a key when asked to."""
        if not self.debug:
            return
        if self._windows is None:
            self._windows = windows.open_windows()
        self._windows.show(title, image, waitKey)

    def locate_license_plate_candidates(self, gray: Image, keep: int = KEEP) -> list[Contour]:
        """Returns the contours of up to `keep` candidates, the most promising first.

        Args:
            gray: uint8, (height, width).
            keep: How many to return at most.

        Raises:
            ImageError: `gray` is no image.
        """
        locator = self.locator or MorphologyLocator(self.debug_imshow, keep)
        return [candidate.contour for candidate in locator.candidates(to_gray(gray))[:keep]]

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
        if self.reader is not None:
            return self.reader.read(upright(gray, _between_corners(contour))).text, contour
        return tesseract.read_text(roi, self.build_tesseract_options(psm)), contour


def _between_corners(contour: Contour) -> Candidate:
    """The candidate of a contour; four points are its corners, as the networks find them."""
    corners = contour.reshape(-1, 2).astype(np.float32)
    return Candidate(contour, corners if len(corners) == CORNERS else None)
