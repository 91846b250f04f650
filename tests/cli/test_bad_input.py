"""Every bad input gets a clear line that names the file, and the batch goes on."""

import os
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from tests.conftest import PLATE_TEXT, REPOSITORY, TUTORIAL, command

READ = f"[INFO] {PLATE_TEXT}\n"


@pytest.fixture
def folder(photo_file: Path) -> Path:
    """A folder that ends with a good photo: what comes before it must not stop the batch."""
    photo_file.rename(photo_file.with_name("z good.jpg"))
    return photo_file.parent


def assert_fails_alone(folder: Path, bad: Path, reason: str, *arguments: str) -> None:
    """The bad file is named with the reason, the good one is read, and the exit code is 1."""
    done = command("--input", folder, *arguments)
    assert done.returncode == 1, done.stderr
    assert done.stdout == READ
    lines = [line for line in done.stderr.splitlines() if str(bad) in line]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("[ERROR] ")
    assert reason in lines[0]
    assert "Traceback" not in done.stderr


def encoded(image: np.ndarray, suffix: str) -> bytes:
    return cv2.imencode(suffix, image)[1].tobytes()


def test_missing_folder(tmp_path):
    done = command("--input", tmp_path / "nowhere")
    assert done.returncode == 3
    assert done.stdout == ""
    assert f"{tmp_path / 'nowhere'}: no such file or folder" in done.stderr


def test_a_missing_input_beside_a_good_one(folder, tmp_path):
    done = command("--input", tmp_path / "nowhere", folder)
    assert (done.returncode, done.stdout) == (1, READ)
    assert f"{tmp_path / 'nowhere'}: no such file or folder" in done.stderr


def test_empty_folder(tmp_path):
    done = command("--input", tmp_path)
    assert done.returncode == 3
    assert f"{tmp_path}: no photos in it" in done.stderr


def test_folder_without_images(tmp_path):
    (tmp_path / "notes.txt").write_text("no photo")
    (tmp_path / ".hidden.jpg").write_bytes(b"\xff\xd8")
    done = command("--input", tmp_path)
    assert done.returncode == 3
    assert f"{tmp_path}: no photos in it" in done.stderr


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
    program = [*as_ordinary_user(), sys.executable, str(REPOSITORY / "ocr_license_plate.py")]
    done = subprocess.run(
        [*program, "-i", str(folder)], capture_output=True, text=True, timeout=60, check=False
    )
    bad.chmod(0o700)
    assert (done.returncode, done.stdout) == (1, READ), done.stderr
    assert f"{bad}: cannot " in done.stderr
    assert "Permission denied" in done.stderr


def test_zero_bytes(folder):
    (folder / "a.jpg").touch()
    assert_fails_alone(folder, folder / "a.jpg", "cannot decode (0 bytes); expected JPEG, PNG")


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".bmp", ".tif", ".gif"])
@pytest.mark.parametrize("kept", [0.02, 0.5, 0.97])
def test_truncated(folder, photo, suffix, kept):
    if suffix == ".gif":
        path = folder / "whole.gif"
        Image.fromarray(photo).save(path)
        data = path.read_bytes()
        path.unlink()
    else:
        data = encoded(photo, suffix)
    bad = folder / f"a{suffix}"
    bad.write_bytes(data[: int(len(data) * kept)])
    assert_fails_alone(folder, bad, "")


def test_truncated_jpeg_with_a_whole_thumbnail(folder, photo):
    thumbnail = encoded(cv2.resize(photo, (60, 40)), ".jpg")
    segment = b"\xff\xe1" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    data = encoded(photo, ".jpg")
    (folder / "a.jpg").write_bytes(data[:2] + segment + data[2 : len(data) // 2])
    assert_fails_alone(folder, folder / "a.jpg", "truncated: the end is missing")
    (folder / "a.jpg").write_bytes(data[:2] + segment + data[2:])
    assert command("-i", folder).stdout == READ * 2


def test_text_renamed_to_jpg(folder):
    (folder / "a.jpg").write_text("Dear diary, no plate today.")
    assert_fails_alone(folder, folder / "a.jpg", "cannot decode (27 bytes, beginning with b'Dear ")


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


def test_huge_png_and_the_flag_that_moves_the_limit(folder):
    (folder / "a.png").write_bytes(png_of_zeros(30_000))
    reason = "30000 x 30000 = 900,000,000 pixels, the limit is 250,000,000; --max-pixels raises it"
    assert_fails_alone(folder, folder / "a.png", reason)
    (folder / "a.png").write_bytes(png_of_zeros(1_000))
    assert_fails_alone(folder, folder / "a.png", "the limit is 999,999", "--max-pixels", "999999")
    assert command("-i", folder, "--max-pixels", 1_000_000).returncode == 0


def test_a_sliver_does_not_fill_the_memory(folder):
    (folder / "a.png").write_bytes(encoded(np.zeros((60_000, 1, 3), np.uint8), ".png"))
    reason = "1 x 60000 pixels are too narrow for a photo: 600 wide it would be 36,000,000 high"
    assert_fails_alone(folder, folder / "a.png", reason, *TUTORIAL)
    assert command("-i", folder).returncode == 0  # the networks shrink only
    (folder / "a.png").write_bytes(encoded(np.zeros((1, 60_000, 3), np.uint8), ".png"))
    assert command("-i", folder).returncode == 0


def test_a_pipe_is_not_waited_for(folder):
    os.mkfifo(folder / "a.jpg")
    assert_fails_alone(folder, folder / "a.jpg", "neither a file nor a folder")


def assert_read(path: Path) -> None:
    done = command("--input", path)
    assert (done.returncode, done.stdout) == (0, READ), done.stderr


def test_16_bit_png(tmp_path, photo):
    path = tmp_path / "a.png"
    path.write_bytes(encoded(photo.astype(np.uint16) * 257, ".png"))
    assert_read(path)


def test_cmyk_jpeg(tmp_path, photo):
    Image.fromarray(photo[:, :, ::-1]).convert("CMYK").save(tmp_path / "a.jpg", quality=95)
    assert_read(tmp_path / "a.jpg")


def test_gray_with_alpha(tmp_path, photo):
    Image.fromarray(photo[:, :, 0]).convert("LA").save(tmp_path / "a.png")
    assert_read(tmp_path / "a.png")


@pytest.mark.parametrize("orientation", [1, 2, 3, 4, 5, 6, 7, 8])
def test_exif_rotated_phone_photo(tmp_path, photo, orientation):
    """Stored turned or mirrored, with the note that says how to set it right."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = Image.fromarray(photo[:, :, ::-1])
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "a.jpg", exif=exif, quality=95)
    assert_read(tmp_path / "a.jpg")


@pytest.mark.parametrize("suffix", [".gif", ".webp"])
def test_animation_is_read_by_its_first_frame(tmp_path, photo, suffix):
    first = Image.fromarray(photo[:, :, ::-1])
    rest = [Image.new("RGB", first.size) for _ in range(3)]
    first.save(tmp_path / f"a{suffix}", save_all=True, append_images=rest, duration=100)
    assert_read(tmp_path / f"a{suffix}")


@pytest.mark.parametrize("name", ["with spaces.jpg", "Nürburgring Öl.jpg", "🚗 auto.jpg", "-i.jpg"])
def test_any_path(tmp_path, photo_file, name):
    path = tmp_path / name.removesuffix(".jpg") / name
    path.parent.mkdir()
    photo_file.rename(path)
    assert_read(path.parent)


def test_a_name_that_is_no_unicode_is_still_named(folder):
    bad = os.fsencode(folder) + b"/a\xff.jpg"
    Path(os.fsdecode(bad)).touch()
    done = command("-i", folder)
    assert (done.returncode, done.stdout) == (1, READ)
    assert "a\\udcff.jpg: cannot decode" in done.stderr


def test_dangling_link(folder):
    (folder / "a.jpg").symlink_to("gone.jpg")
    assert_fails_alone(folder, folder / "a.jpg", "dangling link: gone.jpg is not there")


def test_link_that_points_to_itself(folder):
    (folder / "a.jpg").symlink_to("a.jpg")
    assert_fails_alone(folder, folder / "a.jpg", "symbolic links")


def test_link_back_to_a_folder_above(folder):
    (folder / "a loop").symlink_to(folder)
    done = command("-i", folder)
    assert (done.returncode, done.stdout) == (0, READ)
    assert f"{folder / 'a loop'}: a link back to a folder that it lies in" in done.stderr


def test_an_unexpected_error_is_told_with_its_traceback_and_stops_nothing(photo_file, caplog):
    from anpr.batch.serial import read_files
    from anpr.debug import HiddenWindows
    from anpr.pixels import MAX_PIXELS
    from anpr.types import Status

    class Broken:
        def read(self, image):
            raise ZeroDivisionError("a bug")

    results = list(read_files([photo_file] * 2, Broken(), HiddenWindows(), MAX_PIXELS))
    assert [result.status for result in results] == [Status.FAILED] * 2
    assert results[0].reason == "unexpected ZeroDivisionError: a bug"
    assert caplog.records[0].exc_info is not None
