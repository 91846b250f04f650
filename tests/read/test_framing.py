"""Framings, on drawn arrays."""

from dataclasses import replace

import numpy as np
import pytest

from anpr.read.framing import Framing, frame
from tests.builders import plate


def level_line() -> np.ndarray:
    gray = np.zeros((40, 80), np.uint8)
    gray[20] = 255
    return gray


def test_the_plain_framing_changes_nothing():
    assert np.array_equal(frame(plate(level_line()), Framing()), level_line())


def test_shear_moves_the_right_edge_below_the_left_one():
    rows = frame(plate(level_line()), Framing(shear=0.5)).argmax(axis=0)
    assert rows[0] - rows[-1] == pytest.approx(20, abs=1)  # half the height: the line now rises


def test_a_margin_makes_the_crop_smaller_in_the_same_shape():
    framed = frame(plate(level_line()), Framing(margin_y=0.5))
    assert framed.shape == (40, 80)
    assert (framed[:, 40] > 0).sum() < 3


def test_a_negative_margin_cuts_off():
    gray = np.tile(np.arange(80, dtype=np.uint8), (40, 1))
    framed = frame(plate(gray), Framing(margin_x=-0.25))
    assert framed[20, 0] == pytest.approx(20, abs=1)
    assert framed[20, -1] == pytest.approx(60, abs=1)


def test_margins_show_the_surroundings_if_they_are_known():
    wide = np.full((60, 120), 200, np.uint8)
    wide[10:50, 20:100] = np.arange(80, dtype=np.uint8)
    known = replace(plate(wide[10:50, 20:100]), surroundings=wide)
    assert np.array_equal(frame(known, Framing()), known.gray)
    wider = frame(known, Framing(margin_x=0.25, margin_y=0.25))
    assert wider.shape == known.gray.shape
    assert (wider[:5] == 200).all() and (wider[:, -12:] == 200).all()
    unknown = frame(plate(known.gray), Framing(margin_x=0.25, margin_y=0.25))
    assert unknown.max() < 80
