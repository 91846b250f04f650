"""The weights of the networks; `README.md` beside them is their model card.

OpenCV's parser of networks is large and trusts its input. So it is given exactly the files that
`SHA256SUMS` lists, and nothing that a bad disk or a half update made of them.
"""

import hashlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from anpr.errors import ModelError

FOLDER = Path(__file__).parent
SUMS = "SHA256SUMS"  # as `sha256sum` writes and checks it; training.checksums renews it
WAY_OUT = "install anpr again, such as by pip install --force-reinstall"


def load(name: str) -> cv2.dnn.Net:
    """Loads a network, such as `reader`.

    From bytes: on Windows OpenCV cannot open a path beyond the code page.

    Raises:
        ModelError: Its file is missing, or is not the one that belongs to this version.
    """
    weights = _verified(FOLDER / f"{name}.onnx")
    return cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))


def check() -> None:
    """Makes sure that all weights are there and whole, before hours of reading; takes 10 ms.

    Raises:
        ModelError: One is missing, or is not the one that belongs to this version.
    """
    for name in _sums():
        _verified(FOLDER / name)


@cache
def version() -> str:
    """A name for exactly these weights: the start of the SHA-256 of all of them together."""
    together = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.onnx")):
        together.update(file.read_bytes())
    return together.hexdigest()[:12]


def _verified(file: Path) -> bytes:
    """The content of a file that is the one the list means."""
    expected = _sums().get(file.name)
    content = _content(file)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ModelError(
            f"{file}: damaged, or of another version: expected SHA-256 {expected}, found {found} "
            f"({len(content):,} bytes); {WAY_OUT}"
        )
    return content


def _sums() -> dict[str, str]:
    """The SHA-256 that each file has to have, by its name."""
    lines = _content(FOLDER / SUMS).decode("ascii", "replace").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror}; {WAY_OUT}") from error
