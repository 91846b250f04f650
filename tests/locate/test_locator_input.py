"""The inputs of the locating networks."""

import numpy as np
import pytest

from anpr.locate.locator_input import (
    DETECTOR_INPUT_HW,
    WINDOW_HW,
    blocks_as_channels,
    cut_window,
    detector_input,
    shrink,
)


@pytest.mark.parametrize("shape", [(960, 1280), (1280, 960), (1080, 1920), (500, 8000), (9, 50000)])
def test_a_photo_of_any_shape_is_shrunk_to_the_same_number_of_pixels(shape):
    small = shrink(np.zeros(shape, np.uint8))
    assert abs(small.size / (336 * 448) - 1) < 0.1
    assert abs(np.log(small.shape[1] / small.shape[0] * shape[0] / shape[1])) < 0.1


def test_a_small_photo_is_not_enlarged():
    small = np.zeros((30, 40), np.uint8)
    assert shrink(small) is small


@pytest.mark.parametrize("shape", [(1, 1), (90, 120), (700, 1000), (701, 4003), (3000, 40)])
def test_a_shrunk_photo_keeps_its_aspect_ratio_and_its_brightness(shape):
    gray = np.random.default_rng(1).integers(90, 111, shape).astype(np.uint8)
    small = shrink(gray)
    assert small.size <= DETECTOR_INPUT_HW[0] * DETECTOR_INPUT_HW[1] * 1.1
    assert small.shape[1] / small.shape[0] == pytest.approx(shape[1] / shape[0], rel=0.1)
    assert small.mean() == pytest.approx(gray.mean(), abs=1)


@pytest.mark.parametrize("shape", [(960, 1280), (1080, 1920), (1000, 1000), (1600, 1066)])
def test_a_shrunk_photo_of_a_usual_shape_needs_no_padding(shape):
    small = shrink(np.zeros(shape, np.uint8))
    assert detector_input(small).shape[2:] == (small.shape[0] // 4, small.shape[1] // 4)


def test_a_shrunk_photo_is_padded_with_its_mean():
    small = np.full((33, 50), 200, np.uint8)
    small[0, 0] = 0
    padded = detector_input(small)
    assert (padded.shape, padded.dtype) == ((1, 16, 16, 16), np.float32)
    assert padded[0, :, 9:].max() == padded[0, :, 9:].min() == 0  # below row 36
    assert padded[0, 0, 0, 0] == padded.min() < -3


def test_blocks_become_channels_in_row_order():
    pixels = np.arange(8 * 4, dtype=np.float32).reshape(1, 8, 4)
    channels = blocks_as_channels(pixels)
    assert channels.shape == (1, 16, 2, 1)
    assert channels[0, :, 0, 0].tolist() == list(range(16))
    assert channels[0, :, 1, 0].tolist() == list(range(16, 32))


def test_a_window_shows_its_box_in_its_centre():
    gray = np.zeros((200, 300), np.uint8)
    gray[80:120, 100:180] = 255
    window = cut_window(gray, np.array([100, 80, 180, 120], np.float32))
    assert window.shape == WINDOW_HW
    assert window[32, 64] == 255
    # The box fills 1 / 1.5 of the width and 1 / 1.7 of the height.
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
def test_a_window_may_reach_beyond_the_photo_or_show_a_single_point(box):
    gray = np.full((200, 300), 77, np.uint8)
    window = cut_window(gray, np.array(box, np.float32))
    assert window.shape == WINDOW_HW
    assert (window == 77).all()


def test_a_large_box_is_averaged_not_sampled():
    gray = np.zeros((1000, 2000), np.uint8)
    gray[:, ::2] = 200  # stripes: skipping pixels would make them black or white
    window = cut_window(gray, np.array([200, 200, 1800, 800], np.float32))
    assert 90 < window[20:44, 30:98].mean() < 110
    assert window[20:44, 30:98].std() < 12
