"""Cuts one line out of a two-line plate, as the reader does when it retries line by line."""

from __future__ import annotations

import cv2
import numpy as np

from anpr.types import Image

GAP_RANGE = (0.3, 0.68)  # shares of the height between which the gap between two lines can be
MAX_GAP_STROKES = 0.25  # share of the strokes of the fainter line; with more there is no gap
BEYOND_GAP = (-0.02, 0.1)  # share of the height, added from the other line (cut off if negative)
TRIMMED_RIM = (0.0, 0.7)  # share of the plate's rim outside the line that is cut off
SMOOTHING_WH = (1, 5)  # px
TEXT_STROKES = 0.2  # a row of pixels belongs to a text from this share of the maximum on
Drawn = tuple[Image, float, tuple[str, str]]
"""A flat plate: its picture, its true aspect ratio and the texts of its two lines."""


def one_line(
    flat: Image, aspect: float, rows: tuple[str, str], rng: np.random.Generator
) -> Drawn | None:
    """Cuts a line out of a flat plate.

    Args:
        flat: The stretched plate: uint8, (height, width).
        aspect: Its true width over height.
        rows: The texts of its two lines.
        rng: Source of randomness.

    Returns:
        The line as a plate of its own, whose second text is empty. `None` if no gap goes across
        the plate, as when two small lines stand beside a big one.
    """
    strokes = np.abs(cv2.Sobel(flat, cv2.CV_32F, 1, 0)).mean(axis=1, keepdims=True)
    profile = cv2.GaussianBlur(strokes, SMOOTHING_WH, 0)[:, 0]
    height = len(profile)
    low, high = (round(share * height) for share in GAP_RANGE)
    gap = low + int(profile[low:high].argmin())
    if profile[gap] > MAX_GAP_STROKES * min(profile[:gap].max(), profile[gap:].max()):
        return None
    ink = np.flatnonzero(profile > TEXT_STROKES * profile.max())
    beyond, trim = rng.uniform(*BEYOND_GAP) * height, rng.uniform(*TRIMMED_RIM)
    if rng.random() < 0.5:
        top, bottom, text = trim * ink[0], gap + beyond, rows[0]
    else:
        top, bottom, text = gap - beyond, height - trim * (height - 1 - ink[-1]), rows[1]
    line = flat[max(0, round(top)) : round(bottom)]
    return line, aspect * height / len(line), (text, "")
