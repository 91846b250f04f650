"""Updates the list of SHA-256 checksums with which `anpr.models.weights` verifies the networks.

python -m training.checksums
"""

import hashlib
from pathlib import Path

from anpr.models.weights import FOLDER, SUMS


def write_sums(folder: Path = FOLDER) -> None:
    """Lists the networks of a folder in the format of `sha256sum`."""
    lines = [
        f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
        for file in sorted(folder.glob("*.onnx"))
    ]
    (folder / SUMS).write_text("".join(lines), encoding="ascii", newline="\n")


if __name__ == "__main__":
    write_sums()
