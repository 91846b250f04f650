"""From a candidate to a plate: aspect-ratio pruning, cutting out, threshold, border clearing."""

import math
from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from anpr.pixels import average
from anpr.types import Candidate, Image, Plate, Quad

MIN_ASPECT_RATIO = 4.0  # the tutorial's range; a one-line Indian plate of 500 x 120 mm has 4.2
MAX_ASPECT_RATIO = 5.0
# Every national format: motorcycles' two lines are nearly square, old Italian rear plates 6 to 1.
ANY_MIN_ASPECT_RATIO, ANY_MAX_ASPECT_RATIO = 0.7, 8.0

BESIDE = 0.02  # of the width, added left and right: cut off, the last character is misread
SURROUNDINGS = 0.15  # of the sides, around a plate: corners are found no more exactly than that
UPRIGHT_MAX_HW = (160, 480)  # px: more than any reader looks at
LEAST_SHRINK = 0.75  # above it, warping skips too few pixels to be seen


def plate_shaped(
    candidates: Iterable[Candidate], min_ar: float, max_ar: float
) -> Iterator[Candidate]:
    """Yields the candidates that have an aspect ratio in `[min_ar, max_ar]`, in their order."""
    for candidate in candidates:
        if min_ar <= aspect_ratio(candidate) <= max_ar:
            yield candidate


def aspect_ratio(candidate: Candidate) -> float:
    """Returns width over height: between the corners where they are known, else of the box."""
    if candidate.corners is None:
        return candidate.box.aspect_ratio
    width, height = side_lengths(candidate.corners)
    return width / height


def cut_out(gray: Image, candidate: Candidate) -> Plate:
    """Cuts a candidate out of its photo: its upright box.

    Args:
        gray: The photo the candidate was found in: uint8, (height, width).
        candidate: Where to cut.
    """
    x, y, width, height = candidate.box
    return Plate(candidate, gray[y : y + height, x : x + width])


def upright(gray: Image, candidate: Candidate) -> Plate:
    """Cuts a candidate out of its photo as if the camera had stood straight before it.

    A little wider than its corners say, which are found inside a plate as often as outside.

    Args:
        gray: The photo the candidate was found in: uint8, (height, width).
        candidate: Where to cut: its corners, or its box where it has none.
    """
    if candidate.corners is None:
        return cut_out(gray, candidate)
    quad = _widened(candidate.corners)
    width, height = side_lengths(quad)
    shrink = min(1.0, UPRIGHT_MAX_HW[0] / height, UPRIGHT_MAX_HW[1] / width)
    inner_wh = np.maximum(np.rint(np.array([width, height]) * shrink), 2).astype(int)
    margin = np.rint(inner_wh * SURROUNDINGS).astype(int)
    part, corners = _around(gray, quad, shrink)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    target = (unit * inner_wh + margin).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    size_wh = (inner_wh + 2 * margin).tolist()
    wide = cv2.warpPerspective(part, matrix, size_wh, borderMode=cv2.BORDER_REPLICATE)
    crop = wide[margin[1] : margin[1] + inner_wh[1], margin[0] : margin[0] + inner_wh[0]]
    return Plate(candidate, crop, wide)


def side_lengths(corners: Quad) -> tuple[float, float]:
    """Returns a plate's width and height, 1 pixel at least: the means of its opposite sides."""
    points = corners.tolist()
    top, right, bottom, left = map(math.dist, points, points[1:] + points[:1])
    return max(1.0, (top + bottom) / 2), max(1.0, (left + right) / 2)


def _widened(corners: Quad) -> Quad:
    """Moves the left corners of a plate further left, and the right ones further right."""
    top_left, top_right, bottom_right, bottom_left = corners
    along = BESIDE / 2 * (top_right - top_left + bottom_right - bottom_left)
    wider: Quad = corners + np.array([-along, along, along, -along])
    return wider


def _around(gray: Image, corners: Quad, shrink: float) -> tuple[Image, Quad]:
    """The part of a photo around some corners, shrunk, and the corners in it.

    The part alone, because a plate is small in its photo; shrunk before it is warped, because
    warping skips pixels where it shrinks.
    """
    reach = (corners.max(axis=0) - corners.min(axis=0)) * SURROUNDINGS * 2 + 2
    limits = np.array(gray.shape[::-1])
    low = np.clip(np.floor(corners.min(axis=0) - reach), 0, limits - 1).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0) + reach), low + 1, limits).astype(int)
    part = gray[low[1] : high[1], low[0] : high[0]]
    if shrink > LEAST_SHRINK:
        return part, corners - low
    size_wh = np.maximum(np.rint((high - low) * shrink), 1).astype(int)
    shrunk = average(part, (int(size_wh[0]), int(size_wh[1])))
    return shrunk, (corners - low) * (size_wh / (high - low))


def dark_regions(gray: Image, clear_borders: bool) -> Image:
    """Separates characters from the ground, as the tutorial does.

    Args:
        gray: A plate: uint8, (height, width).
        clear_borders: Remove everything white that touches the edge: a dark frame, and a
            character that touches it too. A plate that is all such regions comes out black.

    Returns:
        The inverse Otsu threshold: uint8, 255 where the plate is dark, else 0.
    """
    dark = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    return _without_border(dark) if clear_borders else dark


def _without_border(dark: Image) -> Image:
    # Loaded where it is needed: with it comes SciPy, which most photos are read without.
    from skimage.segmentation import clear_border

    cleared: Image = clear_border(dark)
    return cleared
