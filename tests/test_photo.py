"""A photo is checked by its header, decoded once, and large JPEGs are decoded reduced."""

import io
import struct
import time

import cv2
import numpy as np
import pytest
from PIL import Image

from anpr import PlateReader
from anpr import photo as photo_module
from anpr.errors import ImageError, PhotoError
from anpr.photo import MIN_REDUCED_PIXELS, Photo, is_complete, quieten_decoders
from anpr.pipeline import MIN_REDUCED_WIDTH
from anpr.pixels import to_gray
from tests.builders import PLATE_TEXT, PLATE_XYWH, encoded, noise, write_photo

TIMES = 6  # the drawn scene becomes 3600 x 2400 pixels, its plate 1080 wide
LOSSY_ERROR = 2.0  # mean difference in gray levels that compression may cause
ORIENTATION_TAG = 0x0112
UNDO = {  # by the orientation that a camera notes: what was done to the upright picture
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.fixture(scope="module")
def reader() -> PlateReader:
    return PlateReader()


@pytest.fixture(scope="module")
def near(photo) -> np.ndarray:
    """A photo of 8.6 million pixels, a plate large in it."""
    return cv2.resize(photo, None, fx=TIMES, fy=TIMES, interpolation=cv2.INTER_CUBIC)


@pytest.fixture(scope="module")
def far(photo) -> np.ndarray:
    """A photo as large, the scene small in its middle, its plate 261 pixels wide."""
    scene = np.full((2400, 3600, 3), 60, np.uint8)
    scene[1000:1580, 1500:2370] = cv2.resize(photo, None, fx=1.45, fy=1.45)
    return scene


@pytest.fixture
def decodings(monkeypatch) -> list[int]:
    """Notes the OpenCV flag of every decoding."""
    flags: list[int] = []
    decode = photo_module._decode_with_opencv

    def noted(data: bytes, flag: int) -> np.ndarray | None:
        flags.append(flag)
        return decode(data, flag)

    monkeypatch.setattr(photo_module, "_decode_with_opencv", noted)
    return flags


def saved(image: np.ndarray | Image.Image, kind: str, **options) -> bytes:
    """The file that Pillow makes of a picture; an array is BGR."""
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image[:, :, ::-1])
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def opencv_gray(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    assert one.shape == other.shape
    return float(np.abs(one.astype(int) - other).mean())


# Opening


def test_a_file_its_bytes_and_its_pixels_are_the_same_photo(tmp_path, photo):
    path = write_photo(tmp_path / "car.png", photo)
    opened, held = Photo.open(path), Photo.from_bytes(path.read_bytes())
    for one in (opened, held, Photo.from_array(photo)):
        assert np.array_equal(one.bgr, photo)
        assert np.array_equal(one.gray, to_gray(photo))
        assert (one.factor, one.whole is one.gray) == (1, True)


@pytest.mark.parametrize(
    ("image", "gray", "bgr"),
    [
        (np.full((2, 3), 7, np.uint8), 7, (7, 7, 7)),
        (np.full((2, 3, 1), 7, np.uint8), 7, (7, 7, 7)),
        (np.full((2, 3, 3), (255, 0, 0), np.uint8), 29, (255, 0, 0)),
        (np.full((2, 3, 4), (255, 0, 0, 9), np.uint8), 29, (255, 0, 0)),
    ],
    ids=["gray", "one channel", "BGR", "BGRA"],
)
def test_pixels_of_any_kind_have_gray_values_and_colours(image, gray, bgr):
    one = Photo.from_array(image)
    assert np.array_equal(one.gray, np.full((2, 3), gray))
    assert np.array_equal(one.whole, one.gray)
    assert np.array_equal(one.bgr, np.full((2, 3, 3), bgr))


@pytest.mark.parametrize("image", [None, np.zeros((2, 3)), np.zeros((0, 3), np.uint8), [[1]]])
def test_an_array_that_is_no_image_is_refused_at_once(image):
    with pytest.raises(ImageError, match="expected a uint8 array"):
        Photo.from_array(image)


def test_what_is_no_file_is_refused(tmp_path):
    with pytest.raises(PhotoError, match=r"^no such file or folder$"):
        Photo.open(tmp_path / "car.jpg")
    with pytest.raises(PhotoError, match=r"^neither a file nor a folder$"):
        Photo.open(tmp_path)
    (tmp_path / "link.jpg").symlink_to("gone.jpg")
    with pytest.raises(PhotoError, match=r"^dangling link: gone\.jpg is not there$"):
        Photo.open(tmp_path / "link.jpg")


def test_the_header_is_checked_before_any_pixel_is_decoded(near, decodings):
    with pytest.raises(PhotoError, match=r"3600 x 2400 = 8,640,000 pixels, the limit is 1,000,000"):
        Photo.from_bytes(saved(near, "JPEG"), max_pixels=1_000_000)
    with pytest.raises(PhotoError, match="cannot decode"):
        Photo.from_bytes(b"no photo")
    assert decodings == []


def test_the_limit_itself_is_allowed(photo):
    pixels = photo.shape[0] * photo.shape[1]
    data = saved(photo, "PNG")
    assert Photo.from_bytes(data, pixels).gray.size == pixels
    with pytest.raises(PhotoError, match="--max-pixels raises it"):
        Photo.from_bytes(data, pixels - 1)


# Decoding


def test_nothing_is_decoded_before_it_is_asked_for_and_nothing_twice(near, decodings):
    one = Photo.from_bytes(saved(near, "JPEG"))
    assert (decodings, one.decode_ms) == ([], 0.0)
    assert one.gray is one.gray
    assert decodings == [cv2.IMREAD_REDUCED_GRAYSCALE_2]
    assert one.whole is one.whole
    assert decodings[1:] == [cv2.IMREAD_GRAYSCALE]
    assert one.bgr is one.bgr
    assert decodings[2:] == [cv2.IMREAD_COLOR]


def test_a_small_photo_is_decoded_once_for_gray_and_whole(photo, decodings):
    one = Photo.from_bytes(saved(photo, "JPEG"))
    assert one.whole is one.gray
    assert decodings == [cv2.IMREAD_GRAYSCALE]


def test_the_gray_values_are_the_same_whatever_was_asked_for_before(photo, near):
    for image in (photo, near):
        data = saved(image, "JPEG")
        first, last = Photo.from_bytes(data), Photo.from_bytes(data)
        assert last.bgr.shape == image.shape
        assert last.whole.shape == image.shape[:2]
        assert np.array_equal(first.gray, last.gray)
        assert np.array_equal(first.whole, last.whole)


def test_the_gray_of_a_jpeg_is_its_luma():
    """As the decoder has it: the colours, rounded to a byte, have lost some of it."""
    data = saved(noise(), "JPEG", quality=60)
    one = Photo.from_bytes(data)
    assert np.array_equal(one.gray, opencv_gray(data))
    assert not np.array_equal(one.gray, to_gray(one.bgr))
    assert difference(one.gray, to_gray(one.bgr)) < LOSSY_ERROR


def test_the_time_spent_on_decoding_adds_up(near):
    one = Photo.from_bytes(saved(near, "JPEG"))
    begin = time.perf_counter()
    one.gray.max()
    after_gray = one.decode_ms
    one.bgr.max()
    elapsed_ms = (time.perf_counter() - begin) * 1000
    assert 0 < after_gray < one.decode_ms <= elapsed_ms


# Formats


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF", "WEBP", "GIF"])
def test_formats_without_loss_keep_every_pixel(photo, kind):
    options = {"lossless": True} if kind == "WEBP" else {}
    gray = photo[:, :, :1].repeat(3, axis=2)  # a GIF has 256 colours
    one = Photo.from_bytes(saved(gray, kind, **options))
    assert np.array_equal(one.bgr, gray)
    assert difference(one.gray, gray[:, :, 0]) <= 1


def test_16_bits_become_8(photo):
    one = Photo.from_bytes(encoded(photo.astype(np.uint16) * 257, ".png"))
    assert np.array_equal(one.bgr, photo)
    assert np.array_equal(one.gray, to_gray(photo))


def test_cmyk_becomes_bgr(photo):
    picture = Image.fromarray(photo[:, :, ::-1]).convert("CMYK")
    one = Photo.from_bytes(saved(picture, "JPEG", quality=95))
    assert difference(one.bgr, photo) < LOSSY_ERROR
    assert difference(one.gray, to_gray(photo)) < LOSSY_ERROR


def test_transparency_is_dropped(photo):
    picture = Image.fromarray(photo[:, :, 0]).convert("LA")
    picture.putalpha(9)
    one = Photo.from_bytes(saved(picture, "PNG"))
    assert np.array_equal(one.gray, photo[:, :, 0])


@pytest.mark.parametrize("kind", ["GIF", "WEBP"])
def test_an_animation_is_its_first_frame(photo, kind):
    first = Image.fromarray(photo[:, :, ::-1])
    rest = [Image.new("RGB", first.size) for _ in range(3)]
    options = {"save_all": True, "append_images": rest, "duration": 100}
    one = Photo.from_bytes(saved(first, kind, **options))
    assert difference(one.gray, to_gray(photo)) < LOSSY_ERROR


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF"])
def test_a_phone_held_sideways_makes_an_upright_photo(photo, kind, orientation):
    stored = Image.fromarray(photo[:, :, ::-1])
    if orientation in UNDO:
        stored = stored.transpose(UNDO[orientation])
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    one = Photo.from_bytes(saved(stored, kind, exif=exif))
    assert difference(one.gray, to_gray(photo)) < LOSSY_ERROR
    assert difference(one.bgr, photo) < LOSSY_ERROR


# Damage


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif", ".gif"])
@pytest.mark.parametrize("kept", [0.0, 0.02, 0.5, 0.97])
def test_a_truncated_file_is_refused_with_its_size_or_what_is_missing(photo, suffix, kept):
    data = saved(photo, "GIF") if suffix == ".gif" else encoded(photo, suffix)
    size = int(len(data) * kept)
    quieten_decoders()
    with pytest.raises(PhotoError) as error:
        _ = Photo.from_bytes(data[:size]).gray
    reason = str(error.value)
    told = (
        f"cannot decode ({size:,} bytes",
        f"truncated: the end is missing after {size:,} bytes",
        "cannot decode: image file is truncated",
    )
    assert reason.startswith(told)
    assert "\n" not in reason


def test_a_photo_cannot_be_had_in_colour_either_if_it_is_truncated(near):
    half = saved(near, "JPEG")[:-100]
    for wanted in ("gray", "whole", "bgr"):
        with pytest.raises(PhotoError, match="truncated: the end is missing"):
            getattr(Photo.from_bytes(half), wanted)


def test_the_end_of_a_thumbnail_is_not_the_end_of_its_photo(photo):
    thumbnail = encoded(cv2.resize(photo, (60, 40)))
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    data = encoded(photo)
    whole = data[:2] + segment + data[2:]
    assert is_complete(whole)
    assert np.array_equal(Photo.from_bytes(whole).gray, Photo.from_bytes(data).gray)
    half = data[:2] + segment + data[2 : len(data) // 2]
    assert not is_complete(half)
    with pytest.raises(PhotoError, match="truncated: the end is missing"):
        _ = Photo.from_bytes(half).gray


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\xd8\xff\xda\0\2pixels\xff\xd9", True),
        (b"\xff\xd8\xff\xda\0\2pixels\xff\xd9 and more", True),
        (b"\xff\xd8\xff\xda\0\2pixels", False),
        (b"\xff\xd8\xff\xff\xff\xe1\0\6\xff\xd9..\xff\xda\0\2pixels", False),  # padded marker
        (b"\xff\xd8", False),
        (b"\x89PNG\r\n\x1a\n....IEND\xaeB\x60\x82", True),
        (b"\x89PNG\r\n\x1a\n....", False),
        (b"BM", True),  # no end marker to look for
    ],
)
def test_completeness_by_the_end_marker(data, expected):
    assert is_complete(data) == expected


# Reduced photos


def test_a_large_jpeg_is_decoded_at_half_its_size(near):
    data = saved(near, "JPEG")
    one = Photo.from_bytes(data)
    assert (one.factor, one.gray.shape) == (2, (1200, 1800))
    gray = opencv_gray(data)
    half = cv2.resize(gray, (1800, 1200), interpolation=cv2.INTER_AREA)
    assert difference(one.gray, half) < 1, "the same picture"
    assert np.array_equal(one.whole, gray)


@pytest.mark.parametrize(
    ("side", "factor"), [(1200, 1), (2440, 1), (2460, 2), (4960, 4), (9900, 8)]
)
def test_a_reduced_photo_keeps_enough_pixels(side, factor):
    quieten_decoders()
    one = Photo.from_bytes(saved(Image.new("L", (side, side)), "JPEG"))
    assert one.factor == factor
    assert one.gray.size >= min(MIN_REDUCED_PIXELS, side * side)
    assert one.gray.shape == (-(-side // factor),) * 2, "rounded up"


def test_a_reduced_photo_is_upright(near):
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = 6
    one = Photo.from_bytes(saved(np.rot90(near), "JPEG", exif=exif))
    assert (one.factor, one.gray.shape) == (2, (1200, 1800))
    assert difference(one.gray, Photo.from_bytes(saved(near, "JPEG")).gray) < 1


def test_a_large_jpeg_that_opencv_refuses_is_reduced_all_the_same(near, monkeypatch):
    usual = Photo.from_bytes(saved(near, "JPEG"))
    expected = usual.gray, usual.whole
    monkeypatch.setattr(photo_module, "_decode_with_opencv", lambda *_: None)
    one = Photo.from_bytes(saved(near, "JPEG"))
    assert one.factor == 2
    assert difference(one.gray, expected[0]) < 1
    assert difference(one.whole, expected[1]) < 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "GIF"])
def test_other_formats_are_decoded_whole(near, kind):
    one = Photo.from_bytes(saved(near, kind))
    assert one.factor == 1
    assert one.whole is one.gray
    assert one.gray.shape == near.shape[:2]


def is_decoded_whole(one: Photo) -> bool:
    """Whether anyone asked for all of it; it is kept once it was."""
    return "whole" in vars(one)


def test_a_large_plate_is_read_in_the_reduced_photo(reader, near):
    one = Photo.from_bytes(saved(near, "JPEG"))
    (reading,) = reader.read(one)
    assert reading.text == PLATE_TEXT
    assert not is_decoded_whole(one)
    found = reading.candidate.box
    assert found == pytest.approx([TIMES * side for side in PLATE_XYWH], abs=12 * TIMES)
    assert cv2.boundingRect(np.rint(reading.candidate.corners).astype(np.int32)) == found


def test_a_small_plate_is_read_in_the_whole_photo(reader, far):
    assert 261 / 2 < MIN_REDUCED_WIDTH < 261, "small in the reduced photo"
    data = saved(far, "JPEG")
    one = Photo.from_bytes(data)
    (reading,) = reader.read(one)
    assert is_decoded_whole(one)
    (expected,) = reader.read(opencv_gray(data))
    assert reading.text == expected.text == PLATE_TEXT
    assert reading.confidence == expected.confidence
    assert np.array_equal(reading.candidate.corners, expected.candidate.corners)


def test_a_photo_without_a_plate_is_not_decoded_twice(reader):
    one = Photo.from_bytes(saved(np.full((2400, 3600, 3), 60, np.uint8), "JPEG"))
    assert reader.read(one) == []
    assert not is_decoded_whole(one)


def test_a_file_that_is_gone_once_it_was_opened_is_no_matter(tmp_path, photo):
    path = write_photo(tmp_path / "car.png", photo)
    one = Photo.open(path)
    path.unlink()
    assert np.array_equal(one.gray, to_gray(photo))
