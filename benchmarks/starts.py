"""The CPU time from the start of a process to its first answer, imports included.

    python -m benchmarks.starts auto PHOTO

is the process that is timed. It imports nothing that its system does not need; `benchmarks.speed`
starts it several times for each system.
"""

import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.timing import timed

COMMAND = "command"
"""The name of our command among the systems: `python ocr_license_plate.py PHOTO`."""
ROOT = Path(__file__).parents[1]
STARTS = 5  # of each system; the first one may find files that are not in the disk cache


def measure_starts(
    systems: Sequence[str], photo: Path, peer_weights: Path | None = None
) -> dict[str, float]:
    """Returns each system's median CPU time, in seconds, of a process that reads one photo.

    The systems take turns. The time includes the end of the process.

    Args:
        systems: Names of `systems.SYSTEMS`, or `COMMAND`.
        photo: The photo.
        peer_weights: See `Settings`.
    """
    commands = {name: _command(name, photo.resolve(), peer_weights) for name in systems}
    seconds: dict[str, list[float]] = {name: [] for name in systems}
    for _ in range(STARTS):
        for name, command in commands.items():
            seconds[name].append(_cpu_s(command))
    return {name: statistics.median(several) for name, several in seconds.items()}


def _command(system: str, photo: Path, peer_weights: Path | None) -> list[str]:
    if system == COMMAND:
        return [sys.executable, str(ROOT / "ocr_license_plate.py"), str(photo)]
    weights = [str(peer_weights.resolve())] if peer_weights else []
    return [sys.executable, "-m", "benchmarks.starts", system, str(photo), *weights]


def _cpu_s(command: Sequence[str]) -> float:
    def run() -> None:
        subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)

    return timed(run)[1] / 1000


def read_one(system: str, path: Path, peer_weights: Path | None) -> None:
    """Opens a system and reads one photo."""
    import cv2

    from benchmarks.peers import PEERS

    cv2.setNumThreads(1)
    if system in PEERS:
        read = PEERS[system].open(peer_weights)
        bgr = cv2.imread(str(path))
        if bgr is None:
            raise SystemExit(f"{path}: OpenCV cannot decode it")
        read(bgr)
        return
    from benchmarks.command import open_photo
    from benchmarks.systems import SYSTEMS, Settings

    reader = SYSTEMS[system].open(Settings())
    reader.read(open_photo(path, SYSTEMS[system].decode))


if __name__ == "__main__":
    read_one(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]) if sys.argv[3:] else None)
