"""The command line: arguments become settings, settings a batch, a batch an exit code."""

import argparse
import logging
import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from enum import IntEnum
from functools import partial
from pathlib import Path
from typing import TypeVar

import cv2
import PIL.Image

from anpr._version import __version__
from anpr.batch import PhotoReader, read_files
from anpr.errors import TesseractError
from anpr.files import find_photos
from anpr.images import MAX_PIXELS
from anpr.locate.morphology import AtWorkingWidth, MorphologyLocator
from anpr.locate.network import NetworkLocator
from anpr.output.text import info_lines
from anpr.pipeline import PlateReader, TutorialPipeline
from anpr.read import tesseract
from anpr.read.tesseract import TesseractReader
from anpr.types import FileResult, Settings, Show, Status
from anpr.windows import HiddenWindows, open_windows

Number = TypeVar("Number", int, float)

AUTO, TUTORIAL, NETWORK, MORPHOLOGY = "auto", "tutorial", "network", "morphology"
SILENT = 0  # OpenCV's LOG_LEVEL_SILENT

logger = logging.getLogger("anpr")


class ExitCode(IntEnum):
    """What the process says when it ends; part of the user interface."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    NOTHING_TO_READ = 3
    NO_TESSERACT = 4
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it


DESCRIPTION = "Reads the number plates in photographs and prints them, one line a plate."
EPILOG = """\
examples:
  ocr_license_plate.py --input license_plates/group1
  ocr_license_plate.py --input license_plates/group2 --clear-border 1
  ocr_license_plate.py --input gate.jpg yard/ --debug 1

exit codes:
  0    every photo was processed, with or without a plate in it
  1    some files failed; stderr names them
  2    the command line is not understood
  3    there was nothing to read
  4    Tesseract is missing or does not work, and the pipeline needs it
  130  interrupted (Ctrl-C); what was printed stands

Results go to stdout, everything else to stderr."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command.

    Args:
        argv: The arguments without the program's name; None takes those of the process.

    Returns:
        The exit code.
    """
    settings = parse_arguments(argv)
    logging.basicConfig(format="[%(levelname)s] %(message)s", stream=sys.stderr)
    _quieten_decoders()
    try:
        return run(settings)
    except KeyboardInterrupt:
        logger.warning("interrupted; what was printed stands")
        return ExitCode.INTERRUPTED
    except BrokenPipeError:  # `| head` has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.OK


def parse_arguments(argv: Sequence[str] | None) -> Settings:
    """Turns arguments into settings; exits with `ExitCode.USAGE` where they make no sense."""
    arguments = _parser().parse_args(argv)
    return Settings(
        inputs=tuple(arguments.input),
        pipeline=arguments.pipeline,
        locator=arguments.locator,
        clear_border=arguments.clear_border > 0,
        psm=arguments.psm,
        debug=arguments.debug > 0 or arguments.debug_dir is not None,
        debug_dir=arguments.debug_dir,
        tesseract_cmd=arguments.tesseract_cmd,
        timeout_s=arguments.timeout,
        max_pixels=arguments.max_pixels,
    )


def run(settings: Settings) -> ExitCode:
    """Reads every photo the settings name, prints the results and returns the exit code."""
    if settings.tesseract_cmd:
        tesseract.use_command(settings.tesseract_cmd)
    if settings.pipeline == TUTORIAL:
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
    pipeline = open_pipeline(settings, windows.show)
    problems: list[Path] = []
    counts: Counter[Status] = Counter()
    paths = find_photos(settings.inputs, partial(_report_problem, problems))
    for result in read_files(paths, pipeline, windows, settings.max_pixels):
        counts[result.status] += 1
        _report(result)
    return _conclude(counts, has_problems=bool(problems))


def open_pipeline(settings: Settings, show: Show) -> PhotoReader:
    """Puts together what reads a photo."""
    if settings.pipeline == TUTORIAL:
        is_network = settings.locator == NETWORK
        return TutorialPipeline(
            _open_networks(settings, show) if is_network else MorphologyLocator(show),
            TesseractReader(settings.psm, settings.timeout_s),
            show,
            settings.clear_border,
        )
    is_network = settings.locator != MORPHOLOGY
    return PlateReader(
        _open_networks(settings, show) if is_network else AtWorkingWidth(MorphologyLocator(show)),
        show=show,
        clear_borders=settings.clear_border,
    )


def _open_networks(settings: Settings, show: Show) -> NetworkLocator:
    return NetworkLocator(show if settings.debug else None)


def _report_problem(problems: list[Path], path: Path, reason: str) -> None:
    problems.append(path)
    logger.error("%s: %s", path, reason)


def _report(result: FileResult) -> None:
    for line in info_lines(result):
        print(line, flush=True)  # at once: a run that is interrupted keeps what it has read
    if result.status is Status.FAILED:
        logger.error("%s: %s", result.path, result.reason)
    elif result.status is Status.NO_PLATE:
        logger.warning("%s: no plate read", result.path)


def _conclude(counts: Counter[Status], has_problems: bool) -> ExitCode:
    if not counts:
        logger.error("nothing to read: none of the inputs holds a photo")
        return ExitCode.NOTHING_TO_READ
    return ExitCode.SOME_FAILED if has_problems or counts[Status.FAILED] else ExitCode.OK


def _quieten_decoders() -> None:
    """Lets the libraries that decode photos leave the reporting of damage to us."""
    # OpenCV 5 moved it.
    set_level = getattr(cv2, "setLogLevel", None) or cv2.utils.logging.setLogLevel
    set_level(SILENT)
    PIL.Image.MAX_IMAGE_PIXELS = None  # --max-pixels is checked instead


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="ocr_license_plate.py",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"anpr {__version__}")
    parser.add_argument(
        "-i",
        "--input",
        type=Path,
        nargs="+",
        action="extend",
        required=True,
        metavar="PATH",
        help="folders (with all below them) and files to read",
    )
    parser.add_argument(
        "--pipeline",
        choices=(AUTO, TUTORIAL),
        default=AUTO,
        help="auto (default): networks that learned plates find them and read them; tutorial: "
        "morphology finds one, Tesseract reads it, exactly as in the PyImageSearch tutorial",
    )
    parser.add_argument(
        "--locator",
        choices=(AUTO, NETWORK, MORPHOLOGY),
        default=AUTO,
        help="what finds the plates (default: auto, what belongs to the pipeline)",
    )
    parser.add_argument(
        "-c",
        "--clear-border",
        type=int,
        default=-1,
        metavar="N",
        help="1: clear what touches the plate's border before Tesseract reads it "
        "(default: -1, do not)",
    )
    parser.add_argument(
        "-p",
        "--psm",
        type=int,
        choices=tesseract.READING_PSMS,
        default=tesseract.SINGLE_LINE,
        metavar="N",
        help="Tesseract's page segmentation mode (default: %(default)s, a single line)",
    )
    parser.add_argument(
        "-d",
        "--debug",
        type=int,
        default=-1,
        metavar="N",
        help="1: show every step in a window, or as files where there is no screen (default: -1)",
    )
    parser.add_argument(
        "--debug-dir",
        type=Path,
        metavar="DIR",
        help="write the steps to this folder instead of showing them; implies --debug 1",
    )
    parser.add_argument(
        "--tesseract-cmd",
        metavar="PATH",
        help=f"the Tesseract to use (default: {tesseract.COMMAND_VARIABLE} in the environment, "
        "else the one on the PATH)",
    )
    parser.add_argument(
        "--timeout",
        type=_positive(float),
        default=tesseract.TIMEOUT_S,
        metavar="SECONDS",
        help="how long Tesseract may take for a plate, else its photo fails (default: %(default)g)",
    )
    parser.add_argument(
        "--max-pixels",
        type=_positive(int),
        default=MAX_PIXELS,
        metavar="N",
        help="photos with more pixels fail instead of filling the memory (default: %(default)s)",
    )
    return parser


def _positive(kind: type[Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ValueError(text)
        return value

    parse.__name__ = f"positive {kind.__name__}"  # argparse quotes it: "invalid positive int value"
    return parse
