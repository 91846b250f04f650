"""Outlines and texts, at the photo's size and as the tutorial draws them."""

import numpy as np
import pytest

from anpr.output.copies.draw import (
    CHECK_BGR,
    READ_BGR,
    ShowAnnotated,
    annotate,
    drawable,
    outlined,
)
from anpr.photo import Photo
from anpr.types import Candidate, Image, Reading, Status
from tests.builders import CORNERS, noise, reading, rectangle, result


def reading_at(corners: np.ndarray, text: str = "AB12") -> Reading:
    return reading(text, candidate=Candidate.with_corners(corners, 0.9))


def test_outlines_follow_the_corners_in_the_colour_of_the_status():
    black = np.zeros((200, 300, 3), np.uint8)
    for status, color in ((Status.READ, READ_BGR), (Status.CHECK, CHECK_BGR)):
        drawn = outlined(black, [reading(status=status)])
        for x, y in CORNERS.astype(int):
            assert np.abs(drawn[y, x].astype(int) - color).max() < 60  # lines are smoothed
        assert not drawn[92:108, 105:195].any()  # the inside of the plate
    assert not black.any()


def test_outlines_and_text_scale_with_the_photo():
    drawn = outlined(np.zeros((800, 1200, 3), np.uint8), [reading_at(CORNERS * 4)])
    large = outlined(np.zeros((3200, 4800, 3), np.uint8), [reading_at(CORNERS * 16)])
    assert large.shape == (3200, 4800, 3)
    ratio = (large > 0).mean() / (drawn > 0).mean()
    assert 0.5 < ratio < 2  # a sixteenth if they did not scale; lines are whole pixels wide


@pytest.mark.parametrize("shift", [(-100, -80), (102, -80), (-100, 80), (102, 80), (0, 0)])
@pytest.mark.parametrize("text", ["AB12", "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"])
def test_text_stays_in_the_photo(shift, text):
    gray = np.full((200, 300, 3), 128, np.uint8)
    unlabelled = outlined(gray, [reading_at(CORNERS + shift, "")])
    labelled = outlined(gray, [reading_at(CORNERS + shift, text)])
    ys, xs = np.nonzero((labelled != unlabelled).any(axis=2))
    is_black = (labelled == 0).all(axis=2)
    edges = is_black[ys.min(), xs.min() : xs.max()], is_black[ys.max(), xs.min() : xs.max()]
    sides = is_black[ys.min() : ys.max(), xs.min()], is_black[ys.min() : ys.max(), xs.max()]
    assert all(edge.mean() > 0.9 for edge in (*edges, *sides))  # dark all around, none cut off


def test_a_plate_that_fills_the_photo_is_labelled_on_the_plate():
    image = np.full((40, 160, 3), 128, np.uint8)
    corners = np.array([[0, 0], [159, 0], [159, 39], [0, 39]], np.float32)
    unlabelled = outlined(image, [reading_at(corners, "")])
    assert (outlined(image, [reading_at(corners)]) != unlabelled).any()


def test_a_text_without_drawable_characters_has_no_label():
    image = noise()
    assert (outlined(image, [reading("粤")]) == outlined(image, [reading("")])).all()


@pytest.mark.parametrize(
    ("text", "drawn"),
    [("MH20EE7601", "MH20EE7601"), (" KÖ 12\n\x0c", "K 12"), ("粤B12345", "B12345"), ("", "")],
)
def test_only_ascii_is_drawable(text, drawn):
    assert drawable(text) == drawn


def test_annotating_draws_box_and_text_on_a_copy_of_the_tutorials_width():
    image = np.zeros((800, 1200, 3), np.uint8)
    drawn = annotate(image, [Reading("AB12", rectangle(400, 400, 400, 100))])
    assert image.max() == 0
    assert drawn.shape == (400, 600, 3)
    green = drawn[:, :, 1] == 255
    assert green[200, 220:380].all()  # the top of the box, at half the size
    assert green[160:186, 200:300].any()  # the text, above it
    assert not green[260:].any()


def test_a_plate_at_the_top_edge_is_labelled_below():
    drawn = annotate(
        np.zeros((400, 600, 3), np.uint8), [Reading("AB12", rectangle(100, 2, 200, 50))]
    )
    assert drawn[62:90, 100:200, 1].any()


class RecordedWindows:
    """Records the images that it is given."""

    is_visible = True

    def __init__(self) -> None:
        self.shown: list[tuple[str, Image, bool]] = []

    def begin(self, photo: str) -> None:
        pass

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        self.shown.append((title, image, wait))


def test_the_last_window_shows_the_annotated_photo_and_waits():
    windows = RecordedWindows()
    done = result("car.jpg", reading())
    assert ShowAnnotated(windows)(done, Photo.from_array(noise())) is done
    ((title, image, wait),) = windows.shown
    assert (title, wait) == ("Output ANPR", True)
    assert (image == annotate(noise(), done.readings)).all()


def test_a_photo_without_a_reading_has_no_last_window():
    windows = RecordedWindows()
    ShowAnnotated(windows)(result("car.jpg"), Photo.from_array(noise()))
    assert windows.shown == []
