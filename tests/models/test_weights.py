"""Only the released weights are parsed by the engine: others are refused, with a hint."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anpr.errors import ExitCode, ModelError
from anpr.models import weights
from tests.builders import REPOSITORY
from training.checksums import write_sums

NETWORKS = ("corners", "detector", "fast", "line", "reader")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the weights that `anpr.models.weights` uses in place of its own."""
    copy = tmp_path / "models"
    shutil.copytree(weights.FOLDER, copy)
    monkeypatch.setattr(weights, "FOLDER", copy)
    return copy


def spoil(file: Path) -> None:
    """Changes one bit in the middle of a file."""
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def test_the_checksums_are_those_of_the_files(folder):
    listed = (folder / weights.SUMS).read_bytes()
    write_sums(folder)
    assert (folder / weights.SUMS).read_bytes() == listed
    assert [line.split()[1].decode() for line in listed.splitlines()] == [
        f"{name}.onnx" for name in NETWORKS
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_every_listed_network_has_content(name):
    weights.check()
    assert weights.content_of(name)


@pytest.mark.parametrize("name", NETWORKS)
def test_one_wrong_bit_is_refused(folder, name):
    spoil(folder / f"{name}.onnx")
    for refused in (lambda: weights.content_of(name), weights.check):
        with pytest.raises(ModelError, match=rf"{name}\.onnx: damaged.*; install anpr again"):
            refused()


@pytest.mark.parametrize("name", ["reader.onnx", weights.SUMS])
def test_a_missing_file_is_reported_by_its_name(folder, name):
    (folder / name).unlink()
    with pytest.raises(ModelError, match=rf"{name}: cannot be read: No such file.*; install"):
        weights.check()


def test_a_network_that_is_not_listed_is_refused(folder):
    shutil.copy(folder / "reader.onnx", folder / "other.onnx")
    with pytest.raises(ModelError, match="expected SHA-256 None"):
        weights.content_of("other")


@pytest.mark.parametrize("workers", [1, 2])
def test_the_command_reports_it_in_one_line_and_creates_no_table(tmp_path, photo_file, workers):
    shutil.copytree(REPOSITORY / "anpr", tmp_path / "anpr")
    shutil.copy(REPOSITORY / "ocr_license_plate.py", tmp_path)
    spoil(tmp_path / "anpr" / "models" / "detector.onnx")
    options = ["--workers", str(workers), "--output", str(tmp_path / "plates.csv")]
    done = subprocess.run(
        [sys.executable, "ocr_license_plate.py", "--input", photo_file, photo_file, *options],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(tmp_path)},
    )
    assert (done.returncode, done.stdout) == (ExitCode.NO_MODEL, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith("[ERROR] ")
    assert "detector.onnx: damaged" in line
    assert not (tmp_path / "plates.csv").exists()


def test_the_version_depends_on_every_file(folder):
    weights.version.cache_clear()
    before = weights.version()
    spoil(folder / "line.onnx")
    weights.version.cache_clear()
    assert weights.version() != before
    weights.version.cache_clear()
