"""The child's side of a worker process: reads the photos it receives, one after the other.

A worker exits when its pipe is closed, on SIGTERM, and at once if its parent is gone, however the
parent ended. Only results and log records leave it, through the pipe.
"""

import logging
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from logging.handlers import QueueHandler
from multiprocessing import parent_process
from multiprocessing.connection import Connection
from types import FrameType
from typing import Any

import cv2

from anpr.batch.serial import ReadBatch
from anpr.types import FileResult, Name

READY = "ready"
"""The first message of a worker that can take photos."""

OpenBatch = Callable[[], ReadBatch]
"""Builds what reads photos, in the worker; picklable."""

TERMINATED = 128 + signal.SIGTERM  # the exit code that shells report for SIGTERM


def serve(connection: "Connection[Any, Any]", open_batch: OpenBatch, log_level: int) -> None:
    """Worker main loop: reads photos from the pipe until it is closed.

    Args:
        connection: Delivers the names of photos; takes READY, then a result for each name, and
            log records at any time.
        open_batch: Builds what reads photos; if it raises, the worker exits with code 1.
        log_level: Level of the parent's logger.
    """
    _leave_signals_to_parent()
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    cv2.setNumThreads(1)  # there is a worker for each core
    _log_to(connection, log_level)
    try:
        read = open_batch()
    except Exception as error:  # the parent decides how to go on
        logging.getLogger("anpr").exception("a worker cannot start: %s", error)
        sys.exit(1)
    try:
        connection.send(READY)
        for result in read(_received(connection)):
            connection.send(without_crops(result))
    except OSError:  # the parent is gone, or has closed the pipe
        return


def without_crops(result: FileResult) -> FileResult:
    """Removes the crops from a result: the parent has no use for the bulk of its bytes."""
    readings = tuple(replace(reading, crop=None) for reading in result.readings)
    return replace(result, readings=readings)


def _received(connection: "Connection[Any, Any]") -> Iterator[Name]:
    while True:
        try:
            path: Name = connection.recv()
        except (EOFError, OSError):  # no more photos
            return
        yield path


def _leave_signals_to_parent() -> None:
    """Shields the process from the terminal's signals: the parent ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _exit_cleanly)
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # a terminal sends Ctrl-C to its foreground process group
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))


def _exit_cleanly(number: int, frame: FrameType | None) -> None:
    """Ends the process by an exception, so that a half-written file is removed on the way out."""
    sys.exit(TERMINATED)


def _exit_with_parent() -> None:
    """Kills this process, and a Tesseract it runs, as soon as the parent has ended."""
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(TERMINATED)


class _PipeHandler(QueueHandler):
    """Sends log records to the parent, with arguments and traceback merged into the message."""

    def enqueue(self, record: logging.LogRecord) -> None:
        connection: Any = self.queue
        with suppress(OSError):  # the parent is gone
            connection.send(record)


def _log_to(connection: "Connection[Any, Any]", level: int) -> None:
    logging.getLogger().handlers = [_PipeHandler(connection)]  # type: ignore[arg-type]
    logging.getLogger("anpr").setLevel(level)
