"""Photos that are on their way into a folder, until each is whole; none twice for one content."""

import hashlib
import heapq
import stat
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from anpr.photo import is_complete
from anpr.types import NO_STAMP, Stamp, stamp_of

QUIET_S = 0.3  # writers pause for less, unless a network is between
PATIENCE_S = 5.0  # for the end of a JPEG or PNG that has stopped growing: a stalled upload
DIGEST_BYTES = 16  # no two photos of a person's life share so many
LARGEST_LOOK = 1 << 30  # bytes; no photo is larger, and nobody wants it in memory


class Look(NamedTuple):
    """What the bytes of a file say."""

    is_whole: bool
    digest: bytes
    """Of its content; empty where nobody looked."""


@dataclass(frozen=True)
class _Wait:
    """A file that may be on its way."""

    stamp: Stamp
    changed: float
    """When it was last found changed, by the clock of `Arrivals`."""
    due: float
    """When to look at it next."""
    is_unfinished: bool = False
    """Whether its end was missing while it had this stamp."""


class _Known(NamedTuple):
    stamp: Stamp
    digest: bytes


class Arrivals:
    """Notices files, and tells each once it is whole.

    A file is whole when it has not changed for QUIET_S, or its writer has closed it; and, if its
    end can be recognised, that is there or PATIENCE_S have passed. It is told again only when its
    content has changed. All times are those of one clock of the caller's, in seconds.
    """

    def __init__(self) -> None:
        self._waits: dict[Path, _Wait] = {}
        self._due: list[tuple[float, int, Path]] = []
        self._known: dict[Path, _Known] = {}
        self._count = 0

    def notice(self, path: Path, now: float, is_closed: bool = False) -> None:
        """Takes note that a file is there, or has changed.

        Args:
            path: The file; one that is gone is left out.
            now: The time.
            is_closed: Whether its writer has closed it, or moved it here.
        """
        stamp = stamp_of(path)
        wait, known = self._waits.get(path), self._known.get(path)
        if stamp == NO_STAMP or (wait is None and known is not None and known.stamp == stamp):
            return
        if wait is None or is_closed:
            due = now if is_closed or _is_old(stamp) else now + QUIET_S
            self._wait(path, _Wait(stamp, now, due))

    def next_whole(self, now: float) -> Path | None:
        """Returns a file that is whole and not told yet, earlier ones first; None for none."""
        while self._due and self._due[0][0] <= now:
            due, _, path = heapq.heappop(self._due)
            wait = self._waits.get(path)
            if wait is None or wait.due != due:  # it was noticed again since
                continue
            del self._waits[path]
            if self._is_news(path, wait, now):
                return path
        return None

    def seconds_left(self, now: float) -> float:
        """Until there may be something to tell; infinite when nothing is on its way."""
        return max(0.0, self._due[0][0] - now) if self._due else float("inf")

    def _wait(self, path: Path, wait: _Wait) -> None:
        self._waits[path] = wait
        self._count += 1  # files that are due together come in the order they were noticed in
        heapq.heappush(self._due, (wait.due, self._count, path))

    def _is_news(self, path: Path, wait: _Wait, now: float) -> bool:
        """Whether a file is whole, and new or changed; one that is not whole waits on."""
        stamp = stamp_of(path)
        if stamp == NO_STAMP:  # gone again
            return False
        if stamp != wait.stamp:
            self._wait(path, _Wait(stamp, now, now + QUIET_S))
            return False
        is_patient = now < wait.changed + PATIENCE_S
        if wait.is_unfinished and is_patient:
            self._wait(path, _Wait(stamp, wait.changed, now + QUIET_S, is_unfinished=True))
            return False
        seen = Look(True, b"") if _is_old(stamp) else look(path)
        if stamp_of(path) != stamp or (not seen.is_whole and is_patient):
            self._wait(path, _Wait(stamp, wait.changed, now + QUIET_S, not seen.is_whole))
            return False
        return self._is_new(path, stamp, seen.digest)

    def _is_new(self, path: Path, stamp: Stamp, digest: bytes) -> bool:
        known = self._known.get(path)
        self._known[path] = _Known(stamp, digest)
        return known is None or not digest or known.digest != digest


def look(path: Path) -> Look:
    """Looks at the bytes of a file; what cannot be looked at is left to whoever reads it."""
    with suppress(OSError):
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= LARGEST_LOOK:
            content = path.read_bytes()
            # Some systems give a file its size first and its bytes later.
            is_begun = any(content[:8])
            digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()
            return Look(is_begun and is_complete(content), digest)
    return Look(True, b"")


def _is_old(stamp: Stamp) -> bool:
    """Whether a file was last changed so long ago that it needs no look: a folder holds many."""
    return stamp.mtime_ns is not None and stamp.mtime_ns / 1e9 < time.time() - PATIENCE_S
