"""Reading with Tesseract. The one module that knows `pytesseract`.

Source of the options: `tesseract --help-extra`, `tesseract --print-parameters`.
"""

import os
import string
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np

from anpr.errors import ReadTimeoutError, TesseractError
from anpr.rectify import dark_regions
from anpr.types import Character, Image, Plate, Reading

ALPHANUMERIC = string.ascii_uppercase + string.digits
SINGLE_LINE = 7  # page segmentation mode: treat the image as a single line of text
READING_PSMS = (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)  # 0 and 2 lay out a page and read nothing
TIMEOUT_S = 20.0  # a plate takes 0.1 s; ten times that on a busy machine is no reason to give up

COMMAND_VARIABLE, DEFAULT_COMMAND = "TESSERACT_CMD", "tesseract"
THREADS_VARIABLE = "OMP_THREAD_LIMIT"

HOW_TO_INSTALL = """\
Install Tesseract:
  Debian, Ubuntu:  sudo apt-get install tesseract-ocr
  macOS:           brew install tesseract
  Windows:         winget install --id UB-Mannheim.TesseractOCR
or say where it is: --tesseract-cmd PATH, or TESSERACT_CMD=PATH in the environment."""


@dataclass(frozen=True)
class TesseractReader:
    """Reads the thresholded plate, as the tutorial does."""

    psm: int = SINGLE_LINE
    timeout_s: float = TIMEOUT_S
    clear_borders: bool = False

    def read(self, plate: Plate) -> Reading:
        """Reads one plate.

        Raises:
            ReadTimeoutError: Tesseract did not finish in time.
            TesseractError: Tesseract is missing or failed.
        """
        roi = dark_regions(plate.gray, self.clear_borders)
        return Reading(read_text(roi, build_options(self.psm), self.timeout_s), plate.candidate)


def use_command(command: str) -> None:
    """Makes every reading from now on use another Tesseract: a path, or a name on the PATH."""
    _pytesseract().tesseract_cmd = command


def build_options(psm: int) -> str:
    """Returns Tesseract's options: only A to Z and 0 to 9, and the page segmentation mode."""
    return f"-c tessedit_char_whitelist={ALPHANUMERIC} --psm {psm}"


def read_text(image: Image, options: str, timeout_s: float = TIMEOUT_S) -> str:
    """Reads an image; the text comes without the white space around it.

    Raises:
        ReadTimeoutError: Tesseract did not finish in time.
        TesseractError: Tesseract is missing or failed.
    """
    with _running(timeout_s) as pytesseract:
        text: str = pytesseract.image_to_string(image, config=options, timeout=timeout_s)
    return text.strip()


def read_characters(image: Image, psm: int, timeout_s: float = TIMEOUT_S) -> list[Character]:
    """Reads an image character by character, each with its confidence; see `read_text`."""
    options = f"{build_options(psm)} -c hocr_char_boxes=1"
    with _running(timeout_s) as pytesseract:
        page: bytes = pytesseract.image_to_pdf_or_hocr(
            image, extension="hocr", config=options, timeout=timeout_s
        )
    return list(_hocr_characters(page))


def check(psm: int, timeout_s: float = TIMEOUT_S) -> None:
    """Reads a blank image, so that a missing or broken Tesseract shows before the first photo.

    Raises:
        TesseractError: Tesseract is missing, fails, hangs, or lacks its English data.
    """
    blank = np.full((40, 160), 255, np.uint8)
    try:
        read_text(blank, build_options(psm), timeout_s)
    except ReadTimeoutError as error:
        raise TesseractError(f"{command()!r} hangs: {error}\n{HOW_TO_INSTALL}") from error


@contextmanager
def single_thread() -> Iterator[None]:
    """Keeps Tesseract to one thread: on a plate, four cost more than they give.

    pytesseract hands the child this process's environment, so that is where the limit must stand;
    it is taken back at once, since it would bind every OpenMP library loaded later.
    """
    if THREADS_VARIABLE in os.environ:
        yield
        return
    os.environ[THREADS_VARIABLE] = "1"
    try:
        yield
    finally:
        os.environ.pop(THREADS_VARIABLE, None)


def _hocr_characters(page: bytes) -> Iterator[Character]:
    """Source: the hOCR 1.2 specification, `ocrx_cinfo` and `x_conf` (0 to 100)."""
    for element in ElementTree.fromstring(page).iter():
        if element.get("class") == "ocrx_cinfo" and element.text:
            confidence = float(element.get("title", "x_conf 0").rpartition("x_conf ")[2])
            yield Character(element.text, confidence / 100)


@contextmanager
def _running(timeout_s: float) -> Iterator[Any]:
    """Gives pytesseract, on one thread, and turns what it raises into our own errors."""
    pytesseract = _pytesseract()  # before the limit, which would bind what comes along
    try:
        with single_thread():
            yield pytesseract
    except pytesseract.TesseractNotFoundError as error:
        raise TesseractError(f"{command()!r} is not there.\n{HOW_TO_INSTALL}") from error
    except pytesseract.TesseractError as error:
        raise TesseractError(f"{command()!r} failed: {_one_line(error.message)}") from error
    except OSError as error:
        # Not executable, not a program for this machine, or it left no output file behind.
        raise TesseractError(f"{command()!r} does not work: {error}\n{HOW_TO_INSTALL}") from error
    except RuntimeError as error:
        if "timeout" not in str(error):  # pytesseract 0.3: "Tesseract process timeout"
            raise
        raise ReadTimeoutError(f"Tesseract took longer than {timeout_s:g} s") from error


def command() -> str:
    """The Tesseract in use: a path, or a name on the PATH."""
    if "pytesseract" in sys.modules:
        return str(_pytesseract().tesseract_cmd)
    return _command_of_environment()


@cache
def _pytesseract() -> Any:
    """The library, loaded where it is needed: it brings pandas along, 60 MB, where that is there.

    A script that sets its variable itself, as the tutorial's readers on Windows do, keeps its word.
    """
    from pytesseract import pytesseract

    if pytesseract.tesseract_cmd == DEFAULT_COMMAND:
        pytesseract.tesseract_cmd = _command_of_environment()
    return pytesseract


def _command_of_environment() -> str:
    return os.environ.get(COMMAND_VARIABLE) or DEFAULT_COMMAND


def _one_line(text: str) -> str:
    return " ".join(text.split())
