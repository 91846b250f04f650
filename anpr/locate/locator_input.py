"""The inputs of the locating networks, the same in use and in training.

The detector gets the whole photo, shrunk. The corner regressor gets a window of the photo itself,
around one box of the detector.
"""

import math
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.pixels import average, halved, standardise
from anpr.types import Image

DETECTOR_INPUT_HW = (336, 448)
"""Detector input (px) for a 4:3 photo; other aspect ratios use the same number of pixels.

With 384 x 512 it found no more plates."""
STRIDE = 8  # px in one cell of the detector's output
STEM = 4  # px: blocks of 4 x 4 become the 16 channels of the detector input
MULTIPLE = 32  # px: sides are padded to such a multiple, as the detector halves them five times
MAX_STRETCH = 0.06  # stretch a side by at most 6 % to reach a multiple: padding costs time as well

WINDOW_HW = (64, 128)
WINDOW_GROWTH = (0.5, 0.7)  # added to a box's width and height: room for corners outside the box
MIN_WINDOW_SIDE = 1e-6  # px: a box may have no width at all

Edges = tuple[float, float, float, float]
"""Left, top, right and bottom of an upright rectangle, in pixels."""


def shrink(gray: Image, zoom: float = 1.0) -> Image:
    """Shrinks a photo to about the number of pixels of the detector input.

    The number is the same for every aspect ratio: so is the cost, and a wide photo still shows
    small plates. Width and height may be shrunk by slightly different factors.

    Args:
        gray: uint8, (height, width).
        zoom: Scale factor for both sides of the result.

    Returns:
        uint8, (height, width). A photo that is small enough is returned as it is.
    """
    height, width = gray.shape
    factor = math.sqrt(DETECTOR_INPUT_HW[0] * DETECTOR_INPUT_HW[1] / (height * width)) * zoom
    if factor >= 1:
        return gray
    size_wh = _input_side(width * factor), _input_side(height * factor)
    # Interpolated to twice the size and then halved: almost equal to the mean of the pixels that
    # each pixel covers, in half the time.
    twice_wh = 2 * size_wh[0], 2 * size_wh[1]
    twice = cv2.resize(halved(gray, twice_wh), twice_wh, interpolation=cv2.INTER_LINEAR)
    return halved(twice, size_wh)


def _input_side(side: float) -> int:
    """Returns the nearest side that needs no padding, if that hardly changes the aspect ratio."""
    unpadded = round(side / MULTIPLE) * MULTIPLE
    return unpadded if abs(unpadded / side - 1) < MAX_STRETCH else max(1, round(side))


def detector_input(small: Image) -> NDArray[Any]:
    """Turns a shrunk photo into the detector's input.

    Args:
        small: uint8, (height, width), see `shrink`.

    Returns:
        float32, (1, 16, h / 4, w / 4): standardised, padded with the mean to the next multiples
        h and w of 32, and with blocks of 4 x 4 pixels as channels.
    """
    height, width = small.shape
    pixels = standardise(small[None])[0]
    below, beside = -height % MULTIPLE, -width % MULTIPLE
    padded = cv2.copyMakeBorder(pixels, 0, below, 0, beside, cv2.BORDER_CONSTANT, value=0)
    return blocks_as_channels(padded[None])


def blocks_as_channels(pixels: NDArray[Any]) -> NDArray[Any]:
    """Turns blocks of 4 x 4 pixels into 16 channels, in row order.

    This is done outside the network, as OpenCV takes ten times as long for a layer with a stride
    and one input channel.

    >>> pixels = np.arange(32).reshape(1, 4, 8)  # two blocks, side by side
    >>> channels = blocks_as_channels(pixels)
    >>> channels.shape
    (1, 16, 1, 2)
    >>> channels[0, :, 0, 1].tolist()
    [4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31]

    Args:
        pixels: Any dtype, (n, height, width); both sides are multiples of 4.

    Returns:
        The same dtype, (n, 16, height / 4, width / 4).
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
    margin_x = (right - left) * WINDOW_GROWTH[0] / 2
    margin_y = (bottom - top) * WINDOW_GROWTH[1] / 2
    return left - margin_x, top - margin_y, right + margin_x, bottom + margin_y


def cut_window(gray: Image, box: NDArray[Any]) -> Image:
    """Cuts the window around a box out of a photo. Beyond the photo, its edge is repeated.

    Args:
        gray: uint8, (height, width).
        box: See `window_edges`.

    Returns:
        uint8, (64, 128).
    """
    left, top, right, bottom = edges = window_edges(box)
    height, width = WINDOW_HW
    # A large window is averaged first, as warpAffine skips the pixels between its samples.
    rate = max((right - left) / width, (bottom - top) / height)
    if rate > 1:
        gray, (left, top, right, bottom) = _reduced(gray, edges, rate)
    scale_x = width / max(right - left, MIN_WINDOW_SIDE)
    scale_y = height / max(bottom - top, MIN_WINDOW_SIDE)
    # An edge lies half a pixel before the centre of the pixel that begins there.
    shift_x, shift_y = (0.5 - left) * scale_x - 0.5, (0.5 - top) * scale_y - 0.5
    matrix = np.array([[scale_x, 0, shift_x], [0, scale_y, shift_y]])
    return cv2.warpAffine(gray, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)


def _reduced(gray: Image, edges: Edges, rate: float) -> tuple[Image, Edges]:
    """Cuts a rectangle out of a photo, `rate` times smaller; also returns the edges within that."""
    left, top, right, bottom = edges
    height, width = gray.shape
    x0, y0 = min(max(0, int(left)), width - 1), min(max(0, int(top)), height - 1)
    region = gray[y0 : max(y0 + 1, int(bottom) + 1), x0 : max(x0 + 1, int(right) + 1)]
    size_wh = max(1, round(region.shape[1] / rate)), max(1, round(region.shape[0] / rate))
    scale_x, scale_y = size_wh[0] / region.shape[1], size_wh[1] / region.shape[0]
    return (
        average(region, size_wh),
        (
            (left - x0) * scale_x,
            (top - y0) * scale_y,
            (right - x0) * scale_x,
            (bottom - y0) * scale_y,
        ),
    )
