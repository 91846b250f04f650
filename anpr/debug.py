"""Debug windows: show the steps of the pipeline on the screen, or in files without a screen."""

import logging
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

import cv2

from anpr.errors import DebugFolderError
from anpr.types import Candidate, Image

POLL_MS = 50  # interval at which a waiting window checks whether it was closed, and for Ctrl-C
DISPLAY_PROBE_TIMEOUT_S = 30.0  # the first window after a start of the machine loads Qt and fonts
DISPLAY_PROBE = "import cv2; cv2.namedWindow('anpr'); cv2.waitKey(1)"

CANDIDATE_BGR = (0, 255, 0)  # green
PX_PER_LINE_WIDTH = 400  # outlines are 1 px wide for each 400 px of the photo's longer side

logger = logging.getLogger(__name__)

Show = Callable[[str, Image, bool], None]
"""Shows an image under a title; waits for a key if the third argument is true."""


class Windows(Protocol):
    """Shows images under titles."""

    @property
    def is_visible(self) -> bool:
        """Whether images can be seen; if not, they need not be drawn."""

    def begin(self, photo: str) -> None:
        """Sets the photo to which the next images belong."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Shows an image; with `wait`, returns only when a key is pressed.

        Args:
            title: Title of its window.
            image: uint8, (height, width) gray or (height, width, 3) BGR.
            wait: Whether to wait for a key.
        """


class HiddenWindows:
    """Discards every image: for a run without debugging."""

    is_visible = False

    def begin(self, photo: str) -> None:
        """Ignores the name of the photo."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Discards the image; never waits."""


HIDDEN = HiddenWindows()
"""The default wherever steps can be shown."""


class ScreenWindows:
    """Windows on the screen, one for each title."""

    is_visible = True

    def begin(self, photo: str) -> None:
        """Keeps the windows of the previous photo; new images replace theirs."""

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Opens the window with that title, or replaces its image."""
        cv2.imshow(title, image)
        if wait:
            _wait_for_key(title)


class FolderWindows:
    """Image files, numbered in the order of the steps and named after the windows."""

    is_visible = True

    def __init__(self, folder: Path) -> None:
        """Creates the folder; raises a `DebugFolderError` if that fails."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DebugFolderError(
                f"{error.filename}: cannot be a folder for debug images: {error.strerror}"
            ) from error
        self._folder = self._photo_folder = folder
        self._photos = self._images = 0

    def begin(self, photo: str) -> None:
        """Starts a numbered folder for the photo."""
        self._photos += 1
        self._images = 0
        self._photo_folder = self._folder / f"{self._photos:03d} {_file_name(photo)}"

    def show(self, title: str, image: Image, wait: bool = False) -> None:
        """Writes the image; never waits."""
        self._images += 1
        self._photo_folder.mkdir(parents=True, exist_ok=True)
        path = self._photo_folder / f"{self._images:02d} {_file_name(title)}.png"
        path.write_bytes(cv2.imencode(".png", image)[1].tobytes())


def open_windows(folder: Path | None = None) -> Windows:
    """Opens windows on the screen if possible, else a folder. A warning names the folder.

    Args:
        folder: Folder for the images. `None` means the screen or, without one, a new temporary
            folder.

    Raises:
        DebugFolderError: The folder cannot be created.
    """
    if folder is None and _has_display():
        return ScreenWindows()
    if folder is None:
        folder = Path(tempfile.mkdtemp(prefix="anpr-debug-"))
    windows = FolderWindows(folder)
    logger.warning("debug images are written to %s", folder)
    return windows


def _has_display() -> bool:
    """Returns whether a window can be opened, tried in another process since it may crash.

    Without a display, `cv2.imshow` of the Qt wheels (4.10 to 5.0) does not raise: it aborts the
    interpreter with SIGABRT. The probe fails with the headless wheels too, which have no windows.
    """
    on_linux = sys.platform.startswith("linux")
    if on_linux and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    try:
        probe = subprocess.run(
            [sys.executable, "-c", DISPLAY_PROBE],
            capture_output=True,
            timeout=DISPLAY_PROBE_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return probe.returncode == 0


def _wait_for_key(title: str) -> None:
    """Waits for a key in any window, or until this one is closed.

    Not by `cv2.waitKey(0)`: without any window left it would wait forever and ignore Ctrl-C.
    """
    while cv2.waitKey(POLL_MS) < 0:
        if cv2.getWindowProperty(title, cv2.WND_PROP_VISIBLE) < 1:
            return


def _file_name(title: str) -> str:
    return re.sub(r"[^\w .-]+", "-", title)


def draw_candidates(gray: Image, candidates: Sequence[Candidate]) -> Image:
    """Draws the outlines of candidates and their scores.

    Args:
        gray: The photo: uint8, (height, width).
        candidates: With scores, in pixels of the photo.

    Returns:
        A new image: uint8, (height, width, 3), BGR.
    """
    bgr = cv2.cvtColor(gray, cv2.COLOR_GRAY2BGR)
    thickness = max(1, max(gray.shape) // PX_PER_LINE_WIDTH)
    for candidate in candidates:
        cv2.drawContours(bgr, [candidate.contour], -1, CANDIDATE_BGR, thickness)
        above = candidate.box.x, max(0, candidate.box.y - 3 * thickness)
        cv2.putText(
            bgr,
            f"{candidate.score:.2f}",
            above,
            cv2.FONT_HERSHEY_SIMPLEX,
            0.4 * thickness,
            CANDIDATE_BGR,
            thickness,
        )
    return bgr
