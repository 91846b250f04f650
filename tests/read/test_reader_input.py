"""The input of the reading networks."""

import numpy as np
import pytest

from anpr.read.reader_input import reader_input, stretch


@pytest.mark.parametrize("shape", [(1, 1), (10, 20), (30, 300), (200, 100), (600, 900)])
@pytest.mark.parametrize("width", [112, 144, 192])
def test_a_crop_of_any_shape_is_stretched(shape, width):
    gray = np.full(shape, 77, np.uint8)
    gray.flags.writeable = False
    stretched = stretch(gray, width)
    assert (stretched.shape, stretched.dtype) == ((48, width), np.uint8)
    assert (stretched == 77).all()


def test_shrinking_averages_instead_of_skipping_pixels():
    stripes = np.zeros((48, 1440), np.uint8)
    stripes[:, ::2] = 200
    assert np.ptp(stretch(stripes)) == 0


def test_the_input_is_standardised(plates):
    canvas = reader_input([stretch(plates[0].gray)])[0, 0]
    assert (canvas.shape, canvas.dtype) == ((48, 144), np.float32)
    assert canvas.mean() == pytest.approx(0, abs=1e-3)
    assert 0.5 < canvas.std() <= 1
