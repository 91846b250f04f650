"""Photos by URL: lists buckets, web folders and lists of URLs, and fetches photos, with fsspec."""

import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from anpr._version import install_hint
from anpr.errors import PhotoError, UrlError

MARK = "://"  # what tells a URL from a path
LIST_SUFFIX = ".txt"
FETCH_LIMIT_S = 20.0  # a large photo takes 1 s; unless --timeout says otherwise
LIST_LIMIT_S = 600.0  # for all of a list: ten million URLs are a gigabyte
NOT_LISTED = "cannot be listed: {}"


def is_url(name: object) -> bool:
    """Whether a name of a photo or an input is a URL."""
    return isinstance(name, str) and MARK in name


def check(url: str) -> None:
    """Makes sure that there is a way to read a URL, without asking its server.

    Raises:
        UrlError: A package is missing, or the kind of URL is not known.
    """
    try:
        import fsspec  # an extra: files on a disk do not need it
    except ImportError as error:
        raise UrlError(
            f"{url}: URLs need fsspec, which is missing; {install_hint('cloud')}"
        ) from error
    try:
        fsspec.get_filesystem_class(url.partition(MARK)[0])
    except (ImportError, ValueError) as error:
        raise UrlError(
            f"{url}: cannot be read: {error}; for s3, gs and https {install_hint('cloud')}"
        ) from error


def fetch(url: str, timeout_s: float = FETCH_LIMIT_S) -> bytes:
    """Returns the bytes of an object.

    Args:
        url: The object's.
        timeout_s: How long it may take, where its store can be left waiting: those on a network.

    Raises:
        PhotoError: It is missing, refused, or does not arrive in time.
    """
    try:
        filesystem, path = _open(url)
        if not filesystem.async_impl:
            return bytes(filesystem.cat_file(path))
        from fsspec.asyn import sync

        return bytes(sync(filesystem.loop, filesystem._cat_file, path, timeout=timeout_s))
    except Exception as error:  # every store has errors of its own, without a base in common
        raise PhotoError(_why(error, timeout_s)) from error


def entries(folder: str) -> list[tuple[str, bool]]:
    """Lists a folder.

    Returns:
        The URL of each entry and whether it is a folder, sorted by URL.

    Raises:
        UrlError: It cannot be listed.
    """
    try:
        filesystem, path = _open(folder)
        listed = filesystem.ls(path, detail=True)
    except Exception as error:  # as in `fetch`
        raise UrlError(NOT_LISTED.format(_why(error))) from error
    found = {_below(folder, entry["name"]): entry["type"] == "directory" for entry in listed}
    return sorted((url, is_folder) for url, is_folder in found.items() if url != folder)


def is_folder(url: str) -> bool:
    """Whether a URL names a folder; asks its server.

    Raises:
        UrlError: It is missing or the server does not say.
    """
    if url.endswith("/"):
        return True
    try:
        filesystem, path = _open(url)
        return bool(filesystem.info(path)["type"] == "directory")
    except Exception as error:  # as in `fetch`
        raise UrlError(_why(error)) from error


def listed(url: str) -> Iterator[str]:
    """Yields the lines of a list that are not empty, never all in memory.

    It is copied to this machine first: the photos may take hours, and no server waits so long.

    Raises:
        UrlError: It cannot be fetched.
    """
    with tempfile.TemporaryDirectory(prefix="anpr-") as folder:
        copy = Path(folder) / "list.txt"
        try:
            filesystem, path = _open(url)
            _copy(filesystem, path, str(copy))
        except Exception as error:  # as in `fetch`
            raise UrlError(NOT_LISTED.format(_why(error, LIST_LIMIT_S))) from error
        with copy.open(encoding="utf-8-sig", errors="replace") as lines:
            yield from filter(None, map(str.strip, lines))


def suffix(url: str) -> str:
    """The ending of the name in a URL, lower case; on the web what follows `?` does not count.

    In a bucket `?` and `#` are characters of a name like any other.
    """
    is_web = url.startswith(("http://", "https://"))
    return PurePosixPath(urlsplit(url).path if is_web else url).suffix.lower()


def _copy(filesystem: Any, path: str, target: str) -> None:
    if not filesystem.async_impl:
        filesystem.get_file(path, target)
        return
    from fsspec.asyn import sync

    sync(filesystem.loop, filesystem._get_file, path, target, timeout=LIST_LIMIT_S)


def _open(url: str) -> tuple[Any, str]:
    """What reads a URL's store, and the object's name there; fsspec keeps one for each store."""
    from fsspec.core import url_to_fs

    opened: tuple[Any, str] = url_to_fs(url, use_listings_cache=False)
    return opened


def _below(folder: str, name: str) -> str:
    """The URL of an entry, spelled as its folder's is; a web server's are URLs already."""
    if is_url(name):
        return name
    return f"{folder.rstrip('/')}/{PurePosixPath(name).name}"


def _why(error: Exception, timeout_s: float | None = None) -> str:
    """What a store said, for one line."""
    if isinstance(error, FileNotFoundError):
        return "no such object"
    if isinstance(error, TimeoutError) and timeout_s is not None:
        return f"did not arrive in {timeout_s:g} s; --timeout gives a photo more"
    said = " ".join(str(error).split()) or "no reason given"
    return f"cannot be fetched: {type(error).__name__}: {said}"
