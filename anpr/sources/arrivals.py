"""Files that are being copied into a folder: each is reported once it is complete.

A file is reported again only if its content has changed.
"""

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

QUIET_PERIOD_S = 0.3  # programs that write a file pause for less, unless over a network
END_TIMEOUT_S = 5.0  # wait for the end of a JPEG or PNG that has stopped growing: a stalled upload
DIGEST_BYTES = 16  # enough for any two photos in the world to differ
MAX_CHECKED_BYTES = 1 << 30  # no photo is larger, and a file is checked in memory


class ContentCheck(NamedTuple):
    """Facts about the content of a file."""

    is_complete: bool
    digest: bytes
    """Hash of the content; empty if the file was not read."""


@dataclass(frozen=True)
class _Pending:
    """A file that may still be written to."""

    stamp: Stamp
    changed: float
    """Time of the last change that was noticed, by the clock of `Arrivals`."""
    due: float
    """Time of the next check."""
    is_end_missing: bool = False
    """Whether a check of the file with this stamp found its end missing."""


class _Reported(NamedTuple):
    stamp: Stamp
    digest: bytes


class Arrivals:
    """Notices files, and returns each once it is complete.

    A file is complete if it has not changed for QUIET_PERIOD_S or its writer has closed it; in a
    format with a recognisable end, this end must be there as well, or END_TIMEOUT_S have passed. A
    file is returned again only if its content has changed. All times are in seconds, by one clock
    of the caller's choice.
    """

    def __init__(self) -> None:
        self._pending: dict[Path, _Pending] = {}
        self._due: list[tuple[float, int, Path]] = []
        self._reported: dict[Path, _Reported] = {}
        self._count = 0

    def notice(self, path: Path, now: float, is_closed: bool = False) -> None:
        """Notes that a file is there, or has changed.

        Args:
            path: The file; ignored if it is gone.
            now: The time.
            is_closed: Whether its writer has closed it, or moved it here.
        """
        stamp = stamp_of(path)
        pending, reported = self._pending.get(path), self._reported.get(path)
        is_reported = pending is None and reported is not None and reported.stamp == stamp
        if stamp == NO_STAMP or is_reported:
            return
        if pending is None or is_closed:
            due = now if is_closed or _is_old(stamp) else now + QUIET_PERIOD_S
            self._schedule(path, _Pending(stamp, now, due))

    def next_complete(self, now: float) -> Path | None:
        """Returns a complete file that is new or changed, the one due first; `None` if none is."""
        while self._due and self._due[0][0] <= now:
            due, _, path = heapq.heappop(self._due)
            pending = self._pending.get(path)
            if pending is None or pending.due != due:  # it was noticed again since
                continue
            del self._pending[path]
            if self._is_complete_and_new(path, pending, now):
                return path
        return None

    def seconds_left(self, now: float) -> float:
        """Returns the time until the next check is due; infinite if no file is pending."""
        return max(0.0, self._due[0][0] - now) if self._due else float("inf")

    def _schedule(self, path: Path, pending: _Pending) -> None:
        self._pending[path] = pending
        self._count += 1  # files that are due together keep the order they were noticed in
        heapq.heappush(self._due, (pending.due, self._count, path))

    def _is_complete_and_new(self, path: Path, pending: _Pending, now: float) -> bool:
        """Returns whether to report a file; schedules another check of an incomplete one."""
        stamp = stamp_of(path)
        if stamp == NO_STAMP:  # gone again
            return False
        if stamp != pending.stamp:
            self._schedule(path, _Pending(stamp, now, now + QUIET_PERIOD_S))
            return False
        may_wait = now < pending.changed + END_TIMEOUT_S
        if pending.is_end_missing and may_wait:
            self._check_later(path, pending, now, is_end_missing=True)
            return False
        content = ContentCheck(True, b"") if _is_old(stamp) else check_content(path)
        if stamp_of(path) != stamp or (not content.is_complete and may_wait):
            self._check_later(path, pending, now, is_end_missing=not content.is_complete)
            return False
        return self._is_new(path, stamp, content.digest)

    def _check_later(self, path: Path, pending: _Pending, now: float, is_end_missing: bool) -> None:
        due = now + QUIET_PERIOD_S
        self._schedule(path, _Pending(pending.stamp, pending.changed, due, is_end_missing))

    def _is_new(self, path: Path, stamp: Stamp, digest: bytes) -> bool:
        reported = self._reported.get(path)
        self._reported[path] = _Reported(stamp, digest)
        return reported is None or not digest or reported.digest != digest


def check_content(path: Path) -> ContentCheck:
    """Checks whether the content of a file is complete.

    A file that cannot be checked counts as complete: reading it as a photo reports the reason.
    """
    with suppress(OSError):
        status = path.stat()
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_CHECKED_BYTES:
            content = path.read_bytes()
            # Some systems give a file its size first and its bytes later: until then it is zeros.
            has_begun = any(content[:8])
            digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES).digest()
            return ContentCheck(has_begun and is_complete(content), digest)
    return ContentCheck(True, b"")


def _is_old(stamp: Stamp) -> bool:
    """Returns whether a file changed so long ago that its content need not be checked."""
    return stamp.mtime_ns is not None and stamp.mtime_ns / 1e9 < time.time() - END_TIMEOUT_S
