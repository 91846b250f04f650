"""What the locating networks see: a photo shrunk to a canvas, and the window around a box."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.pixels import average, halved, standardise
from anpr.types import Image

# Of a photo of 4 to 3; other shapes get as many pixels. 384 x 512 finds no more.
CANVAS_HW = (336, 448)
STRIDE = 8  # px a cell of the finder's map
STEM = 4  # px: blocks of 4 x 4 become the 16 channels that the network begins with
MULTIPLE = 32  # px: both sides of a canvas, since the finder halves it five times
MOST_STRETCH = 0.06  # of a side, to such a multiple: what fills a canvas up costs time, too

WINDOW_HW = (64, 128)
WINDOW_GROWTH = (0.5, 0.7)  # a window is so much wider and higher than its box: room for corners
LEAST_SIDE = 1e-6  # px, of a window: a box may have no width at all

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom of a rectangle, in pixels."""


def shrink(gray: Image, zoom: float = 1.0) -> Image:
    """Shrinks a photo to about the number of pixels the finder takes; a smaller one stays as it is.

    The same number for every shape: it costs the same, and a wide photo shows small plates. Width
    and height may be shrunk by a few in a hundred more or less than each other.

    Args:
        gray: uint8, (height, width).
        zoom: Makes it this many times as wide and high as usual.
    """
    height, width = gray.shape
    factor = math.sqrt(CANVAS_HW[0] * CANVAS_HW[1] / (height * width)) * zoom
    if factor >= 1:
        return gray
    size_wh = _canvas_side(width * factor), _canvas_side(height * factor)
    # Twice that size by interpolation, and then by halves: all but equal to the mean of what each
    # pixel stands for, in half the time.
    twice_wh = 2 * size_wh[0], 2 * size_wh[1]
    twice = cv2.resize(halved(gray, twice_wh), twice_wh, interpolation=cv2.INTER_LINEAR)
    return halved(twice, size_wh)


def _canvas_side(side: float) -> int:
    """The side nearest to one that needs no filling up, where that hardly changes the shape."""
    whole = round(side / MULTIPLE) * MULTIPLE
    return whole if abs(whole / side - 1) < MOST_STRETCH else max(1, round(side))


def detector_input(canvas: Image) -> NDArray[Any]:
    """Makes a canvas what the finder takes in.

    Args:
        canvas: uint8, (height, width).

    Returns:
        float32, (1, 16, h / 4, w / 4): standardised, filled up with its mean to the next
        multiples h and w of 32, blocks of 4 x 4 pixels as channels.
    """
    height, width = canvas.shape
    pixels = standardise(canvas[None])[0]
    below, beside = -height % MULTIPLE, -width % MULTIPLE
    filled = cv2.copyMakeBorder(pixels, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=0)
    return blocks_as_channels(filled[None])


def blocks_as_channels(pixels: NDArray[Any]) -> NDArray[Any]:
    """Turns (n, h, w) into (n, 16, h / 4, w / 4), row by row of each block.

    Outside the network, since OpenCV takes ten times as long for a strided layer of one channel.
    """
    count, height, width = pixels.shape
    blocks = pixels.reshape(count, height // STEM, STEM, width // STEM, STEM)
    channels = blocks.transpose(0, 2, 4, 1, 3)
    return np.ascontiguousarray(channels.reshape(count, STEM * STEM, height // STEM, width // STEM))


def window_edges(box: NDArray[Any]) -> Edges:
    """Returns the window around a box.

    Args:
        box: float, (4,): left, top, right, bottom in pixels.
    """
    left, top, right, bottom = box.tolist()
    beside = (right - left) * WINDOW_GROWTH[0] / 2
    above = (bottom - top) * WINDOW_GROWTH[1] / 2
    return left - beside, top - above, right + beside, bottom + above


def cut_window(gray: Image, box: NDArray[Any]) -> Image:
    """Cuts the window around a box out of a photo; beyond the photo its edge is repeated.

    Args:
        gray: uint8, (height, width).
        box: See `window_edges`.

    Returns:
        uint8, (64, 128).
    """
    left, top, right, bottom = edges = window_edges(box)
    height, width = WINDOW_HW
    # Pixels that fall between the samples are averaged in first: warpAffine would skip them.
    rate = max((right - left) / width, (bottom - top) / height)
    if rate > 1:
        gray, (left, top, right, bottom) = _reduced(gray, edges, rate)
    scale_x = width / max(right - left, LEAST_SIDE)
    scale_y = height / max(bottom - top, LEAST_SIDE)
    # An edge lies half a pixel before the middle of the pixel it begins.
    shift_x, shift_y = (0.5 - left) * scale_x - 0.5, (0.5 - top) * scale_y - 0.5
    matrix = np.array([[scale_x, 0, shift_x], [0, scale_y, shift_y]])
    return cv2.warpAffine(gray, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _reduced(gray: Image, edges: Edges, rate: float) -> tuple[Image, Edges]:
    """The part of a photo within some edges, 1 / `rate` its size, and the edges within that."""
    left, top, right, bottom = edges
    height, width = gray.shape
    x0, y0 = min(max(0, int(left)), width - 1), min(max(0, int(top)), height - 1)
    part = gray[y0 : max(y0 + 1, int(bottom) + 1), x0 : max(x0 + 1, int(right) + 1)]
    size_wh = max(1, round(part.shape[1] / rate)), max(1, round(part.shape[0] / rate))
    scale_x, scale_y = size_wh[0] / part.shape[1], size_wh[1] / part.shape[0]
    return (
        average(part, size_wh),
        (
            (left - x0) * scale_x,
            (top - y0) * scale_y,
            (right - x0) * scale_x,
            (bottom - y0) * scale_y,
        ),
    )
