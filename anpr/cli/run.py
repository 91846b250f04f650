"""The loop over all photos: results are printed, written and counted as they come."""

import logging
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from functools import partial

from anpr.cli.assembly import (
    is_text,
    needs_tesseract,
    open_batch,
    open_writers,
    output_folders,
    set_up,
)
from anpr.cli.settings import Settings
from anpr.cli.signals import StopRequest
from anpr.debug import HIDDEN, Windows, open_windows
from anpr.errors import ExitCode
from anpr.models import weights
from anpr.output.console import info_lines, open_progress
from anpr.read import tesseract
from anpr.sources.folders import OnProblem, find_photos
from anpr.sources.watch import open_watch
from anpr.types import FileResult, Name, Status

logger = logging.getLogger("anpr")


@dataclass
class Summary:
    """Counts what became of the photos of a run, and computes the exit code."""

    counts: Counter[Status] = field(default_factory=Counter)
    """Photos by status."""
    problems: int = 0
    """Inputs that could not be listed, and outputs of a photo that could not be written."""

    def add(self, result: FileResult) -> None:
        """Counts a photo; reports on stderr what a user should know in addition to the result."""
        self.counts[result.status] += 1
        if result.status is Status.FAILED:
            logger.error("%s: %s", result.path, result.reason)
        elif result.status is Status.NO_PLATE:
            logger.warning("%s: no plate read", result.path)
        if result.unwritten:
            self.report_problem(result.path, result.unwritten)
        for reading in result.readings:
            if reading.why is not None:
                logger.debug("%s: %s (%s)", result.path, reading, reading.why)
        logger.debug("%s: decoded in %.1f ms, read in %.1f ms", result.path, *result.timings)

    def report_problem(self, path: Name, reason: str) -> None:
        """Counts and reports an input or an output that failed."""
        self.problems += 1
        logger.error("%s: %s", path, reason)

    def exit_code(self) -> ExitCode:
        """Returns the exit code of a completed run."""
        if not self.counts:
            logger.error("nothing to read: none of the inputs holds a photo")
            return ExitCode.NOTHING_TO_READ
        has_failed = self.problems or self.counts[Status.FAILED]
        return ExitCode.SOME_FAILED if has_failed else ExitCode.OK


def run(settings: Settings, stop: StopRequest | None) -> ExitCode:
    """Reads every photo and writes every output that the settings name.

    Args:
        settings: The options of the command line.
        stop: With `--watch`, the request to end; `None` for a run that ends by itself.

    Returns:
        The exit code.

    Raises:
        EndOfRunError: Something fails that would fail for every other photo, too.
        DebugFolderError: The folder for debug images cannot be created.
    """
    set_up(settings)
    weights.check()
    if needs_tesseract(settings):
        tesseract.check(settings.psm)
    windows = _open_windows(settings)
    summary = Summary()
    read = open_batch(settings, windows)
    progress = open_progress(not settings.quiet, partial(_count, settings))
    with (
        _open_paths(settings, stop, summary.report_problem) as paths,
        progress,
        open_writers(settings) as writers,
        closing(read(map(writers.known_or_new, paths))) as results,
    ):
        for result in results:
            with progress.hidden():
                _print_lines(settings, result)
            writers.write(result)
            progress.advance(result)
            summary.add(result)
    return summary.exit_code()


def _open_windows(settings: Settings) -> Windows:
    return open_windows(settings.debug_dir) if settings.debug else HIDDEN


def _print_lines(settings: Settings, result: FileResult) -> None:
    if is_text(settings):
        for line in info_lines(result):
            print(line, flush=True)  # at once: an interrupted run keeps what it has read


def _open_paths(
    settings: Settings, stop: StopRequest | None, on_problem: OnProblem
) -> AbstractContextManager[Iterator[Name | None]]:
    if stop is None:
        return nullcontext(find_photos(settings.inputs, on_problem))
    return open_watch(settings.roots, output_folders(settings), stop.is_made, on_problem)


def _count(settings: Settings) -> int | None:
    """Counts the photos; `None` with `--watch`, since their number is unknown."""
    if settings.watch:
        return None
    return sum(1 for _ in find_photos(settings.inputs, lambda *_: None))
