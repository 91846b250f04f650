"""From a path to pixels: decodes what cameras, phones, scanners and editors write."""

import io
import stat
import warnings
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps

from anpr.errors import PhotoError
from anpr.pixels import MAX_PIXELS, to_gray
from anpr.types import Image

FORMATS = "JPEG, PNG, BMP, TIFF, WebP or GIF"
SILENT = 0  # OpenCV's LOG_LEVEL_SILENT

# Of a draft, at least: ten times what the finder looks at, and a plate of a tenth of its width is
# as wide as what the reader looks at.
DRAFT_PIXELS = 1_500_000
REDUCED = {  # of a JPEG, whose blocks OpenCV can make smaller as it decodes them
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    1: cv2.IMREAD_GRAYSCALE,
}

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_MARKER, JPEG_START_OF_SCAN = 0xFF, 0xDA
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB\x60\x82"

NOT_DECODABLE = (OSError, ValueError, SyntaxError, EOFError)  # what Pillow raises on damage


@dataclass(frozen=True, eq=False)
class Draft:
    """A photo in gray, decoded no larger than it takes to find plates; whole where asked for."""

    gray: Image
    """uint8, (height, width)."""
    factor: int = 1
    """How many times as wide and high as `gray` the photo is; of an odd one less a pixel."""
    file: bytes = field(default=b"", repr=False)
    """What it was decoded from; empty where nothing larger is to be had."""

    @cached_property
    def whole(self) -> Image:
        """The photo at its full size: uint8, (height, width).

        Raises:
            PhotoError: It cannot be decoded.
        """
        return self.gray if self.factor == 1 else _decode(self.file, in_colour=False)


Decoded = Image | Draft
"""A photo's pixels: BGR or gray, or a draft of them."""


def whole_of(photo: Decoded) -> Image:
    """All of a photo's pixels; see `Draft.whole`."""
    return photo.whole if isinstance(photo, Draft) else photo


def load(path: Path, max_pixels: int = MAX_PIXELS) -> Image:
    """Reads and decodes a photo.

    Args:
        path: The file.
        max_pixels: A photo of more pixels is refused before it takes up memory.

    Returns:
        BGR, uint8, (height, width, 3), upright: an EXIF orientation has been applied. 16 bits
        become 8, gray and CMYK become BGR, transparency is dropped, an animation is its first
        frame.

    Raises:
        PhotoError: The file cannot be read or decoded, or is too large.
    """
    return _decode(_content(path, max_pixels)[0], in_colour=True)


def load_draft(path: Path, max_pixels: int = MAX_PIXELS) -> Draft:
    """Reads a photo and decodes it in gray as far as finding plates takes; see `load`."""
    return _draft(*_content(path, max_pixels))


def decode(data: bytes, max_pixels: int = MAX_PIXELS) -> Image:
    """Decodes a photo that is in memory; see `load`."""
    _check_header(io.BytesIO(data), max_pixels)
    return _decode(data, in_colour=True)


def decode_draft(data: bytes, max_pixels: int = MAX_PIXELS) -> Draft:
    """Decodes a photo that is in memory as far as finding plates takes; see `load`."""
    return _draft(data, _check_header(io.BytesIO(data), max_pixels))


def quieten_decoders() -> None:
    """Lets the libraries that decode photos leave the reporting of damage to us."""
    home: Any = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils  # OpenCV 5 moved it
    getattr(home, "logging", home).setLogLevel(SILENT)
    PIL.Image.MAX_IMAGE_PIXELS = None  # --max-pixels is checked instead
    warnings.filterwarnings("ignore", module=r"PIL\.")  # of damaged EXIF, and names no file


def _content(path: Path, max_pixels: int) -> tuple[bytes, int]:
    """A photo's file, and how many pixels it has."""
    # Bytes rather than cv2.imread: on Windows that cannot open a name beyond the code page.
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise PhotoError("neither a file nor a folder")  # a pipe or a device may never end
        with path.open("rb") as file:
            pixels = _check_header(file, max_pixels)
            file.seek(0)
            return file.read(), pixels
    except FileNotFoundError as error:
        raise PhotoError(_why_missing(path)) from error
    except OSError as error:
        raise PhotoError(f"cannot read: {error.strerror or error}") from error


def _why_missing(path: Path) -> str:
    if path.is_symlink():
        return f"dangling link: {path.readlink()} is not there"
    return "no such file or folder"


def _check_header(file: BinaryIO, max_pixels: int) -> int:
    """Refuses what is no image, or too large, from its first bytes alone; returns its pixels."""
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
    return int(width * height)


def _why_not_decodable(file: BinaryIO) -> str:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    start = f", beginning with {file.read(8)!r}" if size else ""
    return f"cannot decode ({size:,} bytes{start}); expected {FORMATS}"


def _decode(data: bytes, in_colour: bool) -> Image:
    image = _decode_with_opencv(data, cv2.IMREAD_COLOR if in_colour else cv2.IMREAD_GRAYSCALE)
    if image is not None:
        return image
    image = _decode_with_pillow(data)
    return image if in_colour else to_gray(image)


def _draft(data: bytes, pixels: int) -> Draft:
    factor = _reduction(pixels) if data.startswith(JPEG_START) else 1
    image = _decode_with_opencv(data, REDUCED[factor])
    if image is None:
        return Draft(to_gray(_decode_with_pillow(data)))
    return Draft(image, factor, data) if factor > 1 else Draft(image)


def _reduction(pixels: int) -> int:
    """How many times narrower and lower a photo of so many pixels is decoded."""
    return next(factor for factor in REDUCED if factor == 1 or pixels >= DRAFT_PIXELS * factor**2)


def _decode_with_opencv(data: bytes, flag: int) -> Image | None:
    """None for what OpenCV does not know."""
    if not is_complete(data):
        raise PhotoError(f"truncated: the end is missing after {len(data):,} bytes")
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:  # beyond OpenCV's own limits
        raise PhotoError(f"cannot decode: {error}") from error


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
