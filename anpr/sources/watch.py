"""Photos as they arrive: first those that are in the folders already, then each new one.

The system reports most changes at once (through `watchdog`), but not all of them: not the photos
that another machine writes to a network drive, nor those behind a link. So the folders are also
searched every few seconds.
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

if TYPE_CHECKING:  # imported late below: runs without --watch start 10 ms earlier
    from watchdog.events import FileSystemEvent, FileSystemEventHandler

POLL_INTERVAL_S = 0.1  # maximum delay before a result or a request to stop is noticed
RESCAN_INTERVAL_S = 5.0  # maximum delay of a photo that the system does not report
MAX_RESCAN_SHARE = 0.05  # of the time is spent on searching the folders
FILE_EVENTS = ("created", "modified", "moved", "closed")  # types of watchdog's events
FOLDER_EVENTS = ("created", "moved")
COMPLETING_EVENTS = ("moved", "closed")

logger = logging.getLogger(__name__)


class Change(NamedTuple):
    """A change that the system reported."""

    path: Path
    is_closed: bool = False
    """Whether the file's writer has closed it, or moved it here."""
    is_folder: bool = False


Changes = queue.SimpleQueue[Change]


@contextmanager
def open_watch(
    folders: Sequence[Path],
    excluded: Sequence[Path],
    is_stopped: Callable[[], bool],
    on_problem: OnProblem,
) -> Iterator[Iterator[Path | None]]:
    """Watches folders, with all below them.

    Args:
        folders: Existing folders.
        excluded: Folders that this program writes to.
        is_stopped: Called every POLL_INTERVAL_S; returns whether to end.
        on_problem: Called once for each folder that cannot be listed.

    Yields:
        An iterator of the photos: each once it is complete, and again if its content has changed.
        `None` in it means that there is nothing to read for the moment.
    """
    from watchdog.observers import Observer

    changes: Changes = queue.SimpleQueue()
    observer = Observer()
    observer.start()
    try:
        handler = _event_handler(changes)
        for folder in folders:  # before the first search, so that no photo falls in between
            try:
                observer.schedule(handler, str(folder), recursive=True)
            except OSError as error:  # the number of watched folders is limited
                logger.warning(
                    "%s: the system does not report what arrives in it (%s); "
                    "it is searched every %g s instead",
                    folder,
                    error.strerror or error,
                    RESCAN_INTERVAL_S,
                )
        excluded_roots = tuple(folder.resolve() for folder in excluded)
        watcher = _Watcher(tuple(folders), excluded_roots, changes, on_problem)
        yield watcher.photos(is_stopped)
    finally:
        observer.stop()
        observer.join()


@dataclass
class _Watcher:
    """Collects what arrives in folders."""

    folders: tuple[Path, ...]
    excluded: tuple[Path, ...]
    changes: Changes
    on_problem: OnProblem
    arrivals: Arrivals = field(default_factory=Arrivals)
    reported: set[tuple[Name, str]] = field(default_factory=set)
    next_search: float = 0.0

    def photos(self, is_stopped: Callable[[], bool]) -> Iterator[Path | None]:
        """Yields photos, and `None` whenever there is nothing to read for the moment."""
        while not is_stopped():
            if time.monotonic() >= self.next_search:
                self._search()
            while not self.changes.empty():
                self._handle(self.changes.get())
            now = time.monotonic()
            photo = self.arrivals.next_complete(now)
            if photo is None:
                self._wait(min(POLL_INTERVAL_S, self.arrivals.seconds_left(now)))
            yield photo

    def _wait(self, timeout_s: float) -> None:
        try:
            self._handle(self.changes.get(timeout=timeout_s))
        except queue.Empty:
            return

    def _search(self) -> None:
        """Searches the folders; the longer that takes, the longer the pause before the next."""
        begin = time.monotonic()
        for folder in self.folders:
            self._search_in(folder, self._report_once)
        end = time.monotonic()
        self.next_search = end + max(RESCAN_INTERVAL_S, (end - begin) / MAX_RESCAN_SHARE)

    def _search_in(self, folder: Path, on_problem: OnProblem) -> None:
        for path in walk(folder, on_problem, on_loop=lambda _: None):
            self._notice(path)

    def _handle(self, change: Change) -> None:
        if not change.is_folder:
            if is_photo(change.path) and self._is_visible(change.path):
                self._notice(change.path, change.is_closed)
        elif self._is_visible(change.path):
            self._search_in(change.path, lambda *_: None)  # it may be gone again

    def _notice(self, path: Path, is_closed: bool = False) -> None:
        if not self._is_excluded(path):
            self.arrivals.notice(path, time.monotonic(), is_closed)

    def _is_visible(self, path: Path) -> bool:
        """Returns whether a search of the folders would come across a path."""
        below = (path.relative_to(root) for root in self.folders if path.is_relative_to(root))
        return any(not any(map(is_hidden, names.parts)) for names in below)

    def _is_excluded(self, path: Path) -> bool:
        """Returns whether this program wrote a file."""
        if not self.excluded:
            return False
        parents = path.resolve().parents
        return any(folder in parents for folder in self.excluded)

    def _report_once(self, path: Name, reason: str) -> None:
        if (path, reason) not in self.reported:
            self.reported.add((path, reason))
            self.on_problem(path, reason)


def _event_handler(changes: Changes) -> "FileSystemEventHandler":
    """Builds a handler that queues changes; watchdog calls it in a thread of its own."""
    from watchdog.events import FileSystemEventHandler

    class Handler(FileSystemEventHandler):
        def on_any_event(self, event: "FileSystemEvent") -> None:
            change = _change(event)
            if change is not None:
                changes.put(change)

    return Handler()


def _change(event: "FileSystemEvent") -> Change | None:
    """Converts an event; returns `None` if it cannot mean a new or changed photo."""
    kind = event.event_type
    if kind not in (FOLDER_EVENTS if event.is_directory else FILE_EVENTS):
        return None
    path = event.dest_path if kind == "moved" else event.src_path
    return Change(Path(os.fsdecode(path)), kind in COMPLETING_EVENTS, event.is_directory)
