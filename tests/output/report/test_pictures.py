"""Thumbnails of photos and plates."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from anpr.output.report.pictures import GREEN_BGR, ORANGE_BGR, with_pictures
from anpr.photo import Photo
from anpr.types import Status
from tests.builders import SAMPLE, rectangle, result
from tests.output.report.examples import even, plate


def decode(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)


@pytest.mark.parametrize(
    ("size_hw", "small_hw"),
    [((1200, 1600), (240, 320)), ((90, 60), (90, 60)), ((1, 900), (1, 320))],
)
def test_thumbnails_are_small_and_never_larger_than_the_photo(size_hw, small_hw):
    pictures = with_pictures(result("a.jpg"), even(*size_hw)).pictures
    assert decode(pictures.thumbnail).shape == (*small_hw, 3)
    assert pictures.plates == ()


@pytest.mark.parametrize(
    ("status", "color"), [(Status.READ, GREEN_BGR), (Status.CHECK, ORANGE_BGR)]
)
def test_plates_are_outlined_in_the_colour_of_their_status(status, color):
    reading = plate("AB12", candidate=rectangle(400, 400, 400, 200), status=status)
    pictures = with_pictures(result("a.jpg", reading), even(800, 1280)).pictures
    drawn = decode(pictures.thumbnail)
    assert drawn.shape == (200, 320, 3)
    top = drawn[100, 120:180].astype(int)  # a quarter of the size
    assert np.abs(top - color).mean() < 40  # JPEG halves the resolution of colours
    assert np.abs(drawn[40:60, 40:280].astype(int) - 90).max() < 10


def test_crops_are_in_the_order_of_the_readings_and_empty_if_there_is_none():
    readings = (
        plate("AB12", crop=np.full((100, 480), 200, np.uint8)),
        plate("CD34", crop=None),
        plate("EF56"),
    )
    plates = with_pictures(result("a.jpg", *readings), even(90, 90)).pictures.plates
    assert [decode(jpeg).shape if jpeg else None for jpeg in plates] == [(50, 240), None, (20, 80)]


def test_making_thumbnails_changes_neither_photo_nor_result():
    photo, reading = even(120, 200), plate("AB12")
    done = result("a.jpg", reading)
    changed = with_pictures(done, photo)
    assert replace(changed, pictures=None).readings == (reading,)
    assert done.pictures is None
    assert (photo.bgr == 90).all()
    assert (reading.crop == 200).all()


def test_thumbnails_change_no_answer():
    """A thumbnail decodes the colours, and the reader must not get its gray from them."""
    photo = Photo.open(SAMPLE)
    with_pictures(result(SAMPLE), photo)
    assert (photo.gray == Photo.open(SAMPLE).gray).all()
