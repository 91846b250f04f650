"""Tesseract as a second reader, where it is on this machine."""

import logging
import shutil
from dataclasses import dataclass, field
from functools import partial

from anpr.errors import ReadTimeoutError, TesseractError
from anpr.read import tesseract
from anpr.read.in_process import open_in_process
from anpr.read.prepared import PreparedTesseractReader
from anpr.types import Plate, Reading

logger = logging.getLogger(__name__)


@dataclass
class OptionalTesseract:
    """Tesseract, opened when it is first asked; without it there is no opinion, and one warning.

    In this process where that gives the same answers, else one process for every look.
    """

    clear_border: int = -1
    timeout_s: float = tesseract.TIMEOUT_S
    _reader: PreparedTesseractReader | None = field(default=None, init=False, repr=False)
    _is_missing: bool = field(default=False, init=False, repr=False)

    def __post_init__(self) -> None:
        if shutil.which(tesseract.command()) is None:
            self._give_up(f"{tesseract.command()!r} is not there.\n{tesseract.HOW_TO_INSTALL}")

    def read(self, plate: Plate) -> Reading:
        """Reads one plate; no text where Tesseract is missing, broken or too slow."""
        if self._is_missing:
            return Reading("", plate.candidate)
        self._reader = self._reader or open_prepared(self.clear_border, self.timeout_s)
        try:
            return self._reader.read(plate)
        except (TesseractError, ReadTimeoutError) as error:
            self._give_up(str(error))
            return Reading("", plate.candidate)

    def _give_up(self, why: str) -> None:
        self._is_missing = True
        logger.warning("no second opinion on unsure plates, the others are not affected: %s", why)


def open_prepared(clear_border: int, timeout_s: float) -> PreparedTesseractReader:
    """Opens Tesseract for plates that are made fit for it, in this process where it can be."""
    by_command = partial(tesseract.read_characters, psm=tesseract.SINGLE_LINE, timeout_s=timeout_s)
    read_characters = open_in_process(tesseract.command()) or by_command
    return PreparedTesseractReader(read_characters, clear_border)
