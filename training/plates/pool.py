"""A pool of flat plates on disk: drawn once, on all cores, for many simulated photographs.

    python -m training.plates.pool --folder CACHE/flats --count 120000

Writes shards of arrays; plate number `i` depends on the seed and `i` alone.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from anpr.types import Image
from training.plates.draw import STORED_WH, random_flat

SHARD_SIZE = 5000  # plates: 138 MB, and half a minute on one core


@dataclass(frozen=True)
class FlatPool:
    """Drawn plates."""

    images: tuple[NDArray[Any], ...]
    """Shards, each uint8 (SHARD_SIZE, 96, 288). In memory: random access to disk takes 2 ms."""
    aspects: tuple[float, ...]
    """Width over height of each plate."""
    rows: tuple[tuple[str, str], ...]
    """Texts of the two lines of each plate; the second is empty if there is one line."""
    two_line: NDArray[Any]
    """Indices of the plates that have two lines."""

    def __len__(self) -> int:
        return len(self.aspects)

    def image(self, index: int) -> Image:
        """Returns a plate, stretched to the stored size: uint8, (96, 288)."""
        image: Image = self.images[index // SHARD_SIZE][index % SHARD_SIZE]
        return image


def draw_shard(folder: Path, seed: int, shard: int) -> None:
    """Draws one shard, unless it exists already."""
    if (folder / f"flats{shard:04d}.json").exists():
        return
    cv2.setNumThreads(0)
    images = np.empty((SHARD_SIZE, STORED_WH[1], STORED_WH[0]), np.uint8)
    facts = []
    for index in range(SHARD_SIZE):
        flat = random_flat(np.random.default_rng([seed, shard * SHARD_SIZE + index]))
        images[index] = flat.image
        facts.append([flat.aspect, *flat.rows])
    np.save(folder / f"flats{shard:04d}.npy", images)
    (folder / f"flats{shard:04d}.json").write_text(json.dumps(facts))


def open_pool(folder: Path, shards: int | None = None) -> FlatPool:
    """Loads the finished shards of a folder.

    Args:
        folder: The folder.
        shards: Load only this many, the last ones; `None` loads all.

    Raises:
        FileNotFoundError: There is no shard.
    """
    files = sorted(folder.glob("flats*.json"))[-(shards or 0) :]
    if not files:
        raise FileNotFoundError(f"{folder}: no flat plates; run python -m training.plates.pool")
    facts = [fact for file in files for fact in json.loads(file.read_text())]
    return FlatPool(
        images=tuple(np.load(file.with_suffix(".npy")) for file in files),
        aspects=tuple(fact[0] for fact in facts),
        rows=tuple((fact[1], fact[2]) for fact in facts),
        two_line=np.array([number for number, fact in enumerate(facts) if fact[2]]),
    )


def main() -> None:
    """Draws the pool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="folder to fill")
    parser.add_argument("--count", type=int, default=120_000, help="number of plates")
    parser.add_argument("--first-shard", type=int, default=0, help="number of the first shard")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes")
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    shards = range(arguments.first_shard, arguments.first_shard + -(-arguments.count // SHARD_SIZE))
    with ProcessPoolExecutor(arguments.workers) as workers:
        jobs = [
            workers.submit(draw_shard, arguments.folder, arguments.seed, shard) for shard in shards
        ]
        for job in jobs:
            job.result()


if __name__ == "__main__":
    main()
