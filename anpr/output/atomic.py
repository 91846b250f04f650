"""Atomic files, and output errors that name the file and a remedy."""

import errno
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from anpr.errors import OutputError
from anpr.types import FileResult

DISK_FULL_ERRORS = (errno.ENOSPC, errno.EDQUOT)
JOURNAL_SUFFIX = ".partial.jsonl"
NOT_OUR_TABLE = (
    "{}: {}, expected a table that a previous run of this version wrote; "
    "it is left as it is: name another file, or remove it"
)
"""Message about a file that was found: its path, and its content in a few words."""

Self = TypeVar("Self", bound="ResultWriter")


class ResultWriter(ABC):
    """Writes results photo by photo.

    A context manager: completes the output when the block ends normally, and discards it on an
    exception.
    """

    @abstractmethod
    def write(self, result: FileResult) -> None:
        """Writes the result of one photo; raises an `OutputError` on failure."""

    @abstractmethod
    def close(self) -> None:
        """Completes the output; raises an `OutputError` on failure."""

    @abstractmethod
    def discard(self) -> None:
        """Stops writing. Raises nothing, since that would hide the exception that led here."""

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None:
            self.close()
        else:
            self.discard()


@contextmanager
def as_output_error(path: object, what_is_kept: str = "") -> Iterator[None]:
    """Converts an `OSError` into an `OutputError` that names the file and a remedy.

    A `BrokenPipeError` passes: `| head` has read enough, which is not a failure.

    Args:
        path: The file being written.
        what_is_kept: End of the message, about the results that are not lost.

    Raises:
        OutputError: The block raised an `OSError`.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        is_disk_full = error.errno in DISK_FULL_ERRORS
        remedy = "free some space on its disk" if is_disk_full else "make it writable"
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}; {remedy} or name another path"
            f"{what_is_kept}"
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path beside a file; it replaces the file if the block succeeds.

    The temporary name is hidden, so that nothing takes half a photo for a whole one. It is short,
    since the file's own name may be as long as the system allows.

    Raises:
        OSError: The file cannot be replaced. The previous content is kept and the temporary file
            is removed, as after any other exception.
    """
    unfinished = path.with_name(f".{secrets.token_hex(4)}.partial")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def check_new(path: Path) -> None:
    """Checks that writing to a path overwrites nothing.

    Raises:
        OutputError: The path is a folder, or a file that is not empty.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file in it, such as {path / 'plates.csv'}")
    with as_output_error(path):
        size = path.stat().st_size if path.exists() else 0
    if size:
        raise OutputError(
            f"{path}: already there from a previous run ({size:,} bytes); "
            "continue it with --resume, name another file, or remove it"
        )


def journal_of(path: Path) -> Path:
    """Returns the file beside a table that holds the rows not yet in the table."""
    return path.with_name(path.name + JOURNAL_SUFFIX)
