"""Renders the sample photos of `license_plates/`: `python -m rendering.sample_photos`.

The photos show no real car and no real plate; `rendering/photos.py` describes their scenes. Seeds
and numbers of samples are fixed, so a second run on the same machine writes the same files.
"""

import argparse
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from rendering.photos import PHOTOS

MISSING_BPY = "rendering needs Blender's Python module: pip install bpy==4.5.15 # Python 3.11"


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """Parses the command line."""
    parser = argparse.ArgumentParser(prog="python -m rendering.sample_photos", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("license_plates"), help="folder to fill")
    parser.add_argument("--only", choices=sorted(PHOTOS), help="render only this photo")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    """Renders the requested photos; returns the exit code."""
    options = parse_arguments(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        from rendering.studio import take_photo
    except ModuleNotFoundError as error:
        if error.name != "bpy":
            raise
        print(MISSING_BPY, file=sys.stderr)
        return 1
    for name in [options.only] if options.only else sorted(PHOTOS):
        path = options.out / f"{name}.jpg"
        take_photo(PHOTOS[name], path)
        logging.info("%s: %d KB", path, path.stat().st_size // 1024)
    return 0


if __name__ == "__main__":
    sys.exit(main())
