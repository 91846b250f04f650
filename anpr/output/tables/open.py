"""Tables of what was read: which format, and where to."""

import io
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from anpr.errors import FormatError, OutputError
from anpr.output.atomic import RecordWriter, check_new, journal_of
from anpr.output.tables.parquet import ParquetTable
from anpr.output.tables.text_tables import Lines, LineTable, csv_header, csv_lines, json_lines

CSV, JSONL, PARQUET = "csv", "jsonl", "parquet"
TEXT_FORMATS = (CSV, JSONL)
TABLE_FORMATS = (*TEXT_FORMATS, PARQUET)
LINES: dict[str, Lines] = {CSV: csv_lines, JSONL: json_lines}


def open_table(path: Path, kind: str | None = None) -> RecordWriter:
    """Begins a table in a new file; folders above it are made where they are missing.

    Args:
        path: The file.
        kind: One of TABLE_FORMATS; None takes the one the file's name ends in.

    Raises:
        OutputError: The kind is not known, the file is there and not empty, or it cannot be made.
    """
    kind = kind_of(path, kind)
    if kind == PARQUET:
        return ParquetTable(path)
    check_new(journal_of(path))  # of a run that went on with a table which is no more
    return _with_header(LineTable.create(path, LINES[kind]), kind)


def kind_of(path: Path, kind: str | None) -> str:
    """The kind of a table: the one that was asked for, or what the file's name ends in.

    Raises:
        FormatError: It is not known.
    """
    kind = kind or path.suffix.lower().removeprefix(".")
    if kind not in TABLE_FORMATS:
        raise FormatError(
            f"{path}: {kind!r} is no format of tables; expected one of {', '.join(TABLE_FORMATS)}; "
            "give one, or let the file's name end in it"
        )
    return kind


def table_on(stream: TextIO, kind: str | None = None) -> RecordWriter:
    """Begins a table on a stream such as stdout, which stays open in the end.

    A stream that encodes is set to UTF-8: the locale must not decide which names can be written.

    Args:
        stream: Takes the lines.
        kind: CSV or JSONL; None is CSV.

    Raises:
        OutputError: The kind is another, or the stream refuses the header.
    """
    kind = kind or CSV
    if kind not in LINES:
        raise OutputError(
            f"stdout: {kind!r} cannot be written there; expected {' or '.join(LINES)}, "
            "or the name of a file"
        )
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
    return _with_header(LineTable(stream, "stdout", LINES[kind]), kind)


def _with_header(table: LineTable, kind: str) -> LineTable:
    if kind == CSV:
        with ExitStack() as on_failure:
            on_failure.push(table)  # closes it where not even the header can be written
            table.append(csv_header())
            on_failure.pop_all()
    return table
