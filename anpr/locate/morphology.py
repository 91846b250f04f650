"""Finds candidates by mathematical morphology, as the PyImageSearch tutorial does.

Dark characters on a light plate are close together and have many vertical edges. So the steps are:
everything darker than its surroundings (blackhat), its horizontal gradient (Scharr), closing to
join that gradient into blobs, and only the blobs that lie on a light region.

Source: A. Rosebrock, "OpenCV: Automatic License/Number Plate Recognition (ANPR) with Python",
PyImageSearch, 21 September 2020. Kernel sizes, iterations and their order are the tutorial's:
changing one changes its answers. They suit photos about 600 pixels wide.
"""

from dataclasses import dataclass

import cv2
import imutils
import numpy as np

from anpr.debug import HIDDEN, Show, Windows
from anpr.errors import PhotoError
from anpr.locate import Locator
from anpr.pixels import fit_width
from anpr.types import Candidate, Image

BLACKHAT_KERNEL_WH = (13, 5)  # wider than tall, as a plate is
SQUARE_KERNEL_WH = (3, 3)  # the smallest kernel: closes strokes of characters, trims one pixel
BLUR_KERNEL_WH = (5, 5)  # joins the two edges of one stroke
OPENING_ITERATIONS = 2  # removes specks, then restores the size of the blobs
REGROWTH_ITERATIONS = 2  # fills the holes that the mask of light regions made
TRIM_ITERATIONS = 1  # removes half of that regrowth from the outline
KEEP = 5  # a plate that is not among the five largest blobs is not found


@dataclass(frozen=True, eq=False)
class Stages:
    """Every intermediate image, in order: uint8, the shape of the gray photo."""

    blackhat: Image
    light_regions: Image
    scharr: Image
    grad_thresh: Image
    grad_erode_dilate: Image
    final: Image

    def show_on(self, show: Show) -> None:
        """Shows every image under the tutorial's title; waits for a key after the last."""
        show("Blackhat", self.blackhat, False)
        show("Light Regions", self.light_regions, False)
        show("Scharr", self.scharr, False)
        show("Grad Thresh", self.grad_thresh, False)
        show("Grad Erode/Dilate", self.grad_erode_dilate, False)
        show("Final", self.final, True)


@dataclass(frozen=True)
class MorphologyLocator:
    """Finds candidates as the tutorial does."""

    debug: Windows = HIDDEN
    keep: int = KEEP
    """Maximum number of candidates."""

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds up to `keep` candidates, largest first.

        Args:
            gray: uint8, (height, width). A constant image has no candidates.
        """
        stages = find_stages(gray)
        stages.show_on(self.debug.show)
        return largest_regions(stages.final, self.keep)


@dataclass(frozen=True)
class AtWorkingWidth:
    """Runs another locator on the photo resized to the width that suits the tutorial's kernels."""

    locator: Locator

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds candidates in the shrunk or enlarged photo.

        Args:
            gray: uint8, (height, width). A sliver that would be too large at that width has no
                candidates.

        Returns:
            Candidates in pixels of `gray`, as the other locator orders them.
        """
        try:
            small = fit_width(gray)
        except PhotoError:
            return []
        factor = gray.shape[1] / small.shape[1]
        return [candidate.scaled(factor) for candidate in self.locator.candidates(small)]


def find_stages(gray: Image) -> Stages:
    """Computes the mask of candidates, and every image that leads to it.

    Args:
        gray: uint8, (height, width).
    """
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, BLACKHAT_KERNEL_WH)
    blackhat = cv2.morphologyEx(gray, cv2.MORPH_BLACKHAT, kernel)
    light = _light_regions(gray)
    scharr = _horizontal_gradient(blackhat)
    blurred = cv2.GaussianBlur(scharr, BLUR_KERNEL_WH, 0)
    thresh = _otsu(cv2.morphologyEx(blurred, cv2.MORPH_CLOSE, kernel))
    square = cv2.getStructuringElement(cv2.MORPH_RECT, SQUARE_KERNEL_WH)
    opened = cv2.erode(thresh, square, iterations=OPENING_ITERATIONS)
    opened = cv2.dilate(opened, square, iterations=OPENING_ITERATIONS)
    final = cv2.bitwise_and(opened, opened, mask=light)
    final = cv2.dilate(final, square, iterations=REGROWTH_ITERATIONS)
    final = cv2.erode(final, square, iterations=TRIM_ITERATIONS)
    return Stages(blackhat, light, scharr, thresh, opened, final)


def largest_regions(mask: Image, keep: int) -> list[Candidate]:
    """Returns the outer contours of the regions in a mask, the largest first.

    Args:
        mask: uint8, (height, width); regions are where it is not 0.
        keep: Maximum number of candidates.
    """
    found = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    contours = sorted(imutils.grab_contours(found), key=cv2.contourArea, reverse=True)
    return [Candidate(contour) for contour in contours[:keep]]


def _light_regions(gray: Image) -> Image:
    square = cv2.getStructuringElement(cv2.MORPH_RECT, SQUARE_KERNEL_WH)
    return _otsu(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, square))


def _horizontal_gradient(blackhat: Image) -> Image:
    """Returns the absolute Scharr gradient along x, stretched to 0..255; 0 for a flat image."""
    gradient = np.absolute(cv2.Sobel(blackhat, cv2.CV_32F, 1, 0, ksize=cv2.FILTER_SCHARR))
    low, high = gradient.min(), gradient.max()
    if low == high:
        return np.zeros_like(blackhat)
    stretched: Image = 255 * ((gradient - low) / (high - low))
    return stretched.astype(np.uint8)


def _otsu(gray: Image) -> Image:
    return cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
