"""A pool of flat plates on disk: drawn once by all processors, photographed many times.

    python -m training.plates.pool --folder CACHE/flats --count 120000

writes shards of arrays; plate ``i`` depends on the seed and ``i`` alone.
"""

from __future__ import annotations

import argparse
import json
import os
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from training.plates.draw import STORED_WH, random_flat

SHARD_SIZE = 5000  # plates a file: 138 MB, half a minute of one core


@dataclass(frozen=True)
class FlatPool:
    """Drawn plates.

    Attributes:
        images: shards in memory (read from disk at random they cost 2 ms a plate), each
            (SHARD_SIZE, 96, 288) uint8.
        aspects: width over height of each plate.
        rows: texts of the two lines of each plate.
        two_line: numbers of the plates that have two lines.
    """

    images: tuple[np.ndarray, ...]
    aspects: tuple[float, ...]
    rows: tuple[tuple[str, str], ...]
    two_line: np.ndarray

    def __len__(self) -> int:
        return len(self.aspects)

    def image(self, index: int) -> np.ndarray:
        """The stretched plate (96, 288) uint8."""
        image: np.ndarray = self.images[index // SHARD_SIZE][index % SHARD_SIZE]
        return image


def draw_shard(folder: Path, seed: int, shard: int) -> None:
    """Draw one shard; does nothing where it is already there."""
    if (folder / f"flats{shard:04d}.json").exists():
        return
    cv2.setNumThreads(0)
    images = np.empty((SHARD_SIZE, STORED_WH[1], STORED_WH[0]), np.uint8)
    notes = []
    for index in range(SHARD_SIZE):
        flat = random_flat(np.random.default_rng([seed, shard * SHARD_SIZE + index]))
        images[index] = flat.image
        notes.append([flat.aspect, *flat.rows])
    np.save(folder / f"flats{shard:04d}.npy", images)
    (folder / f"flats{shard:04d}.json").write_text(json.dumps(notes))


def open_pool(folder: Path, shards: int | None = None) -> FlatPool:
    """Open the finished shards of a folder: the last ``shards``, or all.

    Raises:
        FileNotFoundError: no shard is there.
    """
    notes = sorted(folder.glob("flats*.json"))[-(shards or 0) :]
    if not notes:
        raise FileNotFoundError(f"{folder}: no flat plates; run python -m training.plates.pool")
    facts = [fact for note in notes for fact in json.loads(note.read_text())]
    return FlatPool(
        images=tuple(np.load(note.with_suffix(".npy")) for note in notes),
        aspects=tuple(fact[0] for fact in facts),
        rows=tuple((fact[1], fact[2]) for fact in facts),
        two_line=np.array([number for number, fact in enumerate(facts) if fact[2]]),
    )


def main() -> None:
    """Draw the pool."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--count", type=int, default=120_000)
    parser.add_argument("--first-shard", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    shards = range(args.first_shard, args.first_shard + -(-args.count // SHARD_SIZE))
    with ProcessPoolExecutor(args.workers) as workers:
        jobs = [workers.submit(draw_shard, args.folder, args.seed, shard) for shard in shards]
        for job in jobs:
            job.result()


if __name__ == "__main__":
    main()
