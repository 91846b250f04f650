"""Files that are whole or not there, and failures that say what to do."""

import errno
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from anpr.errors import OutputError
from anpr.types import FileResult

FULL = (errno.ENOSPC, errno.EDQUOT)
JOURNAL_ENDING = ".partial.jsonl"  # beside a table: rows that are not in it yet
NO_TABLE = (
    "{}: {}, expected a table that an earlier run of this version wrote; "
    "it is left as it is: name another file, or remove it"
)


Self = TypeVar("Self", bound="RecordWriter")


class RecordWriter(ABC):
    """Takes the results photo by photo; complete when its `with` block ends well, else given up."""

    @abstractmethod
    def write(self, result: FileResult) -> None:
        """Writes what there is to say of a photo; raises an `OutputError` where it cannot."""

    @abstractmethod
    def close(self) -> None:
        """Completes what was written; raises an `OutputError` where it cannot."""

    @abstractmethod
    def discard(self) -> None:
        """Ends it as it is, and raises nothing: it must not hide why."""

    def __enter__(self: Self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if error is None:
            self.close()
        else:
            self.discard()


@contextmanager
def explained(path: object, consolation: str = "") -> Iterator[None]:
    """Turns what the system says of a file into an error that names it, and the way out.

    A broken pipe is let through: `| head` has seen enough, which is no failure.

    Args:
        path: What is being written.
        consolation: What is not lost, for the end of the message.

    Raises:
        OutputError: The system refused.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        way_out = "free some space on its disk or" if error.errno in FULL else "make it writable or"
        raise OutputError(
            f"{path}: cannot be written: {error.strerror or error}; {way_out} name another place"
            f"{consolation}"
        ) from error


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a name beside a file to write to, which takes the file's place when all went well.

    The folder is made where it is missing. The name is hidden, so that nobody takes half a photo
    for one, and short, since the file's own may be as long as the system allows.

    Raises:
        OSError: The system refused; nothing is left behind, and what was there before stands.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{secrets.token_hex(4)}.partial")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def check_new(path: Path) -> None:
    """Makes sure that nothing is overwritten.

    Raises:
        OutputError: The path is a folder, or a file that is not empty.
    """
    if path.is_dir():
        raise OutputError(f"{path}: is a folder; name a file in it, such as {path / 'plates.csv'}")
    with explained(path):
        size = path.stat().st_size if path.exists() else 0
    if size:
        raise OutputError(
            f"{path}: already there from an earlier run ({size:,} bytes); "
            "go on with it by --resume, name another file, or remove it"
        )


def journal_of(path: Path) -> Path:
    """The file beside a table for rows that are not in it yet."""
    return path.with_name(path.name + JOURNAL_ENDING)
