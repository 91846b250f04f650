"""Many photos at once: as many processes as there are cores, and results in the photos' order.

Each process has one photo at a time and a pipe of its own. So it is always known which photo a
process died of, or hangs on: that one fails, a fresh process takes over, and no other photo is
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
from anpr.batch.worker_process import GRACE_S, START_LIMIT_S, WorkerProcess
from anpr.errors import WorkerError
from anpr.types import FileResult, Name, Status

AHEAD = 100  # photos a worker that may be done before one that takes long; some 2 MB with pictures
FALSE_STARTS = 3  # in a row: one may be bad luck, three are a broken installation
MOST_ON_WINDOWS = 60  # it waits for 63 things at most


class Task(NamedTuple):
    """One photo, and its place among the results."""

    number: int
    path: Name


def read_in_workers(photos: Items, open_batch: OpenBatch, count: int, timeout_s: float) -> Results:
    """Reads photos in several processes; see `batch.read_files`.

    A photo whose process dies or takes too long is FAILED with the reason. Closing the iterator
    ends the processes.

    Args:
        photos: Taken as they are needed, at most AHEAD for each worker ahead of the results.
        open_batch: Makes ready, in each process, what reads photos; picklable.
        count: Processes at most; there are never more than photos.
        timeout_s: How long a photo may take.

    Yields:
        One result for each photo, in order, without the crops of its readings.

    Raises:
        WorkerError: The processes do not start.
    """
    pool = _Pool(photos, open_batch, count, timeout_s)
    try:
        yield from pool.results()
    finally:
        pool.close()


class _Pool:
    """The processes, and the photos that are with them."""

    def __init__(self, photos: Items, open_batch: OpenBatch, count: int, timeout_s: float) -> None:
        self._photos = iter(photos)
        self._open_read = open_batch
        self._count = min(count, MOST_ON_WINDOWS) if sys.platform == "win32" else count
        self._limit_s = timeout_s
        self._workers: list[WorkerProcess] = []
        self._tasks: dict[WorkerProcess, Task] = {}
        self._queue: deque[Task] = deque()
        self._done: dict[int, FileResult] = {}
        self._taken = self._yielded = self._false_starts = 0
        self._told: set[str] = set()
        self._is_pausing = False  # there is no photo for the moment, and more may come

    def results(self) -> Iterator[FileResult]:
        """Yields the result of every photo, in order."""
        while self._take_on() or self._yielded in self._done:
            is_next_done = self._yielded in self._done
            self._listen(is_patient=not is_next_done and not self._is_pausing)
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

    def _take_on(self) -> bool:
        """Takes photos while there are workers for them; returns whether to go on listening."""
        end = self._yielded + AHEAD * self._count
        self._is_pausing = False
        while self._in_work() < self._count and self._taken < end:
            photo = self._next_photo()
            if photo is None:
                break
            if isinstance(photo, FileResult):
                self._done[self._taken] = photo
            else:
                self._queue.append(Task(self._taken, photo))
            self._taken += 1
        self._hand_out()
        return self._in_work() > 0 or self._is_pausing

    def _next_photo(self) -> Item | None:
        """Takes a photo; None where there is none, for the moment or any more."""
        for photo in self._photos:
            self._is_pausing = photo is None
            return photo
        return None

    def _in_work(self) -> int:
        return len(self._queue) + len(self._tasks)

    def _hand_out(self) -> None:
        """Gives each free worker a photo, and starts workers for the photos that are left."""
        for worker in list(self._workers):
            if self._queue and worker.is_ready and not worker.is_busy:
                try:
                    worker.send(self._queue[0].path, self._limit_s)
                except OSError:  # it died of nothing in particular
                    self._on_exit(worker)
                else:
                    self._tasks[worker] = self._queue.popleft()
        while len(self._workers) < self._in_work():
            self._workers.append(WorkerProcess(self._open_read))

    def _listen(self, is_patient: bool) -> None:
        """Hears what the workers have to say; waits for it, or for a deadline, when patient."""
        if not self._workers:
            return
        left = min(worker.seconds_left for worker in self._workers) if is_patient else 0.0
        timeout = None if left == math.inf else max(0.0, left)
        speaking = wait([worker.connection for worker in self._workers], timeout)
        for worker in list(self._workers):
            if worker.connection in speaking:
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
        """Logs what a worker has to say; only the first time where others will say it, too."""
        text = record.getMessage()
        if is_once and text in self._told:
            return
        if is_once:
            self._told.add(text)
        logging.getLogger(record.name).handle(record)

    def _on_exit(self, worker: WorkerProcess) -> None:
        self._end(worker, _why(worker.end()))

    def _on_timeout(self, worker: WorkerProcess) -> None:
        worker.end(grace_s=0.0)
        timeout_s = self._limit_s if worker.is_ready else START_LIMIT_S
        self._end(worker, f"took longer than {timeout_s:g} s; --timeout gives a photo more")

    def _end(self, worker: WorkerProcess, reason: str) -> None:
        """Takes note that a worker is no more; its photo has failed, its place is free.

        Raises:
            WorkerError: It was one of several that never got ready.
        """
        self._workers.remove(worker)
        if worker in self._tasks:
            number, path = self._tasks.pop(worker)
            self._done[number] = FileResult(path, Status.FAILED, reason=reason)
        elif not worker.is_ready:
            self._false_starts += 1
        if self._false_starts == FALSE_STARTS:
            raise WorkerError(
                f"the processes that read photos do not start, {FALSE_STARTS} in a row "
                f"({reason}); --workers 1 reads without any"
            )


def _why(exit_code: int) -> str:
    """Why a process ended, for one line."""
    if exit_code >= 0:
        return f"its process ended with exit code {exit_code}"
    known = {number.value: number.name for number in signal.Signals}
    name = known.get(-exit_code, f"signal {-exit_code}")
    if name == "SIGKILL":
        return f"its process was killed ({name}), as systems do when memory runs out"
    return f"its process crashed ({name}); the photo may be damaged"
