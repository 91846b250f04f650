"""Candidates by mathematical morphology, as in the PyImageSearch tutorial.

Dark characters on a light plate stand close together and are full of vertical edges. So: what is
darker than its surroundings (blackhat), its horizontal gradient (Scharr), that gradient melted
into blobs, and of the blobs only what lies on something light.

Source: A. Rosebrock, "OpenCV: Automatic License/Number Plate Recognition (ANPR) with Python",
PyImageSearch, 21 September 2020. Kernel sizes, iterations and their order are the tutorial's:
changing one changes its answers. They suit photos about 600 pixels wide.
"""

from dataclasses import dataclass

import cv2
import imutils
import numpy as np

from anpr.errors import PhotoError
from anpr.locate import Locator
from anpr.pixels import fit_width
from anpr.types import Candidate, Image, Show

BLACKHAT_KERNEL_WH = (13, 5)  # wider than tall, as a plate is
SQUARE_KERNEL_WH = (3, 3)  # the smallest there is: closes strokes of characters, trims by a pixel
BLUR_KERNEL_WH = (5, 5)  # joins the two edges of one stroke
OPENING_ITERATIONS = 2  # removes specks, then gives the blobs back their size
REGROWTH_ITERATIONS = 2  # fills the holes that the light mask tore
TRIM_ITERATIONS = 1  # takes half of that regrowth off the outline again
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


@dataclass(frozen=True)
class MorphologyLocator:
    """The tutorial's way to find candidates."""

    show: Show
    keep: int = KEEP

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds up to `keep` candidates, largest first.

        Args:
            gray: uint8, (height, width). A constant image has no candidates.
        """
        stages = find_stages(gray)
        self.show("Blackhat", stages.blackhat, False)
        self.show("Light Regions", stages.light_regions, False)
        self.show("Scharr", stages.scharr, False)
        self.show("Grad Thresh", stages.grad_thresh, False)
        self.show("Grad Erode/Dilate", stages.grad_erode_dilate, False)
        self.show("Final", stages.final, True)
        return largest_regions(stages.final, self.keep)


@dataclass(frozen=True)
class AtWorkingWidth:
    """Another locator, made to see every photo at the width the tutorial's kernels suit."""

    locator: Locator

    def candidates(self, gray: Image) -> list[Candidate]:
        """Finds candidates in the shrunk or enlarged photo; they are in pixels of `gray`.

        In a sliver, which no memory would hold at that width, there is no plate.
        """
        try:
            small = fit_width(gray)
        except PhotoError:
            return []
        factor = gray.shape[1] / small.shape[1]
        return [candidate.scaled(factor) for candidate in self.locator.candidates(small)]


def find_stages(gray: Image) -> Stages:
    """Computes the mask of possible plates, and all that leads to it.

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
    """Returns the outer outlines of the regions of a mask, at most `keep`, largest area first."""
    found = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    contours = sorted(imutils.grab_contours(found), key=cv2.contourArea, reverse=True)
    return [Candidate(contour) for contour in contours[:keep]]


def _light_regions(gray: Image) -> Image:
    square = cv2.getStructuringElement(cv2.MORPH_RECT, SQUARE_KERNEL_WH)
    return _otsu(cv2.morphologyEx(gray, cv2.MORPH_CLOSE, square))


def _horizontal_gradient(blackhat: Image) -> Image:
    """The size of the Scharr gradient along x, stretched to 0..255; all 0 for a flat image."""
    gradient = np.absolute(cv2.Sobel(blackhat, cv2.CV_32F, 1, 0, ksize=cv2.FILTER_SCHARR))
    low, high = gradient.min(), gradient.max()
    if low == high:
        return np.zeros_like(blackhat)
    stretched: Image = 255 * ((gradient - low) / (high - low))
    return stretched.astype(np.uint8)


def _otsu(gray: Image) -> Image:
    return cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)[1]
