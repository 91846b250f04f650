"""What the benchmarks' commands have in common."""

import argparse
import json
from pathlib import Path
from typing import Any

from anpr import images
from anpr.errors import PhotoError
from anpr.types import Image


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


def load_photo(path: Path) -> Image:
    """Decodes a labelled photo; ends the benchmark if it cannot: a score without it is none."""
    try:
        return images.load(path)
    except PhotoError as error:
        raise SystemExit(f"{path}: {error}") from error


def write_json(path: Path, figures: dict[str, Any]) -> None:
    """Writes figures for a script to hold."""
    path.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
