"""Large photos are decoded smaller than they are, and whole only where a plate is small."""

import io
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from anpr import PlateReader
from anpr.errors import PhotoError
from anpr.photo import (
    DRAFT_PIXELS,
    Draft,
    decode_draft,
    load,
    load_draft,
    quieten_decoders,
    whole_of,
)
from anpr.pipeline import LEAST_DRAFT_WIDTH
from benchmarks.labels import Rectangle
from benchmarks.scoring import iou
from tests.conftest import PLATE_TEXT, PLATE_XYWH, command

TIMES = 6  # the drawn scene becomes 3600 x 2400 pixels, its plate 1080 wide


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader(second_reader=None)


@pytest.fixture(scope="module")
def near(photo) -> np.ndarray:
    """A photo of 8.6 million pixels, a plate large in it."""
    return cv2.resize(photo, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def far(photo) -> np.ndarray:
    """A photo as large, the scene small in its middle, its plate 252 pixels wide."""
    scene = np.full((2400, 3600, 3), 60, np.uint8)
    scene[1000:1560, 1500:2340] = cv2.resize(photo, None, fx=1.4, fy=1.4)
    return scene


def encoded(image: np.ndarray, kind: str = "JPEG", **options) -> bytes:
    file = io.BytesIO()
    Image.fromarray(image[:, :, ::-1]).save(file, kind, **options)
    return file.getvalue()


def gray_of(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)


def decoded_whole(draft: Draft) -> bool:
    """Whether anyone asked for all of it; it is kept once it was."""
    return "whole" in vars(draft)


def test_a_large_jpeg_is_drafted_at_half_its_size(near):
    data = encoded(near)
    draft = decode_draft(data)
    assert (draft.factor, draft.gray.shape) == (2, (1200, 1800))
    gray = gray_of(data)
    half = cv2.resize(gray, (1800, 1200), interpolation=cv2.INTER_AREA)
    assert np.abs(draft.gray.astype(int) - half).mean() < 1, "the same picture"
    assert np.array_equal(draft.whole, gray)


@pytest.mark.parametrize("side, factor", [(1200, 1), (2440, 1), (2460, 2), (4960, 4), (9900, 8)])
def test_a_draft_keeps_enough_pixels(side, factor):
    quieten_decoders()
    file = io.BytesIO()
    Image.new("L", (side, side)).save(file, "JPEG")
    draft = decode_draft(file.getvalue())
    assert draft.factor == factor
    assert draft.gray.size >= min(DRAFT_PIXELS, side * side)
    assert draft.gray.shape == (-(-side // factor),) * 2


def test_a_draft_is_upright(near):
    exif = Image.Exif()
    exif[0x0112] = 6
    draft = decode_draft(encoded(np.rot90(near), exif=exif))
    assert (draft.factor, draft.gray.shape) == (2, (1200, 1800))
    assert np.abs(draft.gray.astype(int) - decode_draft(encoded(near)).gray).mean() < 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF"])
def test_other_formats_are_decoded_whole(near, kind):
    draft = decode_draft(encoded(near, kind))
    assert draft.factor == 1
    assert draft.whole is draft.gray
    assert draft.gray.shape == near.shape[:2]


def test_all_of_a_photo_is_its_pixels(photo, near):
    assert whole_of(photo) is photo
    assert whole_of(decode_draft(encoded(near))).shape == near.shape[:2]


def test_a_large_plate_is_read_in_the_draft(reader, near):
    draft = decode_draft(encoded(near))
    (reading,) = reader.read(draft)
    assert reading.text == PLATE_TEXT
    assert not decoded_whole(draft)
    left, top, width, height = (TIMES * side for side in PLATE_XYWH)
    found = reading.candidate.box
    overlap = iou(
        Rectangle(left, top, left + width, top + height),
        Rectangle(found.x, found.y, found.x + found.width, found.y + found.height),
    )
    assert overlap > 0.7, "in pixels of the photo"
    assert cv2.boundingRect(np.rint(reading.candidate.corners).astype(np.int32)) == found


def test_a_small_plate_is_read_in_the_whole_photo(reader, far):
    assert 252 / 2 < LEAST_DRAFT_WIDTH < 252, "small in the draft"
    data = encoded(far)
    draft = decode_draft(data)
    (reading,) = reader.read(draft)
    assert decoded_whole(draft)
    (expected,) = reader.read(gray_of(data))
    assert reading.text == expected.text == PLATE_TEXT
    assert reading.confidence == expected.confidence
    assert np.array_equal(reading.candidate.corners, expected.candidate.corners)


def test_a_photo_without_a_plate_is_not_decoded_twice(reader):
    draft = decode_draft(encoded(np.full((2400, 3600, 3), 60, np.uint8)))
    assert reader.read(draft) == []
    assert not decoded_whole(draft)


def test_the_command_tells_places_in_pixels_of_the_photo(tmp_path, near):
    (tmp_path / "car.jpg").write_bytes(encoded(near))
    done = command("--input", tmp_path, "--format", "jsonl")
    record = json.loads(done.stdout)
    assert record["text"] == PLATE_TEXT, done.stderr
    x, y, width, _ = (TIMES * side for side in PLATE_XYWH)
    assert abs(record["box_x"] - x) < 12 * TIMES and abs(record["box_y"] - y) < 12 * TIMES
    assert abs(record["box_width"] - width) < 20 * TIMES


def test_the_command_annotates_all_of_a_photo(tmp_path, near):
    (tmp_path / "car.jpg").write_bytes(encoded(near))
    command("--input", tmp_path / "car.jpg", "--redact", tmp_path / "out")
    (copy,) = (tmp_path / "out").rglob("car*")
    assert load(copy).shape == near.shape


def test_damage_is_refused_as_ever(tmp_path, near):
    (tmp_path / "half.jpg").write_bytes(encoded(near)[:-100])
    with pytest.raises(PhotoError, match="truncated"):
        load_draft(tmp_path / "half.jpg")
    with pytest.raises(PhotoError, match="the limit is 1,000,000"):
        decode_draft(encoded(near), max_pixels=1_000_000)
