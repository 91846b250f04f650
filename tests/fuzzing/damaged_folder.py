"""Reads a folder of damaged photos with the command: each has its record, in order.

`tests/fuzzing/test_fuzz.py` does so with a few; this with any number:

python -m tests.fuzzing.damaged_folder --files 10000 [--seed N]
"""

import argparse
import collections
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.conftest import SCRIPT
from tests.fuzzing.fuzz import damaged, seeds

WHOLE_EVERY = 10  # files: one in ten is undamaged, and must not fail
SUFFIXES = ("jpg", "png", "tif", "webp", "bmp", "gif")  # chosen at random, whatever the content
SECONDS_A_FILE = 1.0  # of the command's time limit; far beyond what a file takes
START_S = 60.0


def read_damaged_folder(folder: Path, count: int, seed: int) -> collections.Counter[str]:
    """Has the command read a folder of photos, nearly all of them damaged.

    Args:
        folder: An empty folder, for the photos and the table.
        count: How many photos to make.
        seed: Of all random choices.

    Returns:
        The number of photos of each status.

    Raises:
        AssertionError: A record is missing, twice there, out of order or without a reason; an
            undamaged photo failed; or the exit code is not 1.
    """
    chance = random.Random(seed)
    photos = folder / "photos"
    photos.mkdir()
    whole = set()
    for number in range(count):
        path = photos / f"{number:06}.{chance.choice(SUFFIXES)}"
        is_whole = number % WHOLE_EVERY == 0
        path.write_bytes(chance.choice(seeds()) if is_whole else damaged(chance))
        whole |= {str(path)} if is_whole else set()
    output = folder / "records.jsonl"
    done = subprocess.run(
        [sys.executable, SCRIPT, "--input", photos, "--output", output, "--workers", "2"],
        capture_output=True,
        text=True,
        timeout=START_S + SECONDS_A_FILE * count,
        check=False,
    )
    assert done.returncode == 1, done.stderr[-2000:]
    assert "Traceback" not in done.stderr
    records = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    files = list(dict.fromkeys(record["path"] for record in records))
    assert files == sorted(map(str, photos.iterdir()))
    failed = [record for record in records if record["status"] == "FAILED"]
    assert all(record["reason"] and record["path"] in done.stderr for record in failed)
    assert not whole & {record["path"] for record in failed}
    statuses = {record["path"]: record["status"] for record in records}
    return collections.Counter(statuses.values())


def main() -> None:
    """Prints the number of photos of each status, in a temporary folder."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.fuzzing.damaged_folder", description=__doc__
    )
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        print(dict(read_damaged_folder(Path(folder), arguments.files, arguments.seed)))


if __name__ == "__main__":
    main()
