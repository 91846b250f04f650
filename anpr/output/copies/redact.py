"""Makes plates in photos unreadable."""

from collections.abc import Iterable

import cv2
import numpy as np

from anpr.types import Candidate, Image, Quad

# Margin on each side, as a fraction of the plate's width or height: located corners are off by up
# to 0.15, and the plate's frame may bear a name.
MARGIN = 0.3
MIN_MARGIN_PX = 3
CELLS_WH = (4, 2)  # cells of a plate with its margin; each covers at least three characters


def redact(image: Image, plates: Iterable[Candidate]) -> Image:
    """Makes plates unreadable, irreversibly.

    A plate with its margin is reduced to the mean colours of 4 x 2 cells, smoothed. Each is the
    mean of several characters and what is around them, from which no filter restores one.

    Args:
        image: uint8, gray or BGR.
        plates: The plates, in pixels of `image`; parts beyond its border are ignored.

    Returns:
        A new image of the same size.
    """
    redacted: Image = image.copy()
    for plate in plates:
        _blur(redacted, _with_margin(plate.outline))
    return redacted


def _with_margin(corners: Quad) -> Quad:
    center = corners.mean(axis=0)
    grown: Quad = center + (corners - center) * (1 + 2 * MARGIN)
    return grown


def _blur(canvas: Image, corners: Quad) -> None:
    limits = np.array(canvas.shape[1::-1])
    low = np.clip(np.floor(corners.min(axis=0)) - MIN_MARGIN_PX, 0, limits).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + MIN_MARGIN_PX + 1, low, limits).astype(int)
    box = canvas[low[1] : high[1], low[0] : high[0]]
    if box.size == 0:  # the plate is outside the photo
        return
    cells = cv2.resize(box, CELLS_WH, interpolation=cv2.INTER_AREA)
    smooth = cv2.resize(cells, box.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    inside = _mask(box.shape[:2], corners - low) > 0
    box[inside] = smooth[inside]


def _mask(shape: tuple[int, ...], corners: Quad) -> Image:
    """Returns 255 within the hull of the corners and the minimum margin around it, else 0."""
    hull = cv2.convexHull(np.rint(corners).astype(np.int32))
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [hull], 255)
    return cv2.polylines(mask, [hull], True, 255, 2 * MIN_MARGIN_PX)
