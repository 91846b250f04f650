"""Plates made unreadable."""

import numpy as np
import pytest

from anpr.output.copies.redact import redact
from anpr.photo import Photo
from anpr.pipeline import PlateReader
from anpr.types import Candidate, Reading, Status
from tests.builders import CORNERS, SAMPLE, noise, reading


def without_plates(image: np.ndarray, readings: list[Reading]) -> np.ndarray:
    return redact(image, [reading.candidate for reading in readings])


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


@pytest.fixture(scope="module")
def sample(reader: PlateReader) -> tuple[np.ndarray, list[Reading]]:
    image = Photo.open(SAMPLE).bgr
    return image, reader.read(image)


def test_the_reader_finds_nothing_where_a_plate_was(reader, sample):
    image, readings = sample
    assert readings
    assert not reader.read(without_plates(image, readings))


def test_redacting_changes_no_argument(sample):
    image, readings = sample
    before = image.copy()
    redacted = without_plates(image, readings)
    assert (image == before).all()
    assert redacted.shape == image.shape
    assert not np.shares_memory(redacted, image)


def test_only_a_few_means_are_left_of_a_plate():
    """Two plates whose cells have the same means are the same picture afterwards."""
    stripes = np.zeros((200, 320, 3), np.uint8)
    stripes[:, ::2] = 200
    inverse = 200 - stripes
    corners = np.array([[80, 80], [239, 80], [239, 119], [80, 119]], np.float32)
    candidate = Candidate.with_corners(corners, 0.9)
    redacted, other = (redact(image, [candidate]) for image in (stripes, inverse))
    plate = np.s_[80:120, 80:240]
    difference = redacted[plate].astype(int) - other[plate]
    assert np.abs(difference).max() <= 4  # a cell may hold one more stripe of one kind
    assert redacted[plate].max() - redacted[plate].min() <= 4


def test_only_the_plate_and_a_margin_change():
    image = noise()
    changed = (without_plates(image, [reading()]) != image).any(axis=2)
    assert changed[92:108, 105:195].mean() > 0.99  # a mean may equal a noisy pixel
    assert changed[95:105, 75:95].mean() > 0.95  # corners are not located exactly
    ys, xs = np.nonzero(changed)
    assert (xs.min() > 60, xs.max() < 240, ys.min() > 60, ys.max() < 140) == (True,) * 4


def test_every_reading_is_redacted_whatever_its_text_and_status():
    image = noise()
    below = Candidate.with_corners(CORNERS + np.float32([0, 70]), 0.9)
    other = reading("", candidate=below, status=Status.CHECK)
    changed = (without_plates(image, [reading(), other]) != image).any(axis=2)
    assert changed[92:108, 105:195].mean() > 0.99
    assert changed[162:178, 105:195].mean() > 0.99


@pytest.mark.parametrize(
    ("shift", "is_visible"),
    [
        ((-130, -100), True),
        ((150, 0), True),
        ((0, 100), True),
        ((-1000, 0), False),
        ((1000, 1000), False),
    ],
)
def test_the_visible_part_of_a_plate_at_the_border_is_redacted(shift, is_visible):
    image = noise()
    corners = CORNERS + np.float32(shift)
    changed = (redact(image, [Candidate.with_corners(corners, 0.9)]) != image).any(axis=2)
    assert changed.any() == is_visible
    left, top = np.clip(corners.min(axis=0) + 5, 0, (300, 200)).astype(int)
    right, bottom = np.clip(corners.max(axis=0) - 5, 0, (300, 200)).astype(int)
    middle = changed[top + 10 : bottom - 10, left:right]
    assert middle.size == 0 or middle.mean() > 0.95


def test_a_plate_without_corners_is_redacted_too():
    image = noise()
    contour = CORNERS.astype(np.int32)[:, None]
    redacted = redact(image, [Candidate(contour)])
    assert (redacted != image).any(axis=2)[92:108, 105:195].mean() > 0.99


def test_a_gray_photo_is_redacted_too():
    gray = noise()[:, :, 0]
    assert (without_plates(gray, [reading()]) != gray)[92:108, 105:195].mean() > 0.98
