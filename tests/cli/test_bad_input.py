"""Inputs that cannot be read: each fails alone, is named with its reason, and stops nothing."""

import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from anpr.batch.serial import SerialBatch
from anpr.cli.main import main
from anpr.errors import ExitCode
from anpr.types import Status
from tests.builders import PLATE_TEXT, encoded, write_photo
from tests.conftest import SCRIPT, TUTORIAL, command
from tests.fakes.stages import RaisingReader

READ = f"[INFO] {PLATE_TEXT}\n"


@pytest.fixture
def folder(photo_file: Path) -> Path:
    """A folder that ends with a good photo: what comes before it must not stop the batch."""
    photo_file.rename(photo_file.with_name("z good.jpg"))
    return photo_file.parent


FailsAlone = Callable[..., None]


@pytest.fixture
def fails_alone(folder: Path, capsys, caplog) -> FailsAlone:
    """Holds a run to it: the bad file is named with the reason, and the good one is read."""

    def check(bad: Path, reason: str, *arguments: str) -> None:
        assert reason, "any will do is no test"
        caplog.clear()
        assert main([str(folder), *arguments]) == ExitCode.SOME_FAILED
        assert capsys.readouterr().out == READ
        (record,) = (one for one in caplog.records if str(bad) in one.message)
        assert record.levelname == "ERROR"
        assert record.message.startswith(f"{bad}: ")
        assert reason in record.message
        assert "\n" not in record.message
        assert record.exc_info is None

    return check


def test_a_bad_file_is_one_line_on_stderr(folder):
    (folder / "a.jpg").touch()
    done = command(folder)
    assert (done.returncode, done.stdout) == (1, READ)
    assert done.stderr.startswith(f"[ERROR] {folder / 'a.jpg'}: cannot decode (0 bytes)")
    assert done.stderr.count("\n") == 1


def test_missing_folder(tmp_path):
    done = command("--input", tmp_path / "nowhere")
    assert (done.returncode, done.stdout) == (ExitCode.NOTHING_TO_READ, "")
    assert f"{tmp_path / 'nowhere'}: no such file or folder" in done.stderr


def test_a_missing_input_beside_a_good_one(folder, tmp_path, capsys, caplog):
    assert main([str(tmp_path / "nowhere"), str(folder)]) == ExitCode.SOME_FAILED
    assert capsys.readouterr().out == READ
    assert f"{tmp_path / 'nowhere'}: no such file or folder" in caplog.text


def test_empty_folder(tmp_path, caplog):
    assert main([str(tmp_path)]) == ExitCode.NOTHING_TO_READ
    assert f"{tmp_path}: no photos in it" in caplog.text


def test_folder_without_images(tmp_path, caplog):
    (tmp_path / "notes.txt").write_text("no photo")
    (tmp_path / ".hidden.jpg").write_bytes(b"\xff\xd8")
    assert main([str(tmp_path)]) == ExitCode.NOTHING_TO_READ
    assert f"{tmp_path}: no photos in it" in caplog.text


def as_ordinary_user() -> list[str]:
    """A prefix that takes from root the right to read what it may not; empty for others."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root reads everything, and setpriv (util-linux) is not here to prevent it")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


@pytest.mark.parametrize("is_folder", [False, True])
def test_unreadable_permissions(folder, is_folder):
    bad = folder / "a secret.jpg"
    bad.mkdir() if is_folder else bad.write_bytes(b"x")
    bad.chmod(0)
    program = [*as_ordinary_user(), sys.executable, str(SCRIPT)]
    done = subprocess.run(
        [*program, "-i", str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    bad.chmod(0o700)
    assert (done.returncode, done.stdout) == (1, READ), done.stderr
    assert f"{bad}: cannot " in done.stderr
    assert "Permission denied" in done.stderr


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.jpg", b"", "cannot decode (0 bytes); expected JPEG, PNG"),
        ("a.jpg", b"Dear diary, no plate today.", "(27 bytes, beginning with b'Dear "),
        ("a.png", b"\x89PNG\r\n\x1a\n", "cannot decode (8 bytes, beginning with b'\\x89PNG"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "cannot decode (12 bytes, beginning with b'RIFF"),
        ("a.gif", b"GIF89a", "cannot decode (6 bytes, beginning with b'GIF89a'"),
    ],
)
def test_what_is_no_photo(folder, fails_alone, name, content, reason):
    (folder / name).write_bytes(content)
    fails_alone(folder / name, reason)


def test_a_truncated_photo(folder, fails_alone, photo):
    data = encoded(photo)
    (folder / "a.jpg").write_bytes(data[: len(data) // 2])
    fails_alone(folder / "a.jpg", "truncated: the end is missing after 4,")


def png_of_zeros(side: int) -> bytes:
    """A gray PNG of side x side pixels that takes a few kilobytes on disk."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    squeeze = zlib.compressobj(9)
    rows = b"".join(squeeze.compress(bytes(side + 1)) for _ in range(side)) + squeeze.flush()
    header = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def test_the_limit_of_pixels_can_be_moved(folder, fails_alone):
    (folder / "a.png").write_bytes(png_of_zeros(1_000))
    reason = "1000 x 1000 = 1,000,000 pixels, the limit is 999,999; --max-pixels raises it"
    fails_alone(folder / "a.png", reason, "--max-pixels", "999999")
    assert main([str(folder), "--max-pixels", "1000000"]) == ExitCode.OK


@pytest.mark.slow
def test_a_whole_png_of_a_size_that_fills_the_memory(folder, fails_alone):
    (folder / "a.png").write_bytes(png_of_zeros(30_000))
    fails_alone(folder / "a.png", "30000 x 30000 = 900,000,000 pixels, the limit is 250,000,000")


def test_a_sliver_does_not_fill_the_memory(folder, fails_alone):
    write_photo(folder / "a.png", np.zeros((60_000, 1, 3), np.uint8))
    reason = "1 x 60000 pixels are too narrow for a photo: 600 wide it would be 36,000,000 high"
    fails_alone(folder / "a.png", reason, *TUTORIAL)
    assert main([str(folder)]) == ExitCode.OK, "the networks shrink only"
    write_photo(folder / "a.png", np.zeros((1, 60_000, 3), np.uint8))
    assert main([str(folder)]) == ExitCode.OK


def test_a_pipe_is_not_waited_for(folder, fails_alone):
    os.mkfifo(folder / "a.jpg")
    fails_alone(folder / "a.jpg", "neither a file nor a folder")


@pytest.mark.parametrize("name", ["with spaces.jpg", "Nürburgring Öl.jpg", "🚗 auto.jpg", "-i.jpg"])
def test_any_path(tmp_path, photo_file, name, capsys):
    path = tmp_path / name.removesuffix(".jpg") / name
    path.parent.mkdir()
    photo_file.rename(path)
    assert main([str(path.parent)]) == ExitCode.OK
    assert capsys.readouterr().out == READ


def test_a_name_that_is_no_unicode_is_still_named(folder):
    bad = os.fsencode(folder) + b"/a\xff.jpg"
    Path(os.fsdecode(bad)).touch()
    done = command("-i", folder)
    assert (done.returncode, done.stdout) == (1, READ)
    assert "a\\udcff.jpg: cannot decode" in done.stderr


def test_dangling_link(folder, fails_alone):
    (folder / "a.jpg").symlink_to("gone.jpg")
    fails_alone(folder / "a.jpg", "dangling link: gone.jpg is not there")


def test_link_that_points_to_itself(folder, fails_alone):
    (folder / "a.jpg").symlink_to("a.jpg")
    fails_alone(folder / "a.jpg", "symbolic links")


def test_link_back_to_a_folder_above(folder, capsys, caplog):
    (folder / "a loop").symlink_to(folder)
    assert main([str(folder)]) == ExitCode.OK
    assert capsys.readouterr().out == READ
    assert f"{folder / 'a loop'}: a link to a folder that contains it" in caplog.text


def test_an_unexpected_error_is_told_with_its_traceback_and_stops_nothing(photo_file, caplog):
    broken = SerialBatch(RaisingReader(ZeroDivisionError("a bug")))
    results = list(broken([photo_file] * 2))
    assert [result.status for result in results] == [Status.FAILED] * 2
    assert results[0].reason == "unexpected ZeroDivisionError: a bug"
    assert [type(record.exc_info[1]) for record in caplog.records] == [ZeroDivisionError] * 2
