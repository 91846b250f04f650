"""Splitting plates with two lines, on drawn strokes."""

import cv2
import numpy as np
import pytest

from anpr.read.two_lines import MIN_LINE_ASPECT_RATIO, big_number_begin, split_lines
from anpr.types import Character


def strokes_in_two_lines() -> np.ndarray:
    """Black strokes of 25 rows above gray ones of 36 rows."""
    plate = np.full((100, 160), 200, np.uint8)
    plate[15:40, 30:130:12] = plate[15:40, 31:130:12] = plate[15:40, 32:130:12] = 0
    plate[52:88, 20:140:14] = plate[52:88, 21:140:14] = plate[52:88, 22:140:14] = 90
    return plate


@pytest.mark.parametrize("slope", [0.0, 0.2, -0.35])
def test_lines_are_split_at_any_slope(slope):
    matrix = np.array([[1, 0, 0], [slope * 100 / 160, 1, -slope * 50]], np.float32)
    sloping = cv2.warpAffine(
        strokes_in_two_lines(), matrix, (160, 100), borderMode=cv2.BORDER_REPLICATE
    )
    sloping.flags.writeable = False
    upper, lower = split_lines(sloping)
    assert upper.min() < 30
    assert 80 < lower.min() < 120
    assert ((upper > 80) & (upper < 100)).mean() < 0.05, "nothing of the other line"
    assert abs(upper.shape[0] - 1.24 * 25) < 8
    assert abs(lower.shape[0] - 1.24 * 36) < 8


def test_a_narrow_line_is_padded():
    plate = np.full((100, 60), 200, np.uint8)
    plate[10:40, 20:23] = plate[10:40, 30:33] = 0
    plate[55:90, 20:23] = plate[55:90, 30:33] = 0
    for line in split_lines(plate):
        assert line.shape[1] == round(MIN_LINE_ASPECT_RATIO * line.shape[0])


@pytest.mark.parametrize("shape", [(1, 1), (1, 60), (60, 1), (3, 2), (500, 7)])
def test_each_half_of_a_tiny_crop_has_at_least_one_pixel(shape):
    assert all(line.size for line in split_lines(np.full(shape, 7, np.uint8)))


@pytest.mark.parametrize(
    ("upper", "lower", "begin"),
    [
        ("MH14____9239", "_GN_", 4),
        ("LEF____17", "_2544_", None),
        ("KA_01_AB___", "__7", None),
        ("L734", "_WNJ", None),
        ("9239", "", None),
        ("MH12", "DE1433", None),
    ],
)
def test_a_big_number_beside_two_small_lines_begins_after_the_widest_gap(upper, lower, begin):
    paths = [
        [(step, Character(value, 0.9)) for step, value in enumerate(line) if value != "_"]
        for line in (upper, lower)
    ]
    assert big_number_begin(*paths) == begin
