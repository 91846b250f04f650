"""What a user installs works: in a fresh environment, from the folder, from an sdist, editable."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY
from tests.test_readme import GROUP1

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "*.egg-info", "build", "dist", "__pycache__")


def run(*arguments: object, **options: object) -> str:
    done = subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        **options,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def source(tmp_path_factory) -> Path:
    """A copy of the project, so that building leaves nothing behind in it."""
    copy = tmp_path_factory.mktemp("source") / "anpr"
    shutil.copytree(REPOSITORY, copy, ignore=LEFT_OUT)
    return copy


@pytest.fixture(scope="module")
def environment(tmp_path_factory, source) -> Path:
    """A fresh virtual environment with the project installed from its folder."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "pip", "install", "--quiet", source)
    return folder / "bin"


def read_group1(environment: Path, folder: Path) -> list[str]:
    photos = REPOSITORY / "license_plates" / "group1"
    return run(
        environment / "ocr-license-plate", "--input", photos, "--clear-border", 1, cwd=folder
    ).splitlines()


def test_installed_from_the_folder(environment, tmp_path):
    assert read_group1(environment, tmp_path) == GROUP1


def test_installed_from_an_sdist(environment, source, tmp_path):
    run(sys.executable, "-m", "build", "--sdist", "--outdir", tmp_path, source)
    (sdist,) = tmp_path.glob("anpr-*.tar.gz")
    run(environment / "pip", "install", "--quiet", "--no-deps", "--force-reinstall", sdist)
    assert read_group1(environment, tmp_path) == GROUP1


def test_the_networks_find_their_weights_where_they_are_installed(environment, tmp_path):
    run(environment / "python", "-c", "from anpr import PlateReader; PlateReader()", cwd=tmp_path)


def test_installed_editable(environment, source, tmp_path):
    run(environment / "pip", "install", "--quiet", "--no-deps", "--editable", source)
    where = run(environment / "python", "-c", "import anpr; print(anpr.__file__)", cwd=tmp_path)
    assert where.strip() == str(source / "anpr" / "__init__.py")
    assert read_group1(environment, tmp_path) == GROUP1
