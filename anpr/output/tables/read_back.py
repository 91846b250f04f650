"""Tables read back: the rows that an earlier run wrote, as far as it came.

A run that was killed leaves a last line that is torn, or a photo of which some rows are missing;
neither counts. A file that this program did not write is an error, and is never written to.
"""

import csv
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from anpr.errors import OutputError
from anpr.output.atomic import NO_TABLE
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LISTS
from anpr.output.tables.text_tables import Row, csv_header

JSON_START = f'{{"{COLUMNS[0]}": "'.encode("ascii")
OTHER_COLUMNS = "other columns, or none"


class PlacedRow(NamedTuple):
    """A row, and where it ends in its file."""

    row: Row
    end: int = 0
    """In bytes; 0 where nobody asks."""


class PhotoRows(NamedTuple):
    """All rows of one photo, and where they end in their file."""

    rows: list[Row]
    end: int = 0


def whole_photos(rows: Iterable[PlacedRow]) -> Iterator[PhotoRows]:
    """Yields the photos all of whose rows are there, in the order of the file."""
    together: list[Row] = []
    for row, end in rows:
        if together and together[0]["path"] != row["path"]:
            together = []
        together.append(row)
        if len(together) >= (together[0]["plates"] or 1):  # a photo without plates has a row, too
            yield PhotoRows(together, end)
            together = []


def csv_rows(path: Path) -> Iterator[PlacedRow]:
    """Yields the rows of a CSV file that are whole.

    Raises:
        OutputError: It is no table of this program.
        OSError: It cannot be read.
    """
    # Lines end in "\n" alone: a name may hold a "\r".
    with path.open(encoding="utf-8", errors="surrogateescape", newline="\n") as file:
        start = file.read(len(csv_header()))
        if not csv_header().startswith(start):
            raise OutputError(NO_TABLE.format(path, OTHER_COLUMNS))
        for cells in _csv_cells(file):
            if (row := _from_cells(cells)) is not None:
                yield PlacedRow(row)


def json_rows(path: Path) -> Iterator[PlacedRow]:
    """Yields the rows of a file of JSON Lines that are whole, and where they end.

    Raises:
        OutputError: It is no table of this program.
        OSError: It cannot be read.
    """
    end = 0
    with path.open("rb") as file:
        for line in file:
            row = _from_json(line)
            is_torn = not line.endswith(b"\n")
            if end == 0 and row is None and not (is_torn and _begins_a_row(line)):
                raise OutputError(NO_TABLE.format(path, OTHER_COLUMNS))
            end += len(line)
            if row is not None and not is_torn:
                yield PlacedRow(row, end)


def _csv_cells(file: TextIO) -> Iterator[list[str]]:
    reader = csv.reader(line for line in file if line.endswith("\n"))
    while True:
        try:
            yield next(reader)
        except csv.Error:  # what a disk made of it; the photo will be read again
            continue
        except StopIteration:
            return


def _from_cells(cells: list[str]) -> Row | None:
    """The row that `lines.csv_lines` made cells of; None where they are not whole."""
    if len(cells) != len(COLUMNS):
        return None
    try:
        return {name: _value(name, cell) for name, cell in zip(COLUMNS, cells, strict=True)}
    except ValueError:
        return None


def _value(column: str, cell: str) -> Any:
    """A cell's value; texts that were None are empty."""
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


def _begins_a_row(line: bytes) -> bool:
    try:
        json.loads(line)
    except ValueError:
        return line.startswith(JSON_START) or JSON_START.startswith(line)
    return False  # something else, and whole
