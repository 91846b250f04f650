import numpy as np
import pytest

from anpr.output.copies.draw import CHECK_BGR, READ_BGR, outlined
from anpr.types import Status
from tests.test_redact import CORNERS, noise, reading


def test_outlines_follow_the_corners_in_the_color_of_the_status():
    black = np.zeros((200, 300, 3), np.uint8)
    for status, color in ((Status.READ, READ_BGR), (Status.CHECK, CHECK_BGR)):
        drawn = outlined(black, [reading(status=status)])
        for x, y in CORNERS.astype(int):
            assert np.abs(drawn[y, x].astype(int) - color).max() < 60  # lines are smoothed
        assert not drawn[92:108, 105:195].any()  # within
    assert not black.any()


def test_outlines_and_text_are_as_large_as_the_photo():
    drawn = outlined(np.zeros((800, 1200, 3), np.uint8), [reading(corners=CORNERS * 4)])
    large = outlined(np.zeros((3200, 4800, 3), np.uint8), [reading(corners=CORNERS * 16)])
    assert large.shape == (3200, 4800, 3)
    ratio = (large > 0).mean() / (drawn > 0).mean()
    assert 0.5 < ratio < 2  # of the photo; a sixteenth if they were not. Lines are whole pixels


@pytest.mark.parametrize("shift", [(-100, -80), (102, -80), (-100, 80), (102, 80), (0, 0)])
@pytest.mark.parametrize("text", ["AB12", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"])
def test_text_stays_in_the_photo(shift, text):
    gray = np.full((200, 300, 3), 128, np.uint8)
    unlabelled = outlined(gray, [reading("", CORNERS + shift)])
    label = (outlined(gray, [reading(text, CORNERS + shift)]) != unlabelled).any(axis=2)
    ys, xs = np.nonzero(label)
    ground = (outlined(gray, [reading(text, CORNERS + shift)]) == 0).all(axis=2)
    edges = ground[ys.min(), xs.min() : xs.max()], ground[ys.max(), xs.min() : xs.max()]
    sides = ground[ys.min() : ys.max(), xs.min()], ground[ys.min() : ys.max(), xs.max()]
    assert all(edge.mean() > 0.9 for edge in (*edges, *sides))  # dark all around, none cut off


def test_a_plate_that_fills_the_photo_is_labelled_over_it():
    image = np.full((40, 160, 3), 128, np.uint8)
    corners = np.array([[0, 0], [159, 0], [159, 39], [0, 39]], np.float32)
    assert (outlined(image, [reading("AB12", corners)]) != outlined(image, [])).any()


def test_a_text_of_nothing_that_can_be_drawn_is_no_label():
    image = noise()
    assert (outlined(image, [reading("粤")]) == outlined(image, [reading("")])).all()
