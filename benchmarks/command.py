"""What the benchmarks' commands have in common."""

import argparse
import json
import sys
from collections.abc import Callable, Container, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from anpr.batch.serial import PhotoReader
from anpr.errors import PhotoError
from anpr.photo import Decoded
from anpr.pipeline import PlateReader
from anpr.sources.folders import find_photos
from anpr.types import Image

T = TypeVar("T")


def parser_for(module: str, description: str | None) -> argparse.ArgumentParser:
    """Returns a parser with the options that every benchmark of labelled photos takes."""
    parser = argparse.ArgumentParser(
        prog=f"python -m {module}",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--labels", type=Path, required=True, metavar="CSV")
    parser.add_argument("--split", metavar="NAME", help="score only this split (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    return parser


def open_available(
    openers: Mapping[str, Callable[[], T]], names: Iterable[str], way_out: str = ""
) -> dict[str, T]:
    """Opens what is to be compared; names on stderr what cannot be had here, and leaves it out."""
    opened = {}
    for name in names:
        try:
            opened[name] = openers[name]()
        except ImportError as error:
            print(f"{name} is left out: {error}{way_out}", file=sys.stderr)
    return opened


def load_photo(path: Path) -> Image:
    """Decodes a labelled photo; ends the benchmark if it cannot: a score without it is none."""
    return _or_end(images.load, path)


def load_for(reader: PhotoReader, path: Path) -> Decoded:
    """Decodes a labelled photo as the command does for a reader: for ours, a draft of it."""
    return _or_end(images.load_draft, path) if isinstance(reader, PlateReader) else load_photo(path)


def _or_end(load: Callable[[Path], T], path: Path) -> T:
    try:
        return load(path)
    except PhotoError as error:
        raise SystemExit(f"{path}: {error}") from error


def photos_in(folder: Path, named: Container[str] = ()) -> list[Path]:
    """The photos of a folder, in order; where any are named, only those.

    Says on stderr that there are none.
    """
    found = map(Path, find_photos([folder], lambda *_: None))
    photos = [photo for photo in found if not named or photo.name in named]
    if not photos:
        print(f"{folder}: no photos in it to measure", file=sys.stderr)
    return photos


def counts(text: str) -> list[int]:
    """Parses `1,2` of a command line."""
    return [int(count) for count in text.split(",")]


def write_json(path: Path, figures: dict[str, Any]) -> None:
    """Writes figures for a script to hold."""
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
