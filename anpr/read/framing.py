"""Framings: the crops of one plate that retries read (test-time augmentation).

The text that a network reads depends on how tightly the plate is cut out, from which side it is
seen and how wide it is stretched. So a plate that the network is unsure of is cut out in several
ways, and all of them are evidence (`anpr.read.evidence`).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from anpr.read.reader_input import READER_INPUT_HW
from anpr.types import Image, Plate


@dataclass(frozen=True)
class Framing:
    """Which part of a crop, and of its surroundings, fills the reader input."""

    shear: float = 0.0
    """How far the right edge is moved below the left one, in heights of the crop."""
    margin_x: float = 0.0
    """Margin added left and right, in widths of the crop; a negative one cuts off."""
    margin_y: float = 0.0
    """Margin added above and below, in heights of the crop; a negative one cuts off."""
    width: int = READER_INPUT_HW[1]
    """Width of the reader input (px); a wider one moves narrow characters further apart."""


RETRY_FRAMINGS = (
    Framing(0.3, margin_x=0.04, margin_y=0.12),
    Framing(margin_x=0.04, margin_y=0.2, width=112),
    Framing(0.15, margin_x=0.04, margin_y=-0.05, width=192),
    Framing(0.15, margin_x=0.04, margin_y=0.2, width=192),
    Framing(margin_x=0.06, margin_y=-0.05),
    Framing(0.15, margin_x=0.04, margin_y=0.06, width=112),
    Framing(-0.3, margin_y=-0.05),
)
"""Framings that retries use one after the other, until the predictions agree.

They make up for a box drawn too tight or too wide, a plate seen from either side, and letters too
narrow to be told apart. Chosen from 130 framings as the set that corrects most plates: on
validation, with boxes drawn by a person and with located ones, and on held-out training plates."""

WIDER_FRAMING = Framing(margin_x=0.1)
"""Shows a character that was cut off because the corners were located too far inside.

None of the other framings shows it."""


def frame(plate: Plate, framing: Framing) -> Image:
    """Cuts a plate out once more, in another framing.

    Args:
        plate: Its crop, and its surroundings if they are known. Whatever lies beyond them repeats
            their edge.
        framing: The part to cut out.

    Returns:
        uint8, the shape of the crop.
    """
    height, width = plate.gray.shape
    gray = plate.gray if plate.surroundings is None else plate.surroundings
    crop_xy = np.array([gray.shape[1] - width, gray.shape[0] - height]) / 2
    left, top = -framing.margin_x * width, -framing.margin_y * height
    drop = framing.shear * height / 2
    source = [(left, top - drop), (width - left, top + drop), (left, height - top - drop)]
    target = [(0, 0), (width, 0), (0, height)]
    return cv2.warpAffine(
        gray,
        cv2.getAffineTransform((source + crop_xy).astype(np.float32), np.array(target, np.float32)),
        (width, height),
        borderMode=cv2.BORDER_REPLICATE,
    )
