"""From a path to pixels: decodes what cameras, phones, scanners and editors write."""

import io
import stat
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps
from numpy.typing import NDArray

from anpr.errors import ImageError, PhotoError
from anpr.types import Image

FORMATS = "JPEG, PNG, BMP, TIFF, WebP or GIF"
MAX_PIXELS = 250_000_000  # phones reach 200 million; decoded, this many take 750 MB
SILENT = 0  # OpenCV's LOG_LEVEL_SILENT
WORKING_WIDTH = 600  # the width the tutorial's kernels were chosen for
DEVIATION_FLOOR = 8.0  # gray levels: an even image must not have its noise blown up

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_MARKER, JPEG_START_OF_SCAN = 0xFF, 0xDA
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB\x60\x82"

NOT_DECODABLE = (OSError, ValueError, SyntaxError, EOFError)  # what Pillow raises on damage


def load(path: Path, max_pixels: int = MAX_PIXELS, in_colour: bool = True) -> Image:
    """Reads and decodes a photo.

    Args:
        path: The file.
        max_pixels: A photo of more pixels is refused before it takes up memory.
        in_colour: Whether colours are wanted: of a JPEG, gray takes half the time.

    Returns:
        BGR, uint8, (height, width, 3), or gray, (height, width); upright: an EXIF orientation has
        been applied. 16 bits become 8, gray and CMYK become BGR, transparency is dropped, an
        animation is its first frame.

    Raises:
        PhotoError: The file cannot be read or decoded, or is too large.
    """
    # Bytes rather than cv2.imread: on Windows that cannot open a name beyond the code page.
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PhotoError("neither a file nor a folder")  # a pipe or a device may never end
        with path.open("rb") as file:
            _check_header(file, max_pixels)
            file.seek(0)
            data = file.read()
    except FileNotFoundError as error:
        raise PhotoError(_why_missing(path)) from error
    except OSError as error:
        raise PhotoError(f"cannot read: {error.strerror or error}") from error
    return _decode(data, in_colour)


def quieten_decoders() -> None:
    """Lets the libraries that decode photos leave the reporting of damage to us."""
    home: Any = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils  # OpenCV 5 moved it
    getattr(home, "logging", home).setLogLevel(SILENT)
    PIL.Image.MAX_IMAGE_PIXELS = None  # --max-pixels is checked instead
    warnings.filterwarnings("ignore", module=r"PIL\.")  # of damaged EXIF, and names no file


def decode(data: bytes, max_pixels: int = MAX_PIXELS, in_colour: bool = True) -> Image:
    """Decodes a photo that is in memory; see `load`."""
    _check_header(io.BytesIO(data), max_pixels)
    return _decode(data, in_colour)


def fit_width(image: Image, max_pixels: int = MAX_PIXELS) -> Image:
    """Resizes a photo to the working width, keeping its aspect ratio, as the tutorial does.

    Not `imutils.resize`: in 0.5.4 it asks OpenCV for a height of 0 when a photo is very wide.

    Raises:
        PhotoError: The result would have more than `max_pixels`: the photo is a sliver.
    """
    height, width = image.shape[:2]
    new_height = max(1, int(height * (WORKING_WIDTH / width)))
    if new_height * WORKING_WIDTH > max_pixels:
        raise PhotoError(
            f"{width} x {height} pixels are too narrow for a photo: "
            f"{WORKING_WIDTH} wide it would be {new_height:,} high"
        )
    return cv2.resize(image, (WORKING_WIDTH, new_height), interpolation=cv2.INTER_AREA)


def to_gray(image: Image) -> Image:
    """Returns a photo as gray values: uint8, (height, width).

    Args:
        image: uint8; (height, width) or (height, width, 1) gray, (height, width, 3) BGR or
            (height, width, 4) BGRA.

    Raises:
        ImageError: It is something else.
    """
    check_image(image)
    channels = 1 if image.ndim == 2 else image.shape[2]
    if channels == 1:
        return image.reshape(image.shape[:2])
    code = cv2.COLOR_BGR2GRAY if channels == 3 else cv2.COLOR_BGRA2GRAY
    return cv2.cvtColor(image, code)


def check_image(image: object) -> None:
    """Raises an `ImageError` that says what is wrong with an array that is no image."""
    expected = "expected a uint8 array of shape (height, width), (height, width, 3) BGR or 4 BGRA"
    if image is None:
        raise ImageError(f"{expected}; got None, which cv2.imread returns for an unreadable file")
    if not isinstance(image, np.ndarray):
        raise ImageError(f"{expected}; got {type(image).__name__}")
    if image.dtype != np.uint8:
        raise ImageError(f"{expected}; got dtype {image.dtype}")
    if image.ndim not in (2, 3) or (image.ndim == 3 and image.shape[2] not in (1, 3, 4)):
        raise ImageError(f"{expected}; got shape {image.shape}")
    if image.size == 0:
        raise ImageError(f"{expected}; got an empty one, shape {image.shape}")


def average(image: Image, size_wh: tuple[int, int]) -> Image:
    """Shrinks an image; every pixel is the mean of those it stands for.

    By a whole number first, and then the rest: OpenCV averages whole blocks ten times as fast. The
    last rows and columns that fill no block are left out.

    Args:
        image: uint8, (height, width), or (height, width, 3) in BGR order.
        size_wh: Width and height to shrink it to.

    Returns:
        A new array, also where the size stays the same.
    """
    height, width = image.shape[:2]
    step = int(min(width / size_wh[0], height / size_wh[1]))
    if step > 1:
        blocks_wh = width // step, height // step
        whole = image[: blocks_wh[1] * step, : blocks_wh[0] * step]
        image = cv2.resize(whole, blocks_wh, interpolation=cv2.INTER_AREA)
    return cv2.resize(image, size_wh, interpolation=cv2.INTER_AREA)


def halved(image: Image, size_wh: tuple[int, int]) -> Image:
    """Shrinks an image by halves, as long as it stays as large as a size.

    Two by two pixels OpenCV averages ten to fifty times as fast as any other number. An odd row or
    column at the end is left out.

    Args:
        image: uint8, (height, width), or (height, width, 3) in BGR order.
        size_wh: Least width and height.
    """
    height, width = image.shape[0] // 2, image.shape[1] // 2
    if width < size_wh[0] or height < size_wh[1]:
        return image
    whole = image[: 2 * height, : 2 * width]
    half = cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA)
    return halved(half, size_wh)


def standardise(images: Sequence[Image] | NDArray[Any]) -> NDArray[Any]:
    """Frees each image of its own brightness and contrast.

    Args:
        images: uint8, n of (height, width), all of one size; at least one.

    Returns:
        float32, (n, height, width), each of mean 0.
    """
    pixels = np.empty((len(images), *images[0].shape), np.float32)
    for number, image in enumerate(images):
        mean, deviation = cv2.meanStdDev(image)  # of bytes: ten times as fast as of floats
        pixels[number] = image
        pixels[number] -= mean.item()
        pixels[number] /= deviation.item() + DEVIATION_FLOOR
    return pixels


def _why_missing(path: Path) -> str:
    if path.is_symlink():
        return f"dangling link: {path.readlink()} is not there"
    return "no such file or folder"


def _check_header(file: BinaryIO, max_pixels: int) -> None:
    """Refuses what is no image, or too large, from its first bytes alone."""
    try:
        with PIL.Image.open(file) as header:
            width, height = header.size
    except PIL.Image.DecompressionBombError as error:
        raise PhotoError(f"too large to decode safely: {error}") from error
    except NOT_DECODABLE as error:
        raise PhotoError(_why_not_decodable(file)) from error
    if width * height > max_pixels:
        raise PhotoError(
            f"{width} x {height} = {width * height:,} pixels, the limit is {max_pixels:,}; "
            "--max-pixels raises it"
        )


def _why_not_decodable(file: BinaryIO) -> str:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = f", beginning with {file.read(8)!r}" if size else ""
    return f"cannot decode ({size:,} bytes{start}); expected {FORMATS}"


def _decode(data: bytes, in_colour: bool) -> Image:
    if not is_complete(data):
        raise PhotoError(f"truncated: the end is missing after {len(data):,} bytes")
    try:
        flag = cv2.IMREAD_COLOR if in_colour else cv2.IMREAD_GRAYSCALE
        image = cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:  # beyond OpenCV's own limits
        raise PhotoError(f"cannot decode: {error}") from error
    if image is not None:
        return image
    image = _decode_with_pillow(data)
    return image if in_colour else to_gray(image)


def _decode_with_pillow(data: bytes) -> Image:
    """For what OpenCV refuses: GIF before 4.11, rare TIFF; and for the reason of a failure."""
    try:
        with PIL.Image.open(io.BytesIO(data)) as photo:
            rgb = np.asarray(PIL.ImageOps.exif_transpose(photo).convert("RGB"))
    except NOT_DECODABLE as error:
        raise PhotoError(f"cannot decode: {error}") from error
    return np.ascontiguousarray(rgb[:, :, ::-1])


def is_complete(data: bytes) -> bool:
    """Whether the end of the file is there, where that is quick to tell.

    OpenCV before 5.0 fills the missing part of a JPEG with gray and says nothing.
    """
    if data.startswith(PNG_START):
        return data.rfind(PNG_END) >= 0  # from behind, where it is
    if data.startswith(JPEG_START):
        return data.rfind(JPEG_END, _start_of_scan(data)) >= 0
    return True


def _start_of_scan(data: bytes) -> int:
    """Where the pixels of a JPEG begin: behind any thumbnail, which has an end of its own.

    Source: ITU-T T.81, annex B: markers are 0xFF and a code, any number of 0xFF may stand before
    one, and a segment's two bytes of length count themselves. 0 for a file that is not so.
    """
    position = len(JPEG_START)
    while position + 4 <= len(data):
        marker, code = data[position], data[position + 1]
        if marker != JPEG_MARKER:
            return 0
        if code == JPEG_START_OF_SCAN:
            return position
        length = int.from_bytes(data[position + 2 : position + 4], "big")
        position += 1 if code == JPEG_MARKER else 2 + length
    return len(data)
