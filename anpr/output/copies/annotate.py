"""Photos with their plates outlined and the text beside."""

from collections.abc import Iterable

import cv2
import numpy as np

from anpr.output.text import cleanup_text
from anpr.pixels import fit_width
from anpr.types import Candidate, Image, Reading

GREEN_BGR = (0, 255, 0)
LINE_PX = 2
FONT_SCALE = 0.75
TEXT_OFFSET_PX = 15  # above the plate, clear of its outline
TEXT_HEIGHT_PX = 20  # what FONT_SCALE needs; a plate nearer to the top is labelled below


def annotate(image: Image, readings: Iterable[Reading]) -> Image:
    """Draws each plate's box and text, as the tutorial does.

    Args:
        image: BGR, uint8, (height, width, 3).
        readings: In pixels of `image`.

    Returns:
        A new image, resized to the tutorial's width.
    """
    canvas = fit_width(image)
    factor = canvas.shape[1] / image.shape[1]
    for reading in readings:
        _draw(canvas, reading.candidate.scaled(factor), cleanup_text(reading.text))
    return canvas


def _draw(canvas: Image, candidate: Candidate, text: str) -> None:
    corners = cv2.boxPoints(cv2.minAreaRect(candidate.contour)).astype(np.int32)
    cv2.drawContours(canvas, [corners], -1, GREEN_BGR, LINE_PX)
    x, y, _, height = candidate.box
    baseline = y - TEXT_OFFSET_PX
    if baseline < TEXT_HEIGHT_PX:
        baseline = y + height + TEXT_OFFSET_PX + TEXT_HEIGHT_PX
    cv2.putText(
        canvas, text, (x, baseline), cv2.FONT_HERSHEY_SIMPLEX, FONT_SCALE, GREEN_BGR, LINE_PX
    )
