"""Shared by the benchmarks' commands: options, photos, and the main function."""

import argparse
import json
import sys
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, TypeVar

import cv2

from anpr.errors import PhotoError
from anpr.photo import Photo
from anpr.sources.folders import find_photos
from anpr.types import Image
from benchmarks.labels import InputError

NOTHING_TO_MEASURE = 2
"""Exit code of a benchmark without photos or labels; argparse uses it for wrong options."""

Decode = Callable[[Photo], Image]
"""Decodes the pixels of a photo that a system reads, and returns them."""

GRAY: Decode = attrgetter("gray")
BGR: Decode = attrgetter("bgr")

MISSING = (ImportError, FileNotFoundError)
"""Raised on opening what needs a package or a file that is not here."""

Opened = TypeVar("Opened")


def parser_for(
    module: str, description: str | None, needs_photos: bool = True
) -> argparse.ArgumentParser:
    """Returns a parser with the options that every benchmark takes.

    Args:
        module: Name of the module that is run.
        description: What it measures, for `--help`.
        needs_photos: Whether there is nothing to measure without photos.
    """
    parser = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--photos", type=Path, required=needs_photos, metavar="DIR", help="folder of the photos"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    return parser


def labelled_parser_for(module: str, description: str | None) -> argparse.ArgumentParser:
    """Returns a parser with the options that every benchmark of labelled photos takes."""
    parser = parser_for(module, description)
    parser.add_argument(
        "--labels", type=Path, required=True, metavar="CSV", help="boxes and texts of the plates"
    )
    parser.add_argument("--split", metavar="NAME", help="score only this split (default: all)")
    return parser


def run_benchmark(
    parser: argparse.ArgumentParser,
    measure: Callable[[argparse.Namespace], dict[str, Any]],
    argv: Sequence[str] | None,
) -> int:
    """Runs a benchmark on one thread, and writes its figures if `--json` was given.

    Args:
        parser: Parses the command line.
        measure: Measures and prints the figures; returns them as `--json` writes them.
        argv: Arguments of the command line; `None` means those of this process.

    Returns:
        The exit code.
    """
    arguments = parser.parse_args(argv)
    cv2.setNumThreads(1)  # the CPU time of several threads includes their waiting
    try:
        figures = measure(arguments)
    except InputError as error:
        print(error, file=sys.stderr)
        return NOTHING_TO_MEASURE
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def open_available(
    openers: Mapping[str, Callable[[], Opened]], names: Iterable[str], hint: str = ""
) -> dict[str, Opened]:
    """Opens what is compared.

    A name whose opener raises one of `MISSING` is left out and reported on stderr.

    Args:
        openers: By name.
        names: Those to open.
        hint: Appended to the report if a package is missing.
    """
    opened = {}
    for name in names:
        try:
            opened[name] = openers[name]()
        except MISSING as error:
            report_left_out(name, error, hint)
    return opened


def report_left_out(name: str, error: Exception, hint: str = "") -> None:
    """Reports on stderr that `name` is not measured, and the reason.

    Args:
        name: What cannot be opened.
        error: One of `MISSING`.
        hint: Appended if a package is missing.
    """
    print(
        f"{name} is left out: {error}{hint if isinstance(error, ImportError) else ''}",
        file=sys.stderr,
    )


def open_photo(path: Path, decode: Decode) -> Photo:
    """Opens a photo and decodes it, so that reading it can be timed without decoding.

    Raises:
        SystemExit: It cannot be decoded; figures without it would not be comparable.
    """
    try:
        photo = Photo.open(path)
        decode(photo)
    except PhotoError as error:
        raise SystemExit(f"{path}: {error}") from error
    return photo


def photos_in(folder: Path, names: Container[str] = ()) -> list[Path]:
    """Returns the photos of a folder, in order.

    Args:
        folder: With all folders below it.
        names: Only photos with one of these file names; empty means all.

    Raises:
        InputError: There are none.
    """
    found = map(Path, find_photos([folder], lambda *_: None))
    photos = [photo for photo in found if not names or photo.name in names]
    if not photos:
        raise InputError(f"{folder}: no photos in it to measure")
    return photos


def parse_counts(text: str) -> list[int]:
    """Parses an option such as `1,2`."""
    return [int(count) for count in text.split(",")]
