"""What several tests share: running the command, the photographs, a drawn scene."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.builders import REPOSITORY, drawn_scene, write_photo

NANONETS = REPOSITORY.parent / "shared" / "data" / "nanonets"
SCRIPT = REPOSITORY / "ocr_license_plate.py"
TUTORIAL = ("--pipeline", "tutorial")

# A shell makes what it starts in the background ignore Ctrl-C, and the commands under test would
# inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def command(*arguments: object, env: dict[str, str] | None = None, **options):
    """Runs the command as a user does, and returns the finished process with its text output."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=os.environ | (env or {}),
        **options,
    )


def start_command(*arguments: object, env: dict[str, str] | None = None) -> subprocess.Popen:
    """Starts the command in a session of its own, so that signals can be sent to all of it."""
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | (env or {}),
        start_new_session=True,
    )


def run_python(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs another Python in the repository, so that it finds `anpr` and `tests`."""
    return subprocess.run(
        [sys.executable, *map(str, arguments)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="session")
def nanonets() -> Path:
    """The folder of the Indian photographs; skips where it is missing."""
    if not NANONETS.is_dir():
        pytest.skip(f"the photographs are not here: {NANONETS}")
    return NANONETS


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """The drawn scene, 600 x 400, BGR; read-only, since no stage may write into a photo."""
    scene = drawn_scene()
    scene.flags.writeable = False
    return scene


@pytest.fixture
def photo_file(photo: np.ndarray, tmp_path: Path) -> Path:
    """The drawn scene as a JPEG."""
    return write_photo(tmp_path / "photos" / "car.jpg", photo)


@pytest.fixture(autouse=True)
def _same_log_level_for_every_test() -> Iterator[None]:
    """Undoes what `--quiet` and `--verbose` do to the logger of the package."""
    logger = logging.getLogger("anpr")
    level = logger.level
    yield
    logger.setLevel(level)


@pytest.fixture(autouse=True)
def _same_tesseract_for_every_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undoes what a test does to pytesseract's one global variable."""
    import pytesseract

    command = pytesseract.pytesseract.tesseract_cmd
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", command)
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
