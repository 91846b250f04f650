"""Tesseract itself, and engines that are broken in the ways real ones are."""

import os
import shutil

import numpy as np
import pytest

from anpr.errors import ReadTimeoutError, TesseractError
from anpr.read import tesseract
from tests.conftest import PLATE_TEXT, TUTORIAL, command

BROKEN = {
    "crashes": ("kill -SEGV $$", "failed"),
    "lacks_its_language": (
        "echo 'Error opening data file eng.traineddata' >&2; exit 1",
        "Error opening data file eng.traineddata",
    ),
    "writes_nothing": ("exit 0", "does not work"),
    "is_another_program": ("echo usage: frobnicate FILE >&2; exit 64", "usage: frobnicate FILE"),
}


def test_reads_a_blank_image_as_no_text():
    assert tesseract.read_text(np.full((40, 200), 255, np.uint8), tesseract.build_options(7)) == ""


def test_the_engine_that_is_here_passes_the_check():
    tesseract.check(psm=7)


def test_missing_is_found_before_the_first_photo_and_says_how_to_install(photo_file):
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", "/nowhere/tesseract")
    assert (done.returncode, done.stdout) == (4, "")
    assert "'/nowhere/tesseract' is not there" in done.stderr
    for way in ("apt-get install tesseract-ocr", "brew install tesseract", "winget install"):
        assert way in done.stderr


@pytest.mark.parametrize("symptom", BROKEN)
def test_broken_is_found_before_the_first_photo(photo_file, engine, symptom):
    script, message = BROKEN[symptom]
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", engine(script))
    assert (done.returncode, done.stdout) == (4, ""), done.stderr
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_not_executable_is_found_before_the_first_photo(photo_file, tmp_path):
    (tmp_path / "tesseract").write_text("not a program")
    done = command(*TUTORIAL, "-i", photo_file, "--tesseract-cmd", tmp_path / "tesseract")
    assert done.returncode == 4
    assert "apt-get install tesseract-ocr" in done.stderr


def test_the_environment_names_another_engine_and_the_flag_wins(photo_file, engine):
    real = shutil.which("tesseract")
    wrong = engine("exit 1")
    env = {"TESSERACT_CMD": wrong}
    assert command(*TUTORIAL, "-i", photo_file, env=env).returncode == 4
    done = command(
        *TUTORIAL, "-i", photo_file, "--tesseract-cmd", real, env={"TESSERACT_CMD": wrong}
    )
    assert (done.returncode, done.stdout) == (0, f"[INFO] {PLATE_TEXT}\n")


def test_the_child_runs_one_thread_and_we_are_left_as_we_were(engine, tmp_path):
    tesseract.use_command(engine(f'echo $OMP_THREAD_LIMIT > {tmp_path}/limit; exec tesseract "$@"'))
    tesseract.check(psm=7)
    assert (tmp_path / "limit").read_text() == "1\n"
    assert "OMP_THREAD_LIMIT" not in os.environ


def test_a_limit_the_user_set_is_kept(engine, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_THREAD_LIMIT", "3")
    tesseract.use_command(engine(f'echo $OMP_THREAD_LIMIT > {tmp_path}/limit; exec tesseract "$@"'))
    tesseract.check(psm=7)
    assert (tmp_path / "limit").read_text() == "3\n"
    assert os.environ["OMP_THREAD_LIMIT"] == "3"


def test_a_plate_that_takes_too_long_fails_its_photo_alone(photo_file, engine, tmp_path):
    """The check passes, the first plate hangs, the second is read."""
    count = tmp_path / "count"
    slow = engine(
        f"""n=$(cat {count} 2>/dev/null || echo 0); echo $((n + 1)) > {count}
[ "$n" = 1 ] && exec sleep 60
exec tesseract "$@"
"""
    )
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    done = command(*TUTORIAL, "-i", photo_file.parent, "--tesseract-cmd", slow, "--timeout", "5")
    assert (done.returncode, done.stdout) == (1, f"[INFO] {PLATE_TEXT}\n"), done.stderr
    assert f"{photo_file}: Tesseract took longer than 5 s" in done.stderr


def test_an_engine_that_hangs_at_once_is_broken(engine):
    tesseract.use_command(engine("exec sleep 60"))
    with pytest.raises(TesseractError, match="hangs"):
        tesseract.check(psm=7, timeout_s=1)
    with pytest.raises(ReadTimeoutError):
        tesseract.read_text(np.zeros((9, 9), np.uint8), tesseract.build_options(7), timeout_s=1)


def test_only_one_module_knows_pytesseract():
    from tests.conftest import REPOSITORY

    users = [
        path.name
        for path in (REPOSITORY / "anpr").rglob("*.py")
        if "import pytesseract" in path.read_text(encoding="utf-8")
    ]
    assert users == ["tesseract.py"]
