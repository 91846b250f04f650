"""Tables in Parquet: a journal while photos are read, converted at the end.

A Parquet file cannot be read before its last byte is written. So the rows go to a journal beside
it, in JSON Lines, which survives a crash; a Parquet file that exists is complete.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from anpr._version import install_hint
from anpr.errors import OutputError
from anpr.output.atomic import (
    NOT_OUR_TABLE,
    ResultWriter,
    as_output_error,
    check_new,
    journal_of,
    replacing,
)
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LONG_INTEGERS, Row
from anpr.output.tables.text_tables import TextTable, json_lines
from anpr.types import FileResult

ROWS_PER_GROUP = 10_000  # large enough to compress well; about 20 MB in memory


class ParquetTable(ResultWriter):
    """A table that becomes a Parquet file when it is closed."""

    def __init__(self, path: Path) -> None:
        """Creates the journal.

        Raises:
            OutputError: pyarrow is missing, or the file or its journal exists and is not empty, or
                cannot be created.
        """
        _pyarrow()  # reports a missing package now, rather than after hours of reading
        check_new(path)
        self._path = path
        self._journal_path = journal_of(path)
        self._journal = TextTable.create(self._journal_path, json_lines)

    def write(self, result: FileResult) -> None:
        """Appends the rows of a photo to the journal.

        Raises:
            OutputError: They cannot be written; earlier rows are kept.
        """
        self._journal.write(result)

    def close(self) -> None:
        """Converts the journal into the Parquet file.

        Raises:
            OutputError: The file cannot be written; the journal is kept.
        """
        self._journal.close()
        kept = f"; its rows are kept in {self._journal_path}"
        with as_output_error(self._path, kept), replacing(self._path) as unfinished:
            convert(self._journal_path, unfinished)
        with as_output_error(self._journal_path):
            self._journal_path.unlink()

    def discard(self) -> None:
        """Keeps the journal and writes no Parquet file, since the table is not complete."""
        self._journal.discard()


def convert(journal: Path, target: Path) -> None:
    """Converts a journal into a Parquet file.

    Raises:
        OSError: A file cannot be read or written.
    """
    with journal.open(encoding="ascii") as lines:
        write_rows(map(json.loads, lines), target)


def write_rows(rows: Iterable[Row], target: Path) -> None:
    """Writes a Parquet file, with one group of rows in memory at a time.

    Raises:
        OSError: It cannot be written.
    """
    with target.open("wb") as file:  # not by pyarrow, which refuses names that are not UTF-8
        write_rows_to(rows, file)


def write_rows_to(rows: Iterable[Row], file: BinaryIO) -> None:
    """Writes a Parquet file to a stream; see `write_rows`."""
    from pyarrow import Table
    from pyarrow.parquet import ParquetWriter

    with ParquetWriter(file, arrow_schema()) as writer:
        for group in _groups(map(_to_arrow, rows)):
            writer.write_table(Table.from_pylist(group, arrow_schema()))


def read_rows(path: Path) -> Iterator[Row]:
    """Yields the rows of a Parquet file, with one group of rows in memory at a time.

    Raises:
        OutputError: The file is not a table of this program, or pyarrow is missing.
        OSError: The file cannot be read.
    """
    pyarrow = _pyarrow()
    from pyarrow.parquet import ParquetFile

    with path.open("rb") as stream:
        try:
            file = ParquetFile(stream)
        except pyarrow.ArrowInvalid as error:
            raise OutputError(NOT_OUR_TABLE.format(path, "no Parquet file")) from error
        if tuple(file.schema_arrow.names) != COLUMNS:
            raise OutputError(NOT_OUR_TABLE.format(path, "a table of other columns"))
        for batch in file.iter_batches(ROWS_PER_GROUP):
            yield from map(_from_arrow, batch.to_pylist())


def arrow_schema() -> Any:
    """Returns the columns and their types as a pyarrow schema."""
    pyarrow = _pyarrow()
    alternative = pyarrow.struct({"text": pyarrow.string(), "confidence": pyarrow.float64()})
    types = {
        "alternatives": pyarrow.list_(alternative),
        "character_confidences": pyarrow.list_(pyarrow.float64()),
        **dict.fromkeys(INTEGERS, pyarrow.int32()),
        **dict.fromkeys(LONG_INTEGERS, pyarrow.int64()),
        **dict.fromkeys(DECIMALS, pyarrow.float64()),  # 32 bits would show 0.1234 as 0.123400003
    }
    return pyarrow.schema([(column, types.get(column, pyarrow.string())) for column in COLUMNS])


def _to_arrow(row: Row) -> Row:
    """Returns a row as Parquet can hold it: pairs become structs, and all text is valid UTF-8."""
    texts = {
        column: value.encode("utf-8", "backslashreplace").decode()
        for column, value in row.items()
        if isinstance(value, str)
    }
    pairs = row["alternatives"]
    structs = [{"text": text, "confidence": confidence} for text, confidence in pairs]
    return {**row, **texts, "alternatives": structs}


def _from_arrow(row: Row) -> Row:
    """Reverses `_to_arrow`, except for text that was not UTF-8."""
    pairs = [[pair["text"], pair["confidence"]] for pair in row["alternatives"]]
    return {**row, "alternatives": pairs}


def _groups(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while group := list(islice(rows, ROWS_PER_GROUP)):
        yield group


def _pyarrow() -> Any:
    try:
        import pyarrow  # optional: CSV and JSON Lines do not need it
    except ImportError as error:
        raise OutputError(
            f"tables in Parquet need pyarrow, which is missing; {install_hint('parquet')}, or "
            "write CSV or JSON Lines"
        ) from error
    return pyarrow
