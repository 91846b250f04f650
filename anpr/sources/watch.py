"""Photos as they arrive: what is in the folders already, then whatever is put there.

The system tells of changes at once (`watchdog`). It does not tell of all of them: not of photos
that another machine puts on a network drive, nor of those behind a link. So the folders are also
looked through every few seconds.
"""

import logging
import os
import queue
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from anpr.sources.arrivals import Arrivals
from anpr.sources.folders import OnProblem, is_hidden, is_photo, walk
from anpr.types import Name

if TYPE_CHECKING:
    from watchdog.events import FileSystemEvent

TICK_S = 0.1  # how long a photo that is being read, or a request to stop, waits for attention
RESCAN_S = 5.0  # how late a photo may be that the system does not tell of
RESCAN_SHARE = 0.05  # of the time goes into looking through the folders, at most
NEWS = ("created", "modified", "moved", "closed")  # of watchdog's types of events

logger = logging.getLogger(__name__)


class Change(NamedTuple):
    """What the system told."""

    path: Path
    is_closed: bool = False
    """Whether the file's writer has closed it, or moved it here."""
    is_folder: bool = False


Changes = queue.SimpleQueue[Change]


@contextmanager
def open_watch(
    folders: Sequence[Path],
    left_out: Sequence[Path],
    is_stopped: Callable[[], bool],
    on_problem: OnProblem,
) -> Iterator[Iterator[Path | None]]:
    """Watches folders, with all below them.

    Args:
        folders: They are there.
        left_out: Folders that this program writes to.
        is_stopped: Asked every TICK_S whether it is enough.
        on_problem: Told once of each folder that cannot be listed.

    Yields:
        The photos, each once it is whole and again when its content has changed; and None
        whenever there is nothing to read for the moment.
    """
    from watchdog.observers import Observer

    changes: Changes = queue.SimpleQueue()
    observer = Observer()
    observer.start()
    try:
        handler = _handler(changes)
        for folder in folders:  # before they are listed: what comes in between is told twice
            try:
                observer.schedule(handler, str(folder), recursive=True)
            except OSError as error:  # few systems let one watch very many folders
                logger.warning(
                    "%s: the system does not tell what arrives in it (%s); "
                    "it is looked through every %g s instead",
                    folder,
                    error.strerror or error,
                    RESCAN_S,
                )
        roots = tuple(folder.resolve() for folder in left_out)
        watched = _Watched(tuple(folders), roots, changes, on_problem)
        yield watched.photos(is_stopped)
    finally:
        observer.stop()
        observer.join()


@dataclass
class _Watched:
    """Folders, and what arrives in them."""

    folders: tuple[Path, ...]
    left_out: tuple[Path, ...]
    changes: Changes
    on_problem: OnProblem
    arrivals: Arrivals = field(default_factory=Arrivals)
    told: set[tuple[Name, str]] = field(default_factory=set)
    next_scan: float = 0.0

    def photos(self, is_stopped: Callable[[], bool]) -> Iterator[Path | None]:
        """Yields photos, and None where there is none to read for the moment."""
        while not is_stopped():
            if time.monotonic() >= self.next_scan:
                self._scan()
            while not self.changes.empty():
                self._take(self.changes.get())
            now = time.monotonic()
            photo = self.arrivals.next_whole(now)
            if photo is None:
                self._wait(min(TICK_S, self.arrivals.seconds_left(now)))
            yield photo

    def _wait(self, timeout_s: float) -> None:
        try:
            self._take(self.changes.get(timeout=timeout_s))
        except queue.Empty:
            return

    def _scan(self) -> None:
        """Looks through the folders; the longer that takes, the more rarely."""
        begin = time.monotonic()
        for folder in self.folders:
            self._list(folder, self._tell_once)
        end = time.monotonic()
        self.next_scan = end + max(RESCAN_S, (end - begin) / RESCAN_SHARE)

    def _list(self, folder: Path, on_problem: OnProblem) -> None:
        for path in walk(folder, on_problem, on_loop=lambda _: None):
            self._notice(path)

    def _take(self, change: Change) -> None:
        if not change.is_folder:
            if is_photo(change.path) and self._is_visible(change.path):
                self._notice(change.path, change.is_closed)
        elif self._is_visible(change.path):
            self._list(change.path, lambda *_: None)  # it may be gone again

    def _notice(self, path: Path, is_closed: bool = False) -> None:
        if not self._is_ours(path):
            self.arrivals.notice(path, time.monotonic(), is_closed)

    def _is_visible(self, path: Path) -> bool:
        """Whether a walk through the folders would come across a path."""
        below = (path.relative_to(root) for root in self.folders if path.is_relative_to(root))
        return any(not any(map(is_hidden, names.parts)) for names in below)

    def _is_ours(self, path: Path) -> bool:
        """Whether this program wrote a file."""
        if not self.left_out:
            return False
        parents = path.resolve().parents
        return any(folder in parents for folder in self.left_out)

    def _tell_once(self, path: Name, reason: str) -> None:
        if (path, reason) not in self.told:
            self.told.add((path, reason))
            self.on_problem(path, reason)


def _handler(changes: Changes):  # type: ignore[no-untyped-def]  # its class is of an extra
    """What watchdog calls in a thread of its own: it passes on what may be a photo."""
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            change = _change(event)
            if change is not None:
                changes.put(change)

    return Handler()


def _change(event: "FileSystemEvent") -> Change | None:
    """What an event says; None for what nobody needs to know."""
    kind = event.event_type
    if kind not in NEWS or (event.is_directory and kind not in ("created", "moved")):
        return None
    path = event.dest_path if kind == "moved" else event.src_path
    return Change(Path(os.fsdecode(path)), kind in ("closed", "moved"), event.is_directory)
