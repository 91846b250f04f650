"""Tables that go on where an earlier run was stopped, however that was.

The table is left as it is until the new one is whole; meanwhile what is read goes to a journal
beside it. So at any moment every row is in the one or the other: a run that goes on may be stopped
as well, as often as you like. In the end a new table, all photos in their order, takes the place of
the old one.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import Path

from anpr.output.atomic import RecordWriter, explained, journal_of, replacing
from anpr.output.tables import parquet
from anpr.output.tables.open import CSV, LINES, PARQUET, kind_of
from anpr.output.tables.previous_run import PreviousRun, check_options
from anpr.output.tables.read_back import PlacedRow, csv_rows, json_rows, whole_photos
from anpr.output.tables.schema import records
from anpr.output.tables.text_tables import LineTable, Row, csv_header, json_lines
from anpr.types import FileResult, Name

logger = logging.getLogger(__name__)


class ResumedTable(RecordWriter):
    """A table of which an earlier run wrote a part."""

    def __init__(self, path: Path, kind: str, options: str) -> None:
        """Reads what is there.

        Args:
            path: The table; it or its journal is there.
            kind: One of `TABLE_FORMATS`.
            options: Those that decide what this run reads; see `FileResult.options`.

        Raises:
            ResumeError: The table was made with other options.
            OutputError: It is no table of this program and kind, or cannot be read.
        """
        self._path = path.resolve()  # what a link points to, not the link
        self._kind = kind
        self._journal_path = journal_of(path)
        self._previous = PreviousRun()
        with explained(path):
            for rows, _ in whole_photos(_table_rows(path, kind)):
                check_options(path, rows, options)
                self._previous.put(rows)
        size = 0  # of what is whole in the journal
        with explained(self._journal_path):
            for rows, end in whole_photos(_filled(self._journal_path, json_rows)):
                check_options(path, rows, options)
                self._previous.put(rows)
                size = end
        self._journal = LineTable.go_on(self._journal_path, json_lines, size)

    def find(self, path: Name) -> FileResult | None:
        """What was read of a photo; None where it must be read."""
        return self._previous.find(path)

    def write(self, result: FileResult) -> None:
        """Takes the next photo of this run.

        Raises:
            OutputError: It cannot be written; what was written before stands.
        """
        if not result.is_kept:
            rows = records(result)
            self._journal.append(json_lines(rows))
            self._previous.put(rows)
            if self._previous.has_met(result.path):  # it has changed since; these are its rows now
                return
        self._previous.follow(result.path)

    def close(self) -> None:
        """Puts the new table in the place of the old one.

        Raises:
            OutputError: It cannot be written; the old one and the journal stand.
        """
        self._journal.close()
        stands = "; what was read stands there and in " + str(self._journal_path)
        left_over = sum(1 for _ in self._previous.left_over())
        if left_over:
            logger.warning(
                "%s: has %d photos that are not among the inputs; their rows stay, at its end",
                self._path,
                left_over,
            )
        with explained(self._path, stands), replacing(self._path) as unfinished:
            self._write(unfinished)
        with explained(self._journal_path):
            self._journal_path.unlink()
        self._previous.close()

    def discard(self) -> None:
        """Leaves the journal: another run goes on from here."""
        self._journal.discard()
        self._previous.close()

    def _write(self, target: Path) -> None:
        photos = chain(self._previous.in_order(), self._previous.left_over())
        if self._kind == PARQUET:
            parquet.write_rows(chain.from_iterable(photos), target)
        else:
            _write_lines(photos, self._kind, target)
        with target.open("rb+") as file:
            os.fsync(file.fileno())  # before the old one goes


def resume_table(path: Path, kind: str | None, options: str = "") -> ResumedTable | None:
    """Goes on with a table.

    Args:
        path: The file.
        kind: One of `TABLE_FORMATS`; `None` takes the one the file's name ends in.
        options: Those that decide what this run reads; see `FileResult.options`.

    Returns:
        None where there is nothing to go on with: neither a table nor the journal of one.

    Raises:
        OutputError: The kind is not known; the file is no table of this program, or cannot be
            read.
    """
    kind = kind_of(path, kind)
    is_there = _is_filled(path) or _is_filled(journal_of(path))
    return ResumedTable(path, kind, options) if is_there and not path.is_dir() else None


def _table_rows(path: Path, kind: str) -> Iterator[PlacedRow]:
    if kind == PARQUET:
        return _filled(path, lambda file: map(PlacedRow, parquet.read_rows(file)))
    return _filled(path, csv_rows if kind == CSV else json_rows)


def _filled(path: Path, read: Callable[[Path], Iterable[PlacedRow]]) -> Iterator[PlacedRow]:
    """Reads rows, none where there is no file or nothing in it."""
    if _is_filled(path):
        yield from read(path)


def _is_filled(path: Path) -> bool:
    with suppress(OSError):
        return path.is_file() and path.stat().st_size > 0
    return False


def _write_lines(photos: Iterable[list[Row]], kind: str, target: Path) -> None:
    lines = LINES[kind]
    with target.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        if kind == CSV:
            file.write(csv_header())
        file.writelines(map(lines, photos))
