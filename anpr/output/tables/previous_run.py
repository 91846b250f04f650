"""What earlier runs read: found by photo, and put in the order of this run in the end."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import numpy as np

from anpr.errors import OutputError, ResumeError
from anpr.output.tables.schema import CORNERS, versions
from anpr.output.tables.text_tables import Row
from anpr.types import (
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
    stamp_of,
    status_of,
)

SCHEMA = """
PRAGMA journal_mode = OFF;
CREATE TABLE photos (key BLOB PRIMARY KEY, rows TEXT NOT NULL);
CREATE TABLE run (number INTEGER PRIMARY KEY, key BLOB NOT NULL);
CREATE INDEX seen ON run (key);
BEGIN;
"""
PUT = "INSERT INTO photos VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET rows = excluded.rows"
MET = "SELECT 1 FROM run WHERE key = ? LIMIT 1"
FIND = "SELECT rows FROM photos WHERE key = ?"
IN_ORDER = "SELECT rows FROM run JOIN photos USING (key) ORDER BY number"
LEFT_OVER = "SELECT rows FROM photos WHERE key NOT IN (SELECT key FROM run) ORDER BY photos.rowid"


class PreviousRun:
    """The rows of photos, in a nameless database on disk: a million photos are no matter."""

    def __init__(self) -> None:
        # Nameless, it goes with this process, however that ends.
        self._database = sqlite3.connect("", isolation_level=None)
        with _explained():
            self._database.executescript(SCHEMA)

    def put(self, rows: list[Row]) -> None:
        """Takes all rows of a photo, in the place of those it had before."""
        self._execute(PUT, _key(rows[0]["path"]), json.dumps(rows))

    def find(self, path: Name) -> FileResult | None:
        """What was read of a photo; None where it must be read, see `kept`."""
        found = self._execute(FIND, _key(str(path))).fetchone()
        return kept(path, json.loads(found[0])) if found else None

    def has_met(self, path: Name) -> bool:
        """Whether a photo was there in this run already."""
        return self._execute(MET, _key(str(path))).fetchone() is not None

    def follow(self, path: Name) -> None:
        """Says that a photo is the next of this run."""
        self._execute("INSERT INTO run (key) VALUES (?)", _key(str(path)))

    def in_order(self) -> Iterator[list[Row]]:
        """Yields the rows of each photo of this run."""
        return self._select(IN_ORDER)

    def left_over(self) -> Iterator[list[Row]]:
        """Yields the rows of each photo that this run did not meet, in the order of old."""
        return self._select(LEFT_OVER)

    def close(self) -> None:
        """Forgets everything."""
        self._database.close()

    def _select(self, query: str) -> Iterator[list[Row]]:
        return (json.loads(rows) for (rows,) in self._execute(query))

    def _execute(self, query: str, *values: bytes | str) -> sqlite3.Cursor:
        with _explained():
            return self._database.execute(query, values)


def check_options(table: object, rows: list[Row], options: str) -> None:
    """Makes sure that a photo was read with the options of this run.

    Args:
        table: The table's name, for the message.
        rows: All rows of the photo.
        options: Those of this run; see `FileResult.options`.

    Raises:
        ResumeError: It was read with others.
    """
    before = rows[0]["options"] or ""
    if before != options:
        raise ResumeError(
            f"{table}: {rows[0]['path']} was read with {before or 'no options'}, this run has "
            f"{options or 'none'}; resume with the same options, or name another file"
        )


def kept(path: Name, rows: list[Row]) -> FileResult | None:
    """What rows say of a photo, as far as it is of use: crops and pictures are gone.

    Returns:
        The result; None where the photo must be read again. That is so where it or this program
        has changed, where it failed, and where not all could be written of it.
    """
    first = rows[0]
    stamp = stamp_of(path)
    # A URL is not asked: that may take as long as reading, and objects in buckets seldom change.
    is_same_stamp = stamp != NO_STAMP and stamp == (first["file_size"], first["file_mtime_ns"])
    is_same_file = isinstance(path, str) or is_same_stamp
    is_same_program = all(first[column] == version for column, version in versions().items())
    is_done = first["status"] != Status.FAILED.value and not first["reason"]
    if is_same_file and is_same_program and is_done:
        with suppress(TypeError, ValueError):  # edited by hand
            return _result(path, rows, stamp)
    return None


def _result(path: Name, rows: list[Row], stamp: Stamp) -> FileResult:
    readings = tuple(map(_reading, rows)) if rows[0]["plates"] else ()
    timings = Timings(float(rows[0]["decode_ms"]), float(rows[0]["read_ms"]))
    result = FileResult(path, status_of(readings), readings, timings=timings, stamp=stamp)
    return replace(result, is_kept=True, options=rows[0]["options"] or "")


def _reading(row: Row) -> Reading:
    corners = np.array([float(row[name]) for name in CORNERS], np.float32).reshape(4, 2)
    candidate = Candidate.with_corners(corners, row["score"])
    return Reading(
        text=row["text"],
        candidate=candidate,
        confidence=row["confidence"],
        characters=tuple(_characters(row)),
        line_count=int(row["lines"]),
        alternatives=tuple(Alternative(*pair) for pair in row["alternatives"]),
        status=Status(row["status"]),
        as_read=row["as_read"] or "",
        second_opinion=row["second_opinion"] or "",
        region=row["region"] or "",
    )


def _characters(row: Row) -> Iterable[Character]:
    """None where their confidences are not there: those of a reader that does not tell them."""
    pairs = zip(row["text"], row["character_confidences"], strict=False)
    return (Character(value, confidence) for value, confidence in pairs)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise OutputError(
            f"--resume: what was read before cannot be kept at hand: {error}; free some space in "
            "the folder for temporary files, or name another one in SQLITE_TMPDIR"
        ) from error


def _key(path: str) -> bytes:
    """A photo's path as a database can hold it, the same from every kind of table."""
    return path.encode("utf-8", "backslashreplace")
