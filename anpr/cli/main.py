"""The command line: settings become a batch, a batch output and an exit code."""

import logging
import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from types import FrameType

from anpr import models
from anpr.arguments import parse_arguments
from anpr.assembly import needs_tesseract, open_batch, set_up
from anpr.errors import (
    AnprError,
    ClusterError,
    ModelError,
    OutputError,
    TesseractError,
    WorkerError,
)
from anpr.files import OnProblem, find_photos
from anpr.output.opening import is_text, open_writers, output_folders
from anpr.output.progress import open_progress
from anpr.output.text import info_lines
from anpr.read import tesseract
from anpr.stopping import StopRequest
from anpr.types import FileResult, Name, Settings, Status
from anpr.usage import ExitCode
from anpr.watching import open_watch
from anpr.windows import HiddenWindows, Windows, open_windows

logger = logging.getLogger("anpr")

ENDS_OF_A_RUN: dict[type[AnprError], ExitCode] = {
    OutputError: ExitCode.NOT_WRITTEN,
    ClusterError: ExitCode.NO_CLUSTER,
    WorkerError: ExitCode.NO_WORKERS,
    ModelError: ExitCode.NO_MODEL,
}
"""Failures that no other photo would escape, and the exit code of each."""


class Terminated(BaseException):
    """SIGTERM came: as with Ctrl-C, everything on the way out is closed."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: The arguments without the program's name; None takes those of the process.

    Returns:
        The exit code.
    """
    settings = parse_arguments(argv)
    logging.basicConfig(format="[%(levelname)s] %(message)s", stream=sys.stderr)
    logger.setLevel(_loudness(settings))
    try:
        with _terminable():
            return run(settings)
    except tuple(ENDS_OF_A_RUN) as error:
        logger.error("%s", error)
        return ENDS_OF_A_RUN[type(error)]
    except KeyboardInterrupt:
        return _stopped(settings, signal.SIGINT)
    except Terminated:
        return _stopped(settings, signal.SIGTERM)
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK


def run(settings: Settings) -> ExitCode:
    """Reads every photo the settings name, writes what was asked for and returns the exit code.

    Raises:
        OutputError: Something could not be written.
        ClusterError: There is no cluster, or it is gone.
        WorkerError: The processes that read photos do not start.
        ModelError: The weights of a network are missing or damaged.
    """
    set_up(settings)
    models.check()
    if needs_tesseract(settings):
        try:
            tesseract.check(settings.psm)
        except TesseractError as error:
            logger.error("%s", error)
            return ExitCode.NO_TESSERACT
    try:
        windows = open_windows(settings.debug_dir) if settings.debug else HiddenWindows()
    except OSError as error:
        logger.error("%s: cannot be a folder for debug images: %s", error.filename, error.strerror)
        return ExitCode.USAGE
    with StopRequest() if settings.watch else nullcontext() as stop:
        code = _read_photos(settings, windows, stop)
    if stop is None or stop.number is None:
        return code
    return _stopped(settings, stop.number)


def _read_photos(settings: Settings, windows: Windows, stop: StopRequest | None) -> ExitCode:
    """Reads every photo, and those that arrive until there is a request to stop, if there is."""
    problems: list[Name] = []
    counts: Counter[Status] = Counter()
    read = open_batch(settings, windows)
    progress = open_progress(not settings.quiet, partial(_count, settings))
    with (
        _open_paths(settings, stop, partial(_report_problem, problems)) as paths,
        progress,
        open_writers(settings) as writers,
    ):
        photos = (path and (writers.find(path) or path) for path in paths)
        with closing(read(photos)) as results:
            for result in results:
                counts[result.status] += 1
                with progress.aside():
                    _print_lines(settings, result)
                writers.write(result)
                progress.advance(result)
                _report(result, problems)
    return _conclude(counts, has_problems=bool(problems))


def _print_lines(settings: Settings, result: FileResult) -> None:
    if is_text(settings):
        for line in info_lines(result):
            print(line, flush=True)  # at once: a run that is interrupted keeps what it has read


def _open_paths(
    settings: Settings, stop: StopRequest | None, on_problem: OnProblem
) -> AbstractContextManager[Iterator[Name | None]]:
    if stop is None:
        return nullcontext(find_photos(settings.inputs, on_problem))
    return open_watch(settings.roots, output_folders(settings), stop.is_made, on_problem)


def _count(settings: Settings) -> int | None:
    """How many photos there are; None where nobody knows how many will come."""
    if settings.watch:
        return None
    return sum(1 for _ in find_photos(settings.inputs, lambda *_: None))


def _report_problem(problems: list[Name], path: Name, reason: str) -> None:
    problems.append(path)
    logger.error("%s: %s", path, reason)


def _report(result: FileResult, problems: list[Name]) -> None:
    """Says on stderr what a user should know beside the results."""
    if result.status is Status.FAILED:
        logger.error("%s: %s", result.path, result.reason)
    elif result.status is Status.NO_PLATE:
        logger.warning("%s: no plate read", result.path)
    if result.unwritten:
        _report_problem(problems, result.path, result.unwritten)
    decode_ms, read_ms = result.timings
    logger.debug("%s: decoded in %.1f ms, read in %.1f ms", result.path, decode_ms, read_ms)


def _conclude(counts: Counter[Status], has_problems: bool) -> ExitCode:
    if not counts:
        logger.error("nothing to read: none of the inputs holds a photo")
        return ExitCode.NOTHING_TO_READ
    return ExitCode.SOME_FAILED if has_problems or counts[Status.FAILED] else ExitCode.OK


def _loudness(settings: Settings) -> int:
    if settings.verbose:
        return logging.DEBUG
    return logging.ERROR if settings.quiet else logging.WARNING


@contextmanager
def _terminable() -> Iterator[None]:
    """Within it, SIGTERM raises `Terminated`, as Ctrl-C raises `KeyboardInterrupt`."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hears signals in its main thread alone
        return

    def terminate(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _stopped(settings: Settings, number: int) -> ExitCode:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who presses Ctrl-C again gets no traceback
    way_on = (
        "" if settings.output is None else "; the same command with --resume goes on from there"
    )
    is_terminated = number == signal.SIGTERM
    how = "terminated" if is_terminated else "interrupted"
    logger.warning("%s; what was printed stands%s", how, way_on)
    return ExitCode.TERMINATED if is_terminated else ExitCode.INTERRUPTED
