"""Tesseract itself, and engines that are broken as real ones are."""

import os
import shutil

import numpy as np
import pytest

from anpr.errors import ExitCode, ReadTimeoutError, TesseractError
from anpr.read import tesseract
from tests.builders import PLATE_TEXT, REPOSITORY
from tests.builders import plate as plate_of
from tests.conftest import TUTORIAL, command
from tests.fakes import fake_tesseract

BROKEN = {
    "crash": "failed",
    "no_language": "Error opening data file eng.traineddata",
    "no_output": "does not work",
    "noise": "does not work",
    "other_program": "usage: frobnicate FILE",
}
"""Symptoms of broken engines, and what the message has to contain."""

OPTIONS = tesseract.build_options(tesseract.SINGLE_LINE)


def test_a_blank_image_has_no_text():
    assert tesseract.read_text(np.full((40, 200), 255, np.uint8), OPTIONS) == ""


def test_a_plate_is_thresholded_and_read(plates, texts):
    reader = tesseract.TesseractReader(clear_borders=True)
    readings = [reader.read(plate) for plate in plates]
    right = [reading.text == text for reading, text in zip(readings, texts, strict=True)]
    assert sum(right) >= 3  # of five
    assert all(reading.confidence is None for reading in readings)
    assert reader.read(plate_of(np.full((40, 160), 200, np.uint8))).text == ""


def test_the_installed_engine_passes_the_check():
    tesseract.check(tesseract.SINGLE_LINE)


def test_a_missing_engine_is_reported_before_the_first_photo_with_how_to_install_it(photo_file):
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract")
    assert (done.returncode, done.stdout) == (ExitCode.NO_TESSERACT, "")
    assert "'/nowhere/tesseract' was not found" in done.stderr
    for hint in ("apt-get install tesseract-ocr", "brew install tesseract", "winget install"):
        assert hint in done.stderr


@pytest.mark.parametrize("symptom", BROKEN)
def test_a_broken_engine_is_reported_before_the_first_photo(photo_file, symptom):
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", fake_tesseract(symptom))
    assert (done.returncode, done.stdout) == (ExitCode.NO_TESSERACT, ""), done.stderr
    assert BROKEN[symptom] in done.stderr
    assert "Traceback" not in done.stderr


def test_an_engine_that_is_not_executable_is_reported_before_the_first_photo(photo_file, tmp_path):
    (tmp_path / "tesseract").write_text("not a program")
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", tmp_path / "tesseract")
    assert done.returncode == ExitCode.NO_TESSERACT
    assert "apt-get install tesseract-ocr" in done.stderr


def test_the_environment_selects_an_engine_and_the_option_overrides_it(photo_file):
    env = {"TESSERACT_CMD": fake_tesseract("failure")}
    assert command(*TUTORIAL, "-i", photo_file, env=env).returncode == ExitCode.NO_TESSERACT
    installed = shutil.which("tesseract")
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", installed, env=env)
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")


def test_the_engine_runs_one_thread_and_the_environment_is_restored(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_FOLDER", str(tmp_path))
    tesseract.use_command(fake_tesseract("threads"))
    tesseract.check(tesseract.SINGLE_LINE)
    assert (tmp_path / "threads").read_text() == "1\n"
    assert "OMP_THREAD_LIMIT" not in os.environ


def test_a_limit_set_by_the_user_is_kept(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_FOLDER", str(tmp_path))
    monkeypatch.setenv("OMP_THREAD_LIMIT", "3")
    tesseract.use_command(fake_tesseract("threads"))
    tesseract.check(tesseract.SINGLE_LINE)
    assert (tmp_path / "threads").read_text() == "3\n"
    assert os.environ["OMP_THREAD_LIMIT"] == "3"


@pytest.mark.slow
def test_a_plate_that_takes_too_long_fails_only_its_own_photo(photo_file, tmp_path):
    """The check passes, the first plate hangs, the second is read."""
    env = {"FAKE_FOLDER": str(tmp_path), "FAKE_HANGS_AT": "2"}
    slow = fake_tesseract("hang_once")
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    arguments = ("-i", photo_file.parent, "--tesseract-cmd", slow, "--timeout", "5")
    done = command(*TUTORIAL, *arguments, env=env)
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n"
    assert f"{photo_file}: Tesseract took longer than 5 s" in done.stderr


@pytest.mark.slow
def test_an_engine_that_hangs_at_once_is_broken():
    tesseract.use_command(fake_tesseract("hang"))
    with pytest.raises(TesseractError, match="hangs"):
        tesseract.check(tesseract.SINGLE_LINE, timeout_s=1)
    with pytest.raises(ReadTimeoutError):
        tesseract.read_text(np.zeros((9, 9), np.uint8), OPTIONS, timeout_s=1)


def test_only_one_module_imports_pytesseract():
    users = [
        path.name
        for path in (REPOSITORY / "anpr").rglob("*.py")
        if "import pytesseract" in path.read_text(encoding="utf-8")
    ]
    assert users == ["tesseract.py"]


def test_garbled_hocr_is_a_failure_of_tesseract():
    tesseract.use_command(fake_tesseract("noise"))
    with pytest.raises(TesseractError, match="does not work"):
        tesseract.read_characters(np.full((40, 160), 255, np.uint8), tesseract.SINGLE_LINE)
