"""The parent's side of a worker process: starts it, sends it photos, and ends it."""

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

# Unlike fork, it works the same on all systems, and is safe if the parent has threads.
CONTEXT = get_context("spawn")
START_TIMEOUT_S = 120.0  # a start takes 1 s; a cold disk and a busy machine may need 10 times that
GRACE_S = 2.0  # time for a worker to remove the file it was writing

# One thread per worker, as each core has a worker; read when numpy and OpenCV are loaded.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class WorkerProcess:
    """A process, the pipe to it, and the deadline for its next message."""

    def __init__(self, open_batch: OpenBatch) -> None:
        """Starts the process, which sends READY when it can take photos.

        Raises:
            WorkerError: The system refuses another process.
        """
        level = logging.getLogger("anpr").level
        try:
            self.connection, child_end = CONTEXT.Pipe()
            self._process = CONTEXT.Process(
                target=serve, args=(child_end, open_batch, level), daemon=True
            )
            with _blocked_signals(), _environment(ONE_THREAD):
                self._process.start()
        except OSError as error:
            raise WorkerError(
                f"cannot start a process: {error.strerror or error}; "
                "a smaller number of --workers may help, and --workers 1 starts none"
            ) from error
        child_end.close()  # so that the pipe ends with the process
        self.is_ready = self.is_busy = False
        self._deadline = time.monotonic() + START_TIMEOUT_S

    @property
    def seconds_left(self) -> float:
        """Seconds until the deadline, negative after it; infinite if the worker is idle."""
        is_idle = self.is_ready and not self.is_busy
        return math.inf if is_idle else self._deadline - time.monotonic()

    @property
    def is_overdue(self) -> bool:
        """Whether the deadline has passed and no message is waiting in the pipe either."""
        return self.seconds_left < 0 and not self.connection.poll()

    def send(self, path: Name, timeout_s: float) -> None:
        """Sends a photo; raises an `OSError` if the process has ended."""
        self.connection.send(path)
        self.is_busy = True
        self._deadline = time.monotonic() + timeout_s

    def receive(self) -> Any:
        """Returns the next message; raises `EOFError` or `OSError` if the process has ended."""
        return self.connection.recv()

    def request_exit(self) -> None:
        """Makes the process exit: at once, or after it has removed the file it is writing."""
        if self.is_busy:
            self._process.terminate()
        elif not self.is_ready:
            self._process.kill()
        self.connection.close()

    def end(self, grace_s: float = GRACE_S) -> int:
        """Waits up to `grace_s` for the process to exit, then kills it and its Tesseract.

        Returns:
            The exit code; minus the number of the signal if one ended the process.
        """
        wait([self._process.sentinel], max(0.0, grace_s))
        if hasattr(os, "killpg") and self._process.pid is not None:
            with suppress(OSError):  # its process group is empty, or was not created yet
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.join()
        self.connection.close()
        return self._process.exitcode or 0


@contextmanager
def _blocked_signals() -> Iterator[None]:
    """Blocks SIGINT and SIGTERM; a process started meanwhile unblocks them once it handles them.

    Otherwise a Ctrl-C in the first second of a worker would print a traceback.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # first: its start (Python 3.11) unblocks both signals
    before = signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    """Sets variables that are not set yet, for the processes that are started meanwhile."""
    new = {name: value for name, value in variables.items() if name not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
