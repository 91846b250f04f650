"""Reads photos one after the other, in this process; one that fails does not stop the others."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from anpr.debug import HIDDEN, Windows
from anpr.errors import AnprError
from anpr.photo import Photo
from anpr.pixels import MAX_PIXELS
from anpr.sources import urls
from anpr.types import FileResult, Name, Reading, Status, Timings, stamp_of, status_of

PhotoTask = Callable[[FileResult, Photo], FileResult]
"""Post-processing step that runs while the photo is in memory, e.g. writes a redacted copy.

Returns the result, updated. Never raises because a file cannot be written."""

Item = Name | FileResult
"""A photo to read, or its result from a previous run, which is passed through unchanged."""

Items = Iterable[Item | None]
"""`None` means "nothing yet": `--watch` is waiting for the next photo."""

Results = Generator[FileResult, None, None]

ReadBatch = Callable[[Items], Results]
"""Yields one result for each item, in order, as soon as it is known."""

logger = logging.getLogger(__name__)


class PhotoReader(Protocol):
    """Anything that reads the plates of a photo."""

    def read(self, photo: Photo) -> list[Reading]:
        """Returns a reading for each plate, in pixels of the photo."""


@dataclass(frozen=True)
class SerialBatch:
    """Reads photos one after the other, in this process."""

    reader: PhotoReader
    tasks: Sequence[PhotoTask] = ()
    """Run for each photo that could be read, in order."""
    windows: Windows = HIDDEN
    """Debug windows, which get the name of each photo before its images."""
    max_pixels: int = MAX_PIXELS
    """See `Photo.open`."""
    fetch_timeout_s: float = urls.FETCH_TIMEOUT_S
    """Time limit for a photo to arrive from its URL."""
    options: str = ""
    """The options that decide what is read; see `FileResult.options`."""

    def __call__(self, items: Items) -> Results:
        """Yields one result for each item, in order, as soon as it is known."""
        for item in items:
            if isinstance(item, FileResult):
                yield item
            elif item is not None:
                stamp = stamp_of(item)  # before reading: --resume then notices any later change
                yield replace(self._read_or_fail(item), stamp=stamp, options=self.options)

    def _read_or_fail(self, name: Name) -> FileResult:
        try:
            return self._read(name)
        except AnprError as error:
            return FileResult(name, Status.FAILED, reason=str(error))
        except Exception as error:  # the one broad catch: one file must not stop a batch
            kind = type(error).__name__
            logger.exception("%s: unexpected %s", name, kind)
            return FileResult(name, Status.FAILED, reason=f"unexpected {kind}: {error}")

    def _read(self, name: Name) -> FileResult:
        begin = time.perf_counter()
        photo = self._open(name)
        opened = time.perf_counter()
        self.windows.begin(Path(name).name)
        readings = tuple(self.reader.read(photo))
        decode_ms = (opened - begin) * 1000 + photo.decode_ms
        total_ms = (time.perf_counter() - begin) * 1000
        timings = Timings(decode_ms, total_ms - decode_ms)
        result = FileResult(name, status_of(readings), readings, timings=timings)
        for task in self.tasks:
            result = task(result, photo)
        return result

    def _open(self, name: Name) -> Photo:
        if isinstance(name, str):
            return Photo.from_bytes(urls.fetch(name, self.fetch_timeout_s), self.max_pixels)
        return Photo.open(name, self.max_pixels)
