"""Tables that grow line by line: CSV and JSON Lines."""

import csv
import io
import json
import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, TextIO

from anpr.errors import OutputError
from anpr.output.atomic import ResultWriter, as_output_error, check_new
from anpr.output.tables.schema import COLUMNS, Row, to_rows
from anpr.types import FileResult

FormatRows = Callable[[Iterable[Row]], str]
"""Formats rows as lines, each with its line ending."""


class TextTable(ResultWriter):
    """Appends rows to a text file or stream, flushed after each photo: a crash loses none."""

    def __init__(self, stream: TextIO, format_rows: FormatRows, path: Path | None = None) -> None:
        """Writes to a stream.

        Args:
            stream: Receives the lines.
            format_rows: The format.
            path: The file behind the stream. `None` means stdout, which stays open.
        """
        self._stream = stream
        self._format_rows = format_rows
        self._path = path

    @classmethod
    def create(cls, path: Path, format_rows: FormatRows) -> "TextTable":
        """Opens a new file; creates its folder if it is missing.

        Raises:
            OutputError: The file exists and is not empty, or cannot be created.
        """
        check_new(path)
        with as_output_error(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            return cls(open_text(path, "w"), format_rows, path)

    @classmethod
    def append_to(cls, path: Path, format_rows: FormatRows, size: int) -> "TextTable":
        """Opens a file that may exist, to continue after its first `size` bytes.

        Bytes beyond `size` are removed.

        Raises:
            OutputError: The file cannot be written.
        """
        with as_output_error(path):
            path.touch()
            os.truncate(path, size)
            return cls(open_text(path, "a"), format_rows, path)

    def write(self, result: FileResult) -> None:
        """Appends the rows of a photo.

        Raises:
            OutputError: They cannot be written; earlier rows are kept.
        """
        self.append(self._format_rows(to_rows(result)))

    def append(self, text: str) -> None:
        """Appends lines unchanged; raises as `write` does."""
        with as_output_error(self._name):
            self._stream.write(text)
            self._stream.flush()

    def close(self) -> None:
        """Completes the table; closes the file, but not stdout.

        Raises:
            OutputError: The last rows cannot be written, or the file has been removed meanwhile.
        """
        with as_output_error(self._name):
            if self._path is None:
                self._stream.flush()
            else:
                self._stream.close()
                _check_not_removed(self._path)

    def discard(self) -> None:
        """Closes the file; the rows written so far are kept."""
        with suppress(OSError, OutputError):
            self.close()

    @property
    def _name(self) -> Path | str:
        return self._path or "stdout"


def open_text(path: Path, mode: Literal["w", "a"]) -> TextIO:
    """Opens a table for writing; a file name that is not UTF-8 is written as its bytes on disk."""
    return path.open(mode, encoding="utf-8", errors="surrogateescape", newline="")


def _check_not_removed(path: Path) -> None:
    """Checks that a file still exists: on POSIX a deleted file can still be written to."""
    if not path.exists():
        raise OutputError(
            f"{path}: has been removed while it was written, and its rows are lost; "
            "run the command again, and leave the file where it is"
        )


def csv_header() -> str:
    """Returns the first line of a CSV file."""
    return _csv([COLUMNS])


def csv_lines(rows: Iterable[Row]) -> str:
    r"""Formats rows as CSV, in the order of the columns; lines end in \n.

    `None` is an empty cell. A list is one cell: `TEXT 0.123; TEXT2 0.045` for alternatives,
    `0.99 0.98` for the characters' confidences.
    """
    return _csv([_cell(column, row[column]) for column in COLUMNS] for row in rows)


def json_lines(rows: Iterable[Row]) -> str:
    """Formats rows as JSON Lines, in ASCII: escapes preserve file names that are not UTF-8."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def _csv(rows: Iterable[Iterable[object]]) -> str:
    return "".join(map(_csv_line, rows))


def _csv_line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    # Python 3.11 quotes "\r" and "\n" in a cell only if they occur in the writer's own line ending,
    # and a file name may contain both.
    csv.writer(text, lineterminator="\r\n").writerow(cells)
    return text.getvalue().removesuffix("\r\n") + "\n"


def _cell(column: str, value: Any) -> object:
    if column == "alternatives":
        return "; ".join(f"{text} {confidence}" for text, confidence in value)
    if column == "character_confidences":
        return " ".join(map(str, value))
    return value
