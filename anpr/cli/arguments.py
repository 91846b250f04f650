"""The command line's grammar: arguments become settings."""

import argparse
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from anpr._version import __version__
from anpr.cli import checks
from anpr.cli.settings import (
    AUTO,
    BORDER_AS_PIPELINE,
    MORPHOLOGY,
    NETWORK,
    TESSERACT,
    TEXT,
    TUTORIAL,
    Settings,
)
from anpr.decide.grammar import region_code
from anpr.errors import ExitCode, RegionError
from anpr.output.tables.open import TABLE_FORMATS
from anpr.pixels import MAX_PIXELS
from anpr.read import tesseract
from anpr.sources import urls
from anpr.types import Name

Number = TypeVar("Number", int, float)

PHOTO_TIMEOUTS = 3
"""Time limit for a photo, in multiples of Tesseract's limit for a plate.

1 min by default; the largest photo with a dozen plates takes a tenth of that."""

DESCRIPTION = "Reads the number plates in photographs and prints them, one line a plate."
EPILOG = """\
examples:
  {prog} license_plates/group1
  {prog} photos/ --region in --output plates.csv --report plates.html
  {prog} photos/ --output plates.csv --resume
  {prog} camera/ --watch --output plates.csv --resume
  {prog} photos/ --redact without_plates/
  {prog} s3://bucket/photos --cluster auto --output plates/
  {prog} gate.jpg yard/ --debug 1
  {prog} license_plates/group2 --pipeline tutorial --clear-border 1

exit codes:
{exit_codes}

Results go to stdout, everything else to stderr."""

logger = logging.getLogger("anpr")


def parse_arguments(argv: Sequence[str] | None = None) -> Settings:
    """Turns arguments into settings; exits with `ExitCode.USAGE` if they make no sense.

    Options that have no effect beside the others are named in a warning.

    Args:
        argv: The arguments without the program's name; `None` takes those of the process.
    """
    parser = build_parser()
    arguments = parser.parse_intermixed_args(argv)
    arguments.inputs = (*arguments.paths, *arguments.inputs)
    problem = next(checks.contradictions(arguments), None)
    if problem is not None:
        parser.error(problem)
    if not arguments.quiet:
        for option in checks.without_effect(arguments):
            logger.warning("%s", option)
    values = vars(arguments)
    del values["paths"]
    return Settings(
        **values
        | {
            "regions": tuple(arguments.regions),
            "psm": arguments.psm or tesseract.SINGLE_LINE,
            "debug": arguments.debug > 0 or arguments.debug_dir is not None,
        }
    )


def program_name() -> str:
    """Returns what the user typed to start the command."""
    name = Path(sys.argv[0]).name
    return "python -m anpr" if name == "__main__.py" else name


def default_worker_count() -> int:
    """Returns the number of cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build_parser() -> argparse.ArgumentParser:
    """Builds the parser, whose help is the reference of all options."""
    exit_codes = "\n".join(f"  {code.value:<4} {code.meaning}" for code in ExitCode)
    parser = argparse.ArgumentParser(
        prog=program_name(),
        description=DESCRIPTION,
        epilog=EPILOG.format(prog=program_name(), exit_codes=exit_codes),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"anpr {__version__}")
    parser.add_argument(
        "paths",
        type=_name,
        nargs="*",
        metavar="PATH",
        help="folders (with all below them) and files to read, also by URL: s3://BUCKET/FOLDER, "
        "gs://..., https://...; one that ends in .txt is a list of URLs, one a line",
    )
    parser.add_argument(
        "-i",
        "--input",
        dest="inputs",
        type=_name,
        nargs="+",
        action="extend",
        default=[],
        metavar="PATH",
        help="the same, as an option",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="afterwards wait for photos that arrive in the folders, until Ctrl-C or SIGTERM",
    )
    _add_reading(parser.add_argument_group("how plates are found and read"))
    _add_output(parser.add_argument_group("what comes out"))
    _add_steps(parser.add_argument_group("watching it work"))
    _add_tesseract(parser.add_argument_group("Tesseract"))
    _add_limits(parser.add_argument_group("processes and limits"))
    return parser


def _add_reading(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--region",
        dest="regions",
        type=_region,
        nargs="+",
        action="extend",
        default=[],
        metavar="NAME",
        help="where the plates are from, e.g. in, uk, germany, us-ca or eu: only the formats of "
        "these regions count (default: those of the whole world)",
    )
    group.add_argument(
        "--one", action="store_true", help="only the most probable plate of each photo"
    )
    group.add_argument(
        "--pipeline",
        choices=(AUTO, TUTORIAL),
        default=AUTO,
        help="auto (default): trained networks find the plates and read them; tutorial: "
        "morphology finds one, Tesseract reads it, exactly as in the PyImageSearch tutorial",
    )
    group.add_argument(
        "--locator",
        choices=(AUTO, NETWORK, MORPHOLOGY),
        default=AUTO,
        help="what finds the plates (default: auto, as the pipeline does)",
    )
    group.add_argument(
        "--reader",
        choices=(AUTO, NETWORK, TESSERACT),
        default=AUTO,
        help="what reads them (default: auto, as the pipeline does: the networks, or Tesseract in "
        "the tutorial's)",
    )


def _add_output(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-o",
        "--output",
        type=Path,
        metavar="FILE",
        help="a table, one row a plate: .csv, .jsonl or .parquet",
    )
    group.add_argument(
        "-f",
        "--format",
        choices=(TEXT, *TABLE_FORMATS),
        help="format of the table if its name does not end in one; without --output, of stdout "
        "(default: text, a line a plate)",
    )
    group.add_argument(
        "--resume",
        action="store_true",
        help="continue the table of an interrupted run: only photos that are new, have changed or "
        "failed are read; in a new --report the others have no pictures",
    )
    group.add_argument(
        "--report", type=Path, metavar="FILE", help="a web page to browse and correct"
    )
    group.add_argument(
        "--annotate", type=Path, metavar="DIR", help="copies with every plate outlined"
    )
    group.add_argument("--crops", type=Path, metavar="DIR", help="the upright plates")
    group.add_argument(
        "--redact", type=Path, metavar="DIR", help="copies with every plate made unreadable"
    )


def _add_steps(group: argparse._ArgumentGroup) -> None:
    verbosity = group.add_mutually_exclusive_group()
    verbosity.add_argument(
        "-q", "--quiet", action="store_true", help="no progress and no warnings, only errors"
    )
    verbosity.add_argument(
        "-v", "--verbose", action="store_true", help="log every stage and the time it took"
    )
    group.add_argument(
        "-d",
        "--debug",
        type=int,
        default=-1,
        metavar="N",
        help="1: show every step in a window, or as files if there is no screen (default: -1)",
    )
    group.add_argument(
        "--debug-dir",
        type=Path,
        metavar="DIR",
        help="write the steps to this folder instead of showing them; implies --debug 1",
    )


def _add_tesseract(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "-c",
        "--clear-border",
        type=int,
        choices=(-1, 0, 1),
        default=BORDER_AS_PIPELINE,
        help="1: clear the border of a plate before Tesseract reads it; 0: don't; "
        "-1 (default): try both, or in the tutorial's pipeline don't; the networks need none",
    )
    group.add_argument(
        "-p",
        "--psm",
        type=int,
        choices=tesseract.READING_PSMS,
        metavar="N",
        help="page segmentation mode in the tutorial's pipeline (default: "
        f"{tesseract.SINGLE_LINE}, a single line)",
    )
    group.add_argument(
        "--tesseract-cmd",
        metavar="PATH",
        help="the Tesseract to use in the tutorial's pipeline or with --reader tesseract (default: "
        f"{tesseract.COMMAND_VARIABLE} in the environment, else the one on the PATH)",
    )


def _add_limits(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--timeout",
        dest="timeout_s",
        type=_positive(float),
        default=tesseract.TIMEOUT_S,
        metavar="SECONDS",
        help="time limit for Tesseract on a plate, if it is used, and for a photo to arrive from "
        "its URL (default: %(default)g); with two workers or more, a photo that takes "
        f"{PHOTO_TIMEOUTS} times as long fails",
    )
    group.add_argument(
        "--workers",
        type=_positive(int),
        metavar="N",
        help="number of photos read at once, each in a process that may die without harm to the "
        "others; 1: one after the other in this process, as with --debug (default: the number of "
        f"cores, {default_worker_count()}, for more than a handful of photos)",
    )
    group.add_argument(
        "--cluster",
        metavar="ADDRESS",
        help="let a Ray cluster read the photos: auto, HOST:6379 or ray://HOST:10001; --output is "
        "then a folder of Parquet files",
    )
    group.add_argument(
        "--max-pixels",
        type=_positive(int),
        default=MAX_PIXELS,
        metavar="N",
        help="photos with more pixels fail instead of filling the memory (default: %(default)s)",
    )


def _name(text: str) -> Name:
    return text if urls.is_url(text) else Path(text)


def _region(text: str) -> str:
    """Returns the code of a region; a federation or union keeps its own, which is short."""
    try:
        return region_code(text)
    except RegionError as error:
        hint = "; paths go before --region, or behind -i" if Path(text).exists() else ""
        raise argparse.ArgumentTypeError(f"{error}{hint}") from error


def _positive(kind: type[Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ValueError(text)
        return value

    parse.__name__ = f"positive {kind.__name__}"  # argparse quotes it: "invalid positive int value"
    return parse
