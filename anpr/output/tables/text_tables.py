"""Tables that grow line by line: CSV and JSON Lines."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from anpr.errors import OutputError
from anpr.output.atomic import RecordWriter, check_new, explained
from anpr.output.tables.schema import COLUMNS, records
from anpr.types import FileResult

Row = dict[str, Any]

Lines = Callable[[Iterable[Row]], str]
"""Formats rows, each with its end of line."""


class LineTable(RecordWriter):
    """Appends rows to a text file, photo by photo: whatever happens later, they are there."""

    def __init__(self, stream: TextIO, name: object, lines: Lines) -> None:
        """Writes to a stream, which is left open in the end.

        Args:
            stream: Takes the lines.
            name: What to call it in messages.
            lines: The format.
        """
        self._stream = stream
        self._name = name
        self._lines = lines
        self._end = stream.flush

    @classmethod
    def go_on(cls, path: Path, lines: Lines, size: int) -> "LineTable":
        """Writes to a file that may be there, after its first `size` bytes; the others go.

        Raises:
            OutputError: It cannot be written to.
        """
        with explained(path):
            path.touch()
            os.truncate(path, size)
            stream = path.open("a", encoding="utf-8", errors="surrogateescape", newline="")
        return cls._in_file(stream, path, lines)

    @classmethod
    def create(cls, path: Path, lines: Lines) -> "LineTable":
        """Writes to a new file, whose folder is made where it is missing.

        Raises:
            OutputError: The file is there and not empty, or cannot be made.
        """
        check_new(path)
        with explained(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            # A name that is no UTF-8 comes out as the bytes it has on the disk.
            stream = path.open("w", encoding="utf-8", errors="surrogateescape", newline="")
        return cls._in_file(stream, path, lines)

    @classmethod
    def _in_file(cls, stream: TextIO, path: Path, lines: Lines) -> "LineTable":
        table = cls(stream, path, lines)
        table._end = partial(_close, stream, path)
        return table

    def write(self, result: FileResult) -> None:
        """Appends what there is to say of a photo.

        Raises:
            OutputError: It cannot be written; what was written before stands.
        """
        self.append(self._lines(records(result)))

    def append(self, text: str) -> None:
        """Appends lines as they are; raises as `write` does."""
        with explained(self._name):
            self._stream.write(text)
            self._stream.flush()

    def close(self) -> None:
        """Closes the file; raises as `write` does."""
        with explained(self._name):
            self._end()

    def discard(self) -> None:
        """Closes the file; what was written stands."""
        with suppress(OSError, OutputError):  # it must not hide the first failure
            self.close()


def _close(stream: TextIO, path: Path) -> None:
    """Closes a file, and makes sure that it is still there: a system lets one write to nowhere."""
    stream.close()
    if not path.exists():
        raise OutputError(
            f"{path}: has been removed while it was written, and what was read with it; "
            "run the command again, and leave the file where it is"
        )


def csv_header() -> str:
    """The first line of a CSV file."""
    return _csv([COLUMNS])


def csv_lines(rows: Iterable[Row]) -> str:
    r"""Formats rows as CSV, in the order of the columns; lines end in \n.

    What is None is empty. Lists stand in one cell: `TEXT 0.123; TEXT2 0.045` for alternatives,
    `0.99 0.98` for the characters' confidences.
    """
    return _csv([_cell(column, row[column]) for column in COLUMNS] for row in rows)


def json_lines(rows: Iterable[Row]) -> str:
    """Formats rows as JSON Lines: ASCII, so that a name that is no UTF-8 survives, escaped."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    return "".join(map(_csv_line, rows))


def _csv_line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    # Python 3.11 quotes only what is in its own end of a line, and a name may hold any sign.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"


def _cell(column: str, value: Any) -> object:
    if column == "alternatives":
        return "; ".join(f"{text} {confidence}" for text, confidence in value)
    if column == "character_confidences":
        return " ".join(map(str, value))
    return value
