"""Tesseract in this process, through `tesserocr`: no process and no temporary file per plate.

`tesserocr`, an extra, contains a Tesseract of its own, with a version of its own, and two versions
do not always read alike. So it is used only if its version is that of the Tesseract on the PATH,
and both ways give the same answer. Only this module imports it.
"""

import re
import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from anpr.read import tesseract
from anpr.read.prepared import PreparedTesseractReader, ReadCharacters
from anpr.read.tesseract import ALPHANUMERIC, SINGLE_LINE, single_thread
from anpr.types import Character, Image

VERSION = re.compile(r"tesseract (\S+)")
LANGUAGES_FOLDER = re.compile(r'"(.*)"')
PROBE_TIMEOUT_S = 20.0


def open_in_process(command: str, psm: int = SINGLE_LINE) -> ReadCharacters | None:
    """Loads Tesseract once for any number of plates.

    Args:
        command: The Tesseract that has to give the same answers.
        psm: Page segmentation mode.

    Returns:
        A function that reads an image; `None` if `tesserocr` is not installed, or has another
        version than `command`.
    """
    try:
        with single_thread():  # OpenMP reads the limit when it is loaded
            import tesserocr
    except ImportError:
        return None
    folder = _languages_folder(command)
    version = _version(_output_of(command, "--version"))
    if folder is None or _version(tesserocr.tesseract_version()) != version:
        return None
    return InProcessTesseract(command, psm, str(folder))


class InProcessTesseract:
    """Reads images with one Tesseract, one after the other.

    Tesseract is not thread-safe: threads that share this object take turns, by a lock. Pickled, it
    is opened anew where it arrives.
    """

    def __init__(self, command: str, psm: int, languages_folder: str) -> None:
        """Loads Tesseract; see `open_in_process`."""
        import tesserocr

        self._tesserocr = tesserocr
        self._arguments = command, psm, languages_folder
        self._lock = threading.Lock()
        self._api = tesserocr.PyTessBaseAPI(path=languages_folder, lang="eng", psm=psm)
        self._api.SetVariable("tessedit_char_whitelist", ALPHANUMERIC)

    def __call__(self, image: Image) -> list[Character]:
        """Reads an image character by character: uint8, (height, width)."""
        with self._lock:
            return list(self._characters(image))

    def __reduce__(self) -> tuple[Any, ...]:
        return InProcessTesseract, self._arguments

    def _characters(self, image: Image) -> Iterator[Character]:
        height, width = image.shape
        self._api.ClearAdaptiveClassifier()  # or answers would depend on the plates read before
        self._api.SetImageBytes(image.tobytes(), width, height, 1, width)
        self._api.Recognize()
        level = self._tesserocr.RIL.SYMBOL
        for symbol in self._tesserocr.iterate_level(self._api.GetIterator(), level):
            if not symbol.Empty(level):
                yield Character(symbol.GetUTF8Text(level), symbol.Confidence(level) / 100)


def _languages_folder(command: str) -> Path | None:
    """Returns the folder with the language data of a Tesseract; `None` if it reports none."""
    found = LANGUAGES_FOLDER.search(_output_of(command, "--list-langs"))
    return Path(found.group(1)) if found else None


def _version(text: str) -> str:
    found = VERSION.search(text)
    return found.group(1) if found else ""


def _output_of(command: str, option: str) -> str:
    """Returns stdout and stderr of a command; empty if it cannot run or does not finish."""
    try:
        done = subprocess.run(
            [command, option], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr


def open_prepared(clear_border: int, timeout_s: float) -> PreparedTesseractReader:
    """Opens Tesseract for prepared plates: in this process if possible, else as a command.

    Args:
        clear_border: See `anpr.read.prepared.prepare`.
        timeout_s: Time limit for the command on one image.
    """
    by_command = partial(tesseract.read_characters, psm=tesseract.SINGLE_LINE, timeout_s=timeout_s)
    read_characters = open_in_process(tesseract.command()) or by_command
    return PreparedTesseractReader(read_characters, clear_border)
