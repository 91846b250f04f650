"""Where what is made of a photo goes: below one folder, under names that no two photos share."""

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from anpr.errors import OutputError
from anpr.output.atomic import explained
from anpr.photo import SUFFIXES

JPEG_SUFFIXES = (".jpg", ".jpeg", ".jpe")
COPIED_SUFFIXES = (*JPEG_SUFFIXES, ".png")
LONGEST_NAME = 255  # bytes, on nearly every file system
FINGERPRINT_DIGITS = 8  # hexadecimal: two of a thousand names are the same once in 8,000 times


def prepare_folder(folder: Path, roots: Iterable[Path]) -> None:
    """Makes the folder, and makes sure that it is fit to take copies of photos.

    Raises:
        OutputError: It lies in an input, or holds one, so that copies would take the place of
            photos or be read as photos; or nothing can be written into it.
    """
    target = folder.resolve()
    for root in roots:
        source = root.resolve() if root.is_dir() else root.resolve().parent
        if target == source or (root.is_dir() and source in target.parents):
            raise OutputError(
                f"{folder}: lies where photos are read from ({root}), so that copies could take "
                "their place or be read as photos; name a folder elsewhere"
            )
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # so that one that is read-only shows at once
            pass


def output_path(photo: Path, folder: Path, roots: tuple[Path, ...]) -> Path:
    """Returns where a photo belongs below a folder, by nothing but the paths of the inputs.

    The photo's path below its input is kept. Where there are several inputs, it stands in a folder
    named after its own; an input that was a file is just its name. Inputs of one name get a
    fingerprint of their full path: `x/yard` and `y/yard` become `yard-6b1f0c2e` and
    `yard-d09c77a1`.

    Args:
        photo: As it was found.
        folder: Where to.
        roots: The inputs; a photo that is in none of them counts as one.
    """
    names = _names(roots)
    root = next((path for path in (photo, *photo.parents) if path in names), photo)
    is_only_folder = len(names) == 1 and root != photo
    name = "" if is_only_folder else names.get(root, photo.name)
    return folder / name / photo.relative_to(root)


def copy_path(placed: Path) -> Path:
    """Returns the file of a photo's copy, which is a JPEG where the photo is one, else a PNG.

    The ending stays part of it: `car.webp` becomes `car.webp.png`, beside the copy of `car.png`.
    A name that another photo's copy could get so carries a fingerprint.

    Args:
        placed: Where the photo belongs, by `output_path`.
    """
    ending = placed.suffix
    rest = ending if ending.lower() in COPIED_SUFFIXES else f"{ending}.png"
    return placed.with_name(_fitting(_stem(placed), rest))


def crop_path(placed: Path, number: int, text: str) -> Path:
    """Returns the file of the picture of one plate, such as `car7-1-MH20EE7601.png`.

    The ending `.jpg` goes without saying; any other is part of the name: `car7.png-1-...`.

    Args:
        placed: Where the photo belongs, by `output_path`.
        number: Of the plate in its photo, from 1.
        text: What was read; only its ASCII letters and digits are used.
    """
    ending = placed.suffix.removesuffix(".jpg")
    plain = "".join(filter(str.isalnum, filter(str.isascii, text)))
    return placed.with_name(_fitting(_stem(placed), f"{ending}-{number}-{plain}.png"))


def _fitting(stem: str, rest: str) -> str:
    """A name that file systems take: one too long gets a fingerprint in the place of its end."""
    if len(os.fsencode(stem + rest)) <= LONGEST_NAME:
        return stem + rest
    rest = f"-{_fingerprint(stem)}{rest}"
    while stem and len(os.fsencode(stem + rest)) > LONGEST_NAME:
        stem = stem[:-1]
    return stem + rest


def _stem(photo: Path) -> str:
    is_plain = _is_photo(photo.suffix) and not _is_photo(Path(photo.stem).suffix)
    return photo.stem if is_plain else f"{photo.stem}-{_fingerprint(photo.name)}"


def _is_photo(ending: str) -> bool:
    return ending.lower() in SUFFIXES


@lru_cache(maxsize=4)  # the inputs may be thousands of files, and are the same for every photo
def _names(roots: tuple[Path, ...]) -> dict[Path, str]:
    """What each input is called below a folder."""
    plain = {root: root.name if root.name.strip(".") else root.resolve().name for root in roots}
    count = Counter(name.casefold() for name in plain.values())  # as Windows and macOS compare
    return {
        root: name if name and count[name.casefold()] == 1 else _marked(name, root)
        for root, name in plain.items()
    }


def _marked(name: str, root: Path) -> str:
    return f"{Path(name).stem}-{_fingerprint(str(root.resolve()))}{Path(name).suffix}"


def _fingerprint(text: str) -> str:
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:FINGERPRINT_DIGITS]
