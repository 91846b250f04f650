"""Tesseract in this process, through `tesserocr`: no process, no temporary file for each plate.

The one module that knows `tesserocr`, an extra. It is a Tesseract of its own, with a version of
its own, and two versions do not always read alike; so it is used where its version is that of the
Tesseract on the PATH, and both ways give the same answer.
"""

import re
import subprocess
from pathlib import Path

from anpr.read.prepared import ReadCharacters
from anpr.read.tesseract import ALPHANUMERIC, SINGLE_LINE, single_thread
from anpr.types import Character, Image

VERSION = re.compile(r"tesseract (\S+)")
LANGUAGES_FOLDER = re.compile(r'"(.*)"')
PROBE_TIMEOUT_S = 20.0


def open_in_process(command: str, psm: int = SINGLE_LINE) -> ReadCharacters | None:
    """Loads Tesseract once, to be used for many plates.

    Args:
        command: The Tesseract whose answers these must be.
        psm: Page segmentation mode.

    Returns:
        What reads an image (uint8) character by character; None where `tesserocr` is not
        installed, or is of another version than `command`.
    """
    try:
        with single_thread():  # its OpenMP reads the limit when it is loaded
            import tesserocr
    except ImportError:
        return None
    folder = _languages_folder(command)
    version = _version(_output_of(command, "--version"))
    if folder is None or _version(tesserocr.tesseract_version()) != version:
        return None
    api = tesserocr.PyTessBaseAPI(path=str(folder), lang="eng", psm=psm)
    api.SetVariable("tessedit_char_whitelist", ALPHANUMERIC)

    def read(image: Image) -> list[Character]:
        height, width = image.shape
        api.SetImageBytes(image.tobytes(), width, height, 1, width)
        api.Recognize()
        level = tesserocr.RIL.SYMBOL
        symbols = tesserocr.iterate_level(api.GetIterator(), level)
        return [
            Character(symbol.GetUTF8Text(level), symbol.Confidence(level) / 100)
            for symbol in symbols
            if not symbol.Empty(level)
        ]

    return read


def _languages_folder(command: str) -> Path | None:
    found = LANGUAGES_FOLDER.search(_output_of(command, "--list-langs"))
    return Path(found.group(1)) if found else None


def _version(text: str) -> str:
    found = VERSION.search(text)
    return found.group(1) if found else ""


def _output_of(command: str, option: str) -> str:
    try:
        done = subprocess.run(
            [command, option], capture_output=True, text=True, timeout=PROBE_TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout + done.stderr
