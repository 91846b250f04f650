"""Terminal output: the tutorial's lines on stdout, a progress bar on stderr."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from anpr.types import FileResult, Status


def info_lines(result: FileResult) -> Iterator[str]:
    """Yields the tutorial's line for each plate that has a text."""
    for reading in result.readings:
        if reading.text:
            yield f"[INFO] {reading.text}"


class NoProgress:
    """Shows no progress."""

    def __enter__(self) -> "NoProgress":
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def hidden(self) -> AbstractContextManager[None]:
        """Context in which stdout may be written to."""
        return nullcontext()

    def advance(self, result: FileResult) -> None:
        """Counts a photo that is done."""


class ProgressBar(NoProgress):
    """Shows photos done and in total, plates, plates to check, photos per second, time left."""

    def __init__(self, count: Callable[[], int | None]) -> None:
        """Starts at once; the photos are counted in a thread, since listing them may take long."""
        from tqdm import tqdm  # here, since it takes 20 ms that a run without a bar can save
        from tqdm.contrib.logging import logging_redirect_tqdm

        self._bar: Any = tqdm(unit="photo", dynamic_ncols=True)
        self._redirected_logging: AbstractContextManager[None] = logging_redirect_tqdm()
        self._plates = self._to_check = 0
        threading.Thread(target=self._set_total, args=(count,), daemon=True).start()

    def __enter__(self) -> "ProgressBar":
        self._redirected_logging.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._redirected_logging.__exit__(*raised)
        self._bar.close()

    def hidden(self) -> AbstractContextManager[None]:
        """Context in which the bar is removed, so that stdout may be written to."""
        context: AbstractContextManager[None] = self._bar.external_write_mode(sys.stdout)
        return context

    def advance(self, result: FileResult) -> None:
        """Counts a photo that is done, and its plates."""
        self._plates += len(result.readings)
        self._to_check += sum(reading.status is Status.CHECK for reading in result.readings)
        self._bar.set_postfix(plates=self._plates, check=self._to_check, refresh=False)
        self._bar.update()

    def _set_total(self, count: Callable[[], int | None]) -> None:
        self._bar.total = count()


def open_progress(is_wanted: bool, count: Callable[[], int | None]) -> NoProgress:
    """Starts a progress bar if it is wanted and stderr is a terminal.

    Args:
        is_wanted: False with `--quiet`.
        count: Counts the photos; returns `None` if their number is not known in advance.
    """
    return ProgressBar(count) if is_wanted and sys.stderr.isatty() else NoProgress()
