"""Which files to read: walks the inputs a user names, in sorted order, as it goes."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from anpr.errors import UrlError
from anpr.photo import SUFFIXES
from anpr.sources import urls
from anpr.types import Name


OnProblem = Callable[[Name, str], None]
"""Told of an input that cannot be read, and why; as `onerror` of `os.walk`."""

logger = logging.getLogger(__name__)


def find_photos(inputs: Iterable[Name], on_problem: OnProblem) -> Iterator[Name]:
    """Yields the photos the inputs name, each folder in sorted order with those below it.

    A file is taken whatever its name; in a folder, what ends like a photo and is not hidden.
    Links are followed, but not back into a folder they lie in.

    Args:
        inputs: Files and folders, and URLs of such; a URL that ends in .txt is a list of URLs.
        on_problem: Told of each input that is missing and each folder that cannot be listed.
    """
    for path in inputs:
        if isinstance(path, str):
            yield from _find_at(path, on_problem)
        elif path.is_dir():
            yield from _warn_if_empty(path, walk(path, on_problem))
        elif path.exists() or path.is_symlink():
            yield path
        else:
            on_problem(path, "no such file or folder")


def _warn_if_empty(folder: Name, photos: Iterator[Name]) -> Iterator[Name]:
    is_empty = True
    for photo in photos:
        is_empty = False
        yield photo
    if is_empty:
        logger.warning("%s: no photos in it (*%s)", folder, " *".join(SUFFIXES))


def is_photo(path: Path) -> bool:
    """Whether a file in a folder ends like a photo."""
    return path.suffix.lower() in SUFFIXES


def is_hidden(name: str) -> bool:
    """Whether a file or folder is left out: also "._photo.jpg", as macOS leaves on memory cards."""
    return name.startswith(".")


def _warn_of_loop(folder: Path) -> None:
    logger.warning("%s: a link back to a folder that it lies in; not followed", folder)


def _find_at(url: str, on_problem: OnProblem) -> Iterator[Name]:
    """Yields the photos that a URL names; of one that ends like a photo nobody is asked."""
    try:
        if urls.suffix(url) == urls.LIST_SUFFIX:
            yield from _warn_if_empty(url, _find_listed(url, on_problem))
        elif urls.suffix(url) in SUFFIXES or not urls.is_folder(url):
            yield url
        else:
            yield from _warn_if_empty(url, _walk_at(url, on_problem))
    except UrlError as error:
        on_problem(url, str(error))


def _find_listed(url: str, on_problem: OnProblem) -> Iterator[str]:
    for line in urls.listed(url):
        if urls.is_url(line):
            yield line
        else:
            on_problem(url, f"{line!r} in it is no URL; expected one a line, such as s3://a/b.jpg")


def _walk_at(folder: str, on_problem: OnProblem) -> Iterator[str]:
    try:
        entries = urls.entries(folder)
    except UrlError as error:
        on_problem(folder, str(error))
        return
    for url, is_folder in entries:
        if url.rstrip("/").rpartition("/")[2].startswith("."):
            continue
        if is_folder:
            yield from _walk_at(url, on_problem)
        elif urls.suffix(url) in SUFFIXES:
            yield url


def walk(
    folder: Path,
    on_problem: OnProblem,
    on_loop: Callable[[Path], None] = _warn_of_loop,
    ancestors: tuple[tuple[int, int], ...] = (),
) -> Iterator[Path]:
    """Yields the photos of a folder and of those below it, in sorted order.

    Args:
        folder: Where to begin.
        on_problem: Told of each folder that cannot be listed.
        on_loop: Told of each link back to a folder that it lies in, which is not followed.
        ancestors: Device and inode of each folder above.
    """
    try:
        status = folder.stat()
        names = os.listdir(os.fsencode(folder))  # a folder may hold millions: bytes are smaller
    except OSError as error:
        on_problem(folder, f"cannot list the folder: {error.strerror}")
        return
    names.sort(reverse=True)  # in place, and forgotten one by one
    identity = (status.st_dev, status.st_ino)
    if identity in ancestors:
        on_loop(folder)
        return
    while names:
        name = os.fsdecode(names.pop())
        path = folder / name
        if is_hidden(name):
            continue
        if path.is_dir():
            yield from walk(path, on_problem, on_loop, (*ancestors, identity))
        elif is_photo(path):
            yield path
