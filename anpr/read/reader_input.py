"""The input of the reading networks, the same in use and in training."""

from collections.abc import Sequence
from typing import Any

import cv2
from numpy.typing import NDArray

from anpr.pixels import standardise
from anpr.types import Image

READER_INPUT_HW = (48, 144)
"""Height and width (px): 14 px for each of ten characters, 20 rows for each of two lines."""


def stretch(gray: Image, width: int = READER_INPUT_HW[1]) -> Image:
    """Stretches a crop to the size of the reader input; the aspect ratio is not kept.

    Args:
        gray: uint8, (height, width), at least 1 x 1.
        width: Width of the reader input (px), a multiple of 4.

    Returns:
        uint8, (48, width).
    """
    height = READER_INPUT_HW[0]
    # A side that shrinks is averaged, a side that grows is interpolated: one resize cannot do both.
    shrunk_wh = (min(gray.shape[1], width), min(gray.shape[0], height))
    if shrunk_wh != gray.shape[::-1]:
        gray = cv2.resize(gray, shrunk_wh, interpolation=cv2.INTER_AREA)
    return cv2.resize(gray, (width, height), interpolation=cv2.INTER_LINEAR)


def reader_input(crops: Sequence[Image] | NDArray[Any]) -> NDArray[Any]:
    """Turns stretched crops into the network's input: brightness and contrast standardised.

    Args:
        crops: uint8, n of (48, width); at least one.

    Returns:
        float32, (n, 1, 48, width), each crop with mean 0.
    """
    return standardise(crops)[:, None]
