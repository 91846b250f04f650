"""Many files: each is read by itself, and none can stop the others."""

import logging
import time
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from anpr import images, remote
from anpr.errors import AnprError
from anpr.images import Decoded, whole_of
from anpr.types import NO_STAMP, FileResult, Image, Name, Reading, Stamp, Status, Timings
from anpr.windows import Windows

Extra = Callable[[FileResult, Image], FileResult]
"""Makes something of a photo while its pixels are at hand, such as a copy without plates; returns
the result, with what came of it. It never raises for a file that cannot be written."""

Photo = Name | FileResult
"""A photo to read; or what an earlier run read of it, which passes through as it is."""

Photos = Iterable[Photo | None]
"""Photos; None where there is none for the moment, and more may come."""

Results = Generator[FileResult, None, None]

Read = Callable[[Photos], Results]
"""Yields one result for each photo, in order, as soon as it is there."""

Load = Callable[[Name], Decoded]
"""Decodes a photo; raises a `PhotoError`."""

logger = logging.getLogger(__name__)


class PhotoReader(Protocol):
    """Anything that reads the plates of a photo."""

    def read(self, image: Decoded) -> list[Reading]:
        """Returns the readings of a photo in its pixels."""


def read_files(
    photos: Photos,
    reader: PhotoReader,
    windows: Windows,
    max_pixels: int,
    extras: Sequence[Extra] = (),
    fetch_limit_s: float = remote.FETCH_LIMIT_S,
    in_colour: bool = True,
) -> Results:
    """Reads files one after the other.

    Args:
        photos: The photos, and what is known of some of them already.
        reader: Reads each photo.
        windows: Where to show the annotated photo.
        max_pixels: See `images.load`.
        extras: What else to make of each photo that could be read.
        fetch_limit_s: How long a photo may take to arrive from a URL.
        in_colour: Whether the reader, a window or an extra wants a photo's colours; where none
            does, the reader gets a draft.

    Yields:
        One result for each photo, in order, as soon as it is there.
    """
    load = partial(_load, max_pixels=max_pixels, fetch_limit_s=fetch_limit_s, in_colour=in_colour)
    for photo in photos:
        if photo is None:
            continue
        if isinstance(photo, FileResult):
            yield photo
            continue
        stamp = stamp_of(photo)  # before it is read: what changes meanwhile is read again one day
        result = _read_or_fail(photo, load, reader, windows, extras)
        yield replace(result, stamp=stamp)


def stamp_of(path: Name) -> Stamp:
    """The stamp of a file; NO_STAMP where it cannot be asked, as with a URL."""
    if isinstance(path, str):
        return NO_STAMP
    try:
        status = path.stat()
    except OSError:
        return NO_STAMP
    return Stamp(status.st_size, status.st_mtime_ns)


def _read_or_fail(
    path: Name, load: Load, reader: PhotoReader, windows: Windows, extras: Sequence[Extra]
) -> FileResult:
    try:
        return _read(path, load, reader, windows, extras)
    except AnprError as error:
        return FileResult(path, Status.FAILED, reason=str(error))
    except Exception as error:  # the one broad catch: one file must not stop a batch
        logger.exception("%s: unexpected %s", path, type(error).__name__)
        return FileResult(path, Status.FAILED, reason=f"unexpected {type(error).__name__}: {error}")


def _load(name: Name, max_pixels: int, fetch_limit_s: float, in_colour: bool) -> Decoded:
    if isinstance(name, str):
        decode = images.decode if in_colour else images.decode_draft
        return decode(remote.fetch(name, fetch_limit_s), max_pixels)
    load = images.load if in_colour else images.load_draft
    return load(name, max_pixels)


def _read(
    path: Name, load: Load, reader: PhotoReader, windows: Windows, extras: Sequence[Extra]
) -> FileResult:
    begin = time.perf_counter()
    photo = load(path)
    decoded = time.perf_counter()
    windows.begin(Path(path).name)
    readings = tuple(reader.read(photo))
    timings = Timings((decoded - begin) * 1000, (time.perf_counter() - decoded) * 1000)
    result = FileResult(path, status_of(readings), readings, timings=timings)
    for extra in extras:
        result = extra(result, whole_of(photo))
    return result


def status_of(readings: Sequence[Reading]) -> Status:
    """The status of a photo with these readings."""
    statuses = {reading.status for reading in readings if reading.text}
    if Status.CHECK in statuses:
        return Status.CHECK
    return Status.READ if statuses else Status.NO_PLATE
