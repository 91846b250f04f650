"""Many files: each is read by itself, and none can stop the others."""

import logging
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from anpr import images
from anpr.errors import AnprError
from anpr.output.annotate import annotate
from anpr.types import FileResult, Image, Reading, Status
from anpr.windows import Windows

logger = logging.getLogger(__name__)


class PhotoReader(Protocol):
    """Anything that reads the plates of a photo."""

    def read(self, image: Image) -> list[Reading]:
        """Returns the readings of a BGR photo, in its pixels."""


def read_files(
    paths: Iterable[Path], reader: PhotoReader, windows: Windows, max_pixels: int
) -> Iterator[FileResult]:
    """Reads files one after the other.

    Args:
        paths: The photos.
        reader: Reads each photo.
        windows: Where to show the annotated photo.
        max_pixels: See `images.load`.

    Yields:
        One result for each path, in order, as soon as it is there.
    """
    for path in paths:
        yield _read_or_fail(path, reader, windows, max_pixels)


def _read_or_fail(path: Path, reader: PhotoReader, windows: Windows, max_pixels: int) -> FileResult:
    try:
        return _read(path, reader, windows, max_pixels)
    except AnprError as error:
        return FileResult(path, Status.FAILED, reason=str(error))
    except Exception as error:  # the one broad catch: one file must not stop a batch
        logger.exception("%s: unexpected %s", path, type(error).__name__)
        return FileResult(path, Status.FAILED, reason=f"unexpected {type(error).__name__}: {error}")


def _read(path: Path, reader: PhotoReader, windows: Windows, max_pixels: int) -> FileResult:
    image = images.load(path, max_pixels)
    windows.begin(path.name)
    readings = tuple(reader.read(image))
    if readings:
        windows.show("Output ANPR", annotate(image, readings), True)
    has_text = any(reading.text for reading in readings)
    return FileResult(path, Status.READ if has_text else Status.NO_PLATE, readings)
