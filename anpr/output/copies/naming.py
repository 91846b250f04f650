"""Output paths of the files made from a photo: all below one folder, unique per photo."""

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from anpr.errors import OutputError
from anpr.output.atomic import as_output_error
from anpr.photo import SUFFIXES

JPEG_SUFFIXES = (".jpg", ".jpeg", ".jpe")
COPY_SUFFIXES = (*JPEG_SUFFIXES, ".png")
"""Suffixes of the formats that copies are written in."""
MAX_NAME_BYTES = 255  # of nearly every file system
FINGERPRINT_DIGITS = 8  # hexadecimal; 1,000 names collide with a probability of 1 in 8,000


def prepare_folder(folder: Path, roots: Iterable[Path]) -> None:
    """Creates a folder for copies of photos, and checks that it is suitable.

    Raises:
        OutputError: The folder is within an input or contains one, so that copies would overwrite
            photos or be read as photos; or it cannot be written to.
    """
    target = folder.resolve()
    for root in roots:
        source = root.resolve() if root.is_dir() else root.resolve().parent
        if target == source or (root.is_dir() and source in target.parents):
            raise OutputError(
                f"{folder}: lies where photos are read from ({root}), so that copies could "
                "overwrite them or be read as photos; name a folder elsewhere"
            )
    with as_output_error(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # fails now if the folder is read-only
            pass


def output_path(photo: Path, folder: Path, roots: tuple[Path, ...]) -> Path:
    """Returns where a photo belongs below a folder. Depends on nothing but the arguments.

    The photo's path below its input is kept. With several inputs, each has a folder named after it;
    an input that is a file keeps just its name. Inputs of the same name get a fingerprint of their
    full path: `x/yard` and `y/yard` become `yard-6b1f0c2e` and `yard-d09c77a1`.

    Args:
        photo: The photo, as it was found.
        folder: The output folder.
        roots: The inputs; a photo in none of them is treated as an input itself.
    """
    names = _names(roots)
    root = next((path for path in (photo, *photo.parents) if path in names), photo)
    is_only_folder = len(names) == 1 and root != photo
    name = "" if is_only_folder else names.get(root, photo.name)
    return folder / name / photo.relative_to(root)


def copy_path(path: Path) -> Path:
    """Returns the file of a photo's copy: a JPEG if the photo is one, else a PNG.

    The photo's suffix is kept: the copy of `car.webp` is `car.webp.png`, beside `car.png`. If
    another photo's copy might get the same name, a fingerprint is added.

    Args:
        path: Output path of the photo, by `output_path`.
    """
    suffix = path.suffix
    ending = suffix if suffix.lower() in COPY_SUFFIXES else f"{suffix}.png"
    return path.with_name(_shortened(_unique_stem(path), ending))


def crop_path(path: Path, number: int, text: str) -> Path:
    """Returns the file of one plate's image, such as `car7-1-MH20EE7601.png`.

    The photo's suffix is kept unless it is `.jpg`: `car7.png-1-MH20EE7601.png`.

    Args:
        path: Output path of the photo, by `output_path`.
        number: Number of the plate in its photo, from 1.
        text: Text of the plate; only its ASCII letters and digits are used.
    """
    suffix = path.suffix.removesuffix(".jpg")
    plain = "".join(filter(str.isalnum, filter(str.isascii, text)))
    return path.with_name(_shortened(_unique_stem(path), f"{suffix}-{number}-{plain}.png"))


def _shortened(stem: str, ending: str) -> str:
    """Joins a file name; if it is too long, a fingerprint replaces the end of the stem."""
    if len(os.fsencode(stem + ending)) <= MAX_NAME_BYTES:
        return stem + ending
    ending = f"-{_fingerprint(stem)}{ending}"
    while stem and len(os.fsencode(stem + ending)) > MAX_NAME_BYTES:
        stem = stem[:-1]
    return stem + ending


def _unique_stem(photo: Path) -> str:
    """Returns the stem, with a fingerprint unless the name has exactly one suffix of a photo."""
    is_plain = _is_photo_suffix(photo.suffix) and not _is_photo_suffix(Path(photo.stem).suffix)
    return photo.stem if is_plain else f"{photo.stem}-{_fingerprint(photo.name)}"


def _is_photo_suffix(suffix: str) -> bool:
    return suffix.lower() in SUFFIXES


@lru_cache(maxsize=4)  # there may be thousands of inputs, the same for every photo
def _names(roots: tuple[Path, ...]) -> dict[Path, str]:
    """Returns the name of each input below an output folder."""
    plain = {root: root.name if root.name.strip(".") else root.resolve().name for root in roots}
    count = Counter(name.casefold() for name in plain.values())  # Windows, macOS ignore case
    return {
        root: name if name and count[name.casefold()] == 1 else _with_fingerprint(name, root)
        for root, name in plain.items()
    }


def _with_fingerprint(name: str, root: Path) -> str:
    return f"{Path(name).stem}-{_fingerprint(str(root.resolve()))}{Path(name).suffix}"


def _fingerprint(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:FINGERPRINT_DIGITS]
