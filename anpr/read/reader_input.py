"""What the network sees of a crop: its input, in use and in training."""

from collections.abc import Sequence
from typing import Any

import cv2
from numpy.typing import NDArray

from anpr.pixels import standardise
from anpr.types import Image

CANVAS_HW = (48, 144)  # 14 px a character for ten; 48 rows give each of two lines 20


def stretch(gray: Image, width: int = CANVAS_HW[1]) -> Image:
    """Stretches a crop to the canvas; its aspect ratio is not kept.

    Args:
        gray: uint8, (height, width), at least 1 x 1.
        width: Of the canvas, a multiple of 4.

    Returns:
        uint8, (48, width).
    """
    height = CANVAS_HW[0]
    # Averaged where it shrinks, interpolated where it grows: one resize cannot do both.
    shrunk_wh = (min(gray.shape[1], width), min(gray.shape[0], height))
    if shrunk_wh != gray.shape[::-1]:
        gray = cv2.resize(gray, shrunk_wh, interpolation=cv2.INTER_AREA)
    return cv2.resize(gray, (width, height), interpolation=cv2.INTER_LINEAR)


def reader_input(canvases: Sequence[Image] | NDArray[Any]) -> NDArray[Any]:
    """Makes canvases what the network takes in: each freed of its own brightness and contrast.

    Args:
        canvases: uint8, n of (48, width).

    Returns:
        float32, (n, 1, 48, width), each of mean 0.
    """
    return standardise(canvases)[:, None]
