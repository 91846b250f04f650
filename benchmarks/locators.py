"""The locators that are compared: each returns the candidates of a photo.

A locator that this OpenCV does not include raises `ImportError` when it is opened.
"""

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np

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
"""Takes a photo (BGR, uint8); returns candidates in its pixels, the most probable first."""

CASCADE = "haarcascade_russian_plate_number.xml"  # part of OpenCV 4, not of OpenCV 5
CASCADE_SCALE_FACTOR, CASCADE_MIN_NEIGHBOURS = 1.1, 3  # OpenCV's defaults
# Diameter (px), sigma of gray levels, sigma of distance (px): usual in such programs.
BILATERAL = (11, 17, 17)
CANNY_LEVELS = (30, 200)
POLYGON_TOLERANCE = 0.018  # maximum distance of a contour from its polygon, share of its length
MAX_CONTOURS = 10
TEXT_MARGIN_SHARES = (0.05, 0.1)
"""Margin between a plate's edge and its text, as a share of the plate's width and height.

Fitted on the validation boxes of NanoNets."""


def network() -> Locate:
    """Our networks."""
    locator = NetworkLocator()
    return lambda photo: _any_shape(locator.candidates(to_gray(photo)))


def network_text() -> Locate:
    """Our networks, reduced to the text of each plate, for labels drawn around the text."""
    locate = network()
    return lambda photo: [without_margin(candidate) for candidate in locate(photo)]


def without_margin(candidate: Candidate) -> Candidate:
    """Returns the part of a plate that its text fills."""
    top_left, top_right, bottom_right, bottom_left = candidate.outline
    beside, above = TEXT_MARGIN_SHARES
    top = top_left + np.outer((beside, 1 - beside), top_right - top_left)
    bottom = bottom_left + np.outer((1 - beside, beside), bottom_right - bottom_left)
    down = np.stack([bottom[1] - top[0], bottom[0] - top[1]])
    corners = np.concatenate([top + above * down, (bottom[::-1] - above * down)[::-1]])
    return Candidate.with_corners(corners.astype(np.float32), candidate.score or 0.0)


def network_read() -> Locate:
    """Our whole pipeline: only the candidates on which a plate was read."""
    pipeline = PlateReader()
    return lambda photo: [reading.candidate for reading in pipeline.read(photo)]


def morphology() -> Locate:
    """The tutorial's morphology, with its aspect ratios."""
    locator = AtWorkingWidth(MorphologyLocator())

    def locate(photo: Image) -> list[Candidate]:
        found = locator.candidates(to_gray(photo))
        return list(plate_shaped(found, MIN_ASPECT_RATIO, MAX_ASPECT_RATIO))

    return locate


def contours() -> Locate:
    """Quadrilaterals among the outlines of edges, as in most programs that use OpenCV alone."""

    def locate(photo: Image) -> list[Candidate]:
        gray = to_gray(fit_width(photo))
        edges = cv2.Canny(cv2.bilateralFilter(gray, *BILATERAL), *CANNY_LEVELS)
        found = cv2.findContours(edges, cv2.RETR_TREE, cv2.CHAIN_APPROX_SIMPLE)[0]
        largest = sorted(found, key=cv2.contourArea, reverse=True)[:MAX_CONTOURS]
        polygons = [
            cv2.approxPolyDP(contour, POLYGON_TOLERANCE * cv2.arcLength(contour, True), True)
            for contour in largest
        ]
        factor = photo.shape[1] / gray.shape[1]
        quads = [Candidate(polygon).scaled(factor) for polygon in polygons if len(polygon) == 4]
        return _any_shape(quads)

    return locate


def cascade() -> Locate:
    """OpenCV's own cascade of Haar features, trained on Russian plates."""
    path = Path(cv2.__file__).parent / "data" / CASCADE  # OpenCV's type stubs omit cv2.data
    if not path.exists():
        raise ImportError(f"OpenCV {cv2.__version__} does not include {CASCADE}")
    classifier = cv2.CascadeClassifier(str(path))

    def locate(photo: Image) -> list[Candidate]:
        boxes = classifier.detectMultiScale(
            to_gray(photo), CASCADE_SCALE_FACTOR, CASCADE_MIN_NEIGHBOURS
        )
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
