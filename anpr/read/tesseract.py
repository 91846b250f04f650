"""Reads with Tesseract, run as a command. Only this module imports `pytesseract`.

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
SINGLE_LINE = 7  # page segmentation mode: the image is a single line of text
READING_PSMS = (1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13)  # 0 and 2 read nothing: they analyse a page
TIMEOUT_S = 20.0  # a plate takes 0.1 s; a busy machine may take ten times as long

COMMAND_VARIABLE, DEFAULT_COMMAND = "TESSERACT_CMD", "tesseract"
THREADS_VARIABLE = "OMP_THREAD_LIMIT"

HOW_TO_INSTALL = """\
Install Tesseract:
  Debian, Ubuntu:  sudo apt-get install tesseract-ocr
  macOS:           brew install tesseract
  Windows:         winget install --id UB-Mannheim.TesseractOCR
or give its path: --tesseract-cmd PATH, or TESSERACT_CMD=PATH in the environment."""


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
    """Selects the Tesseract for every later reading: a path, or a name on the PATH."""
    _pytesseract().tesseract_cmd = command


def build_options(psm: int) -> str:
    """Returns Tesseract's options: the characters it may read, and the page segmentation mode."""
    return f"-c tessedit_char_whitelist={ALPHANUMERIC} --psm {psm}"


def read_text(image: Image, options: str, timeout_s: float = TIMEOUT_S) -> str:
    """Reads an image.

    Args:
        image: uint8, (height, width).
        options: Options of the command, see `build_options`.
        timeout_s: Time limit for the command.

    Returns:
        The text, without white space around it.

    Raises:
        ReadTimeoutError: Tesseract did not finish in time.
        TesseractError: Tesseract is missing or failed.
    """
    with _running(timeout_s) as pytesseract:
        text: str = pytesseract.image_to_string(image, config=options, timeout=timeout_s)
    return text.strip()


def read_characters(image: Image, psm: int, timeout_s: float = TIMEOUT_S) -> list[Character]:
    """Reads an image character by character, each with its confidence.

    Arguments and errors are those of `read_text`.
    """
    options = f"{build_options(psm)} -c hocr_char_boxes=1"
    with _running(timeout_s) as pytesseract:
        page: bytes = pytesseract.image_to_pdf_or_hocr(
            image, extension="hocr", config=options, timeout=timeout_s
        )
        return list(_hocr_characters(page))


def check(psm: int, timeout_s: float = TIMEOUT_S) -> None:
    """Reads a blank image, so that a missing or broken Tesseract is found before the first photo.

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
    """Limits Tesseract to one thread: on an image as small as a plate, four are slower.

    pytesseract passes this process's environment to the command, so the limit is set there. It is
    removed at once, since it would also limit every OpenMP library loaded later.
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
    """Yields the characters of an hOCR page.

    Source: the hOCR 1.2 specification, `ocrx_cinfo` and `x_conf` (0 to 100).
    """
    for element in ElementTree.fromstring(page).iter():
        if element.get("class") == "ocrx_cinfo" and element.text:
            confidence = float(element.get("title", "x_conf 0").rpartition("x_conf ")[2])
            yield Character(element.text, confidence / 100)


@contextmanager
def _running(timeout_s: float) -> Iterator[Any]:
    """Yields pytesseract, limited to one thread, and converts its errors into our own."""
    pytesseract = _pytesseract()  # before the limit, which would bind the libraries it loads
    try:
        with single_thread():
            yield pytesseract
    except pytesseract.TesseractNotFoundError as error:
        raise TesseractError(not_found_message()) from error
    except pytesseract.TesseractError as error:
        raise TesseractError(f"{command()!r} failed: {_one_line(error.message)}") from error
    except (OSError, UnicodeDecodeError, ElementTree.ParseError) as error:
        # Not executable, not a program for this machine, or its output file is missing or garbled.
        raise TesseractError(f"{command()!r} does not work: {error}\n{HOW_TO_INSTALL}") from error
    except RuntimeError as error:
        if "timeout" not in str(error):  # pytesseract 0.3: "Tesseract process timeout"
            raise
        raise ReadTimeoutError(f"Tesseract took longer than {timeout_s:g} s") from error


def not_found_message() -> str:
    """Returns the message for a Tesseract that is missing, and how to install it."""
    return f"{command()!r} was not found.\n{HOW_TO_INSTALL}"


def command() -> str:
    """Returns the Tesseract in use: a path, or a name on the PATH."""
    if "pytesseract" in sys.modules:
        return str(_pytesseract().tesseract_cmd)
    return _command_of_environment()


@cache
def _pytesseract() -> Any:
    """Returns the library, imported on first use: it imports pandas, 60 MB, if that is installed.

    A command that a script has set itself, as the tutorial's readers do on Windows, is kept.
    """
    from pytesseract import pytesseract

    if pytesseract.tesseract_cmd == DEFAULT_COMMAND:
        pytesseract.tesseract_cmd = _command_of_environment()
    return pytesseract


def _command_of_environment() -> str:
    return os.environ.get(COMMAND_VARIABLE) or DEFAULT_COMMAND


def _one_line(text: str) -> str:
    return " ".join(text.split())
