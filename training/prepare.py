"""Fills the cache that the trainings read: flat plates, backgrounds, real plates.

    python -m training.prepare --data DATA [--cache CACHE] [--count 120000]

Takes a few minutes; files that exist already are kept.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from pathlib import Path

from training.run import CACHE

FLAT_PLATES = 120_000  # each is photographed about ten times, each time differently
log = logging.getLogger("prepare")


def run_module(name: str, *arguments: str) -> None:
    """Runs one of our modules.

    Raises:
        CalledProcessError: It failed.
    """
    log.info("%s", name)
    subprocess.run([sys.executable, "-m", name, *arguments], check=True)


def main() -> None:
    """Fills the cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE, help="folder to fill")
    parser.add_argument("--count", type=int, default=FLAT_PLATES, help="number of flat plates")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cache: Path = arguments.cache
    cache.mkdir(parents=True, exist_ok=True)
    for name, module in (("backgrounds.npy", "backgrounds"), ("real.npz", "real_crops")):
        if not (cache / name).exists():
            data, out = str(arguments.data), str(cache / name)
            run_module(f"training.data.{module}", "--data", data, "--out", out)
    folder, count = str(cache / "flats"), str(arguments.count)
    run_module("training.plates.pool", "--folder", folder, "--count", count)


if __name__ == "__main__":
    main()
