"""Two lines of characters, one below the other: where they part, and how far they slope.

Rows of pixels with upright strokes are a line, those without are the gap between two. On a plate
that slopes there are no such rows, so the crop is sheared until the gap is as clear as can be.
"""

from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image

HEIGHT = 64  # px the gap is looked for at: ten a gap at least, and cheap enough to try all slopes
LEAST_WIDTH = 16  # px then: of a crop that is next to nothing
SLOPES = np.linspace(-0.6, 0.6, 25)  # how far the right end is below the left, in crop heights
MIDDLE = (0.28, 0.66)  # of the height: where the gap can be; the upper line is often the smaller
SMOOTH_BEFORE, SMOOTH_ROWS, SMOOTH_COLUMNS = (3, 3), (1, 5), (5, 1)  # px
BRIGHTEST = 95  # percentile of strokes: what is stronger counts as much, or a rim would count most
LINE_ROWS = 0.3  # of the way from the gap to the busiest row: a row of the line
LINE_COLUMNS = 0.25  # of the strokes in busy columns (of percentile BUSY): a column of the line
BUSY = 90
ABOVE_BELOW, BESIDE = 0.12, 0.35  # margins of a line, in its heights
LEAST_ASPECT_RATIO = 2.2  # of a line to read: two digits would be stretched beyond recognition

Profile = NDArray[np.float32]


def split_lines(gray: Image) -> tuple[Image, Image]:
    """Cuts a plate into its upper and its lower line, made level, with a margin each.

    Args:
        gray: uint8, (height, width), a plate of two lines. Of one with a single line the halves
            hold parts of characters.

    Returns:
        Two uint8 images of about the height of their characters.
    """
    height, width = gray.shape
    small_wh = max(LEAST_WIDTH, round(width * HEIGHT / height)), HEIGHT
    strokes = _strokes(cv2.resize(gray, small_wh, interpolation=cv2.INTER_AREA))
    _, gap, slope = max(_gaps(strokes))
    level, strokes = _sheared(gray, slope, cv2.BORDER_REPLICATE), _sheared(strokes, slope)
    return _cut_out(level, strokes, 0, gap), _cut_out(level, strokes, gap, HEIGHT)


def _strokes(gray: Image) -> Profile:
    """How upright an edge each pixel is on: float32, the shape of the image."""
    edges = np.abs(cv2.Sobel(cv2.GaussianBlur(gray, SMOOTH_BEFORE, 0), cv2.CV_32F, 1, 0))
    strokes: Profile = np.minimum(edges, np.percentile(edges, BRIGHTEST))
    return strokes


def _gaps(strokes: Profile) -> Iterator[tuple[float, int, float]]:
    """The gap at each slope: how much clearer it is than both lines, its row, and the slope."""
    first, last = (round(share * len(strokes)) for share in MIDDLE)
    for slope in SLOPES:
        rows = _rows(_sheared(strokes, slope))
        above, below = np.maximum.accumulate(rows), np.maximum.accumulate(rows[::-1])[::-1]
        clearness = (np.minimum(above, below) - rows)[first:last]
        row = int(clearness.argmax())
        yield float(clearness[row]), first + row, float(slope)


def _rows(strokes: Profile) -> Profile:
    profile: Profile = cv2.GaussianBlur(strokes.mean(axis=1)[:, None], SMOOTH_ROWS, 0)[:, 0]
    return profile


def _sheared(image: NDArray[Any], slope: float, border: int = cv2.BORDER_CONSTANT) -> NDArray[Any]:
    """Raises the right end by `slope` heights, and the left falls as far; the middle stays."""
    height, width = image.shape
    drop = slope * height / width
    matrix = np.array([[1, 0, 0], [-drop, 1, drop * width / 2]], np.float32)
    return cv2.warpAffine(image, matrix, (width, height), borderMode=border)


def _cut_out(level: Image, strokes: Profile, begin: int, end: int) -> Image:
    """One line out of a level plate, from its strokes between two rows."""
    rows = _rows(strokes)
    least = min(rows[begin], rows[end - 1])
    top, bottom = _span(rows[begin:end], least + LINE_ROWS * (rows[begin:end].max() - least))
    top, bottom = begin + top, begin + bottom
    columns = cv2.GaussianBlur(strokes[top:bottom].mean(axis=0)[None], SMOOTH_COLUMNS, 0)[0]
    left, right = _span(columns, LINE_COLUMNS * np.percentile(columns, BUSY))
    above, beside = ABOVE_BELOW * (bottom - top) + 1, BESIDE * (bottom - top)
    scale_y, scale_x = level.shape[0] / strokes.shape[0], level.shape[1] / strokes.shape[1]
    y0, y1 = _within(top - above, bottom + above, scale_y, level.shape[0])
    x0, x1 = _within(left - beside, right + beside, scale_x, level.shape[1])
    line = level[y0:y1, x0:x1]
    missing = max(0, round(LEAST_ASPECT_RATIO * line.shape[0]) - line.shape[1])
    return cv2.copyMakeBorder(
        line, 0, 0, missing // 2, missing - missing // 2, cv2.BORDER_REPLICATE
    )


def _span(profile: Profile, least: float) -> tuple[int, int]:
    """From the first to behind the last that is not below `least`."""
    inside = np.flatnonzero(profile >= least)
    return int(inside[0]), int(inside[-1]) + 1


def _within(begin: float, end: float, scale: float, length: int) -> tuple[int, int]:
    """Scaled to pixels of an image that is so long: at least one of them."""
    first = min(max(0, round(begin * scale)), length - 1)
    return first, max(first + 1, min(length, round(end * scale)))
