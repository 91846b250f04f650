"""Copies of photos, written while the photo is in memory.

Each kind is a `PhotoTask` that runs in the process that read the photo. A copy that cannot be
written is reported in the result; what was read is never lost over it. Copies hold pixels alone:
no EXIF, no position.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from anpr.errors import OutputError
from anpr.locate import Locator
from anpr.locate.network import NetworkLocator
from anpr.output.atomic import explained, replacing
from anpr.output.copies.draw import outlined
from anpr.output.copies.naming import (
    JPEG_SUFFIXES,
    copy_path,
    crop_path,
    output_path,
    prepare_folder,
)
from anpr.output.copies.redact import redact
from anpr.photo import Photo
from anpr.pixels import to_gray
from anpr.types import FileResult, Image

JPEG_QUALITY = 92  # above it files grow fast, without a visible difference

Pictures = Iterator[tuple[Path, Image]]
"""Pictures of one photo, each with the file it belongs in."""

Draw = Callable[[FileResult, Photo, Path], Pictures]
"""Draws the pictures of a photo; the path is where the photo itself would belong."""


@dataclass(frozen=True)
class Copies:
    """Writes pictures of each photo below a folder, under the photo's path below its input."""

    folder: Path
    roots: tuple[Path, ...]
    """The inputs of the batch; see `naming.output_path`."""
    draw: Draw

    def __post_init__(self) -> None:
        prepare_folder(self.folder, self.roots)

    def __call__(self, result: FileResult, photo: Photo) -> FileResult:
        """Writes the pictures of a photo.

        Args:
            result: What was read, in pixels of the photo.
            photo: The photo.

        Returns:
            The result, with the reason in `unwritten` if something could not be written.
        """
        path = Path(result.path)
        try:
            for target, picture in self.draw(
                result, photo, output_path(path, self.folder, self.roots)
            ):
                _write(target, picture, path)
        except (OutputError, OSError, cv2.error) as error:
            reason = " ".join(str(error).split())  # OpenCV's messages span several lines
            reasons = (result.unwritten, reason) if result.unwritten else (reason,)
            return replace(result, unwritten="; ".join(reasons))
        return result


def annotated_copies(folder: Path, roots: tuple[Path, ...]) -> Copies:
    """Makes copies with the plates outlined and their text beside them; see `outlined`."""

    def draw(result: FileResult, photo: Photo, target: Path) -> Pictures:
        yield copy_path(target), outlined(photo.bgr, result.readings)

    return Copies(folder, roots, draw)


def plate_crops(folder: Path, roots: tuple[Path, ...]) -> Copies:
    """Makes pictures of the plates, upright and gray, in the order of the readings."""

    def draw(result: FileResult, photo: Photo, target: Path) -> Pictures:
        for number, reading in enumerate(result.readings, 1):
            if reading.crop is not None:
                yield crop_path(target, number, reading.text), reading.crop

    return Copies(folder, roots, draw)


def redacted_copies(
    folder: Path, roots: tuple[Path, ...], locator: Locator | None = None
) -> Copies:
    """Makes copies with the plates made unreadable.

    Not only those that were read: every candidate. A blurred headlight is no loss, a plate left
    readable is. Candidates that are found in the copy are redacted as well.

    Args:
        folder: Where the copies go.
        roots: The inputs of the batch.
        locator: Finds the candidates; `None` takes the network.
    """
    return Copies(folder, roots, partial(_draw_redacted, locator or NetworkLocator()))


def _draw_redacted(locator: Locator, result: FileResult, photo: Photo, target: Path) -> Pictures:
    read = [reading.candidate for reading in result.readings]
    copy = redact(photo.bgr, read + locator.candidates(photo.whole))
    yield copy_path(target), redact(copy, locator.candidates(to_gray(copy)))


def _write(path: Path, picture: Image, photo: Path) -> None:
    """Writes a picture atomically: half a file never appears under its name.

    Raises:
        OutputError: The system refused, or the file is the photo itself.
    """
    with explained(path):
        if path.exists() and photo.exists() and path.samefile(photo):
            raise OutputError(f"{path}: is the photo itself; name another folder")
        with replacing(path) as unfinished:
            unfinished.write_bytes(_encoded(picture, path))


def _encoded(picture: Image, path: Path) -> bytes:
    """Encodes a JPEG if the name says so, else a PNG; raises `cv2.error` if it is too large."""
    is_jpeg = path.suffix.lower() in JPEG_SUFFIXES
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if is_jpeg else []
    is_done, data = cv2.imencode(".jpg" if is_jpeg else ".png", picture, options)
    if not is_done:
        height, width = picture.shape[:2]
        raise OutputError(f"{path}: a picture of {width} x {height} pixels cannot be encoded")
    return data.tobytes()
