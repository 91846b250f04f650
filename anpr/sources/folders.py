"""Finds the photos in the inputs that a user names, in sorted order, one by one."""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from anpr.errors import UrlError
from anpr.photo import SUFFIXES
from anpr.sources import urls
from anpr.types import Name

OnProblem = Callable[[Name, str], None]
"""Called with an input that cannot be read, and the reason."""

logger = logging.getLogger(__name__)


def find_photos(inputs: Iterable[Name], on_problem: OnProblem) -> Iterator[Name]:
    """Yields the photos of the inputs; those of a folder, and of all below it, in sorted order.

    A file that is an input itself is taken whatever its name. In a folder, files count that have a
    photo's suffix and are not hidden. Links are followed, but not to a folder that contains them.

    Args:
        inputs: Files and folders, also by URL; a URL that ends in .txt is a list of URLs.
        on_problem: Called for each input that is missing and each folder that cannot be listed.
    """
    for path in inputs:
        if isinstance(path, str):
            yield from _find_by_url(path, on_problem)
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
    """Returns whether a file has a photo's suffix."""
    return path.suffix.lower() in SUFFIXES


def is_hidden(name: str) -> bool:
    """Returns whether a file or folder is skipped, e.g. the "._photo.jpg" that macOS creates."""
    return name.startswith(".")


def _warn_of_loop(folder: Path) -> None:
    logger.warning("%s: a link to a folder that contains it; not followed", folder)


def _find_by_url(url: str, on_problem: OnProblem) -> Iterator[Name]:
    """Yields the photos behind a URL. No request is made for one that has a photo's suffix."""
    try:
        if urls.suffix_of(url) == urls.LIST_SUFFIX:
            yield from _warn_if_empty(url, _urls_in_list(url, on_problem))
        elif urls.suffix_of(url) in SUFFIXES or not urls.is_folder(url):
            yield url
        else:
            yield from _warn_if_empty(url, _walk_url(url, on_problem))
    except UrlError as error:
        on_problem(url, str(error))


def _urls_in_list(url: str, on_problem: OnProblem) -> Iterator[str]:
    for line in urls.read_lines(url):
        if urls.is_url(line):
            yield line
        else:
            on_problem(
                url, f"{line!r} in it is not a URL; expected one per line, e.g. s3://a/b.jpg"
            )


def _walk_url(folder: str, on_problem: OnProblem) -> Iterator[str]:
    try:
        entries = urls.list_folder(folder)
    except UrlError as error:
        on_problem(folder, str(error))
        return
    for url, is_folder in entries:
        if is_hidden(url.rstrip("/").rpartition("/")[2]):
            continue
        if is_folder:
            yield from _walk_url(url, on_problem)
        elif urls.suffix_of(url) in SUFFIXES:
            yield url


def walk(
    folder: Path,
    on_problem: OnProblem,
    on_loop: Callable[[Path], None] = _warn_of_loop,
    ancestors: tuple[tuple[int, int], ...] = (),
) -> Iterator[Path]:
    """Yields the photos of a folder and of those below it, in sorted order.

    Args:
        folder: The folder to begin with.
        on_problem: Called for each folder that cannot be listed.
        on_loop: Called for each link to a folder that contains it, which is not followed.
        ancestors: Device and inode of each folder above this one.
    """
    try:
        status = folder.stat()
        names = os.listdir(os.fsencode(folder))  # bytes, since a folder may hold millions of names
    except OSError as error:
        on_problem(folder, f"cannot list the folder: {error.strerror}")
        return
    names.sort(reverse=True)  # in place; each name is dropped after use
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
