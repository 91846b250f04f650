"""A run without an end of its own ends when it is asked to: what it is at is finished first."""

import signal
import threading
from types import FrameType
from typing import Any

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class StopRequest:
    """Within it, the first Ctrl-C or SIGTERM is a request; the second does what it always does.

    Python hears signals in its main thread alone: elsewhere nothing is ever asked.
    """

    def __init__(self) -> None:
        self.number: int | None = None
        """The signal that asked for the end; None where nobody has."""
        self._before: dict[int, Any] = {}

    def is_made(self) -> bool:
        """Whether somebody has asked for the end."""
        return self.number is not None

    def __enter__(self) -> "StopRequest":
        if threading.current_thread() is threading.main_thread():
            self._before = {number: signal.signal(number, self._take) for number in SIGNALS}
        return self

    def __exit__(self, *raised: object) -> None:
        self._restore()

    def _take(self, number: int, frame: FrameType | None) -> None:
        self.number = number
        self._restore()

    def _restore(self) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
