"""Pictures written beside the readings of a photo, while its pixels are at hand.

Each kind is called with a photo's result and pixels, in the process that read it. What cannot be
written is said in the result; what was read is never lost over it. Pictures carry pixels alone: no
EXIF, no place where the photo was taken.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2

from anpr.errors import OutputError
from anpr.locate import Locator
from anpr.locate.network import NetworkLocator
from anpr.output.outline import outlined
from anpr.output.places import JPEG_SUFFIXES, copy_path, crop_path, place, prepare_folder
from anpr.output.redact import redact
from anpr.output.writing import explained, replacing
from anpr.pixels import to_gray
from anpr.types import FileResult, Image

JPEG_QUALITY = 92  # above it files grow fast, and nobody sees why


@dataclass(frozen=True)
class Copies(ABC):
    """Writes pictures of a photo below a folder, under the photo's path below its input."""

    folder: Path
    roots: tuple[Path, ...]
    """The inputs of the batch; see `places.place`."""

    def __post_init__(self) -> None:
        prepare_folder(self.folder, self.roots)

    def __call__(self, result: FileResult, image: Image) -> FileResult:
        """Writes what belongs to a photo.

        Args:
            result: The photo's; its readings are in pixels of `image`.
            image: The photo: BGR, uint8, (height, width, 3).

        Returns:
            The result, with the reason in `unwritten` where something could not be written.
        """
        try:
            for path, picture in self.pictures(result, image):
                _write(path, picture, Path(result.path))
        except (OutputError, OSError, cv2.error) as error:
            reason = " ".join(str(error).split())  # OpenCV's fill several lines
            reasons = (result.unwritten, reason) if result.unwritten else (reason,)
            return replace(result, unwritten="; ".join(reasons))
        return result

    @abstractmethod
    def pictures(self, result: FileResult, image: Image) -> Iterator[tuple[Path, Image]]:
        """Yields each picture and the file it belongs in."""

    def placed(self, result: FileResult) -> Path:
        """Where the photo itself would belong."""
        return place(Path(result.path), self.folder, self.roots)


class AnnotatedCopies(Copies):
    """Every photo with its plates outlined and their text beside; as it is where it has none."""

    def pictures(self, result: FileResult, image: Image) -> Iterator[tuple[Path, Image]]:
        """Yields the copy; see `outlined`."""
        yield copy_path(self.placed(result)), outlined(image, result.readings)


class PlateCrops(Copies):
    """Every plate by itself, upright and gray."""

    def pictures(self, result: FileResult, image: Image) -> Iterator[tuple[Path, Image]]:
        """Yields the plates in the order of the readings; those without a crop are left out."""
        for number, reading in enumerate(result.readings, 1):
            if reading.crop is not None:
                yield crop_path(self.placed(result), number, reading.text), reading.crop


@dataclass(frozen=True)
class RedactedCopies(Copies):
    """Every photo with its plates made unreadable.

    Not only those that were read: every place that might be one. A headlight blotted out is no
    loss, a plate left standing is.
    """

    locator: Locator = field(default_factory=NetworkLocator)

    def pictures(self, result: FileResult, image: Image) -> Iterator[tuple[Path, Image]]:
        """Yields the copy; see `redact`.

        What a second look at the copy still takes for a plate is made unreadable as well.
        """
        read = [reading.candidate for reading in result.readings]
        copy = redact(image, read + self.locator.candidates(to_gray(image)))
        copy = redact(copy, self.locator.candidates(to_gray(copy)))
        yield copy_path(self.placed(result)), copy


def _write(path: Path, picture: Image, photo: Path) -> None:
    """Writes a picture in one go: half a file is never there under its name.

    Raises:
        OutputError: The system refused, or the file is the photo itself.
    """
    with explained(path):
        if path.exists() and photo.exists() and path.samefile(photo):
            raise OutputError(f"{path}: is the photo itself; name another folder")
        with replacing(path) as unfinished:
            unfinished.write_bytes(_encoded(picture, path))


def _encoded(picture: Image, path: Path) -> bytes:
    """A JPEG where the name says so, else a PNG; raises `cv2.error` for one too large for it."""
    is_jpeg = path.suffix.lower() in JPEG_SUFFIXES
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if is_jpeg else []
    is_done, data = cv2.imencode(".jpg" if is_jpeg else ".png", picture, options)
    if not is_done:
        height, width = picture.shape[:2]
        raise OutputError(f"{path}: a picture of {width} x {height} pixels cannot be encoded")
    return data.tobytes()
