"""The locating networks: what they see, how their answers are read, and what they find."""

import cv2
import numpy as np
import pytest

from anpr.locate.locator_input import (
    CANVAS_HW,
    STRIDE,
    WINDOW_HW,
    blocks_as_channels,
    cut_window,
    detector_input,
    shrink,
)
from anpr.locate.morphology import AtWorkingWidth
from anpr.locate.network import (
    Boxes,
    NetworkLocator,
    find_boxes,
    heat_map,
    intersection_over_union,
    strongest,
)
from anpr.pixels import to_gray
from anpr.rectify import BESIDE, aspect_ratio, plate_shaped, side_lengths, upright
from anpr.types import Box, Candidate
from tests.conftest import PLATE_XYWH

X, Y, WIDTH, HEIGHT = PLATE_XYWH
PLATE_CORNERS = np.array(
    [[X, Y], [X + WIDTH, Y], [X + WIDTH, Y + HEIGHT], [X, Y + HEIGHT]], np.float32
)


@pytest.fixture(scope="module")
def locator() -> NetworkLocator:
    return NetworkLocator()


def around(corners: np.ndarray) -> np.ndarray:
    return np.concatenate([corners.min(axis=0), corners.max(axis=0)])


def best_overlap(candidates: list[Candidate], corners: np.ndarray) -> float:
    boxes = np.array([around(candidate.corners) for candidate in candidates]).reshape(-1, 4)
    return float(intersection_over_union(around(corners), boxes).max(initial=0))


# What the networks see.


@pytest.mark.parametrize("shape", [(960, 1280), (1280, 960), (1080, 1920), (500, 8000), (9, 50000)])
def test_a_photo_of_any_shape_is_shrunk_to_as_many_pixels(shape):
    canvas = shrink(np.zeros(shape, np.uint8))
    assert abs(canvas.size / (336 * 448) - 1) < 0.1
    assert abs(np.log(canvas.shape[1] / canvas.shape[0] * shape[0] / shape[1])) < 0.1


def test_a_small_photo_is_not_enlarged():
    small = np.zeros((30, 40), np.uint8)
    assert shrink(small) is small


def test_a_canvas_is_filled_up_with_its_mean():
    canvas = np.full((33, 50), 200, np.uint8)
    canvas[0, 0] = 0
    seen = detector_input(canvas)
    assert (seen.shape, seen.dtype) == ((1, 16, 16, 16), np.float32)
    assert seen[0, :, 9:].max() == seen[0, :, 9:].min() == 0  # below row 36
    assert seen[0, 0, 0, 0] == seen.min() < -3


def test_blocks_become_channels_row_by_row():
    pixels = np.arange(8 * 4, dtype=np.float32).reshape(1, 8, 4)
    channels = blocks_as_channels(pixels)
    assert channels.shape == (1, 16, 2, 1)
    assert channels[0, :, 0, 0].tolist() == list(range(16))
    assert channels[0, :, 1, 0].tolist() == list(range(16, 32))


def test_a_window_shows_its_box_in_the_middle():
    gray = np.zeros((200, 300), np.uint8)
    gray[80:120, 100:180] = 255
    window = cut_window(gray, np.array([100, 80, 180, 120], np.float32))
    assert window.shape == WINDOW_HW
    assert window[32, 64] == 255
    # the box takes up 1 / 1.5 of the width and 1 / 1.7 of the height
    assert abs(float((window[32] > 127).mean()) - 1 / 1.5) < 0.03
    assert abs(float((window[:, 64] > 127).mean()) - 1 / 1.7) < 0.04


@pytest.mark.parametrize(
    "box",
    [
        (-50, -20, 30, 20),
        (290, 190, 400, 260),
        (0, 0, 300, 200),
        (500, 500, 600, 540),
        (60, 50, 60, 50),
    ],
)
def test_a_window_may_reach_beyond_the_photo_or_be_of_a_single_spot(box):
    gray = np.full((200, 300), 77, np.uint8)
    window = cut_window(gray, np.array(box, np.float32))
    assert window.shape == WINDOW_HW
    assert (window == 77).all()


def test_a_large_box_is_averaged_not_sampled():
    gray = np.zeros((1000, 2000), np.uint8)
    gray[:, ::2] = 200  # stripes that skipping pixels would turn into black or white
    window = cut_window(gray, np.array([200, 200, 1800, 800], np.float32))
    assert 90 < window[20:44, 30:98].mean() < 110
    assert window[20:44, 30:98].std() < 12


@pytest.mark.parametrize("shape", [(1, 1), (90, 120), (700, 1000), (701, 4003), (3000, 40)])
def test_a_shrunk_photo_keeps_its_shape_and_its_brightness(shape):
    gray = np.random.default_rng(1).integers(90, 111, shape).astype(np.uint8)
    small = shrink(gray)
    assert small.size <= CANVAS_HW[0] * CANVAS_HW[1] * 1.1
    assert small.shape[1] / small.shape[0] == pytest.approx(shape[1] / shape[0], rel=0.1)
    assert small.mean() == pytest.approx(gray.mean(), abs=1)


@pytest.mark.parametrize("shape", [(960, 1280), (1080, 1920), (1000, 1000), (1600, 1066)])
def test_a_shrunk_photo_of_a_usual_shape_needs_no_filling_up(shape):
    small = shrink(np.zeros(shape, np.uint8))
    assert detector_input(small).shape[2:] == (small.shape[0] // 4, small.shape[1] // 4)


def test_a_plate_is_found_where_it_stands_in_a_photo_pressed_to_the_canvas(locator, photo):
    gray = cv2.resize(to_gray(photo), (1280, 960))  # pressed by one in twenty, in height alone
    assert shrink(gray).shape == (320, 448)
    corners = PLATE_CORNERS * np.array([1280 / 600, 960 / 400], np.float32)
    assert best_overlap(locator.candidates(gray), corners) > 0.7


# How the finder's map is read.


def cells_with(*plates: tuple[int, int, float, float, float, float, float]) -> np.ndarray:
    cells = np.zeros((5, 6, 8), np.float32)
    cells[0] = -10
    for row, column, *values in plates:
        cells[:, row, column] = values
    return cells


def test_a_cell_says_where_and_how_large():
    cells = cells_with((2, 3, 4.0, 0.25, -0.5, np.log(4), np.log(1)))
    boxes = find_boxes(cells, least_score=0.5, overlap=0.4)
    centre_x, centre_y = (3.5 + 0.25) * STRIDE, (2.5 - 0.5) * STRIDE
    expected = [centre_x - 16, centre_y - 4, centre_x + 16, centre_y + 4]
    assert boxes.edges.tolist() == [pytest.approx(expected)]
    assert boxes.scores[0] == pytest.approx(1 / (1 + np.exp(-4)))


def test_only_summits_above_the_least_score_count():
    beside = cells_with((2, 3, 4, 0, 0, 1, 0), (2, 4, 3.9, 0, 0, 1, 0), (5, 7, -2, 0, 0, 1, 0))
    assert len(find_boxes(beside, 0.5, 0.9).scores) == 1
    assert len(find_boxes(beside, 0.1, 0.9).scores) == 2
    assert len(find_boxes(cells_with(), 0.1, 0.9).scores) == 0


def test_the_likelier_of_two_guesses_at_one_plate_stays():
    edges = np.array([[0, 0, 40, 10], [2, 0, 42, 10], [100, 0, 140, 10]], np.float32)
    kept = strongest(Boxes(edges, np.array([0.5, 0.9, 0.7], np.float32)), overlap=0.4)
    assert kept.tolist() == [1, 2]


def test_a_size_beyond_reason_does_not_overflow():
    boxes = find_boxes(cells_with((2, 3, 4, 0, 0, 500, 500)), 0.5, 0.4)
    assert np.isfinite(boxes.edges).all()


def test_overlap_of_boxes():
    box = np.array([0, 0, 10, 10], np.float32)
    others = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [10, 0, 20, 10]], np.float32)
    assert intersection_over_union(box, others).tolist() == [1, pytest.approx(1 / 3), 0]


def test_the_heat_map_is_as_large_as_the_canvas():
    shown = heat_map(cells_with((2, 3, 4, 0, 0, 1, 0)), (45, 60))
    assert (shown.shape, shown.dtype) == ((45, 60), np.uint8)
    assert np.unravel_index(shown.argmax(), shown.shape)[0] // STRIDE == 2


# What they find.


def test_a_plate_its_corners_and_its_score(locator, photo):
    before = photo.copy()
    first = locator.candidates(to_gray(photo))[0]
    assert np.abs(first.corners - PLATE_CORNERS).max() < 12
    assert 0.5 < first.score <= 1
    assert np.array_equal(photo, before)


@pytest.mark.parametrize("angle", [-20, -8, 8, 20])
def test_a_turned_plate(locator, photo, angle):
    turn = cv2.getRotationMatrix2D((X + WIDTH / 2, Y + HEIGHT / 2), angle, 1)
    turned = cv2.warpAffine(to_gray(photo), turn, (600, 400), borderValue=60)
    true = PLATE_CORNERS @ turn[:, :2].T + turn[:, 2]
    first = locator.candidates(turned)[0]
    assert np.abs(first.corners - true).max() < 16
    width, height = side_lengths(first.corners)
    assert abs(width / height - 3) < 0.8


@pytest.mark.parametrize("factor", [0.2, 0.5, 2, 5])
def test_any_size(locator, photo, factor):
    gray = cv2.resize(to_gray(photo), None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    assert best_overlap(locator.candidates(gray), PLATE_CORNERS * factor) > 0.5


def test_a_plate_that_fills_the_photo(locator, photo):
    crop = np.ascontiguousarray(to_gray(photo)[Y : Y + HEIGHT, X : X + WIDTH])
    assert best_overlap(locator.candidates(crop), PLATE_CORNERS - [X, Y]) > 0.5


def test_every_plate_of_a_photo(locator, photo):
    two = np.hstack([to_gray(photo), to_gray(photo)])
    found = [candidate for candidate in locator.candidates(two) if candidate.score > 0.5]
    for shift in (0, 600):
        assert best_overlap(found, PLATE_CORNERS + np.array([shift, 0])) > 0.5


@pytest.mark.parametrize("shape", [(1, 1), (5, 4000), (3000, 7), (480, 640)])
def test_a_constant_photo_of_any_shape_has_no_candidate(locator, shape):
    assert locator.candidates(np.full(shape, 128, np.uint8)) == []


def test_the_steps_are_shown(photo):
    shown: list[tuple[str, tuple[int, ...]]] = []
    NetworkLocator(lambda title, image, wait: shown.append((title, image.shape))).candidates(
        to_gray(photo)
    )
    assert shown == [("Heat Map", (320, 480)), ("Candidates", (400, 600, 3))]


def test_real_plates(locator, nanonets):
    """A sample of validation: the figures are the benchmark's, this holds the line."""
    from benchmarks.labels import load_labels, select

    labels = select(load_labels(nanonets / "plates.csv"), "validation")[::3]
    found = 0
    for label in labels:
        gray = cv2.imread(str(nanonets / "photos" / label.photo), cv2.IMREAD_GRAYSCALE)
        box = label.box
        corners = np.array([[box.xmin, box.ymin], [box.xmax, box.ymax]], np.float32)
        found += best_overlap(locator.candidates(gray), corners) > 0.5
    assert found / len(labels) > 0.9


def test_another_locator_at_the_tutorials_width():
    class Corner:
        def candidates(self, gray):
            assert gray.shape[1] == 600
            return [Candidate.filling(Box(10, 20, 60, 15))]

    (candidate,) = AtWorkingWidth(Corner()).candidates(np.zeros((900, 1200), np.uint8))
    assert candidate.box[:2] == (20, 40)


# Upright plates.


def test_an_upright_plate_is_as_the_camera_would_see_it_from_straight_before(photo):
    gray = to_gray(photo)
    seen = np.array([[60, 40], [300, 90], [310, 180], [50, 110]], np.float32)
    matrix = cv2.getPerspectiveTransform(PLATE_CORNERS, seen)
    askew = cv2.warpPerspective(gray, matrix, (400, 260), flags=cv2.INTER_AREA)
    plate = upright(askew, Candidate.with_corners(seen, 1.0))
    inner = plate.gray
    beside = round(BESIDE * WIDTH)
    straight = cv2.resize(gray[Y : Y + HEIGHT, X - beside : X + WIDTH + beside], inner.shape[::-1])
    assert np.corrcoef(inner.ravel(), straight.ravel())[0, 1] > 0.85
    assert plate.surroundings.shape > plate.gray.shape


def test_an_upright_plate_is_never_larger_than_any_reader_needs():
    gray = np.zeros((3000, 4000), np.uint8)
    corners = np.array([[100, 100], [3900, 120], [3900, 1100], [100, 1080]], np.float32)
    plate = upright(gray, Candidate.with_corners(corners, 1.0))
    assert plate.gray.shape[0] <= 170
    assert plate.gray.shape[1] <= 500


@pytest.mark.parametrize("shift", [(-700, -500), (700, 500), (-100, 0)])
def test_corners_beyond_the_photo_do_no_harm(photo, shift):
    corners = PLATE_CORNERS + np.array(shift, np.float32)
    plate = upright(to_gray(photo), Candidate.with_corners(corners, 1.0))
    assert plate.gray.size > 0


def test_corners_on_one_spot_do_no_harm(photo):
    corners = np.full((4, 2), 5, np.float32)
    assert upright(to_gray(photo), Candidate.with_corners(corners, 1.0)).gray.size > 0


def test_shape_is_that_of_the_plate_not_of_the_box_around_it():
    turned = cv2.boxPoints(((100, 100), (120, 30), 30)).astype(np.float32)
    ordered = np.roll(turned, -1, axis=0)  # clockwise from the top left
    candidate = Candidate.with_corners(ordered, 1.0)
    assert aspect_ratio(candidate) == pytest.approx(4, rel=0.01)
    assert candidate.box.aspect_ratio < 2
    assert list(plate_shaped([candidate], 3.5, 4.5)) == [candidate]
    assert list(plate_shaped([candidate], 1, 3)) == []
