"""Reads several photos at once, each in a process of its own; results come in the photos' order.

Each process has one photo at a time and its own pipe. So the pool always knows which photo a
process died of, or hangs on: that photo fails, a new process takes over, and no other photo is
affected. `concurrent.futures` cannot do that: one dead process breaks its pool.
"""

import logging
import math
import signal
import sys
import time
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import wait
from typing import NamedTuple

from anpr.batch.serial import Item, Items, Results
from anpr.batch.worker import OpenBatch
from anpr.batch.worker_process import GRACE_S, START_TIMEOUT_S, WorkerProcess
from anpr.errors import WorkerError
from anpr.types import FileResult, Name, Status

MAX_AHEAD = 100
"""Maximum number of photos per worker that are taken while the next result is awaited.

Their results, with pictures, fill about 2 MB."""
MAX_FALSE_STARTS = 3  # in a row: one may be bad luck, three are a broken installation
MAX_WORKERS_ON_WINDOWS = 60  # Windows waits for 63 handles at most


class Task(NamedTuple):
    """One photo, and its position among the results."""

    number: int
    path: Name


def read_in_workers(items: Items, open_batch: OpenBatch, count: int, timeout_s: float) -> Results:
    """Reads photos in several processes; see `serial.ReadBatch`.

    A photo fails, with the reason, if its process dies or takes too long. Closing the iterator
    ends the processes.

    Args:
        items: Taken as they are needed, at most `MAX_AHEAD` for each worker ahead of the results.
        open_batch: Builds, in each process, what reads photos; picklable.
        count: Maximum number of processes; there are never more than photos.
        timeout_s: Time limit for a photo.

    Yields:
        One result for each item, in order, without the crops of its readings.

    Raises:
        WorkerError: The processes do not start.
    """
    pool = _Pool(items, open_batch, count, timeout_s)
    try:
        yield from pool.results()
    finally:
        pool.close()


class _Pool:
    """The processes, and the photos they are reading."""

    def __init__(self, items: Items, open_batch: OpenBatch, count: int, timeout_s: float) -> None:
        self._items = iter(items)
        self._open_batch = open_batch
        self._count = min(count, MAX_WORKERS_ON_WINDOWS) if sys.platform == "win32" else count
        self._timeout_s = timeout_s
        self._workers: list[WorkerProcess] = []
        self._tasks: dict[WorkerProcess, Task] = {}
        self._queue: deque[Task] = deque()
        self._done: dict[int, FileResult] = {}
        self._taken = self._yielded = self._false_starts = 0
        self._logged_once: set[str] = set()
        self._is_pausing = False  # the last item was `None`: nothing yet, but more may come

    def results(self) -> Iterator[FileResult]:
        """Yields the result of every item, in order."""
        while self._take_items() or self._yielded in self._done:
            is_next_done = self._yielded in self._done
            self._receive(is_waiting=not is_next_done and not self._is_pausing)
            if self._yielded in self._done:
                yield self._done.pop(self._yielded)
                self._yielded += 1

    def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        for worker in self._workers:
            worker.request_exit()
        deadline = time.monotonic() + GRACE_S  # for all of them together
        for worker in self._workers:
            worker.end(deadline - time.monotonic())
        self._workers.clear()

    def _take_items(self) -> bool:
        """Takes items while workers are free; returns whether there is more to wait for."""
        end = self._yielded + MAX_AHEAD * self._count
        self._is_pausing = False
        while self._unfinished() < self._count and self._taken < end:
            item = self._next_item()
            if item is None:
                break
            if isinstance(item, FileResult):
                self._done[self._taken] = item
            else:
                self._queue.append(Task(self._taken, item))
            self._taken += 1
        self._hand_out()
        return self._unfinished() > 0 or self._is_pausing

    def _next_item(self) -> Item | None:
        """Takes an item; `None` means none for now if `_is_pausing`, else that all are taken."""
        for item in self._items:
            self._is_pausing = item is None
            return item
        return None

    def _unfinished(self) -> int:
        return len(self._queue) + len(self._tasks)

    def _hand_out(self) -> None:
        """Sends a photo to each free worker, and starts workers for the photos that are left."""
        for worker in list(self._workers):
            if self._queue and worker.is_ready and not worker.is_busy:
                try:
                    worker.send(self._queue[0].path, self._timeout_s)
                except OSError:  # it died while it was idle
                    self._on_exit(worker)
                else:
                    self._tasks[worker] = self._queue.popleft()
        while len(self._workers) < self._unfinished():
            self._workers.append(WorkerProcess(self._open_batch))

    def _receive(self, is_waiting: bool) -> None:
        """Handles the workers' messages and timeouts.

        Args:
            is_waiting: Whether to wait until there is a message or a deadline passes.
        """
        if not self._workers:
            return
        left = min(worker.seconds_left for worker in self._workers) if is_waiting else 0.0
        timeout = None if left == math.inf else max(0.0, left)
        readable = wait([worker.connection for worker in self._workers], timeout)
        for worker in list(self._workers):
            if worker.connection in readable:
                self._on_message(worker)
            elif worker.is_overdue:
                self._on_timeout(worker)

    def _on_message(self, worker: WorkerProcess) -> None:
        try:
            message = worker.receive()
        except (EOFError, OSError):
            self._on_exit(worker)
            return
        if isinstance(message, logging.LogRecord):
            self._forward_log(
                message, is_once=not worker.is_ready or message.levelno == logging.WARNING
            )
        elif isinstance(message, FileResult):
            self._done[self._tasks.pop(worker).number] = message
            worker.is_busy = False
        else:
            worker.is_ready = True
            self._false_starts = 0

    def _forward_log(self, record: logging.LogRecord, is_once: bool) -> None:
        """Logs a worker's record.

        Args:
            record: The record.
            is_once: Whether to drop it if its text was logged before, by any worker.
        """
        text = record.getMessage()
        if is_once and text in self._logged_once:
            return
        if is_once:
            self._logged_once.add(text)
        logging.getLogger(record.name).handle(record)

    def _on_exit(self, worker: WorkerProcess) -> None:
        self._remove(worker, _exit_reason(worker.end()))

    def _on_timeout(self, worker: WorkerProcess) -> None:
        worker.end(grace_s=0.0)
        timeout_s = self._timeout_s if worker.is_ready else START_TIMEOUT_S
        self._remove(worker, f"took longer than {timeout_s:g} s; --timeout raises the limit")

    def _remove(self, worker: WorkerProcess, reason: str) -> None:
        """Removes a worker that has ended; the photo it was reading has failed.

        Raises:
            WorkerError: It was the last of several in a row that did not start.
        """
        self._workers.remove(worker)
        if worker in self._tasks:
            number, path = self._tasks.pop(worker)
            self._done[number] = FileResult(path, Status.FAILED, reason=reason)
        elif not worker.is_ready:
            self._false_starts += 1
        if self._false_starts == MAX_FALSE_STARTS:
            raise WorkerError(
                f"the processes that read photos do not start, {MAX_FALSE_STARTS} in a row "
                f"({reason}); --workers 1 needs none"
            )


def _exit_reason(exit_code: int) -> str:
    """Returns why a process ended, in one line."""
    if exit_code >= 0:
        return f"its process ended with exit code {exit_code}"
    known = {number.value: number.name for number in signal.Signals}
    name = known.get(-exit_code, f"signal {-exit_code}")
    if name == "SIGKILL":
        return f"its process was killed ({name}), as systems do when memory runs out"
    return f"its process crashed ({name}); the photo may be damaged"
