"""Ctrl-C and SIGTERM: how a run is interrupted, and how `--watch` is asked to finish."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Terminated(BaseException):
    """SIGTERM arrived: as with Ctrl-C, everything on the way out is closed."""


@contextmanager
def terminable() -> Iterator[None]:
    """Within it, SIGTERM raises `Terminated`, as Ctrl-C raises `KeyboardInterrupt`."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python delivers signals to its main thread alone
        return

    def terminate(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, terminate)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class StopRequest:
    """Graceful shutdown: within it, the first Ctrl-C or SIGTERM lets the current photo finish.

    The second signal interrupts at once. Outside the main thread no signal is ever received.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        """The signal that was received; `None` if none was."""
        self._before: dict[int, Any] = {}

    def is_made(self) -> bool:
        """Returns whether a signal was received."""
        return self.number is not None

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._receive) for number in SIGNALS}
        return self

    def __exit__(self, *raised: object) -> None:
        self._restore()

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
