"""What the commands of the benchmarks share: photos, options and clear errors."""

import pytest

from benchmarks import accuracy, growth, speed
from benchmarks.command import GRAY, open_available, open_photo
from tests.benchmarks.builders import write_labels


@pytest.mark.parametrize("main", [speed.main, growth.main])
def test_a_folder_without_photos_is_named(tmp_path, capsys, main):
    assert main(["--photos", str(tmp_path)]) == 2
    assert f"{tmp_path}: no photos in it" in capsys.readouterr().err


@pytest.mark.parametrize("main", [accuracy.main, speed.main])
def test_an_unknown_split_is_a_clear_error(tmp_path, capsys, main):
    labels = write_labels(tmp_path / "plates.csv", "a.png,0,0,9,9,A1,,1,yes,,validation")
    arguments = ["--photos", str(tmp_path), "--labels", str(labels), "--split", "tset"]
    assert main(arguments) == 2
    assert "nothing to score in split 'tset'; there are: validation" in capsys.readouterr().err


def test_a_damaged_photo_ends_the_benchmark_and_is_named(photo_file):
    photo_file.write_bytes(photo_file.read_bytes()[:-100])
    with pytest.raises(SystemExit, match=r"car\.jpg: truncated"):
        open_photo(photo_file, GRAY)


def test_an_opened_photo_is_decoded(photo_file):
    photo = open_photo(photo_file, GRAY)
    before = photo.decode_ms
    assert photo.gray.shape == (400, 600)
    assert photo.decode_ms == before > 0


def test_what_is_not_installed_is_left_out_with_a_hint(capsys):
    def without_package():
        raise ImportError("no module")

    def without_file():
        raise FileNotFoundError("no weights")

    openers = {"a": lambda: 1, "b": without_package, "c": without_file}
    assert open_available(openers, openers, "; install it") == {"a": 1}
    printed = capsys.readouterr().err.splitlines()
    assert printed == ["b is left out: no module; install it", "c is left out: no weights"]
