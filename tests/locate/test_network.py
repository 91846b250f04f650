"""The locating networks: how their outputs are decoded, and which plates they find."""

import cv2
import numpy as np
import pytest

from anpr.locate.locator_input import STRIDE, shrink
from anpr.locate.network import (
    Boxes,
    NetworkLocator,
    find_boxes,
    heat_map,
    window_quads,
    without_overlaps,
)
from anpr.pixels import to_gray
from anpr.rectify import side_lengths
from anpr.types import Candidate
from tests.builders import PLATE_XYWH
from tests.fakes.windows import RecordingWindows
from training.locator.boxes import box_around, intersection_over_union

X, Y, WIDTH, HEIGHT = PLATE_XYWH
PLATE_CORNERS = np.array(
    [[X, Y], [X + WIDTH, Y], [X + WIDTH, Y + HEIGHT], [X, Y + HEIGHT]], np.float32
)


@pytest.fixture(scope="module")
def locator() -> NetworkLocator:
    return NetworkLocator()


@pytest.fixture(scope="module")
def gray(photo) -> np.ndarray:
    return to_gray(photo)


def best_overlap(candidates: list[Candidate], corners: np.ndarray) -> float:
    boxes = np.array([box_around(candidate.corners) for candidate in candidates]).reshape(-1, 4)
    return float(intersection_over_union(box_around(corners), boxes).max(initial=0))


# Decoding the detector's output


def cells_with(*plates: tuple[int, int, float, float, float, float, float]) -> np.ndarray:
    cells = np.zeros((5, 6, 8), np.float32)
    cells[0] = -10
    for row, column, *values in plates:
        cells[:, row, column] = values
    return cells


def test_a_cell_gives_the_centre_and_the_size_of_a_box():
    cells = cells_with((2, 3, 4.0, 0.25, -0.5, np.log(4), np.log(1)))
    boxes = find_boxes(cells, min_score=0.5, max_overlap=0.4)
    centre_x, centre_y = (3.5 + 0.25) * STRIDE, (2.5 - 0.5) * STRIDE
    expected = [centre_x - 16, centre_y - 4, centre_x + 16, centre_y + 4]
    assert boxes.edges.tolist() == [pytest.approx(expected)]
    assert boxes.scores[0] == pytest.approx(1 / (1 + np.exp(-4)))


def test_only_local_maxima_with_the_minimum_score_are_boxes():
    cells = cells_with((2, 3, 4, 0, 0, 1, 0), (2, 4, 3.9, 0, 0, 1, 0), (5, 7, -2, 0, 0, 1, 0))
    assert len(find_boxes(cells, 0.5, 0.9).scores) == 1
    assert len(find_boxes(cells, 0.1, 0.9).scores) == 2
    assert len(find_boxes(cells_with(), 0.1, 0.9).scores) == 0


def test_the_more_probable_of_two_overlapping_boxes_is_kept():
    edges = np.array([[0, 0, 40, 10], [2, 0, 42, 10], [100, 0, 140, 10]], np.float32)
    boxes = Boxes(edges, np.array([0.5, 0.9, 0.7], np.float32))
    assert without_overlaps(boxes, max_overlap=0.4).tolist() == [1, 2]


def test_an_absurd_size_does_not_overflow():
    boxes = find_boxes(cells_with((2, 3, 4, 0, 0, 500, 500)), 0.5, 0.4)
    assert np.isfinite(boxes.edges).all()


def test_corners_of_a_window_are_converted_to_the_photo():
    output = np.array([[9, -1, -1, 1, -1, 1, 1, -1, 1]], np.float32)  # the window's own corners
    (quad,) = window_quads(output, np.array([[100, 200, 140, 220]], np.float32))
    assert quad == pytest.approx(np.array([[90, 193], [150, 193], [150, 227], [90, 227]]))


def test_the_heat_map_is_as_large_as_the_shrunk_photo():
    drawn = heat_map(cells_with((2, 3, 4, 0, 0, 1, 0)), (45, 60))
    assert (drawn.shape, drawn.dtype) == ((45, 60), np.uint8)
    assert np.unravel_index(drawn.argmax(), drawn.shape)[0] // STRIDE == 2


# Finding plates


def test_a_plate_has_its_corners_and_a_score(locator, gray):
    first = locator.candidates(gray)[0]
    assert np.abs(first.corners - PLATE_CORNERS).max() < 12
    assert 0.5 < first.score <= 1


@pytest.mark.parametrize("angle", [-20, -8, 8, 20])
def test_a_rotated_plate_is_found(locator, gray, angle):
    turn = cv2.getRotationMatrix2D((X + WIDTH / 2, Y + HEIGHT / 2), angle, 1)
    rotated = cv2.warpAffine(gray, turn, (600, 400), borderValue=60)
    corners = PLATE_CORNERS @ turn[:, :2].T + turn[:, 2]
    first = locator.candidates(rotated)[0]
    assert np.abs(first.corners - corners).max() < 16
    width, height = side_lengths(first.corners)
    assert abs(width / height - 3) < 0.8


@pytest.mark.parametrize("factor", [0.2, 0.5, 2, 5])
def test_a_plate_of_any_size_is_found(locator, gray, factor):
    resized = cv2.resize(gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    assert best_overlap(locator.candidates(resized), PLATE_CORNERS * factor) > 0.5


def test_a_plate_in_a_photo_that_is_shrunk_more_in_one_direction_is_found(locator, gray):
    large = cv2.resize(gray, (1280, 960))
    assert shrink(large).shape == (320, 448)  # its height is shrunk by one in twenty more
    corners = PLATE_CORNERS * np.array([1280 / 600, 960 / 400], np.float32)
    assert best_overlap(locator.candidates(large), corners) > 0.7


def test_a_plate_that_fills_the_photo_is_found(locator, gray):
    crop = np.ascontiguousarray(gray[Y : Y + HEIGHT, X : X + WIDTH])
    assert best_overlap(locator.candidates(crop), PLATE_CORNERS - [X, Y]) > 0.5


def test_every_plate_of_a_photo_is_found(locator, gray):
    candidates = locator.candidates(np.hstack([gray, gray]))
    likely = [candidate for candidate in candidates if candidate.score > 0.5]
    for shift in (0, 600):
        assert best_overlap(likely, PLATE_CORNERS + np.array([shift, 0])) > 0.5


@pytest.mark.parametrize("shape", [(1, 1), (5, 4000), (3000, 7), (480, 640)])
def test_a_constant_photo_of_any_shape_has_no_candidate(locator, shape):
    assert locator.candidates(np.full(shape, 128, np.uint8)) == []


def test_a_zoomed_locator_skips_photos_that_the_plain_one_does_not_shrink(gray):
    zoomed = NetworkLocator(zoom=2.0)
    assert zoomed.candidates(gray[:300, :500]) == []
    assert zoomed.candidates(cv2.resize(gray, (1200, 800))) != []


def test_visible_windows_show_the_steps(gray):
    windows = RecordingWindows()
    NetworkLocator(windows).candidates(gray)
    assert windows.shown == [
        ("Heat Map", (320, 480), False),
        ("Candidates", (400, 600, 3), True),
    ]


def test_nothing_is_drawn_for_windows_that_are_not_visible(gray):
    windows = RecordingWindows(is_visible=False)
    NetworkLocator(windows).candidates(gray)
    assert windows.shown == []


def test_real_plates_are_found(locator, nanonets):
    """A third of validation; the benchmark has the figures."""
    from benchmarks.labels import load_labels, select

    labels = select(load_labels(nanonets / "plates.csv"), "validation")[::3]
    found = 0
    for label in labels:
        photo = cv2.imread(str(nanonets / "photos" / label.photo), cv2.IMREAD_GRAYSCALE)
        box = label.box
        corners = np.array([[box.xmin, box.ymin], [box.xmax, box.ymax]], np.float32)
        found += best_overlap(locator.candidates(photo), corners) > 0.5
    assert found / len(labels) > 0.9
