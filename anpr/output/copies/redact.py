"""Photos whose plates nobody can read any more."""

from collections.abc import Iterable

import cv2
import numpy as np

from anpr.types import Candidate, Image, Quad

MARGIN = 0.3  # of the sides, each way: corners are found 0.15 off at worst, and frames bear names
LEAST_MARGIN_PX = 3
CELLS_WH = (4, 2)  # of a whole plate with its margin: a cell holds three characters or more


def redact(image: Image, plates: Iterable[Candidate]) -> Image:
    """Makes plates unreadable for good.

    All that is left of a plate and its margin is the mean colour of 4 x 2 cells, smoothed: each is
    the mean of several characters and what is around them, from which no filter brings one back.

    Args:
        image: uint8, gray or BGR.
        plates: In pixels of `image`.

    Returns:
        A new image of the same size.
    """
    redacted: Image = image.copy()
    for plate in plates:
        _blot_out(redacted, _grown(plate.outline))
    return redacted


def _grown(corners: Quad) -> Quad:
    center = corners.mean(axis=0)
    grown: Quad = center + (corners - center) * (1 + 2 * MARGIN)
    return grown


def _blot_out(canvas: Image, corners: Quad) -> None:
    limits = np.array(canvas.shape[1::-1])
    low = np.clip(np.floor(corners.min(axis=0)) - LEAST_MARGIN_PX, 0, limits).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + LEAST_MARGIN_PX + 1, low, limits).astype(int)
    part = canvas[low[1] : high[1], low[0] : high[0]]
    if part.size == 0:  # the plate lies outside the photo
        return
    cells = cv2.resize(part, CELLS_WH, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(cells, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    inside = _filled(part.shape[:2], corners - low) > 0
    part[inside] = smooth[inside]


def _filled(shape: tuple[int, ...], corners: Quad) -> Image:
    """255 within the corners' hull and the least margin around it, else 0."""
    hull = cv2.convexHull(np.rint(corners).astype(np.int32))
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [hull], 255)
    return cv2.polylines(mask, [hull], True, 255, 2 * LEAST_MARGIN_PX)
