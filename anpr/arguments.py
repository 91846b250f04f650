"""The command line's grammar: arguments become settings."""

import argparse
from collections.abc import Callable, Sequence
from enum import IntEnum
from pathlib import Path
from typing import TypeVar

from anpr import syntax
from anpr._version import __version__
from anpr.images import MAX_PIXELS
from anpr.read import tesseract
from anpr.types import Settings

Number = TypeVar("Number", int, float)

AUTO, TUTORIAL = "auto", "tutorial"
NETWORK, MORPHOLOGY, TESSERACT = "network", "morphology", "tesseract"
TEXT, CSV, JSONL, PARQUET = "text", "csv", "jsonl", "parquet"


class ExitCode(IntEnum):
    """What the process says when it ends; part of the user interface."""

    OK = 0
    SOME_FAILED = 1
    USAGE = 2
    NOTHING_TO_READ = 3
    NO_TESSERACT = 4
    NOT_WRITTEN = 5
    INTERRUPTED = 130  # 128 + SIGINT, as shells have it


DESCRIPTION = "Reads the number plates in photographs and prints them, one line a plate."
EPILOG = """\
examples:
  ocr_license_plate.py --input license_plates/group1
  ocr_license_plate.py --input photos/ --region in --output plates.csv --report plates.html
  ocr_license_plate.py --input photos/ --redact without_plates/
  ocr_license_plate.py --input gate.jpg yard/ --debug 1
  ocr_license_plate.py --input license_plates/group2 --pipeline tutorial --clear-border 1

exit codes:
  0    every photo was processed, with or without a plate in it
  1    some files failed; stderr names them
  2    the command line is not understood
  3    there was nothing to read
  4    Tesseract is missing or does not work, and the pipeline needs it
  5    the output could not be written; what was written stands
  130  interrupted (Ctrl-C); what was printed stands

Results go to stdout, everything else to stderr."""


def parse_arguments(argv: Sequence[str] | None) -> Settings:
    """Turns arguments into settings; exits with `ExitCode.USAGE` where they make no sense.

    Args:
        argv: The arguments without the program's name; None takes those of the process.
    """
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.format == PARQUET and arguments.output is None:
        parser.error("--format parquet needs a file: --output FILE")
    return Settings(
        inputs=tuple(arguments.input),
        pipeline=arguments.pipeline,
        locator=arguments.locator,
        reader=arguments.reader,
        regions=tuple(arguments.region or ()),
        one=arguments.one,
        clear_border=max(-1, min(arguments.clear_border, 1)),
        psm=arguments.psm,
        format=arguments.format,
        output=arguments.output,
        report=arguments.report,
        annotate=arguments.annotate,
        crops=arguments.crops,
        redact=arguments.redact,
        quiet=arguments.quiet,
        verbose=arguments.verbose,
        debug=arguments.debug > 0 or arguments.debug_dir is not None,
        debug_dir=arguments.debug_dir,
        tesseract_cmd=arguments.tesseract_cmd,
        timeout_s=arguments.timeout,
        max_pixels=arguments.max_pixels,
    )


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
    _add_reading(parser.add_argument_group("how plates are found and read"))
    _add_output(parser.add_argument_group("what comes out"))
    _add_steps(parser.add_argument_group("watching it work"))
    _add_tesseract(parser.add_argument_group("Tesseract and limits"))
    return parser


def _add_reading(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--region",
        nargs="+",
        action="extend",
        choices=syntax.known_regions(),
        metavar="NAME",
        help="where plates are from, such as in, de, br or us-ca: settles characters that look "
        "alike by the national formats (default: anywhere)",
    )
    group.add_argument("--one", action="store_true", help="only the surest plate of each photo")
    group.add_argument(
        "--pipeline",
        choices=(AUTO, TUTORIAL),
        default=AUTO,
        help="auto (default): networks that learned plates find them and read them; tutorial: "
        "morphology finds one, Tesseract reads it, exactly as in the PyImageSearch tutorial",
    )
    group.add_argument(
        "--locator",
        choices=(AUTO, NETWORK, MORPHOLOGY),
        default=AUTO,
        help="what finds the plates (default: auto, what belongs to the pipeline)",
    )
    group.add_argument(
        "--reader",
        choices=(AUTO, NETWORK, TESSERACT),
        default=AUTO,
        help="what reads them (default: auto, what belongs to the pipeline: the network, and "
        "Tesseract's second opinion where it is unsure)",
    )
    group.add_argument(
        "-c",
        "--clear-border",
        type=int,
        default=-1,
        metavar="N",
        help="1: Tesseract gets the plate with what touches its border cleared, and only so; "
        "0: never; -1 (default): as the pipeline sees fit",
    )
    group.add_argument(
        "-p",
        "--psm",
        type=int,
        choices=tesseract.READING_PSMS,
        default=tesseract.SINGLE_LINE,
        metavar="N",
        help="Tesseract's page segmentation mode (default: %(default)s, a single line)",
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
        choices=(TEXT, CSV, JSONL, PARQUET),
        help="of the table where its ending does not say; without --output, of stdout "
        "(default: text, a line a plate)",
    )
    group.add_argument(
        "--report", type=Path, metavar="FILE", help="a web page to leaf through and correct"
    )
    group.add_argument(
        "--annotate", type=Path, metavar="DIR", help="copies with every plate outlined"
    )
    group.add_argument("--crops", type=Path, metavar="DIR", help="the upright plates")
    group.add_argument(
        "--redact", type=Path, metavar="DIR", help="copies with every plate made unreadable"
    )


def _add_steps(group: argparse._ArgumentGroup) -> None:
    loudness = group.add_mutually_exclusive_group()
    loudness.add_argument(
        "-q", "--quiet", action="store_true", help="no progress and no warnings, only errors"
    )
    loudness.add_argument(
        "-v", "--verbose", action="store_true", help="say what every stage did, and how long"
    )
    group.add_argument(
        "-d",
        "--debug",
        type=int,
        default=-1,
        metavar="N",
        help="1: show every step in a window, or as files where there is no screen (default: -1)",
    )
    group.add_argument(
        "--debug-dir",
        type=Path,
        metavar="DIR",
        help="write the steps to this folder instead of showing them; implies --debug 1",
    )


def _add_tesseract(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--tesseract-cmd",
        metavar="PATH",
        help=f"the Tesseract to use (default: {tesseract.COMMAND_VARIABLE} in the environment, "
        "else the one on the PATH)",
    )
    group.add_argument(
        "--timeout",
        type=_positive(float),
        default=tesseract.TIMEOUT_S,
        metavar="SECONDS",
        help="how long Tesseract may take for a plate (default: %(default)g)",
    )
    group.add_argument(
        "--max-pixels",
        type=_positive(int),
        default=MAX_PIXELS,
        metavar="N",
        help="photos with more pixels fail instead of filling the memory (default: %(default)s)",
    )


def _positive(kind: type[Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ValueError(text)
        return value

    parse.__name__ = f"positive {kind.__name__}"  # argparse quotes it: "invalid positive int value"
    return parse
