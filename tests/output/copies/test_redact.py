import numpy as np
import pytest

from anpr.output.copies.redact import redact
from anpr.pipeline import PlateReader
from anpr.types import Candidate, Reading, Status
from tests.conftest import REPOSITORY

SAMPLES = REPOSITORY / "license_plates"
SAMPLE = SAMPLES / "group1" / "003.jpg"
CORNERS = np.array([[100, 80], [200, 90], [198, 120], [98, 110]], np.float32)  # a bit turned
CROP = np.arange(200, dtype=np.uint8).reshape(10, 20)


def reading(text: str = "AB12", corners: np.ndarray = CORNERS, **other: object) -> Reading:
    return Reading(text, Candidate.with_corners(corners, 0.9), crop=CROP, **other)


def noise(height: int = 200, width: int = 300) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)


def hidden(image: np.ndarray, readings: list[Reading]) -> np.ndarray:
    return redact(image, [reading.candidate for reading in readings])


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


@pytest.fixture(scope="module")
def sample(reader: PlateReader) -> tuple[np.ndarray, list[Reading]]:
    image = images.load(SAMPLE)
    return image, reader.read(image)


def test_the_reader_finds_nothing_where_a_plate_was(reader, sample):
    image, readings = sample
    assert readings
    assert not reader.read(hidden(image, readings))


def test_redacting_changes_no_argument(sample):
    image, readings = sample
    before = image.copy()
    redacted = hidden(image, readings)
    assert (image == before).all()
    assert redacted.shape == image.shape
    assert not np.shares_memory(redacted, image)


def test_what_is_left_of_a_plate_is_a_few_means():
    """Two plates whose cells have the same means are the same picture afterwards."""
    stripes = np.zeros((200, 320, 3), np.uint8)
    stripes[:, ::2] = 200
    inverse = 200 - stripes
    corners = np.array([[80, 80], [239, 80], [239, 119], [80, 119]], np.float32)
    redacted, other = (hidden(image, [reading("", corners)]) for image in (stripes, inverse))
    plate = np.s_[80:120, 80:240]
    difference = redacted[plate].astype(int) - other[plate]
    assert np.abs(difference).max() <= 4  # a cell may hold one stripe more of one kind
    assert redacted[plate].max() - redacted[plate].min() <= 4


def test_only_the_plate_and_a_margin_change():
    image = noise()
    changed = (hidden(image, [reading()]) != image).any(axis=2)
    assert changed[92:108, 105:195].mean() > 0.99  # a mean may hit a noisy pixel's value
    assert changed[95:105, 75:95].mean() > 0.95  # corners are not found exactly
    ys, xs = np.nonzero(changed)
    assert (xs.min() > 60, xs.max() < 240, ys.min() > 60, ys.max() < 140) == (True,) * 4


def test_every_reading_is_redacted_whatever_its_text_and_status():
    image = noise()
    other = reading("", CORNERS + np.float32([0, 70]), status=Status.CHECK)
    changed = (hidden(image, [reading(), other]) != image).any(axis=2)
    assert changed[92:108, 105:195].mean() > 0.99
    assert changed[162:178, 105:195].mean() > 0.99


@pytest.mark.parametrize("shift", [(-130, -100), (150, 0), (0, 100), (-1000, 0), (1000, 1000)])
def test_plates_across_the_border_and_beyond(shift):
    image = noise()
    redacted = hidden(image, [reading(corners=CORNERS + np.float32(shift))])
    assert redacted.shape == image.shape


def test_a_plate_without_corners_is_redacted_too():
    image = noise()
    contour = CORNERS.astype(np.int32)[:, None]
    redacted = hidden(image, [Reading("AB12", Candidate(contour))])
    assert (redacted != image).any(axis=2)[92:108, 105:195].mean() > 0.99


def test_a_gray_photo_is_redacted_too():
    gray = noise()[:, :, 0]
    assert (hidden(gray, [reading()]) != gray)[92:108, 105:195].mean() > 0.98
