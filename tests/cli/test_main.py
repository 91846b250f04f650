import os
import signal
import subprocess
import sys
import time

import pytest

from anpr import __version__
from anpr.cli.main import ExitCode, parse_arguments
from anpr.sources.folders import find_photos
from tests.conftest import PLATE_TEXT, REPOSITORY, TUTORIAL, command


def test_defaults_are_the_tutorials():
    settings = parse_arguments(["-i", "photos"])
    assert (settings.clear_border, settings.psm, settings.debug) == (-1, 7, False)


def test_short_and_long_names_mean_the_same():
    short = parse_arguments(["-i", "a", "b", "-c", "1", "-p", "6", "-d", "1"])
    long = parse_arguments(
        ["--input", "a", "--input", "b", "--clear-border", "1", "--psm", "6", "--debug", "1"]
    )
    assert short == long


@pytest.mark.parametrize("off", ["-1", "0"])
def test_integers_below_one_switch_off(off):
    settings = parse_arguments(["-i", "a", "-c", off, "-d", off])
    assert (settings.clear_border, settings.debug) == (int(off), False)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--input"],
        ["-i", "a", "--psm", "99"],
        ["-i", "a", "--psm", "0"],
        ["-i", "a", "--clear-border", "yes"],
        ["-i", "a", "--timeout", "0"],
        ["-i", "a", "--region", "atlantis"],
        ["-i", "a", "--format", "parquet"],
        ["-i", "a", "--quiet", "--verbose"],
        ["-i", "a", "--timeout", "inf"],
        ["-i", "a", "--max-pixels", "-5"],
        ["-i", "a", "--workers", "0"],
        ["-i", "a", "--resume"],
        ["-i", "a", "--no-such-option"],
    ],
)
def test_usage_errors(arguments, capsys):
    with pytest.raises(SystemExit) as stop:
        parse_arguments(arguments)
    assert stop.value.code == ExitCode.USAGE
    assert capsys.readouterr().out == ""


def test_version(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--version"])
    assert capsys.readouterr().out == f"anpr {__version__}\n"


def test_help_and_readme_state_every_exit_code(capsys):
    with pytest.raises(SystemExit):
        parse_arguments(["--help"])
    text = capsys.readouterr().out
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for code in ExitCode:
        assert f"\n  {int(code):<4} " in text
        assert f"| {int(code)} |" in readme


def test_inputs_are_read_in_the_order_given_and_folders_sorted(tmp_path):
    for name in ("b/2.jpg", "b/10.png", "b/a/x.JPEG", "a.jpg", "b/notes.txt", "b/.x.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    problems: list[object] = []
    found = find_photos([tmp_path / "b", tmp_path / "a.jpg"], lambda *told: problems.append(told))
    names = [path.relative_to(tmp_path).as_posix() for path in found]
    assert names == ["b/10.png", "b/2.jpg", "b/a/x.JPEG", "a.jpg"]
    assert problems == []


def test_results_alone_on_stdout(photo_file, tmp_path):
    (photo_file.parent / "z empty.jpg").touch()
    done = command("--input", photo_file.parent)
    assert done.stdout == f"[INFO] {PLATE_TEXT}\n"
    assert "z empty.jpg" in done.stderr


def test_a_photo_without_a_plate_is_no_failure(tmp_path, photo_file, photo):
    import cv2

    blank = photo_file.with_name("blank.png")
    blank.write_bytes(cv2.imencode(".png", photo[:100])[1].tobytes())
    done = command("-i", blank)
    assert (done.returncode, done.stdout) == (0, "")
    assert f"{blank}: no plate read" in done.stderr


def test_ctrl_c_keeps_what_was_printed(photo_file, engine):
    """The first plate is read, the second hangs; the user has seen enough."""
    marker = photo_file.parent / "reading-the-second"
    hanging = engine(
        f"""case "$1" in *blank*) ;; esac
count=$(cat {marker}.count 2>/dev/null || echo 0)
echo $((count + 1)) > {marker}.count
if [ "$count" = 2 ]; then touch {marker}; exec sleep 60; fi
exec tesseract "$@"
"""
    )
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    process = subprocess.Popen(
        [
            sys.executable,
            "ocr_license_plate.py",
            *TUTORIAL,
            "--workers",
            "1",
            "-i",
            photo_file.parent,
            "--tesseract-cmd",
            hanging,
        ],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # a terminal sends Ctrl-C to the whole group; so do we
    )
    deadline = time.monotonic() + 60
    while not marker.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert out == f"[INFO] {PLATE_TEXT}\n"
    assert "interrupted; what was printed stands" in err
    assert "Traceback" not in err


def test_a_closed_pipe_is_no_traceback(photo_file):
    (photo_file.parent / "second.jpg").write_bytes(photo_file.read_bytes())
    done = subprocess.run(
        f"{sys.executable} ocr_license_plate.py -i '{photo_file.parent}' | true",
        shell=True,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
