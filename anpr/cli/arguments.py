"""The command line's grammar: arguments become settings."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from anpr import remote, syntax
from anpr._version import __version__
from anpr.combinations import PARQUET, contradiction
from anpr.pixels import MAX_PIXELS
from anpr.read import tesseract
from anpr.types import Name, Settings
from anpr.usage import DESCRIPTION, EPILOG
from anpr.workers import default_count

Number = TypeVar("Number", int, float)

AUTO, TUTORIAL = "auto", "tutorial"
NETWORK, MORPHOLOGY, TESSERACT = "network", "morphology", "tesseract"
TEXT, CSV, JSONL = "text", "csv", "jsonl"
PHOTO_TIMEOUTS = 3
"""How many times as long as Tesseract for a plate a whole photo may take: 1 min where it is not
said otherwise. The largest photo with a dozen plates takes a tenth of that."""


def parse_arguments(argv: Sequence[str] | None) -> Settings:
    """Turns arguments into settings; exits with `ExitCode.USAGE` where they make no sense.

    Args:
        argv: The arguments without the program's name; None takes those of the process.
    """
    parser = _parser()
    arguments = parser.parse_args(argv)
    if (wrong := contradiction(arguments)) is not None:
        parser.error(wrong)
    return Settings(
        inputs=tuple(arguments.input),
        watch=arguments.watch,
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
        workers=arguments.workers,
        resume=arguments.resume,
        cluster=arguments.cluster,
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
        type=_name,
        nargs="+",
        action="extend",
        required=True,
        metavar="PATH",
        help="folders (with all below them) and files to read, also by URL: s3://BUCKET/FOLDER, "
        "gs://..., https://...; one that ends in .txt is a list of URLs, one a line",
    )
    parser.add_argument(
        "--watch",
        action="store_true",
        help="then wait for photos that arrive in the folders, until Ctrl-C or SIGTERM",
    )
    _add_reading(parser.add_argument_group("how plates are found and read"))
    _add_output(parser.add_argument_group("what comes out"))
    _add_steps(parser.add_argument_group("watching it work"))
    _add_limits(parser.add_argument_group("Tesseract and limits"))
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
        "--resume",
        action="store_true",
        help="go on with the table of a run that was stopped, with the options it had: only photos "
        "that are new, have changed or failed are read; in a new --report the others have no "
        "pictures",
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


def _add_limits(group: argparse._ArgumentGroup) -> None:
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
        help="how long Tesseract may take for a plate, and a photo to come from its URL (default: "
        f"%(default)g); a photo that takes {PHOTO_TIMEOUTS} times as long is given up (with two "
        "workers or more)",
    )
    group.add_argument(
        "--workers",
        type=_positive(int),
        metavar="N",
        help="read so many photos at once, each in a process that may die without harm to the "
        "others; 1: one after the other in this process, as with --debug (default: the cores "
        f"there are, {default_count()}, for more than a handful of photos)",
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
    return text if remote.is_url(text) else Path(text)


def _positive(kind: type[Number]) -> Callable[[str], Number]:
    def parse(text: str) -> Number:
        value = kind(text)
        if not 0 < value < float("inf"):
            raise ValueError(text)
        return value

    parse.__name__ = f"positive {kind.__name__}"  # argparse quotes it: "invalid positive int value"
    return parse
