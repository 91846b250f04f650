"""The results of previous runs: looked up by photo, and returned in the order of this run."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from anpr.errors import OutputError, ResumeError
from anpr.output.tables.read_back import StoredPhoto
from anpr.output.tables.schema import Row, versions
from anpr.types import (
    CORNER_COLUMNS,
    NO_STAMP,
    Alternative,
    Candidate,
    Character,
    FileResult,
    Name,
    Reading,
    Stamp,
    Status,
    Timings,
    Why,
    stamp_of,
    status_of,
)

# `photos` holds the rows of each photo, `run` the photos of this run in their order.
DATABASE_SCHEMA = """
PRAGMA journal_mode = OFF;
CREATE TABLE photos (key BLOB PRIMARY KEY, rows TEXT NOT NULL);
CREATE TABLE run (number INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE INDEX run_by_key ON run (key);
BEGIN;
"""
PUT_PHOTO = "INSERT INTO photos VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET rows = excluded.rows"
FIND_PHOTO = "SELECT rows FROM photos WHERE key = ?"
APPEND_TO_RUN = "INSERT INTO run (key) VALUES (?)"
FIND_IN_RUN = "SELECT 1 FROM run WHERE key = ? LIMIT 1"
PHOTOS_OF_RUN = "SELECT rows FROM run JOIN photos USING (key) ORDER BY number"
OTHER_PHOTOS = (
    "SELECT rows FROM photos WHERE key NOT IN (SELECT key FROM run) ORDER BY photos.rowid"
)


class PreviousRun:
    """The rows of each photo, in a temporary database on disk: memory stays flat for millions."""

    def __init__(self) -> None:
        # SQLite deletes a database without a name when this process ends, even if it is killed.
        self._database = sqlite3.connect("", isolation_level=None)
        with _as_output_error():
            self._database.executescript(DATABASE_SCHEMA)

    def put(self, rows: list[Row]) -> None:
        """Stores all rows of a photo; they replace any earlier ones."""
        self._execute(PUT_PHOTO, _key(rows[0]["path"]), json.dumps(rows))

    def find(self, path: Name) -> FileResult | None:
        """Returns the result of a photo; `None` means that it must be read, see `restored`."""
        found = self._execute(FIND_PHOTO, _key(str(path))).fetchone()
        return restored(path, json.loads(found[0])) if found else None

    def append_to_run(self, path: Name) -> None:
        """Makes a photo the next one of this run."""
        self._execute(APPEND_TO_RUN, _key(str(path)))

    def is_in_run(self, path: Name) -> bool:
        """Whether this run has had a photo already."""
        return self._execute(FIND_IN_RUN, _key(str(path))).fetchone() is not None

    def photos_of_run(self) -> Iterator[list[Row]]:
        """Yields the rows of each photo of this run, in its order."""
        return self._select(PHOTOS_OF_RUN)

    def other_photos(self) -> Iterator[list[Row]]:
        """Yields the rows of each photo that is not in this run, in the order they were stored."""
        return self._select(OTHER_PHOTOS)

    def close(self) -> None:
        """Deletes the database."""
        self._database.close()

    def _select(self, query: str) -> Iterator[list[Row]]:
        return (json.loads(rows) for (rows,) in self._execute(query))

    def _execute(self, query: str, *values: bytes | str) -> sqlite3.Cursor:
        with _as_output_error():
            return self._database.execute(query, values)


def with_same_options(
    table: object, photos: Iterable[StoredPhoto], options: str
) -> Iterator[StoredPhoto]:
    """Yields the photos of a table, provided that all were read with the options of this run.

    Args:
        table: Name of the table, for the message.
        photos: Its photos.
        options: The options of this run; see `FileResult.options`.

    Raises:
        ResumeError: After the last photo, if some were read with other options.
    """
    total = differing = 0
    example = ""
    for photo in photos:
        total += 1
        first = photo.rows[0]
        before = first["options"] or ""
        if before != options:
            differing += 1
            example = example or f"{first['path']} was read with {before or 'no options'}"
        yield photo
    if differing:
        raise ResumeError(
            f"{table}: {example}, this run has {options or 'none'} (photos concerned: "
            f"{differing:,} of {total:,}); resume with the same options, or name another file"
        )


def restored(path: Name, rows: list[Row]) -> FileResult | None:
    """Restores a result from its rows in a table, without crops and thumbnails.

    Returns:
        The result. `None` means that the photo must be read again: it or this program has changed,
        it failed, or one of its outputs could not be written.
    """
    first = rows[0]
    stamp = stamp_of(path)
    # A URL has no stamp: asking for one may take as long as reading, and objects in buckets
    # seldom change.
    is_same_stamp = stamp != NO_STAMP and stamp == (first["file_size"], first["file_mtime_ns"])
    is_same_file = isinstance(path, str) or is_same_stamp
    is_same_program = all(first[column] == version for column, version in versions().items())
    is_done = first["status"] != Status.FAILED.value and not first["reason"]
    if is_same_file and is_same_program and is_done:
        with suppress(TypeError, ValueError):  # a row that somebody edited by hand
            return _to_result(path, rows, stamp)
    return None


def _to_result(path: Name, rows: list[Row], stamp: Stamp) -> FileResult:
    readings = tuple(map(_to_reading, rows)) if rows[0]["plates"] else ()
    timings = Timings(float(rows[0]["decode_ms"]), float(rows[0]["read_ms"]))
    result = FileResult(path, status_of(readings), readings, timings=timings, stamp=stamp)
    return replace(result, is_kept=True, options=rows[0]["options"] or "")


def _to_reading(row: Row) -> Reading:
    corners = np.array([float(row[name]) for name in CORNER_COLUMNS], np.float32).reshape(4, 2)
    return Reading(
        text=row["text"],
        candidate=Candidate.with_corners(corners, row["score"]),
        confidence=row["confidence"],
        characters=_to_characters(row),
        line_count=int(row["lines"]),
        alternatives=tuple(Alternative(*pair) for pair in row["alternatives"]),
        status=Status(row["status"]),
        as_read=row["as_read"] or "",
        why=_to_why(row["why"]),
        region=row["region"] or "",
        region_probability=row["region_probability"],
    )


def _to_why(cell: str | None) -> Why | None:
    code, _, phrase = (cell or "").partition(": ")
    return Why(code, phrase) if code else None


def _to_characters(row: Row) -> tuple[Character, ...]:
    """Returns the characters; empty if the reader reported no confidences for them."""
    pairs = zip(row["text"], row["character_confidences"], strict=False)
    return tuple(Character(value, confidence) for value, confidence in pairs)


@contextmanager
def _as_output_error() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(
            f"--resume: the previous results cannot be stored temporarily: {error}; free some "
            "space in the folder for temporary files, or name another one in SQLITE_TMPDIR"
        ) from error


def _key(path: str) -> bytes:
    """Returns a photo's path as the database holds it, the same for every format of table."""
    return path.encode("utf-8", "backslashreplace")
