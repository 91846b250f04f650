"""Tables in Parquet: a journal of lines while photos are read, the columns in the end.

A Parquet file is of no use before its last byte is written. So the rows go to a journal beside it,
in JSON Lines, which a crash leaves; a Parquet file that is there is complete.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from anpr._version import install_hint
from anpr.errors import OutputError
from anpr.output.atomic import NO_TABLE, RecordWriter, check_new, explained, journal_of, replacing
from anpr.output.tables.schema import COLUMNS, DECIMALS, INTEGERS, LONG_INTEGERS
from anpr.output.tables.text_tables import LineTable, Row, json_lines
from anpr.types import FileResult

ROWS_AT_ONCE = 10_000  # a row group: large enough to be packed well, some 20 MB in memory


class ParquetTable(RecordWriter):
    """A table that becomes a Parquet file when it is closed."""

    def __init__(self, path: Path) -> None:
        """Begins the journal.

        Raises:
            OutputError: pyarrow is missing, or the file or its journal is there and not empty, or
                cannot be made.
        """
        _pyarrow()  # so that its absence shows before hours of reading
        check_new(path)
        self._path = path
        self._journal_path = journal_of(path)
        self._journal = LineTable.create(self._journal_path, json_lines)

    def write(self, result: FileResult) -> None:
        """Appends what there is to say of a photo to the journal.

        Raises:
            OutputError: It cannot be written; what was written before stands.
        """
        self._journal.write(result)

    def close(self) -> None:
        """Turns the journal into the Parquet file.

        Raises:
            OutputError: The file cannot be written; the journal stands.
        """
        self._journal.close()
        kept = f"; its rows are kept in {self._journal_path}"
        with explained(self._path, kept), replacing(self._path) as unfinished:
            convert(self._journal_path, unfinished)
        with explained(self._journal_path):
            self._journal_path.unlink()

    def discard(self) -> None:
        """Leaves the journal, and no Parquet file: the table is not complete."""
        self._journal.discard()


def convert(journal: Path, target: Path) -> None:
    """Turns rows in JSON Lines into a Parquet file.

    Raises:
        OSError: A file cannot be read or written.
    """
    with journal.open(encoding="ascii") as lines:
        write_rows(map(json.loads, lines), target)


def write_rows(rows: Iterable[Row], target: Path) -> None:
    """Writes a Parquet file, few rows at a time.

    Raises:
        OSError: It cannot be written.
    """
    with target.open("wb") as file:  # opened here: pyarrow refuses a name that is no UTF-8
        write_rows_to(rows, file)


def write_rows_to(rows: Iterable[Row], file: BinaryIO) -> None:
    """Writes a Parquet file to a stream, few rows at a time; raises as it does."""
    from pyarrow import Table
    from pyarrow.parquet import ParquetWriter

    with ParquetWriter(file, schema()) as writer:
        for batch in _batches(map(_columnar, rows)):
            writer.write_table(Table.from_pylist(batch, schema()))


def read_rows(path: Path) -> Iterator[Row]:
    """Yields the rows of a Parquet file, few of them in memory at a time.

    Raises:
        OutputError: It is no table of this program, or pyarrow is missing.
        OSError: It cannot be read.
    """
    pyarrow = _pyarrow()
    from pyarrow.parquet import ParquetFile

    with path.open("rb") as stream:
        try:
            file = ParquetFile(stream)
        except pyarrow.ArrowInvalid as error:
            raise OutputError(NO_TABLE.format(path, "no Parquet file")) from error
        if tuple(file.schema_arrow.names) != COLUMNS:
            raise OutputError(NO_TABLE.format(path, "a table of other columns"))
        for batch in file.iter_batches(ROWS_AT_ONCE):
            yield from map(_row, batch.to_pylist())


def schema() -> Any:
    """The types of the columns, as pyarrow has them."""
    pyarrow = _pyarrow()
    alternative = pyarrow.struct({"text": pyarrow.string(), "confidence": pyarrow.float64()})
    kinds = {
        "alternatives": pyarrow.list_(alternative),
        "character_confidences": pyarrow.list_(pyarrow.float64()),
        **dict.fromkeys(INTEGERS, pyarrow.int32()),
        **dict.fromkeys(LONG_INTEGERS, pyarrow.int64()),
        **dict.fromkeys(DECIMALS, pyarrow.float64()),  # 32 bits would show 0.1234 as 0.123400003
    }
    return pyarrow.schema([(column, kinds.get(column, pyarrow.string())) for column in COLUMNS])


def _columnar(row: Row) -> Row:
    """A row as Parquet can hold it: pairs named, and text in which all is UTF-8."""
    texts = {
        column: value.encode("utf-8", "backslashreplace").decode()
        for column, value in row.items()
        if isinstance(value, str)
    }
    pairs = row["alternatives"]
    named = [{"text": text, "confidence": confidence} for text, confidence in pairs]
    return {**row, **texts, "alternatives": named}


def _row(columnar: Row) -> Row:
    """A row as `_columnar` took it, except for text that was no UTF-8."""
    pairs = [[pair["text"], pair["confidence"]] for pair in columnar["alternatives"]]
    return {**columnar, "alternatives": pairs}


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, ROWS_AT_ONCE)):
        yield batch


def _pyarrow() -> Any:
    try:
        import pyarrow  # an extra: CSV and JSON Lines do not need it
    except ImportError as error:
        raise OutputError(
            f"tables in Parquet need pyarrow, which is missing; {install_hint('parquet')}, or "
            "write CSV or JSON Lines"
        ) from error
    return pyarrow
