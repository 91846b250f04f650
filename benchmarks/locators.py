"""The locators that are compared: each gets a photo and says where plates are.

A locator that this OpenCV does not carry raises ImportError when it is opened.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

from anpr.debug import HiddenWindows
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.pipeline import PlateReader
from anpr.pixels import fit_width, to_gray
from anpr.rectify import (
    ANY_MAX_ASPECT_RATIO,
    ANY_MIN_ASPECT_RATIO,
    MAX_ASPECT_RATIO,
    MIN_ASPECT_RATIO,
    plate_shaped,
)
from anpr.types import Box, Candidate, Image

Locate = Callable[[Image], list[Candidate]]
"""Takes a photo (BGR, uint8) and returns plates in its pixels, the likeliest first."""

CASCADE = "haarcascade_russian_plate_number.xml"  # OpenCV 4 carries it, OpenCV 5 does not
CASCADE_STEP, CASCADE_NEIGHBOURS = 1.1, 3  # OpenCV's defaults
BILATERAL = (11, 17, 17)  # diameter, gray levels, pixels: as such programs have it
CANNY_LEVELS = (30, 200)
POLYGON_SLACK = 0.018  # of its outline, by which a contour may differ from a quadrilateral
KEEP = 10
RIM = (0.05, 0.1)  # of a plate's width and height: fitted on NanoNets' validation boxes


def network() -> Locate:
    """Our networks."""
    locator = NetworkLocator()
    return lambda photo: _any_shape(locator.candidates(to_gray(photo)))


def network_text() -> Locate:
    """Our networks, each plate without the rim around its text: as some people draw boxes."""
    locate = network()
    return lambda photo: [without_rim(candidate) for candidate in locate(photo)]


def without_rim(candidate: Candidate) -> Candidate:
    """The part of a plate that its text fills, from its corners, clockwise from the top left."""
    top_left, top_right, bottom_right, bottom_left = candidate.outline
    beside, above = RIM
    top = top_left + np.outer((beside, 1 - beside), top_right - top_left)
    bottom = bottom_left + np.outer((1 - beside, beside), bottom_right - bottom_left)
    down = np.stack([bottom[1] - top[0], bottom[0] - top[1]])
    corners = np.concatenate([top + above * down, (bottom[::-1] - above * down)[::-1]])
    return Candidate.with_corners(corners.astype(np.float32), candidate.score or 0.0)


def network_read() -> Locate:
    """Our networks, and of what they find only what our reader takes for a plate."""
    pipeline = PlateReader()
    return lambda photo: [reading.candidate for reading in pipeline.read(photo)]


def morphology() -> Locate:
    """The tutorial's morphology and its aspect ratios."""
    locator = AtWorkingWidth(MorphologyLocator(HiddenWindows().show))

    def locate(photo: Image) -> list[Candidate]:
        found = locator.candidates(to_gray(photo))
        return list(plate_shaped(found, MIN_ASPECT_RATIO, MAX_ASPECT_RATIO))

    return locate


def contours() -> Locate:
    """Edges, and of their outlines the quadrilaterals: what most programs with OpenCV alone do."""

    def locate(photo: Image) -> list[Candidate]:
        gray = to_gray(fit_width(photo))
        edges = cv2.Canny(cv2.bilateralFilter(gray, *BILATERAL), *CANNY_LEVELS)
        found = cv2.findContours(edges, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[0]
        largest = sorted(found, key=cv2.contourArea, reverse=True)[:KEEP]
        polygons = [
            cv2.approxPolyDP(contour, POLYGON_SLACK * cv2.arcLength(contour, True), True)
            for contour in largest
        ]
        factor = photo.shape[1] / gray.shape[1]
        quads = [Candidate(polygon).scaled(factor) for polygon in polygons if len(polygon) == 4]
        return _any_shape(quads)

    return locate


def cascade() -> Locate:
    """OpenCV's own cascade of Haar features, trained on Russian plates."""
    # OpenCV's type stubs leave out cv2.data.
    path = Path(cv2.__file__).parent / "data" / CASCADE
    if not path.exists():
        raise ImportError(f"OpenCV {cv2.__version__} does not carry {CASCADE}")
    classifier = cv2.CascadeClassifier(str(path))

    def locate(photo: Image) -> list[Candidate]:
        boxes = classifier.detectMultiScale(to_gray(photo), CASCADE_STEP, CASCADE_NEIGHBOURS)
        return [Candidate.filling(Box(*map(int, box))) for box in np.reshape(boxes, (-1, 4))]

    return locate


def _any_shape(candidates: list[Candidate]) -> list[Candidate]:
    return list(plate_shaped(candidates, ANY_MIN_ASPECT_RATIO, ANY_MAX_ASPECT_RATIO))


LOCATORS: dict[str, Callable[[], Locate]] = {
    "network": network,
    "network_text": network_text,
    "network_read": network_read,
    "morphology": morphology,
    "contours": contours,
    "cascade": cascade,
}
