"""What a terminal shows: the tutorial's lines on stdout, a progress bar on stderr."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from anpr.types import FileResult, Status


def info_lines(result: FileResult) -> Iterator[str]:
    """Yields the tutorial's line for each plate on which something was read."""
    for reading in result.readings:
        if reading.text:
            yield f"[INFO] {reading.text}"


class NoProgress:
    """Says nothing of the progress."""

    def __enter__(self) -> "NoProgress":
        return self

    def __exit__(self, *raised: object) -> None:
        pass

    def aside(self) -> AbstractContextManager[None]:
        """Within it, stdout may be written to."""
        return nullcontext()

    def advance(self, result: FileResult) -> None:
        """Takes note of a photo that is done."""


class Bar(NoProgress):
    """A bar: photos done and in all, plates, plates to check, photos a second, time left."""

    def __init__(self, count: Callable[[], int | None]) -> None:
        """Begins at once; the photos are counted beside, since listing them may take a while."""
        from tqdm import tqdm
        from tqdm.contrib.logging import logging_redirect_tqdm

        self._bar: Any = tqdm(unit="photo", dynamic_ncols=True)
        self._redirected: AbstractContextManager[None] = logging_redirect_tqdm()
        self._plates = self._to_check = 0
        threading.Thread(target=self._set_total, args=(count,), daemon=True).start()

    def __enter__(self) -> "Bar":
        self._redirected.__enter__()
        return self

    def __exit__(self, *raised: Any) -> None:
        self._redirected.__exit__(*raised)
        self._bar.close()

    def aside(self) -> AbstractContextManager[None]:
        """Takes the bar out of the way of what is printed."""
        out_of_the_way: AbstractContextManager[None] = self._bar.external_write_mode(sys.stdout)
        return out_of_the_way

    def advance(self, result: FileResult) -> None:
        """Takes note of a photo that is done."""
        self._plates += len(result.readings)
        self._to_check += sum(reading.status is Status.CHECK for reading in result.readings)
        self._bar.set_postfix(plates=self._plates, check=self._to_check, refresh=False)
        self._bar.update()

    def _set_total(self, count: Callable[[], int | None]) -> None:
        self._bar.total = count()


def open_progress(is_wanted: bool, count: Callable[[], int | None]) -> NoProgress:
    """A bar, where it is wanted and can be seen.

    Args:
        is_wanted: Whether the user has not asked for quiet.
        count: Counts the photos; None where nobody knows how many there will be.
    """
    return Bar(count) if is_wanted and sys.stderr.isatty() else NoProgress()
