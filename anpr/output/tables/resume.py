"""Tables that continue where a previous run was stopped, in whatever way.

The previous table stays untouched until the new one is complete; meanwhile new rows go to a journal
beside it. So every row is in one or the other at any moment, and a resumed run may be stopped and
resumed again, any number of times. At the end, a new table with all photos in order replaces the
previous one.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from itertools import chain
from pathlib import Path

from anpr.output.atomic import ResultWriter, as_output_error, journal_of, replacing
from anpr.output.tables import parquet
from anpr.output.tables.open import CSV, PARQUET, ROW_FORMATS, kind_of
from anpr.output.tables.previous_run import PreviousRun, with_same_options
from anpr.output.tables.read_back import StoredRow, complete_photos, csv_rows, json_rows
from anpr.output.tables.schema import Row, to_rows
from anpr.output.tables.text_tables import TextTable, csv_header, json_lines, open_text
from anpr.types import FileResult, Name

logger = logging.getLogger(__name__)


class ResumedTable(ResultWriter):
    """A table that a previous run has written in part."""

    def __init__(self, path: Path, kind: str, options: str) -> None:
        """Reads the previous rows.

        Args:
            path: The table; it or its journal exists.
            kind: One of `TABLE_FORMATS`.
            options: The options that decide what this run reads; see `FileResult.options`.

        Raises:
            ResumeError: Photos were read with other options.
            OutputError: The file is not a table of this program and format, or cannot be read.
        """
        self._path = path.resolve()  # the target of a link, so that the link stays
        self._kind = kind
        self._options = options
        self._journal_path = journal_of(path)
        self._previous = PreviousRun()
        with ExitStack() as on_failure:
            on_failure.callback(self._previous.close)
            self._load(path, _table_rows(path, kind))
            journal_rows = _rows_if_any(self._journal_path, json_rows)
            complete_size = self._load(self._journal_path, journal_rows)
            self._journal = TextTable.append_to(self._journal_path, json_lines, complete_size)
            on_failure.pop_all()

    def find(self, path: Name) -> FileResult | None:
        """Returns the previous result of a photo; `None` means that it must be read."""
        return self._previous.find(path)

    def write(self, result: FileResult) -> None:
        """Writes the next photo of this run, new or kept.

        Raises:
            OutputError: It cannot be written; earlier rows are kept.
        """
        if not result.is_kept:
            rows = to_rows(result)
            self._journal.append(json_lines(rows))
            self._previous.put(rows)
            if self._previous.is_in_run(result.path):  # it changed during this run: new rows only
                return
        self._previous.append_to_run(result.path)

    def close(self) -> None:
        """Replaces the previous table by the new one.

        Raises:
            OutputError: It cannot be written; the previous table and the journal are kept.
        """
        self._journal.close()
        other_count = sum(1 for _ in self._previous.other_photos())
        if other_count:
            logger.warning(
                "%s: has %d photos that are not among the inputs; their rows stay, at its end",
                self._path,
                other_count,
            )
        kept = f"; the results are kept there and in {self._journal_path}"
        with as_output_error(self._path, kept), replacing(self._path) as unfinished:
            self._write_table(unfinished)
        with as_output_error(self._journal_path):
            self._journal_path.unlink()
        self._previous.close()

    def discard(self) -> None:
        """Keeps the journal: another run continues from here."""
        self._journal.discard()
        self._previous.close()

    def _load(self, path: Path, rows: Iterable[StoredRow]) -> int:
        """Loads the complete photos of a file; returns the offset after the last, in bytes."""
        end = 0
        with as_output_error(path):
            for photo in with_same_options(path, complete_photos(rows), self._options):
                self._previous.put(photo.rows)
                end = photo.end
        return end

    def _write_table(self, target: Path) -> None:
        photos = chain(self._previous.photos_of_run(), self._previous.other_photos())
        if self._kind == PARQUET:
            parquet.write_rows(chain.from_iterable(photos), target)
        else:
            _write_lines(photos, self._kind, target)
        with target.open("rb+") as file:
            os.fsync(file.fileno())  # on disk before the previous table is replaced


def resume_table(path: Path, kind: str | None, options: str = "") -> ResumedTable | None:
    """Continues the table of a previous run.

    Args:
        path: The file.
        kind: One of `TABLE_FORMATS`; `None` means the suffix of the file's name.
        options: The options that decide what this run reads; see `FileResult.options`.

    Returns:
        The table. `None` means that there is nothing to continue: neither a table nor a journal.

    Raises:
        ResumeError: Photos were read with other options.
        OutputError: The format is not known; the file is not a table of this program, or cannot be
            read.
    """
    kind = kind_of(path, kind)
    exists = _is_filled(path) or _is_filled(journal_of(path))
    return ResumedTable(path, kind, options) if exists and not path.is_dir() else None


def _table_rows(path: Path, kind: str) -> Iterator[StoredRow]:
    if kind == PARQUET:
        return _rows_if_any(path, lambda file: map(StoredRow, parquet.read_rows(file)))
    return _rows_if_any(path, csv_rows if kind == CSV else json_rows)


def _rows_if_any(path: Path, read: Callable[[Path], Iterable[StoredRow]]) -> Iterator[StoredRow]:
    """Yields the rows of a file, none if it is missing or empty."""
    if _is_filled(path):
        yield from read(path)


def _is_filled(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and path.stat().st_size > 0
    return False


def _write_lines(photos: Iterable[list[Row]], kind: str, target: Path) -> None:
    with open_text(target, "w") as file:
        if kind == CSV:
            file.write(csv_header())
        file.writelines(map(ROW_FORMATS[kind], photos))
