"""Photos by URL: lists buckets and web folders, reads lists of URLs, and fetches photos.

The one module that knows fsspec.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from anpr._version import install_hint
from anpr.errors import PhotoError, UrlError

SCHEME_END = "://"  # distinguishes a URL from a path
LIST_SUFFIX = ".txt"
FETCH_TIMEOUT_S = 20.0  # default for a photo; a large one takes 1 s
LIST_TIMEOUT_S = 600.0  # for a whole list of URLs: ten million of them are a gigabyte
CANNOT_LIST = "cannot be listed: {}"


def is_url(name: object) -> bool:
    """Returns whether the name of a photo or an input is a URL."""
    return isinstance(name, str) and SCHEME_END in name


def check_supported(url: str) -> None:
    """Checks that the installed packages can read a URL, without a request to its server.

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
        fsspec.get_filesystem_class(url.partition(SCHEME_END)[0])
    except (ImportError, ValueError) as error:
        raise UrlError(
            f"{url}: cannot be read: {error}; for s3, gs and https {install_hint('cloud')}"
        ) from error


def fetch(url: str, timeout_s: float = FETCH_TIMEOUT_S) -> bytes:
    """Returns the bytes of an object.

    Args:
        url: URL of the object.
        timeout_s: Time limit. It applies to stores on a network; others cannot be interrupted.

    Raises:
        PhotoError: The object is missing, refused, or does not arrive in time.
    """
    try:
        filesystem, path = _open_store(url)
        if not filesystem.async_impl:
            return bytes(filesystem.cat_file(path))
        from fsspec.asyn import sync

        return bytes(sync(filesystem.loop, filesystem._cat_file, path, timeout=timeout_s))
    except Exception as error:  # each store raises its own errors, without a common base class
        raise PhotoError(_reason(error, timeout_s)) from error


def list_folder(folder: str) -> list[tuple[str, bool]]:
    """Lists a folder.

    Returns:
        The URL of each entry and whether it is a folder, sorted by URL.

    Raises:
        UrlError: The folder cannot be listed.
    """
    try:
        filesystem, path = _open_store(folder)
        entries = filesystem.ls(path, detail=True)
    except Exception as error:  # as in `fetch`
        raise UrlError(CANNOT_LIST.format(_reason(error))) from error
    found = {_entry_url(folder, entry["name"]): entry["type"] == "directory" for entry in entries}
    return sorted((url, is_folder) for url, is_folder in found.items() if url != folder)


def is_folder(url: str) -> bool:
    """Returns whether a URL names a folder; sends a request to its server.

    Raises:
        UrlError: It is missing, or the request fails.
    """
    if url.endswith("/"):
        return True
    try:
        filesystem, path = _open_store(url)
        return bool(filesystem.info(path)["type"] == "directory")
    except Exception as error:  # as in `fetch`
        raise UrlError(_reason(error)) from error


def read_lines(url: str) -> Iterator[str]:
    """Yields the lines of a text file that are not empty, never holding all of them in memory.

    The file is copied to this machine first: reading the photos it lists may take hours, longer
    than a server keeps a connection open.

    Raises:
        UrlError: The file cannot be fetched.
    """
    with tempfile.TemporaryDirectory(prefix="anpr-") as folder:
        copy = Path(folder) / "list.txt"
        try:
            filesystem, path = _open_store(url)
            _copy(filesystem, path, str(copy))
        except Exception as error:  # as in `fetch`
            raise UrlError(CANNOT_LIST.format(_reason(error, LIST_TIMEOUT_S))) from error
        with copy.open(encoding="utf-8-sig", errors="replace") as lines:
            yield from filter(None, map(str.strip, lines))


def suffix_of(url: str) -> str:
    """Returns the suffix of the name in a URL, in lower case.

    On the web, anything from `?` or `#` on is not part of the name; in a bucket both are ordinary
    characters of a name.
    """
    is_web = url.startswith(("http://", "https://"))
    return PurePosixPath(urlsplit(url).path if is_web else url).suffix.lower()


def _copy(filesystem: Any, path: str, target: str) -> None:
    if not filesystem.async_impl:
        filesystem.get_file(path, target)
        return
    from fsspec.asyn import sync

    sync(filesystem.loop, filesystem._get_file, path, target, timeout=LIST_TIMEOUT_S)


def _open_store(url: str) -> tuple[Any, str]:
    """Returns fsspec's filesystem for a URL, cached for each store, and the object's name in it."""
    from fsspec.core import url_to_fs

    opened: tuple[Any, str] = url_to_fs(url, use_listings_cache=False)
    return opened


def _entry_url(folder: str, name: str) -> str:
    """Returns the URL of an entry, spelled as its folder's; on the web, its name is a URL."""
    if is_url(name):
        return name
    return f"{folder.rstrip('/')}/{PurePosixPath(name).name}"


def _reason(error: Exception, timeout_s: float | None = None) -> str:
    """Returns the error of a store in one line."""
    if isinstance(error, FileNotFoundError):
        return "no such object"
    if isinstance(error, TimeoutError) and timeout_s is not None:
        return f"did not arrive in {timeout_s:g} s; --timeout raises the limit"
    message = " ".join(str(error).split()) or "no reason given"
    return f"cannot be fetched: {type(error).__name__}: {message}"
