"""Tesseract as a second recognizer, if it is installed."""

import logging
import shutil
from dataclasses import dataclass, field
from functools import partial

from anpr.errors import ReadTimeoutError, TesseractError
from anpr.read import tesseract
from anpr.read.in_process import open_in_process
from anpr.read.prepared import TRY_BOTH, PreparedTesseractReader
from anpr.types import Plate, Reading

logger = logging.getLogger(__name__)


@dataclass
class OptionalTesseract:
    """Tesseract, loaded for the first plate. If it is missing or fails, one warning is logged.

    From then on, every plate gets a reading without text.
    """

    clear_border: int = TRY_BOTH
    """See `anpr.read.prepared.prepare`."""
    timeout_s: float = tesseract.TIMEOUT_S
    _reader: PreparedTesseractReader | None = field(default=None, init=False, repr=False)
    _has_failed: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if shutil.which(tesseract.command()) is None:
            self._give_up(tesseract.not_found_message())

    def read(self, plate: Plate) -> Reading:
        """Reads one plate; the text is empty if Tesseract is missing, broken or too slow."""
        if self._has_failed:
            return Reading("", plate.candidate)
        self._reader = self._reader or open_prepared(self.clear_border, self.timeout_s)
        try:
            return self._reader.read(plate)
        except (TesseractError, ReadTimeoutError) as error:
            self._give_up(str(error))
            return Reading("", plate.candidate)

    def _give_up(self, reason: str) -> None:
        self._has_failed = True
        logger.warning(
            "no second opinion on unsure plates, the others are not affected: %s", reason
        )


def open_prepared(clear_border: int, timeout_s: float) -> PreparedTesseractReader:
    """Opens Tesseract for prepared plates: in this process if possible, else as a command.

    Args:
        clear_border: See `anpr.read.prepared.prepare`.
        timeout_s: Time limit for the command on one image.
    """
    by_command = partial(tesseract.read_characters, psm=tesseract.SINGLE_LINE, timeout_s=timeout_s)
    read_characters = open_in_process(tesseract.command()) or by_command
    return PreparedTesseractReader(read_characters, clear_border)
