"""Splits a plate with two lines of characters, even if it slopes.

Rows of pixels with many vertical strokes belong to a line; rows with few are the gap between two
lines. A plate that slopes has no such gap, so the crop is sheared to the slope at which the gap is
clearest.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Character, Image

STROKE_MAP_HEIGHT = 64
"""Height (px) at which the gap is searched for.

A gap is then at least ten rows high, and all slopes can be tried at little cost."""
MIN_STROKE_MAP_WIDTH = 16  # minimum width (px), for extremely narrow crops
SLOPES = np.linspace(-0.6, 0.6, 25)  # how far the right end is below the left, in crop heights
GAP_RANGE = (0.28, 0.66)  # where the gap can be, in crop heights; the upper line is often smaller
BLUR_WH, ROW_BLUR_WH, COLUMN_BLUR_WH = (3, 3), (1, 5), (5, 1)  # px
STROKE_CAP_PERCENTILE = 95  # stronger strokes are clipped, or a rim would outweigh the text
LINE_ROW_SHARE = 0.3
"""Minimum stroke strength of a row of a line: 0 is that of the gap, 1 that of the strongest row."""
LINE_COLUMN_SHARE = 0.25  # minimum stroke strength of a column of a line; 1 is a full column
FULL_COLUMN_PERCENTILE = 90  # percentile of a line's columns that counts as a full one
LINE_MARGIN_Y, LINE_MARGIN_X = 0.12, 0.35  # margins of a line, in heights of the line
MIN_LINE_ASPECT_RATIO = 2.2  # a narrower line is padded: two digits, if stretched, become illegible

MIN_BIG_NUMBER_DIGITS = 3  # of a number beside two small lines

Profile = NDArray[np.float32]
"""Stroke strengths: float32, (height, width), or (height,) for means of rows."""


def split_lines(gray: Image) -> tuple[Image, Image]:
    """Cuts a plate into its upper and its lower line, each made level and given a margin.

    Args:
        gray: A plate with two lines: uint8, (height, width). If it has only one, the halves hold
            parts of characters.

    Returns:
        Two images, uint8, about as high as their characters.
    """
    height, width = gray.shape
    small_width = max(MIN_STROKE_MAP_WIDTH, round(width * STROKE_MAP_HEIGHT / height))
    small_wh = small_width, STROKE_MAP_HEIGHT
    strokes = _strokes(cv2.resize(gray, small_wh, interpolation=cv2.INTER_AREA))
    _, gap, slope = max(_gaps(strokes))
    level, strokes = _sheared(gray, slope, cv2.BORDER_REPLICATE), _sheared(strokes, slope)
    return _cut_out(level, strokes, 0, gap), _cut_out(level, strokes, gap, STROKE_MAP_HEIGHT)


def _strokes(gray: Image) -> Profile:
    """Returns the strength of the vertical edge at each pixel: float32, the shape of the image."""
    edges = np.abs(cv2.Sobel(cv2.GaussianBlur(gray, BLUR_WH, 0), cv2.CV_32F, 1, 0))
    strokes: Profile = np.minimum(edges, np.percentile(edges, STROKE_CAP_PERCENTILE))
    return strokes


def _gaps(strokes: Profile) -> Iterator[tuple[float, int, float]]:
    """Yields the best gap at each slope: its clearness, its row and the slope.

    The clearness is the difference in stroke strength between the gap and the weaker line.
    """
    first, last = (round(share * len(strokes)) for share in GAP_RANGE)
    for slope in SLOPES:
        rows = _row_profile(_sheared(strokes, slope))
        above, below = np.maximum.accumulate(rows), np.maximum.accumulate(rows[::-1])[::-1]
        clearness = (np.minimum(above, below) - rows)[first:last]
        row = int(clearness.argmax())
        yield float(clearness[row]), first + row, float(slope)


def _row_profile(strokes: Profile) -> Profile:
    """Returns the mean of each row, smoothed: float32, (height,)."""
    profile: Profile = cv2.GaussianBlur(strokes.mean(axis=1)[:, None], ROW_BLUR_WH, 0)[:, 0]
    return profile


def _sheared(image: NDArray[Any], slope: float, border: int = cv2.BORDER_CONSTANT) -> NDArray[Any]:
    """Raises the right end of an image and lowers the left end, `slope` heights in all."""
    height, width = image.shape
    drop = slope * height / width
    matrix = np.array([[1, 0, 0], [-drop, 1, drop * width / 2]], np.float32)
    return cv2.warpAffine(image, matrix, (width, height), borderMode=border)


def _cut_out(level: Image, strokes: Profile, begin: int, end: int) -> Image:
    """Cuts one line, with its margins, out of a level plate.

    Args:
        level: uint8, (height, width).
        strokes: Stroke map of `level`, at a resolution of its own: float32, (height, width).
        begin: First row of `strokes` in which the line can be.
        end: Row after the last such row.
    """
    rows = _row_profile(strokes)
    weakest, strongest = min(rows[begin], rows[end - 1]), rows[begin:end].max()
    top, bottom = _span(rows[begin:end], weakest + LINE_ROW_SHARE * (strongest - weakest))
    top, bottom = begin + top, begin + bottom
    columns = cv2.GaussianBlur(strokes[top:bottom].mean(axis=0)[None], COLUMN_BLUR_WH, 0)[0]
    full_column = np.percentile(columns, FULL_COLUMN_PERCENTILE)
    left, right = _span(columns, LINE_COLUMN_SHARE * full_column)
    margin_y, margin_x = LINE_MARGIN_Y * (bottom - top) + 1, LINE_MARGIN_X * (bottom - top)
    scale_y, scale_x = level.shape[0] / strokes.shape[0], level.shape[1] / strokes.shape[1]
    y0, y1 = _scaled(top - margin_y, bottom + margin_y, scale_y, level.shape[0])
    x0, x1 = _scaled(left - margin_x, right + margin_x, scale_x, level.shape[1])
    return _padded(level[y0:y1, x0:x1])


def _padded(line: Image) -> Image:
    """Repeats the left and right edge of a line that is too narrow to be read."""
    missing = max(0, round(MIN_LINE_ASPECT_RATIO * line.shape[0]) - line.shape[1])
    return cv2.copyMakeBorder(
        line, 0, 0, missing // 2, missing - missing // 2, cv2.BORDER_REPLICATE
    )


def _span(profile: Profile, minimum: float) -> tuple[int, int]:
    """Returns the first index with at least `minimum`, and the one after the last."""
    inside = np.flatnonzero(profile >= minimum)
    return int(inside[0]), int(inside[-1]) + 1


def _scaled(begin: float, end: float, scale: float, length: int) -> tuple[int, int]:
    """Scales a range and clips it to an axis of `length` pixels; at least one pixel is left."""
    first = min(max(0, round(begin * scale)), length - 1)
    return first, max(first + 1, min(length, round(end * scale)))


def big_number_begin(
    upper: Sequence[tuple[int, Character]], lower: Sequence[tuple[int, Character]]
) -> int | None:
    """Returns where in the first line a big number beside two small lines begins.

    Args:
        upper: The characters of the first line, each with the step at which it begins.
        lower: Those of the second line.

    Returns:
        The index of its first digit; `None` if there is no such number.
    """
    if len(upper) <= MIN_BIG_NUMBER_DIGITS or not lower:
        return None
    gaps = np.diff([step for step, _ in upper])
    begin = int(gaps.argmax()) + 1  # if there is a big number, it begins after the widest gap
    number = [character.value for _, character in upper[begin:]]
    is_beside = upper[begin][0] > lower[-1][0]
    has_letters_below = all(character.value.isalpha() for _, character in lower)
    is_number = len(number) >= MIN_BIG_NUMBER_DIGITS and all(map(str.isdigit, number))
    return begin if is_beside and has_letters_below and is_number else None
