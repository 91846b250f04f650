"""Where the pipeline shows its steps: on the screen, or in files where there is none."""

import logging
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Protocol

import cv2

from anpr.types import Image

POLL_MS = 50  # how often a waiting window looks whether it was closed, or Ctrl-C was pressed
PROBE_TIMEOUT_S = 30.0  # the first window of a cold machine loads Qt and its fonts
PROBE = "import cv2; cv2.namedWindow('anpr'); cv2.waitKey(1)"

logger = logging.getLogger(__name__)


class Windows(Protocol):
    """Shows images under titles."""

    @property
    def is_visible(self) -> bool:
        """Whether what is shown can be seen; else it need not be drawn."""

    def begin(self, photo: str) -> None:
        """Says which photo the next images belong to."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Shows an image, and waits for a key when asked to."""


class HiddenWindows:
    """Shows nothing."""

    is_visible = False

    def begin(self, photo: str) -> None:
        """Does nothing."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Does nothing."""


HIDDEN = HiddenWindows()


class ScreenWindows:
    """Real windows."""

    is_visible = True

    def begin(self, photo: str) -> None:
        """Keeps the windows of the photo before: the new images replace what they show."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Opens or refreshes the window of that title."""
        cv2.imshow(title, image)
        if wait:
            _wait_for_key(title)


class FolderWindows:
    """Image files, numbered in the order of the steps and named after the windows."""

    is_visible = True

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)  # so that one that cannot be shows at once
        self._folder = self._photo_folder = folder
        self._photos = self._images = 0

    def begin(self, photo: str) -> None:
        """Gives the photo a numbered folder of its own."""
        self._photos += 1
        self._images = 0
        self._photo_folder = self._folder / f"{self._photos:03d} {_file_name(photo)}"

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Writes the image; there is nobody to wait for."""
        self._images += 1
        self._photo_folder.mkdir(parents=True, exist_ok=True)
        path = self._photo_folder / f"{self._images:02d} {_file_name(title)}.png"
        path.write_bytes(cv2.imencode(".png", image)[1].tobytes())


def open_windows(folder: Path | None = None) -> Windows:
    """Opens real windows where that is possible, else a folder.

    Args:
        folder: Write to this folder, even where there is a screen. None: the screen, or else a
            new temporary folder, which a warning names.

    Raises:
        OSError: The folder cannot be made.
    """
    if folder is None and _has_display():
        return ScreenWindows()
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="anpr-debug-"))
    logger.warning("debug images are written to %s", folder)
    return FolderWindows(folder)


def _has_display() -> bool:
    """Whether a window can be opened; tried in another process, since trying may be fatal.

    Without a display, `cv2.imshow` of the Qt wheels (4.10 to 5.0) does not raise: it aborts the
    interpreter with SIGABRT. The headless wheels, which have no windows at all, fail here too.
    """
    on_linux = sys.platform.startswith("linux")
    if on_linux and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        probe = subprocess.run(
            [sys.executable, "-c", PROBE],
            capture_output=True,
            timeout=PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return probe.returncode == 0


def _wait_for_key(title: str) -> None:
    """Waits for a key in any window, or for this one to be closed.

    Not `cv2.waitKey(0)`: with no window left it would wait for ever, deaf to Ctrl-C.
    """
    while cv2.waitKey(POLL_MS) < 0:
        if cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1:
            return


def _file_name(title: str) -> str:
    return re.sub(r"[^\w .-]+", "-", title)
