"""Copies of photos, written while the photo is in memory.

Each kind is a `PhotoTask` that runs in the process that read the photo. A copy that cannot be
written is reported in the result; the readings are never lost because of it. Copies contain only
pixels: no EXIF, no GPS position.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import cv2

from anpr.errors import OutputError
from anpr.locate import Locator
from anpr.locate.network import NetworkLocator
from anpr.output.atomic import as_output_error, replacing
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

JPEG_QUALITY = 92  # above it, files grow fast without a visible difference

NamedImages = Iterator[tuple[Path, Image]]
"""Images made from one photo, each with the path of its file."""

Draw = Callable[[FileResult, Photo, Path], NamedImages]
"""Draws the images made from a photo; the path is the photo's own, by `naming.output_path`."""


@dataclass(frozen=True)
class Copies:
    """Writes images of each photo to a folder, which mirrors the folders of the inputs."""

    folder: Path
    roots: tuple[Path, ...]
    """The inputs of the batch; see `naming.output_path`."""
    draw: Draw

    def __post_init__(self) -> None:
        prepare_folder(self.folder, self.roots)

    def __call__(self, result: FileResult, photo: Photo) -> FileResult:
        """Writes the images of a photo.

        Args:
            result: Result of the photo, in its pixels.
            photo: The photo.

        Returns:
            The result; if an image could not be written, `unwritten` contains the reason.
        """
        path = Path(result.path)
        try:
            for target, image in self.draw(
                result, photo, output_path(path, self.folder, self.roots)
            ):
                _write(target, image, path)
        except (OutputError, OSError, cv2.error) as error:
            reason = " ".join(str(error).split())  # OpenCV's messages span several lines
            reasons = (result.unwritten, reason) if result.unwritten else (reason,)
            return replace(result, unwritten="; ".join(reasons))
        return result


def annotated_copies(folder: Path, roots: tuple[Path, ...]) -> Copies:
    """Makes copies with the plates outlined and their text beside them; see `outlined`."""

    def draw(result: FileResult, photo: Photo, path: Path) -> NamedImages:
        yield copy_path(path), outlined(photo.bgr, result.readings)

    return Copies(folder, roots, draw)


def plate_crops(folder: Path, roots: tuple[Path, ...]) -> Copies:
    """Makes images of the plates, upright and gray, in the order of the readings."""

    def draw(result: FileResult, photo: Photo, path: Path) -> NamedImages:
        for number, reading in enumerate(result.readings, 1):
            if reading.crop is not None:
                yield crop_path(path, number, reading.text), reading.crop

    return Copies(folder, roots, draw)


def redacted_copies(
    folder: Path, roots: tuple[Path, ...], locator: Locator | None = None
) -> Copies:
    """Makes copies with the plates made unreadable.

    Redacts every candidate, whether or not a plate was read there: a blurred headlight does no
    harm, a legible plate does. Candidates found in the copy itself are redacted as well.

    Args:
        folder: Folder of the copies.
        roots: The inputs of the batch.
        locator: Finds the candidates; `None` means the network.
    """
    return Copies(folder, roots, partial(_draw_redacted, locator or NetworkLocator()))


def _draw_redacted(locator: Locator, result: FileResult, photo: Photo, path: Path) -> NamedImages:
    read = [reading.candidate for reading in result.readings]
    copy = redact(photo.bgr, read + locator.candidates(photo.whole))
    yield copy_path(path), redact(copy, locator.candidates(to_gray(copy)))


def _write(path: Path, image: Image, photo: Path) -> None:
    """Writes an image atomically, and creates its folder if it is missing.

    Raises:
        OutputError: The image cannot be written, or its file is the photo itself.
    """
    with as_output_error(path):
        if path.exists() and photo.exists() and path.samefile(photo):
            raise OutputError(f"{path}: is the photo itself; name another folder")
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as unfinished:
            unfinished.write_bytes(_encoded(image, path))


def _encoded(image: Image, path: Path) -> bytes:
    """Encodes a JPEG or a PNG, by the suffix; raises `cv2.error` if the image is too large."""
    is_jpeg = path.suffix.lower() in JPEG_SUFFIXES
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY] if is_jpeg else []
    is_done, data = cv2.imencode(".jpg" if is_jpeg else ".png", image, options)
    if not is_done:
        height, width = image.shape[:2]
        raise OutputError(f"{path}: an image of {width} x {height} pixels cannot be encoded")
    return data.tobytes()
