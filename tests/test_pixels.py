"""Operations on pixels, on arrays so small that the answer can be seen."""

import numpy as np
import pytest

from anpr.errors import PhotoError
from anpr.pixels import average, fit_width, halved, reduced, standardise


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((400, 300, 3), (800, 600, 3)), ((900, 1200), (450, 600)), ((1, 5000), (1, 600))],
)
def test_a_photo_is_fitted_to_the_tutorials_width(shape, expected):
    assert fit_width(np.zeros(shape, np.uint8)).shape == expected


def test_a_sliver_is_refused():
    with pytest.raises(PhotoError, match="1 x 4000 pixels are too narrow for a photo"):
        fit_width(np.zeros((4000, 1), np.uint8), max_pixels=1_000_000)


def test_averaging_takes_the_mean_of_blocks():
    blocks = np.repeat(np.repeat([[10, 20], [30, 40]], 4, axis=0), 4, axis=1).astype(np.uint8)
    blocks[::2] -= 4
    assert average(blocks, (2, 2)).tolist() == [[8, 18], [28, 38]]


def test_averaging_to_the_same_size_makes_a_new_array():
    gray = np.arange(6, dtype=np.uint8).reshape(2, 3)
    same = average(gray, (3, 2))
    assert np.array_equal(same, gray)
    assert not np.shares_memory(same, gray)


@pytest.mark.parametrize(("size", "factor", "expected"), [(10, 4, 3), (8, 4, 2), (9, 2, 5)])
def test_reducing_rounds_up(size, factor, expected):
    assert reduced(np.zeros((size, size), np.uint8), factor).shape == (expected, expected)


def test_reducing_by_one_returns_the_image():
    gray = np.zeros((3, 4), np.uint8)
    assert reduced(gray, 1) is gray


@pytest.mark.parametrize(
    ("shape", "size_wh", "expected"),
    [
        ((100, 200), (50, 25), (25, 50)),
        ((100, 200), (51, 25), (50, 100)),
        ((101, 203, 3), (50, 25), (25, 50, 3)),
    ],
)
def test_halving_stops_before_it_falls_below_the_minimum(shape, size_wh, expected):
    assert halved(np.zeros(shape, np.uint8), size_wh).shape == expected


def test_standardising_removes_brightness_and_contrast():
    gray = np.random.default_rng(0).integers(90, 130, (20, 30)).astype(np.uint8)
    brighter = 2 * (gray - 80)
    first, second = standardise([gray, brighter])
    assert first.dtype == np.float32
    assert (first.mean(), second.mean()) == (pytest.approx(0, abs=1e-5),) * 2
    assert np.corrcoef(first.ravel(), second.ravel())[0, 1] == pytest.approx(1)
    assert 0.5 < first.std() < second.std() < 1


def test_standardising_does_not_amplify_an_even_image():
    even = np.full((20, 30), 90, np.uint8)
    even[0, 0] = 92
    assert np.abs(standardise([even])).max() < 0.3
