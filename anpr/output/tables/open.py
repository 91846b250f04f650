"""Opens tables: the format follows from the file's name or from an option."""

import io
from contextlib import ExitStack
from pathlib import Path
from typing import TextIO

from anpr.errors import FormatError, OutputError
from anpr.output.atomic import ResultWriter, check_new, journal_of
from anpr.output.tables.parquet import ParquetTable
from anpr.output.tables.text_tables import (
    FormatRows,
    TextTable,
    csv_header,
    csv_lines,
    json_lines,
)

CSV, JSONL, PARQUET = "csv", "jsonl", "parquet"
ROW_FORMATS: dict[str, FormatRows] = {CSV: csv_lines, JSONL: json_lines}
"""The formats that grow line by line."""
TABLE_FORMATS = (*ROW_FORMATS, PARQUET)


def open_table(path: Path, kind: str | None = None) -> ResultWriter:
    """Creates a table in a new file, and its folder if it is missing.

    Args:
        path: The file.
        kind: One of `TABLE_FORMATS`; `None` means the suffix of the file's name.

    Raises:
        OutputError: The format is not known, the file exists and is not empty, or it cannot be
            created.
    """
    kind = kind_of(path, kind)
    if kind == PARQUET:
        return ParquetTable(path)
    check_new(journal_of(path))  # a resumed run may have left one, and its table may be gone
    return _with_header(TextTable.create(path, ROW_FORMATS[kind]), kind)


def kind_of(path: Path, kind: str | None) -> str:
    """Returns the format of a table: the one asked for, or else the suffix of the file's name.

    Raises:
        FormatError: It is not one of `TABLE_FORMATS`.
    """
    kind = kind or path.suffix.lower().removeprefix(".")
    if kind not in TABLE_FORMATS:
        raise FormatError(
            f"{path}: {kind!r} is not a table format; expected one of "
            f"{', '.join(TABLE_FORMATS)}; use one as the suffix of the file's name, or as --format"
        )
    return kind


def table_on(stream: TextIO, kind: str | None = None) -> ResultWriter:
    """Creates a table on stdout, which stays open afterwards.

    A stream that encodes is set to UTF-8, so that any file name can be written in any locale.

    Args:
        stream: Stdout, or a stand-in.
        kind: CSV or JSONL; `None` means CSV.

    Raises:
        OutputError: The format is another one, or the header cannot be written.
    """
    kind = kind or CSV
    if kind not in ROW_FORMATS:
        raise OutputError(
            f"stdout: {kind!r} cannot be written there; expected {' or '.join(ROW_FORMATS)}, "
            "or the name of a file"
        )
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="surrogateescape", newline="")
    return _with_header(TextTable(stream, ROW_FORMATS[kind]), kind)


def _with_header(table: TextTable, kind: str) -> TextTable:
    if kind == CSV:
        with ExitStack() as on_failure:
            on_failure.push(table)  # closes the file if its header cannot be written
            table.append(csv_header())
            on_failure.pop_all()
    return table
