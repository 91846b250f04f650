"""The files of the networks, checked; their model card is the `README.md` beside them.

A parser of networks is large and trusts its input. So the engine gets only content whose checksum
is in `SHA256SUMS`, and none that a bad disk or an interrupted update has damaged.
"""

import hashlib
from functools import cache
from pathlib import Path

from anpr.errors import ModelError

FOLDER = Path(__file__).parent
SUMS = "SHA256SUMS"  # in the format of `sha256sum`; written by training.checksums
HINT = "install anpr again, e.g. with pip install --force-reinstall"
VERSION_DIGITS = 12  # hexadecimal; enough to tell any two versions apart


def content_of(name: str) -> bytes:
    """Returns the checked content of a network's file.

    Args:
        name: Its file without the ending, e.g. "reader".

    Raises:
        ModelError: The file is missing, or is not that of this version.
    """
    return _verified(FOLDER / f"{name}.onnx")


def check() -> None:
    """Checks that all weights are complete, before hours of reading; takes 10 ms.

    Raises:
        ModelError: A file is missing, or is not that of this version.
    """
    for name in _sums():
        _verified(FOLDER / name)


@cache
def version() -> str:
    """Returns a name for exactly these weights: the start of the SHA-256 of all files."""
    together = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.onnx")):
        together.update(file.read_bytes())
    return together.hexdigest()[:VERSION_DIGITS]


def _verified(file: Path) -> bytes:
    """Returns the content of a file after checking its SHA-256."""
    expected = _sums().get(file.name)
    content = _content(file)
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        raise ModelError(
            f"{file}: damaged, or of another version: expected SHA-256 {expected}, found {found} "
            f"({len(content):,} bytes); {HINT}"
        )
    return content


def _sums() -> dict[str, str]:
    """Returns the expected SHA-256 of each file, by its name."""
    lines = _content(FOLDER / SUMS).decode("ascii", "replace").splitlines()
    return {name: digest for digest, name in (line.split(maxsplit=1) for line in lines)}


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise ModelError(f"{file}: cannot be read: {error.strerror}; {HINT}") from error
