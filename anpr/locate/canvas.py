"""What the locating networks see: a photo shrunk to a canvas, and the window around a box."""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.images import average, standardise
from anpr.types import Image

# Of a photo of 4 to 3; other shapes get as many pixels. 384 x 512 finds no more.
CANVAS_HW = (336, 448)
STRIDE = 8  # px a cell of the finder's map
STEM = 4  # px: blocks of 4 x 4 become the 16 channels that the network begins with
MULTIPLE = 32  # px: both sides of a canvas, since the finder halves it five times

WINDOW_HW = (64, 128)
WINDOW_GROWTH = (0.5, 0.7)  # a window is so much wider and higher than its box: room for corners


def shrink(gray: Image, zoom: float = 1.0) -> Image:
    """Shrinks a photo to the number of pixels the finder takes; a smaller one stays as it is.

    The same number for every shape: it costs the same, and a wide photo shows small plates.

    Args:
        gray: uint8, (height, width).
        zoom: Makes it this many times as wide and high as usual.
    """
    height, width = gray.shape
    factor = math.sqrt(CANVAS_HW[0] * CANVAS_HW[1] / (height * width)) * zoom
    if factor >= 1:
        return gray
    size_wh = max(1, round(width * factor)), max(1, round(height * factor))
    return average(gray, size_wh)


def finder_input(canvas: Image) -> NDArray[Any]:
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


def window_corners(box: NDArray[Any]) -> NDArray[Any]:
    """Returns the window around a box: float32, (2, 2), its top left and bottom right corners.

    Args:
        box: float, (4,): left, top, right, bottom in pixels.
    """
    low, high = box[:2], box[2:]
    margin = (high - low) * np.array(WINDOW_GROWTH) / 2
    return np.stack([low - margin, high + margin]).astype(np.float32)


def cut_window(gray: Image, box: NDArray[Any]) -> Image:
    """Cuts the window around a box out of a photo; beyond the photo its edge is repeated.

    Args:
        gray: uint8, (height, width).
        box: See `window_corners`.

    Returns:
        uint8, (64, 128).
    """
    (left, top), (right, bottom) = window_corners(box)
    height, width = WINDOW_HW
    # Pixels that fall between the samples are averaged in first: warpAffine would skip them.
    rate = max((right - left) / width, (bottom - top) / height)
    if rate > 1:
        gray, (left, top, right, bottom) = _reduced(gray, (left, top, right, bottom), rate)
    sources = np.array([[left, top], [right, top], [left, bottom]], np.float32) - 0.5
    targets = np.array([[0, 0], [width, 0], [0, height]], np.float32) - 0.5
    matrix = cv2.getAffineTransform(sources, targets)
    return cv2.warpAffine(gray, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _reduced(
    gray: Image, edges: tuple[float, float, float, float], rate: float
) -> tuple[Image, tuple[float, float, float, float]]:
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
