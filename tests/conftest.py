"""What several tests share: the photographs, an empty engine, small drawn plates."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

REPOSITORY = Path(__file__).parent.parent
NANONETS = REPOSITORY.parent / "shared" / "data" / "nanonets"
TUTORIAL = ("--pipeline", "tutorial")

# A shell makes what it starts in the background deaf to Ctrl-C, and the commands that are tested
# would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


def command(*arguments: object, env: dict[str, str] | None = None, **options):
    """Runs the driver as a user does, and returns the finished process with its text output."""
    return subprocess.run(
        [sys.executable, str(REPOSITORY / "ocr_license_plate.py"), *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        env=os.environ | (env or {}),
        **options,
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


PLATE_TEXT = "MH12DE1433"
PLATE_XYWH = (220, 180, 180, 60)


@pytest.fixture(scope="session")
def photo() -> np.ndarray:
    """A drawn scene: a light plate with dark characters on a dark car, 600 x 400, BGR.

    Pillow's own font, since OpenCV's looks different from one version to the next.
    """
    font = ImageFont.load_default(80)
    left, top, right, bottom = font.getbbox(PLATE_TEXT)
    drawn = Image.new("RGB", (round(right - left) + 40, round(bottom - top) + 40), (235, 235, 235))
    ImageDraw.Draw(drawn).text(
        (20 - left, 20 - top), PLATE_TEXT, (20, 20, 20), font, stroke_width=1
    )
    scene = np.full((400, 600, 3), 60, np.uint8)
    x, y, width, height = PLATE_XYWH
    scene[y : y + height, x : x + width] = cv2.resize(
        np.asarray(drawn), (width, height), interpolation=cv2.INTER_AREA
    )
    return scene


@pytest.fixture
def photo_file(photo: np.ndarray, tmp_path: Path) -> Path:
    """The drawn scene as a JPEG."""
    path = tmp_path / "photos" / "car.jpg"
    path.parent.mkdir()
    path.write_bytes(cv2.imencode(".jpg", photo)[1].tobytes())
    return path


@pytest.fixture
def engine(tmp_path: Path):
    """Makes a Tesseract of one's own from a shell script."""

    def make(script: str) -> str:
        path = tmp_path / "tesseract"
        path.write_text("#!/bin/sh\n" + script)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)

    return make


@pytest.fixture(autouse=True)
def _same_tesseract_for_every_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undoes what a test does to pytesseract's one global variable."""
    import pytesseract

    command = pytesseract.pytesseract.tesseract_cmd
    monkeypatch.setattr(pytesseract.pytesseract, "tesseract_cmd", command)
    monkeypatch.delenv("OMP_THREAD_LIMIT", raising=False)
