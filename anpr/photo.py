"""Photo: a file whose header has been checked, decoded when its pixels are first needed.

Decodes what cameras, phones, scanners and editors write.
"""

import io
import stat
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

import cv2
import numpy as np
import PIL.Image
import PIL.ImageOps

from anpr.errors import PhotoError
from anpr.pixels import MAX_PIXELS, check_image, reduced, to_bgr, to_gray
from anpr.types import Image

FORMATS = "JPEG, PNG, BMP, TIFF, WebP or GIF"
SUFFIXES = (".bmp", ".gif", ".jpe", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""Endings of the files that a folder is searched for, lower case."""
SILENT = 0  # OpenCV's LOG_LEVEL_SILENT

# Minimum size of a reduced image: ten times the detector input, so that a plate a tenth as wide
# as the photo still fills the reader's input.
MIN_REDUCED_PIXELS = 1_500_000
REDUCED_GRAY = {  # OpenCV flags that shrink the blocks of a JPEG while decoding, by factor
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    1: cv2.IMREAD_GRAYSCALE,
}

JPEG_START, JPEG_END = b"\xff\xd8", b"\xff\xd9"
JPEG_MARKER, JPEG_START_OF_SCAN = 0xFF, 0xDA
PNG_START, PNG_END = b"\x89PNG\r\n\x1a\n", b"IEND\xaeB\x60\x82"

Decoded = TypeVar("Decoded", Image, Image | None)

NOT_DECODABLE = (OSError, ValueError, SyntaxError, EOFError)  # what Pillow raises on damage


@dataclass(eq=False)
class Photo:
    """One photo. Plates are read in `gray` and `whole`, whatever else is made of the photo.

    Pixels are upright: the EXIF orientation of JPEG, PNG and TIFF has been applied. 16 bits become
    8, CMYK becomes BGR, transparency is dropped, an animation is its first frame. `gray` is decoded
    as such, which for a JPEG is its luma; the gray of `bgr` may differ from it by a level or two.

    Each property raises a `PhotoError` if the file cannot be decoded.
    """

    data: bytes = field(repr=False)
    """Content of the file; empty if the photo was made from an array."""
    factor: int = 1
    """How many times wider and higher than `gray` the photo is (rounded down for odd sizes)."""
    array: Image | None = field(default=None, repr=False)
    """The pixels the photo was made from; `None` if it is a file."""
    decode_ms: float = field(default=0.0, init=False, repr=False)
    """Wall-clock time spent on decoding so far, in milliseconds."""

    @classmethod
    def open(cls, path: Path, max_pixels: int = MAX_PIXELS) -> "Photo":
        """Reads a file and checks its header.

        Args:
            path: The file.
            max_pixels: A photo with more pixels is refused before it takes up memory.

        Raises:
            PhotoError: The file cannot be read, is not an image, or is too large.
        """
        # Bytes rather than cv2.imread, which on Windows cannot open names beyond the code page.
        try:
            if not stat.S_ISREG(path.stat().st_mode):
                raise PhotoError("neither a file nor a folder")  # a pipe or a device may never end
            with path.open("rb") as file:
                pixels = _check_header(file, max_pixels)
                file.seek(0)
                return cls._checked(file.read(), pixels)
        except FileNotFoundError as error:
            raise PhotoError(_why_missing(path)) from error
        except OSError as error:
            raise PhotoError(f"cannot read: {error.strerror or error}") from error

    @classmethod
    def from_bytes(cls, data: bytes, max_pixels: int = MAX_PIXELS) -> "Photo":
        """Checks the header of a file that is in memory; see `open`."""
        return cls._checked(data, _check_header(io.BytesIO(data), max_pixels))

    @classmethod
    def from_array(cls, image: Image) -> "Photo":
        """Takes pixels that are decoded already: uint8, gray, BGR or BGRA.

        Raises:
            ImageError: The array is not an image.
        """
        check_image(image)
        return cls(b"", array=image)

    @classmethod
    def _checked(cls, data: bytes, pixels: int) -> "Photo":
        return cls(data, _reduction(pixels) if data.startswith(JPEG_START) else 1)

    @cached_property
    def gray(self) -> Image:
        """Gray values, in a large JPEG reduced by `factor`: uint8, (height, width)."""
        return self._gray(self.factor)

    @cached_property
    def whole(self) -> Image:
        """Gray values at full size: uint8, (height, width)."""
        return self.gray if self.factor == 1 else self._gray(1)

    @cached_property
    def bgr(self) -> Image:
        """Colours at full size: uint8, (height, width, 3)."""
        if self.array is not None:
            return to_bgr(self.array)
        image = self._decoded(_decode_with_opencv, cv2.IMREAD_COLOR)
        return self._decoded(_decode_with_pillow) if image is None else image

    def _gray(self, factor: int) -> Image:
        if self.array is not None:
            return to_gray(self.array)
        image = self._decoded(_decode_with_opencv, REDUCED_GRAY[factor])
        return reduced(to_gray(self.bgr), factor) if image is None else image

    def _decoded(self, decode: Callable[..., Decoded], *arguments: int) -> Decoded:
        begin = time.perf_counter()
        try:
            return decode(self.data, *arguments)
        finally:
            self.decode_ms += (time.perf_counter() - begin) * 1000


def quieten_decoders() -> None:
    """Silences the libraries that decode photos: damage is reported here."""
    home: Any = cv2 if hasattr(cv2, "setLogLevel") else cv2.utils  # OpenCV 5 moved it
    logging_home: Any = getattr(home, "logging", home)
    logging_home.setLogLevel(SILENT)
    PIL.Image.MAX_IMAGE_PIXELS = None  # --max-pixels is checked instead
    warnings.filterwarnings("ignore", module=r"PIL\.")  # about damaged EXIF, without a file name


def _why_missing(path: Path) -> str:
    if path.is_symlink():
        return f"dangling link: {path.readlink()} is not there"
    return "no such file or folder"


def _check_header(file: BinaryIO, max_pixels: int) -> int:
    """Refuses what is not an image, or too large, by its first bytes; returns its pixels."""
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


def _reduction(pixels: int) -> int:
    """Returns the factor by which a JPEG of this many pixels is reduced while decoding."""
    return next(
        factor for factor in REDUCED_GRAY if factor == 1 or pixels >= MIN_REDUCED_PIXELS * factor**2
    )


def _decode_with_opencv(data: bytes, flag: int) -> Image | None:
    """Decodes with OpenCV; returns None for a format that it does not support."""
    if not is_complete(data):
        raise PhotoError(f"truncated: the end is missing after {len(data):,} bytes")
    try:
        return cv2.imdecode(np.frombuffer(data, np.uint8), flag)
    except cv2.error as error:  # beyond OpenCV's own limits
        raise PhotoError(f"cannot decode: {error}") from error


def _decode_with_pillow(data: bytes) -> Image:
    """Decodes what OpenCV refuses (GIF before 4.11, rare TIFF), or says why it cannot."""
    try:
        with PIL.Image.open(io.BytesIO(data)) as photo:
            rgb = np.asarray(PIL.ImageOps.exif_transpose(photo).convert("RGB"))
    except NOT_DECODABLE as error:
        raise PhotoError(f"cannot decode: {error}") from error
    return np.ascontiguousarray(rgb[:, :, ::-1])


def is_complete(data: bytes) -> bool:
    """Returns whether the end of a file is there; True for formats without an end marker.

    OpenCV before 5.0 fills the missing part of a JPEG with gray, without an error.
    """
    if data.startswith(PNG_START):
        return data.rfind(PNG_END) >= 0  # backwards: the marker is the last thing in the file
    if data.startswith(JPEG_START):
        return data.rfind(JPEG_END, _start_of_scan(data)) >= 0
    return True


def _start_of_scan(data: bytes) -> int:
    """Returns where the pixels of a JPEG begin: after any thumbnail, which has its own end marker.

    Source: ITU-T T.81, annex B: a marker is 0xFF and a code, any number of 0xFF may precede it,
    and the two bytes of a segment's length count themselves. 0 for a file without this structure.
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
