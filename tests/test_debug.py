"""Debug windows: on a real X server, and in files without a screen."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

import cv2
import numpy as np
import pytest

from anpr import PyImageSearchANPR
from anpr.debug import HIDDEN, FolderWindows, draw_candidates
from anpr.errors import ExitCode
from anpr.types import Candidate
from tests.builders import CORNERS, PLATE_TEXT, REPOSITORY
from tests.conftest import TUTORIAL, command

STAGES = [
    "01 Blackhat.png",
    "02 Light Regions.png",
    "03 Scharr.png",
    "04 Grad Thresh.png",
    "05 Grad Erode-Dilate.png",
    "06 Final.png",
    "07 License Plate.png",
    "08 ROI.png",
    "09 Output ANPR.png",
]
TITLES = [
    "Blackhat",
    "Light Regions",
    "Scharr",
    "Grad Thresh",
    "Grad Erode/Dilate",
    "Final",
    "License Plate",
    "ROI",
    "Output ANPR",
]
NO_SCREEN = {"DISPLAY": "", "WAYLAND_DISPLAY": ""}


def test_debug_without_a_screen_writes_every_stage_to_a_folder_it_names(photo_file, tmp_path):
    done = command(*TUTORIAL, "-i", photo_file, "-d", 1, env=NO_SCREEN | {"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n"), done.stderr
    (folder,) = tmp_path.glob("anpr-debug-*")
    assert str(folder) in done.stderr
    assert sorted(path.name for path in folder.glob("001 car.jpg/*")) == STAGES


def test_the_networks_show_their_steps_too(photo_file, tmp_path):
    done = command("-i", photo_file, "--debug-dir", tmp_path)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n"), done.stderr
    steps = sorted(path.name for path in (tmp_path / "001 car.jpg").iterdir())
    assert steps == ["01 Heat Map.png", "02 Candidates.png", "03 Upright.png", "04 Output ANPR.png"]


def test_a_display_that_does_not_exist_is_no_screen(photo_file, tmp_path):
    done = command(
        *TUTORIAL, "-i", photo_file, "-d", 1, env={"DISPLAY": ":73", "TMPDIR": str(tmp_path)}
    )
    assert done.returncode == 0, done.stderr
    assert len(list(tmp_path.glob("anpr-debug-*/*/*.png"))) == len(STAGES)


def test_debug_dir_sets_the_folder_and_each_photo_has_its_own(photo_file, tmp_path):
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    folder = tmp_path / "steps" / "here"
    done = command(*TUTORIAL, "-i", photo_file.parent, "--debug-dir", folder)
    assert done.returncode == 0, done.stderr
    assert str(folder) in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["001 car.jpg", "002 second.jpg"]
    assert sorted(path.name for path in (folder / "002 second.jpg").iterdir()) == STAGES


def test_a_debug_dir_that_cannot_be_created_is_reported_before_the_first_photo(photo_file):
    done = command("-i", photo_file, "--debug-dir", photo_file)
    assert (done.returncode, done.stdout) == (ExitCode.USAGE, "")
    assert f"{photo_file}: cannot be a folder for debug images: File exists" in done.stderr


def test_the_annotated_photo_is_among_them(photo_file, photo, tmp_path):
    command(*TUTORIAL, "-i", photo_file, "--debug-dir", tmp_path)
    shown = cv2.imread(str(tmp_path / "001 car.jpg" / STAGES[-1]))
    assert shown.shape == photo.shape
    is_green = (shown[:, :, 1] > 200) & (shown[:, :, 0] < 90) & (shown[:, :, 2] < 90)
    assert is_green[188:232, 222:398].sum() > 200  # the box, around the plate
    assert is_green[155:182].sum() > 200  # the text, above it


def test_the_tutorials_class_writes_to_a_folder_too(photo, monkeypatch, tmp_path, caplog):
    monkeypatch.setenv("DISPLAY", "")
    monkeypatch.setenv("WAYLAND_DISPLAY", "")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert PyImageSearchANPR(debug=True).find_and_ocr(photo)[0] == PLATE_TEXT
    (folder,) = tmp_path.iterdir()
    assert str(folder) in caplog.text
    assert sorted(path.name for path in folder.iterdir()) == STAGES[:-1]


def test_debug_imshow_shows_nothing_unless_debugging(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    PyImageSearchANPR().debug_imshow("Plate", np.zeros((5, 5), np.uint8), waitKey=True)
    assert list(tmp_path.iterdir()) == []


def test_files_contain_exactly_the_pixels(tmp_path):
    image = np.arange(200, dtype=np.uint8).reshape(10, 20)
    FolderWindows(tmp_path).show("Grad/One", image, wait=True)
    assert np.array_equal(
        cv2.imread(str(tmp_path / "01 Grad-One.png"), cv2.IMREAD_GRAYSCALE), image
    )


def test_hidden_windows_are_not_visible_and_show_nothing():
    assert not HIDDEN.is_visible
    HIDDEN.begin("car.jpg")
    HIDDEN.show("Plate", np.zeros((5, 5), np.uint8), wait=True)  # a key would never come


def test_candidates_are_drawn_on_a_copy():
    gray = np.full((200, 300), 90, np.uint8)
    gray.flags.writeable = False
    drawn = draw_candidates(gray, [Candidate.with_corners(CORNERS, 0.9)])
    is_green = (drawn == (0, 255, 0)).all(axis=2)
    for x, y in CORNERS.astype(int):
        assert is_green[y, x]
    assert is_green[60:79].any(), "the score, above the plate"
    assert not is_green[130:].any()


@pytest.fixture
def display() -> Iterator[str]:
    """A virtual screen."""
    pytest.importorskip("Xlib", reason="python-xlib is not installed: it closes windows")
    for program in ("Xvfb", "xdotool"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    read_end, write_end = os.pipe()
    # Without -noreset the server restarts whenever its last client disconnects, as xdotool does
    # each time, and refuses connections meanwhile.
    screen = ["-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write_end), *screen],
        pass_fds=[write_end],
        stderr=subprocess.DEVNULL,
    )
    os.close(write_end)
    with os.fdopen(read_end) as answer:
        number = answer.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait(timeout=10)


def xdotool(display: str, *arguments: str) -> str:
    return subprocess.run(
        ["xdotool", *arguments],
        env=os.environ | {"DISPLAY": display},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    ).stdout


def titles_on(display: str) -> set[str]:
    windows = xdotool(display, "search", "--onlyvisible", "--name", ".*").split()
    return {xdotool(display, "getwindowname", window).strip() for window in windows}


def wait_until_shown(display: str, *titles: str) -> None:
    deadline = time.monotonic() + 60
    while not set(titles) <= titles_on(display):
        assert time.monotonic() < deadline, f"{titles} not among {titles_on(display)}"
        time.sleep(0.1)


def press_key(display: str, title: str) -> None:
    window = xdotool(display, "search", "--onlyvisible", "--name", f"^{title}$").split()[0]
    xdotool(display, "windowfocus", "--sync", window)
    xdotool(display, "key", "--window", window, "space")


def close(display: str, title: str) -> None:
    """Closes a window as a click on its cross does, which xdotool 3.2016 cannot do."""
    from Xlib import X, protocol
    from Xlib.display import Display

    screen = Display(display)
    number = xdotool(display, "search", "--onlyvisible", "--name", f"^{title}$").split()[0]
    window = screen.create_resource_object("window", int(number))
    message = protocol.event.ClientMessage(
        window=window,
        client_type=screen.intern_atom("WM_PROTOCOLS"),
        data=(32, [screen.intern_atom("WM_DELETE_WINDOW"), X.CurrentTime, 0, 0, 0]),
    )
    window.send_event(message)
    screen.sync()
    screen.close()


def start(display: str, photo_file) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "ocr_license_plate.py", *TUTORIAL, "-i", photo_file, "--debug", "1"],
        cwd=REPOSITORY,
        env=os.environ | {"DISPLAY": display},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_real_windows(display, photo_file):
    process = start(display, photo_file)
    wait_until_shown(display, *TITLES[:6])
    press_key(display, "Final")
    wait_until_shown(display, *TITLES[:8])
    press_key(display, "ROI")
    wait_until_shown(display, *TITLES)
    press_key(display, "Output ANPR")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, f"[INFO] {PLATE_TEXT}\n"), err


def test_closing_a_window_continues_as_a_key_does(display, photo_file):
    process = start(display, photo_file)
    for title in ("Final", "ROI", "Output ANPR"):
        wait_until_shown(display, title)
        close(display, title)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, f"[INFO] {PLATE_TEXT}\n"), err
