"""From a candidate to a plate: aspect ratio, cutting out, rectifying, thresholding."""

import math
from collections.abc import Iterable, Iterator

import cv2
import numpy as np

from anpr.pixels import average
from anpr.types import Candidate, Image, Plate, Quad

# The tutorial's range; a one-line Indian plate, 500 x 120 mm, has 4.2.
MIN_ASPECT_RATIO, MAX_ASPECT_RATIO = 4.0, 5.0
# All national formats: two-line motorcycle plates are nearly square, old Italian rear plates 6:1.
ANY_MIN_ASPECT_RATIO, ANY_MAX_ASPECT_RATIO = 0.7, 8.0

SIDE_MARGIN = 0.02  # in widths, left and right: a character that is cut off is misread
SURROUNDINGS = 0.15  # in widths and heights, on each side: corners are no more exact than that
UPRIGHT_MAX_HW = (160, 480)  # px: more than any recognizer's input
MIN_WARP_SCALE = 0.75  # a plate shrunk further is averaged first, as warping skips pixels


def plate_shaped(
    candidates: Iterable[Candidate], min_ar: float, max_ar: float
) -> Iterator[Candidate]:
    """Yields the candidates with an aspect ratio in `[min_ar, max_ar]`, in their order."""
    for candidate in candidates:
        if min_ar <= aspect_ratio(candidate) <= max_ar:
            yield candidate


def aspect_ratio(candidate: Candidate) -> float:
    """Returns width over height: between the corners if they are known, else of the box."""
    if candidate.corners is None:
        return candidate.box.aspect_ratio
    width, height = side_lengths(candidate.corners)
    return width / height


def cut_out(gray: Image, candidate: Candidate) -> Plate:
    """Cuts the upright box of a candidate out of its photo.

    Args:
        gray: The photo: uint8, (height, width).
        candidate: In pixels of the photo, with its box inside it.

    Returns:
        A plate whose crop is a view of the photo, without surroundings.
    """
    x, y, width, height = candidate.box
    return Plate(candidate, gray[y : y + height, x : x + width], photo_wh=_size_of(gray))


def upright(gray: Image, candidate: Candidate) -> Plate:
    """Cuts a candidate out of its photo as if seen straight on (rectifies it).

    The crop is slightly wider than the plate, as corners lie inside a plate as often as outside.

    Args:
        gray: The photo: uint8, (height, width).
        candidate: In pixels of the photo. Corners may lie beyond its border, which is repeated
            there. Without corners, the box is cut out as it is.

    Returns:
        A plate with its surroundings, at most about UPRIGHT_MAX_HW large.
    """
    if candidate.corners is None:
        return cut_out(gray, candidate)
    quad = _widened(candidate.corners)
    width, height = side_lengths(quad)
    shrink = min(1.0, UPRIGHT_MAX_HW[0] / height, UPRIGHT_MAX_HW[1] / width)
    inner_wh = np.maximum(np.rint(np.array([width, height]) * shrink), 2).astype(int)
    margin = np.rint(inner_wh * SURROUNDINGS).astype(int)
    region, corners = _region_around(gray, quad, shrink)
    unit = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float32)
    target = (unit * inner_wh + margin).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    size_wh = (inner_wh + 2 * margin).tolist()
    wide = cv2.warpPerspective(region, matrix, size_wh, borderMode=cv2.BORDER_REPLICATE)
    crop = wide[margin[1] : margin[1] + inner_wh[1], margin[0] : margin[0] + inner_wh[0]]
    return Plate(candidate, crop, wide, _size_of(gray))


def side_lengths(corners: Quad) -> tuple[float, float]:
    """Returns a plate's width and height: the means of its opposite sides, at least 1 pixel."""
    points = corners.tolist()
    top, right, bottom, left = map(math.dist, points, points[1:] + points[:1])
    return max(1.0, (top + bottom) / 2), max(1.0, (left + right) / 2)


def _widened(corners: Quad) -> Quad:
    """Moves the corners of a plate apart along its text, by SIDE_MARGIN on each side."""
    top_left, top_right, bottom_right, bottom_left = corners
    along = SIDE_MARGIN / 2 * (top_right - top_left + bottom_right - bottom_left)
    wider: Quad = corners + np.array([-along, along, along, -along])
    return wider


def _region_around(gray: Image, corners: Quad, shrink: float) -> tuple[Image, Quad]:
    """Returns the region of a photo around some corners, shrunk, and the corners in that region.

    Only the region, since a plate is small in its photo. Shrunk before it is warped, since warping
    skips pixels when it shrinks.
    """
    reach = (corners.max(axis=0) - corners.min(axis=0)) * SURROUNDINGS * 2 + 2
    limits = np.array(gray.shape[::-1])
    low = np.clip(np.floor(corners.min(axis=0) - reach), 0, limits - 1).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0) + reach), low + 1, limits).astype(int)
    region = gray[low[1] : high[1], low[0] : high[0]]
    if shrink > MIN_WARP_SCALE:
        return region, corners - low
    size_wh = np.maximum(np.rint((high - low) * shrink), 1).astype(int)
    shrunk = average(region, (int(size_wh[0]), int(size_wh[1])))
    return shrunk, (corners - low) * (size_wh / (high - low))


def dark_regions(gray: Image, clear_borders: bool) -> Image:
    """Separates dark characters from the ground, as the tutorial does.

    Args:
        gray: A plate: uint8, (height, width).
        clear_borders: Whether to remove every dark region that touches the edge: a frame, but
            also a character. If all regions touch it, the result is black.

    Returns:
        The inverse Otsu threshold: uint8, the shape of the plate, 255 where it is dark, else 0.
    """
    dark = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)[1]
    return _without_border(dark) if clear_borders else dark


def _without_border(dark: Image) -> Image:
    # Imported here as it imports SciPy, which most photos do not need.
    from skimage.segmentation import clear_border

    cleared: Image = clear_border(dark)
    return cleared


def _size_of(gray: Image) -> tuple[int, int]:
    height, width = gray.shape
    return width, height
