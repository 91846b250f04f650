"""Rectifying: aspect ratios, cutting out and thresholding, on drawn plates."""

import cv2
import numpy as np
import pytest
from skimage.segmentation import clear_border

from anpr.pixels import to_gray
from anpr.rectify import (
    SIDE_MARGIN,
    aspect_ratio,
    cut_out,
    dark_regions,
    plate_shaped,
    side_lengths,
    upright,
)
from anpr.types import Candidate
from tests.builders import PLATE_XYWH, rectangle

X, Y, WIDTH, HEIGHT = PLATE_XYWH
PLATE_CORNERS = np.array(
    [[X, Y], [X + WIDTH, Y], [X + WIDTH, Y + HEIGHT], [X, Y + HEIGHT]], np.float32
)


@pytest.mark.parametrize(
    ("width", "is_plate"), [(39, False), (40, True), (45, True), (50, True), (51, False)]
)
def test_the_range_of_aspect_ratios_includes_both_ends(width, is_plate):
    chosen = list(plate_shaped([rectangle(0, 0, width, 10)], min_ar=4, max_ar=5))
    assert bool(chosen) == is_plate


def test_candidates_in_the_range_keep_their_order():
    candidates = [rectangle(0, 0, 9, 9), rectangle(5, 5, 42, 10), rectangle(0, 0, 45, 10)]
    assert list(plate_shaped(candidates, 4, 5)) == candidates[1:]


def test_a_plate_is_cut_out_thresholded_and_its_border_cleared():
    gray = np.full((40, 80), 220, np.uint8)
    gray[10:30, 20] = 10  # a dark frame, on the left edge of the candidate
    gray[18:23, 40:44] = 10  # a character, inside it
    candidate = rectangle(20, 10, 50, 20)
    plate = cut_out(gray, candidate)
    roi = dark_regions(plate.gray, clear_borders=False)
    assert plate.gray.shape == roi.shape == (20, 50)
    assert set(np.unique(roi)) == {0, 255}
    assert (roi[:, 0] == 255).all()
    cleared = dark_regions(plate.gray, clear_borders=True)
    assert (cleared[:, 0] == 0).all()
    assert (cleared[8:13, 20:24] == 255).all()
    assert np.array_equal(cleared, clear_border(roi))


def test_a_rectified_plate_looks_as_if_seen_straight_on(photo):
    gray = to_gray(photo)
    seen = np.array([[60, 40], [300, 90], [310, 180], [50, 110]], np.float32)
    matrix = cv2.getPerspectiveTransform(PLATE_CORNERS, seen)
    askew = cv2.warpPerspective(gray, matrix, (400, 260), flags=cv2.INTER_AREA)
    plate = upright(askew, Candidate.with_corners(seen, 1.0))
    margin = round(SIDE_MARGIN * WIDTH)
    expected = gray[Y : Y + HEIGHT, X - margin : X + WIDTH + margin]
    expected = cv2.resize(expected, plate.gray.shape[::-1])
    assert np.corrcoef(plate.gray.ravel(), expected.ravel())[0, 1] > 0.85
    assert plate.surroundings.shape > plate.gray.shape


def test_a_rectified_plate_is_no_larger_than_any_recognizer_needs():
    gray = np.zeros((3000, 4000), np.uint8)
    corners = np.array([[100, 100], [3900, 120], [3900, 1100], [100, 1080]], np.float32)
    plate = upright(gray, Candidate.with_corners(corners, 1.0))
    assert plate.gray.shape[0] <= 170
    assert plate.gray.shape[1] <= 500


@pytest.mark.parametrize("shift", [(-700, -500), (700, 500), (-100, 0)])
def test_corners_beyond_the_photo_give_a_crop_too(photo, shift):
    corners = PLATE_CORNERS + np.array(shift, np.float32)
    plate = upright(to_gray(photo), Candidate.with_corners(corners, 1.0))
    assert plate.gray.size > 0


def test_corners_in_one_point_give_a_crop_too(photo):
    corners = np.full((4, 2), 5, np.float32)
    assert upright(to_gray(photo), Candidate.with_corners(corners, 1.0)).gray.size > 0


def test_the_aspect_ratio_is_that_of_the_plate_not_of_the_box_around_it():
    turned = cv2.boxPoints(((100, 100), (120, 30), 30)).astype(np.float32)
    ordered = np.roll(turned, -1, axis=0)  # clockwise from the top left
    candidate = Candidate.with_corners(ordered, 1.0)
    assert aspect_ratio(candidate) == pytest.approx(4, rel=0.01)
    assert candidate.box.aspect_ratio < 2
    assert list(plate_shaped([candidate], 3.5, 4.5)) == [candidate]
    assert list(plate_shaped([candidate], 1, 3)) == []


def test_without_corners_the_box_is_cut_out_as_it_is():
    gray = np.arange(200, dtype=np.uint8).reshape(10, 20)
    plate = upright(gray, rectangle(3, 2, 8, 4))
    assert np.array_equal(plate.gray, gray[2:6, 3:11])
    assert plate.surroundings is None


def test_a_plate_knows_the_size_of_its_photo(photo):
    gray = to_gray(photo)
    for candidate in (Candidate.with_corners(PLATE_CORNERS, 1.0), rectangle(*PLATE_XYWH)):
        assert upright(gray, candidate).photo_wh == (600, 400)
    assert cut_out(gray, rectangle(*PLATE_XYWH)).photo_wh == (600, 400)


def test_the_crop_is_in_the_centre_of_its_surroundings(photo):
    plate = upright(to_gray(photo), Candidate.with_corners(PLATE_CORNERS, 1.0))
    (height, width), (whole_height, whole_width) = plate.gray.shape, plate.surroundings.shape
    top, left = (whole_height - height) // 2, (whole_width - width) // 2
    centre = plate.surroundings[top : top + height, left : left + width]
    assert np.array_equal(centre, plate.gray)


def test_sides_are_means_of_opposite_sides_and_at_least_one_pixel():
    corners = np.array([[0, 0], [30, 0], [40, 10], [0, 10]], np.float32)
    width, height = side_lengths(corners)
    assert width == pytest.approx(35)
    assert height == pytest.approx((10 + np.hypot(10, 10)) / 2)
    assert side_lengths(np.zeros((4, 2), np.float32)) == (1, 1)
