"""Reads back the rows that a previous run wrote.

A run that was killed may leave a torn last line, or only some rows of its last photo; both are
skipped. A file that this program did not write is an error, and is never modified.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from anpr.errors import OutputError
from anpr.output.atomic import NOT_OUR_TABLE
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LISTS, Row
from anpr.output.tables.text_tables import csv_header

JSON_ROW_START = f'{{"{COLUMNS[0]}": "'.encode("ascii")
OTHER_COLUMNS = "other columns, or none"


class StoredRow(NamedTuple):
    """A row read from a file."""

    row: Row
    end: int = 0
    """Offset in the file after the row, bytes; 0 if it is not tracked."""


class StoredPhoto(NamedTuple):
    """All rows of one photo, read from a file."""

    rows: list[Row]
    end: int = 0
    """Offset in the file after the last row, bytes; 0 if it is not tracked."""


def complete_photos(rows: Iterable[StoredRow]) -> Iterator[StoredPhoto]:
    """Yields the photos none of whose rows are missing, in the order of the file."""
    collected: list[Row] = []
    for row, end in rows:
        if collected and collected[0]["path"] != row["path"]:
            collected = []
        collected.append(row)
        if len(collected) >= (collected[0]["plates"] or 1):  # one row for a photo without plates
            yield StoredPhoto(collected, end)
            collected = []


def csv_rows(path: Path) -> Iterator[StoredRow]:
    """Yields the complete rows of a CSV file.

    Raises:
        OutputError: The file is not a table of this program.
        OSError: The file cannot be read.
    """
    # Only "\n" ends a line: a file name may contain "\r".
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        start = file.read(len(csv_header()))
        if not csv_header().startswith(start):
            raise OutputError(NOT_OUR_TABLE.format(path, OTHER_COLUMNS))
        for cells in _csv_cells(file):
            if (row := _from_cells(cells)) is not None:
                yield StoredRow(row)


def json_rows(path: Path) -> Iterator[StoredRow]:
    """Yields the complete rows of a JSON Lines file, with their offsets.

    Raises:
        OutputError: The file is not a table of this program.
        OSError: The file cannot be read.
    """
    end = 0
    with path.open("rb") as file:
        for line in file:
            row = _from_json(line)
            is_torn = not line.endswith(b"\n")
            if end == 0 and row is None and not (is_torn and _may_begin_row(line)):
                raise OutputError(NOT_OUR_TABLE.format(path, OTHER_COLUMNS))
            end += len(line)
            if row is not None and not is_torn:
                yield StoredRow(row, end)


def _csv_cells(file: TextIO) -> Iterator[list[str]]:
    reader = csv.reader(line for line in file if line.endswith("\n"))
    while True:
        try:
            yield next(reader)
        except csv.Error:  # the disk damaged the line; its photo is read again
            continue
        except StopIteration:
            return


def _from_cells(cells: list[str]) -> Row | None:
    """Reverses `text_tables.csv_lines`; returns `None` if cells are missing or malformed."""
    if len(cells) != len(COLUMNS):
        return None
    try:
        return {name: _value(name, cell) for name, cell in zip(COLUMNS, cells, strict=True)}
    except ValueError:
        return None


def _value(column: str, cell: str) -> Any:
    """Returns the value of a cell; text that was `None` becomes ""."""
    if column == "alternatives":
        pairs = [pair.rpartition(" ") for pair in cell.split("; ") if pair]
        return [[text, float(confidence)] for text, _, confidence in pairs]
    if column in LISTS:
        return [float(number) for number in cell.split()]
    if column in INTEGERS:
        return int(cell) if cell else None
    if column in DECIMALS:
        return float(cell) if cell else None
    return cell


def _from_json(line: bytes) -> Row | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and tuple(row) == COLUMNS else None


def _may_begin_row(line: bytes) -> bool:
    """Whether a torn line can be the beginning of a row."""
    try:
        json.loads(line)
    except ValueError:
        return line.startswith(JSON_ROW_START) or JSON_ROW_START.startswith(line)
    return False  # complete JSON, but not a row
