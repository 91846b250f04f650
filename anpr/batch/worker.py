"""One worker, as it is inside: a process that reads the photos it is sent, one after the other.

It goes when the pipe to its parent closes, when it is told to, and at once when its parent is gone,
however that ended. Nothing but results and what is logged leaves it, through the pipe.
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
"""Makes ready what reads photos, in the worker; picklable."""

TERMINATED = 128 + signal.SIGTERM  # as shells have it


def serve(connection: "Connection[Any, Any]", open_batch: OpenBatch, log_level: int) -> None:
    """Reads photos until there are no more: what a worker does with its life.

    Args:
        connection: Gives paths; takes READY, then a result for each, and log records at any time.
        open_batch: Makes ready what reads them; when it raises, the worker ends.
        log_level: Of the parent's logger.
    """
    _be_on_our_own()
    cv2.setNumThreads(1)  # there is a worker for every core
    _log_to(connection, log_level)
    try:
        read = open_batch()
    except Exception as error:  # the parent says how to go on
        logging.getLogger("anpr").exception("a worker cannot start: %s", error)
        sys.exit(1)
    try:
        connection.send(READY)
        for result in read(_received(connection)):
            connection.send(without_crops(result))
    except OSError:  # the parent is gone, or wants no more
        return


def without_crops(result: FileResult) -> FileResult:
    """The result without what is of no use where it goes: crops weigh more than all the rest."""
    readings = tuple(replace(reading, crop=None) for reading in result.readings)
    return replace(result, readings=readings)


def _received(connection: "Connection[Any, Any]") -> Iterator[Name]:
    while True:
        try:
            path: Name = connection.recv()
        except (EOFError, OSError):  # no more photos
            return
        yield path


def _be_on_our_own() -> None:
    """Signals to the parent are the parent's business, which ends its workers itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    if hasattr(os, "setpgrp"):
        os.setpgrp()  # Ctrl-C in a terminal is for its foreground group
        signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    threading.Thread(target=_go_with_parent, daemon=True).start()


def _leave(number: int, frame: FrameType | None) -> None:
    """Ends the process by an exception, so that half a file is taken away again."""
    sys.exit(TERMINATED)


def _go_with_parent() -> None:
    """Ends this process, and a Tesseract it runs, when the parent has ended without a word."""
    parent = parent_process()
    if parent is None:
        return
    parent.join()
    if hasattr(os, "killpg"):
        os.killpg(0, signal.SIGKILL)
    os._exit(TERMINATED)


class _Sender(QueueHandler):
    """Sends records to the parent, each a whole: message, arguments and traceback as one text."""

    def enqueue(self, record: logging.LogRecord) -> None:
        connection: Any = self.queue
        with suppress(OSError):  # the parent is gone
            connection.send(record)


def _log_to(connection: "Connection[Any, Any]", level: int) -> None:
    logging.getLogger().handlers = [_Sender(connection)]  # type: ignore[arg-type]
    logging.getLogger("anpr").setLevel(level)
