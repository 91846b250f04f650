"""A folder of damaged photos through the real command: every one has its record, in order.

`tests/test_fuzz.py` does so with a few; this with as many as wanted:

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

from tests.conftest import REPOSITORY
from tests.fuzzing.fuzz import damaged, seeds

WHOLE_EVERY = 10  # files between two that are not damaged: those have to be read as ever
ENDINGS = ("jpg", "png", "tif", "webp", "bmp", "gif")  # whatever is inside
SECONDS_A_FILE = 1.0  # of the command's time limit; far beyond what it takes
START_S = 60.0


def read_damaged_folder(folder: Path, count: int, seed: int) -> collections.Counter[str]:
    """Has the command read so many files, nearly all of them damaged.

    Returns:
        How many photos there are of each status.

    Raises:
        AssertionError: A record is missing, double, out of order or without a reason; or the exit
            code is not that of some failed files.
    """
    chance = random.Random(seed)
    photos = folder / "photos"
    photos.mkdir()
    whole = set()
    for number in range(count):
        path = photos / f"{number:06}.{chance.choice(ENDINGS)}"
        is_whole = number % WHOLE_EVERY == 0
        path.write_bytes(chance.choice(seeds()) if is_whole else damaged(chance))
        whole |= {str(path)} if is_whole else set()
    output = folder / "records.jsonl"
    script = str(REPOSITORY / "ocr_license_plate.py")
    done = subprocess.run(
        [sys.executable, script, "--input", photos, "--output", output, "--workers", "2"],
        capture_output=True,
        text=True,
        timeout=START_S + SECONDS_A_FILE * count,
        check=False,
    )
    assert done.returncode == 1, done.stderr[-2000:]
    records = [json.loads(line) for line in output.read_text(encoding="utf-8").splitlines()]
    files = list(dict.fromkeys(record["path"] for record in records))
    assert files == sorted(map(str, photos.iterdir()))
    failed = [record for record in records if record["status"] == "FAILED"]
    assert all(record["reason"] and record["path"] in done.stderr for record in failed)
    assert not whole & {record["path"] for record in failed}
    statuses = {record["path"]: record["status"] for record in records}
    return collections.Counter(statuses.values())


def main() -> None:
    """Prints what came of a folder in a temporary place."""
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
