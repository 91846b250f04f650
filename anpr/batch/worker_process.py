"""One worker, as its parent holds it: starts it, sends it photos, hears from it and ends it."""

import logging
import math
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import wait
from typing import Any

from anpr.batch.worker import OpenBatch, serve
from anpr.errors import WorkerError
from anpr.types import Name

# On all systems alike, and safe whatever threads the parent has; fork is not.
CONTEXT = get_context("spawn")
START_LIMIT_S = 120.0  # it takes 1 s; a cold disk and a busy machine may take ten times that
GRACE_S = 2.0  # for taking away half a file that was being written

# There is a worker for every core; read when numpy and OpenCV are loaded.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class WorkerProcess:
    """A process, the pipe to it, and until when something must be heard from it."""

    def __init__(self, open_batch: OpenBatch) -> None:
        """Starts the process, which says READY when it can take photos.

        Raises:
            WorkerError: The system refuses another process.
        """
        level = logging.getLogger("anpr").level
        try:
            self.connection, theirs = CONTEXT.Pipe()
            self._process = CONTEXT.Process(
                target=serve, args=(theirs, open_batch, level), daemon=True
            )
            with _undisturbed(), _environment(ONE_THREAD):
                self._process.start()
        except OSError as error:
            raise WorkerError(
                f"no process can be started: {error.strerror or error}; "
                "--workers takes a smaller number, 1 reads without any"
            ) from error
        theirs.close()  # so that the pipe ends when the process does
        self.is_ready = self.is_busy = False
        self._deadline = time.monotonic() + START_LIMIT_S

    @property
    def seconds_left(self) -> float:
        """Until it has taken too long; infinite when it has nothing to do."""
        is_idle = self.is_ready and not self.is_busy
        return math.inf if is_idle else self._deadline - time.monotonic()

    @property
    def is_overdue(self) -> bool:
        """Whether it has taken too long, and what it did is not on its way either."""
        return self.seconds_left < 0 and not self.connection.poll()

    def send(self, path: Name, timeout_s: float) -> None:
        """Sends a photo; raises an `OSError` where the process has ended."""
        self.connection.send(path)
        self.is_busy = True
        self._deadline = time.monotonic() + timeout_s

    def receive(self) -> Any:
        """Returns the next thing it says; raises `EOFError` or `OSError` when it has ended."""
        return self.connection.recv()

    def request_exit(self) -> None:
        """Asks it to end: at once, or when it has taken away what is half done."""
        if self.is_busy:
            self._process.terminate()
        elif not self.is_ready:
            self._process.kill()
        self.connection.close()

    def end(self, grace_s: float = GRACE_S) -> int:
        """Waits for its end, and brings it about in the end, with that of a Tesseract it runs.

        Returns:
            The exit code; minus a signal's number where that ended it.
        """
        wait([self._process.sentinel], max(0.0, grace_s))
        if hasattr(os, "killpg") and self._process.pid is not None:
            with suppress(OSError):  # nobody is left in its group, or it had none of its own yet
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.connection.close()
        return self._process.exitcode or 0


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keeps signals waiting, also in the process that starts within, until it can deal with them.

    Else a Ctrl-C in its first second would be a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # before: its start (Python 3.11) unblocks both signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Sets variables that are not set, for the processes that start within."""
    new = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
