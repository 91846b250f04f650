"""The one place where options become objects: what reads the photos, and what is written."""

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, islice
from pathlib import Path

import cv2

from anpr.anpr import PyImageSearchANPR, TutorialPipeline
from anpr.batch.pool import read_in_workers
from anpr.batch.serial import Item, Items, PhotoReader, PhotoTask, ReadBatch, Results, SerialBatch
from anpr.cli.arguments import PHOTO_TIMEOUTS, default_worker_count
from anpr.cli.settings import MORPHOLOGY, NETWORK, TESSERACT, TEXT, TUTORIAL, Settings
from anpr.debug import HIDDEN, Windows
from anpr.locate import Locator
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.output.atomic import ResultWriter
from anpr.output.copies.copies import annotated_copies, plate_crops, redacted_copies
from anpr.output.copies.draw import ShowAnnotated
from anpr.output.copies.naming import prepare_folder
from anpr.output.report.pictures import with_pictures
from anpr.output.report.report import Report
from anpr.output.tables.open import open_table, table_on
from anpr.output.tables.resume import ResumedTable, resume_table
from anpr.output.tables.shards import ShardFolder
from anpr.photo import quieten_decoders
from anpr.pipeline import PlateReader, default_locators
from anpr.read import Recognizer, tesseract
from anpr.read.in_process import open_prepared
from anpr.read.network import NetworkReader
from anpr.types import FileResult, Name

MIN_PHOTOS_FOR_WORKERS = 40
"""Photos from which worker processes pay, unless `--workers` asks for them.

One process takes as long to start as 40 photos take to read."""


def set_up(settings: Settings) -> None:
    """Sets what is set once in a process."""
    quieten_decoders()
    if settings.workers == 1:
        cv2.setNumThreads(1)  # as in every worker: one worker is one core, and threads waste some
    if settings.tesseract_cmd:
        tesseract.use_command(settings.tesseract_cmd)


def needs_tesseract(settings: Settings) -> bool:
    """Returns whether Tesseract reads the plates; else it is not called."""
    if settings.pipeline == TUTORIAL:
        return settings.reader != NETWORK
    return settings.reader == TESSERACT


# What reads photos


def open_batch(settings: Settings, windows: Windows) -> ReadBatch:
    """Builds what reads photos: in this process, in several, or on a cluster.

    Raises:
        OutputError: A folder for copies lies among its own photos, or the folder for the shards
            of a table holds some already.
    """
    if settings.cluster is not None and settings.output is not None:
        folder = ShardFolder(settings.output, settings.resume, settings.options_text)
        return partial(_read_on_cluster, settings, settings.cluster, folder)
    for copies in settings.copy_folders:
        prepare_folder(copies, settings.roots)
    return partial(_read_here, settings, windows)


def _read_here(settings: Settings, windows: Windows, items: Items) -> Results:
    count, items = _worker_count(settings, items)
    if count == 1:
        return _open_serial(settings, windows)(items)
    return read_in_workers(
        items, partial(_open_in_worker, settings), count, _photo_timeout_s(settings)
    )


def _read_on_cluster(
    settings: Settings, address: str, folder: ShardFolder, items: Items
) -> Results:
    from anpr.batch.cluster import read_on_cluster

    open_batch_there = partial(_open_in_node, settings, Path.cwd())
    known = (item for item in items if item is not None)
    return read_on_cluster(known, address, folder, open_batch_there, _photo_timeout_s(settings))


def _photo_timeout_s(settings: Settings) -> float:
    return settings.timeout_s * PHOTO_TIMEOUTS


def _open_in_node(settings: Settings, folder: Path) -> ReadBatch:
    """As `_open_in_worker`, in the folder that relative paths start from."""
    with suppress(OSError):  # a node without that folder reads URLs and absolute paths
        os.chdir(folder)
    return _open_in_worker(settings)


def _worker_count(settings: Settings, items: Items) -> tuple[int, Items]:
    """How many processes to read in (1 means this one alone), and all the items."""
    if settings.debug:
        return 1, items
    if settings.watch:  # photos arrive one by one, and none should wait for others
        return settings.workers or 1, items
    enough = MIN_PHOTOS_FOR_WORKERS if settings.workers is None else 2
    upcoming = iter(items)
    first = tuple(islice(upcoming, enough))
    count = settings.workers or default_worker_count() if len(first) == enough else 1
    return count, chain(first, upcoming)


def _open_in_worker(settings: Settings) -> ReadBatch:
    set_up(settings)
    return _open_serial(settings, HIDDEN)


def _open_serial(settings: Settings, windows: Windows) -> SerialBatch:
    return SerialBatch(
        reader=open_reader(settings, windows),
        tasks=_photo_tasks(settings, windows),
        windows=windows,
        max_pixels=settings.max_pixels,
        fetch_timeout_s=settings.timeout_s,
        options=settings.options_text,
    )


def open_reader(settings: Settings, windows: Windows = HIDDEN) -> PhotoReader:
    """Builds what reads a photo."""
    if settings.pipeline == TUTORIAL:
        return _open_tutorial(settings, windows)
    return PlateReader(
        locators=_open_locators(settings, windows),
        reader=_open_recognizer(settings),
        regions=settings.regions,
        one=settings.one,
        debug=windows,
    )


def _open_tutorial(settings: Settings, windows: Windows) -> TutorialPipeline:
    tutorial = PyImageSearchANPR(
        debug=settings.debug,
        locator=NetworkLocator(windows) if settings.locator == NETWORK else None,
        reader=NetworkReader() if settings.reader == NETWORK else None,
        windows=windows,
        timeout_s=settings.timeout_s,
    )
    return TutorialPipeline(tutorial, settings.psm, clear_border=settings.clear_border > 0)


def _open_recognizer(settings: Settings) -> Recognizer:
    if settings.reader == TESSERACT:
        return open_prepared(settings.clear_border, settings.timeout_s)
    return NetworkReader()


def _open_locators(settings: Settings, windows: Windows) -> list[Locator]:
    if settings.locator == MORPHOLOGY:
        return [AtWorkingWidth(MorphologyLocator(windows))]
    locators = default_locators(NetworkLocator(windows), windows)
    if settings.locator == NETWORK:
        return [locator for locator in locators if isinstance(locator, NetworkLocator)]
    return locators


# What is written


def is_text(settings: Settings) -> bool:
    """Returns whether stdout gets the tutorial's lines; else it gets a table."""
    return settings.output is not None or settings.format in (None, TEXT)


def output_folders(settings: Settings) -> tuple[Path, ...]:
    """Returns the folders that pictures are written to."""
    steps = () if settings.debug_dir is None else (settings.debug_dir,)
    return (*settings.copy_folders, *steps)


@dataclass(frozen=True)
class Writers:
    """The tables and the report of a run."""

    writers: Sequence[ResultWriter]
    resumed: ResumedTable | None = None
    """The table that a previous run began; `None` if there is none."""

    def write(self, result: FileResult) -> None:
        """Writes a result to all of them; raises an `OutputError` if one cannot be written."""
        for writer in self.writers:
            writer.write(result)

    def known_or_new(self, name: Name | None) -> Item | None:
        """Returns the result of a previous run for a photo, or else its name: it must be read."""
        if name is None or self.resumed is None:
            return name
        return self.resumed.find(name) or name


@contextmanager
def open_writers(settings: Settings) -> Iterator[Writers]:
    """Opens the tables and the report, and closes them in the end.

    A cluster writes its shards itself, see `anpr.batch.cluster`.

    Raises:
        OutputError: One cannot be written.
    """
    with ExitStack() as stack:
        writers: list[ResultWriter] = []
        table = None if settings.cluster else _open_table(settings)
        if table is not None:
            writers.append(stack.enter_context(table))
        if settings.report is not None:
            writers.append(stack.enter_context(Report(settings.report)))
        yield Writers(writers, table if isinstance(table, ResumedTable) else None)


def _open_table(settings: Settings) -> ResultWriter | None:
    kind = None if settings.format == TEXT else settings.format
    if settings.output is None:
        return table_on(sys.stdout, kind) if kind else None
    if settings.resume:
        resumed = resume_table(settings.output, kind, settings.options_text)
        if resumed is not None:
            return resumed
    return open_table(settings.output, kind)


def _photo_tasks(settings: Settings, windows: Windows) -> list[PhotoTask]:
    """What to make of each photo while it is in memory.

    Raises:
        OutputError: A folder for copies lies among its own photos.
    """
    tasks: list[PhotoTask] = [ShowAnnotated(windows)] if windows.is_visible else []
    copies = (
        (settings.annotate, annotated_copies),
        (settings.crops, plate_crops),
        (settings.redact, redacted_copies),
    )
    tasks += [make(folder, settings.roots) for folder, make in copies if folder is not None]
    if settings.report is not None:
        tasks.append(with_pictures)
    return tasks
