"""Fill the cache that training reads: flat plates, backgrounds, real plates.

    python -m training.prepare --data DATA [--cache CACHE] [--count 120000]

Takes a few minutes; what is already there is kept.
"""

from __future__ import annotations

import argparse
import logging
import subprocess
import sys
from pathlib import Path

from training.run import CACHE

FLATS = 120_000  # drawn plates: each is photographed some ten times over, never twice alike
log = logging.getLogger("prepare")


def run_module(name: str, *arguments: str) -> None:
    """Run one of this package's modules; its failure ends this program."""
    log.info("%s", name)
    subprocess.run([sys.executable, "-m", name, *arguments], check=True)


def main() -> None:
    """Fill the cache."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the labelled photos")
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--count", type=int, default=FLATS, help="of flat plates")
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    args.cache.mkdir(parents=True, exist_ok=True)
    data = ("--data", str(args.data))
    for name, module in (("backgrounds.npy", "backgrounds"), ("real.npz", "real_crops")):
        if not (args.cache / name).exists():
            run_module(f"training.{module}", *data, "--out", str(args.cache / name))
    run_module(
        "training.plates.pool", "--folder", str(args.cache / "flats"), "--count", str(args.count)
    )


if __name__ == "__main__":
    main()
