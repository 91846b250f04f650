"""Settings become output: what is written of every photo, and what is made beside it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from anpr.arguments import CSV, JSONL, TEXT
from anpr.batch import Extra
from anpr.output.copies import AnnotatedCopies, PlateCrops, RedactedCopies
from anpr.output.pictures import with_pictures
from anpr.output.places import prepare_folder
from anpr.output.report import open_report
from anpr.output.resuming import ResumedTable, resume_table
from anpr.output.tables import open_table, table_on
from anpr.output.writing import RecordWriter
from anpr.types import FileResult, Name, Settings


def is_text(settings: Settings) -> bool:
    """Whether stdout gets the tutorial's lines; else it gets a table."""
    return settings.output is not None or settings.format in (None, TEXT)


@dataclass(frozen=True)
class Writers:
    """The tables and the report of a run."""

    writers: Sequence[RecordWriter]
    resumed: ResumedTable | None = None
    """The table that an earlier run began; None where there is none."""

    def write(self, result: FileResult) -> None:
        """Writes a result to all of them; raises an `OutputError` where it cannot."""
        for writer in self.writers:
            writer.write(result)

    def find(self, path: Name) -> FileResult | None:
        """What an earlier run read of a photo; None where it must be read."""
        return self.resumed.find(path) if self.resumed else None


@contextmanager
def open_writers(settings: Settings) -> Iterator[Writers]:
    """Opens the tables and the report, and closes them in the end.

    Raises:
        OutputError: One cannot be written.
    """
    with ExitStack() as stack:
        writers: list[RecordWriter] = []
        resumed = None
        if settings.output is not None and settings.resume and settings.cluster is None:
            resumed = resume_table(settings.output, _kind(settings))
        if settings.cluster is not None:
            pass  # its parts are written as they come back
        elif resumed is not None:
            writers.append(stack.enter_context(resumed))
        elif settings.output is not None:
            writers.append(stack.enter_context(open_table(settings.output, _kind(settings))))
        elif settings.format in (CSV, JSONL):
            writers.append(stack.enter_context(table_on(sys.stdout, settings.format)))
        if settings.report is not None:
            writers.append(stack.enter_context(open_report(settings.report)))
        yield Writers(writers, resumed)


def output_folders(settings: Settings) -> tuple[Path, ...]:
    """The folders that pictures are written to."""
    folders = (*_copy_folders(settings), settings.debug_dir)
    return tuple(folder for folder in folders if folder is not None)


def check_folders(settings: Settings) -> None:
    """Shows what is wrong with the folders for copies before the first photo is read.

    Raises:
        OutputError: One would be written over its own photos, or cannot be written to.
    """
    for folder in _copy_folders(settings):
        if folder is not None:
            prepare_folder(folder, settings.roots)


def _copy_folders(settings: Settings) -> tuple[Path | None, ...]:
    return settings.annotate, settings.crops, settings.redact


def photo_extras(settings: Settings) -> tuple[Extra, ...]:
    """What to make of each photo while its pixels are at hand.

    Raises:
        OutputError: A folder would be written over its own photos.
    """
    extras: list[Extra] = []
    if settings.annotate is not None:
        extras.append(AnnotatedCopies(settings.annotate, settings.roots))
    if settings.crops is not None:
        extras.append(PlateCrops(settings.crops, settings.roots))
    if settings.redact is not None:
        extras.append(RedactedCopies(settings.redact, settings.roots))
    if settings.report is not None:
        extras.append(with_pictures)
    return tuple(extras)


def _kind(settings: Settings) -> str | None:
    return None if settings.format == TEXT else settings.format
