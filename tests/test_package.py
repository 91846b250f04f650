"""What a user installs works: in a fresh environment, from the folder, from an sdist, editable."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from anpr._version import DISTRIBUTION, __version__
from tests.builders import REPOSITORY, SAMPLE, SAMPLE_TEXT, SAMPLE_TEXTS, SAMPLES

pytestmark = pytest.mark.slow

LEFT_OUT = shutil.ignore_patterns(".git", ".venv", "*.egg-info", "build", "dist", "__pycache__")
GROUP1 = [f"[INFO] {text}" for name, text in SAMPLE_TEXTS.items() if name.startswith("group1")]

ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
"""Without the variable that would import the checkout in place of what is installed."""


def run(*arguments: object, **options: object) -> str:
    done = subprocess.run(
        [str(argument) for argument in arguments],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
        env=ENVIRONMENT,
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
    """The programs of a fresh virtual environment, with the project installed from its folder."""
    folder = tmp_path_factory.mktemp("environment") / "venv"
    run(sys.executable, "-m", "venv", folder)
    run(folder / "bin" / "pip", "install", "--quiet", source)
    return folder / "bin"


def read_group1(environment: Path, folder: Path) -> list[str]:
    command = environment / "ocr-license-plate"
    return run(command, SAMPLES / "group1", cwd=folder).splitlines()


def test_installed_from_the_folder(environment, tmp_path):
    assert read_group1(environment, tmp_path) == GROUP1


def test_the_command_has_its_own_name_and_the_module_is_the_same_command(environment, tmp_path):
    called = run(environment / "ocr-license-plate", "--help", cwd=tmp_path)
    assert called.startswith("usage: ocr-license-plate [-h]")
    as_module = run(environment / "python", "-m", "anpr", "--help", cwd=tmp_path)
    assert as_module.startswith("usage: python -m anpr [-h]")
    assert run(environment / "ocr-license-plate", "--version") == f"anpr {__version__}\n"


def test_a_first_run_has_its_table_its_report_and_its_copies(environment, tmp_path):
    outputs = ("--output", "plates.csv", "--report", "plates.html", "--redact", "redacted")
    run(environment / "ocr-license-plate", SAMPLES / "group1", *outputs, cwd=tmp_path)
    for text in ("plates.csv", "plates.html"):
        assert GROUP1[0].removeprefix("[INFO] ") in (tmp_path / text).read_text(encoding="utf-8")
    assert len(list((tmp_path / "redacted").rglob("*.jpg"))) == len(GROUP1)


def test_the_distribution_has_its_name_its_version_and_its_licence(environment, tmp_path):
    script = (
        "from importlib.metadata import metadata; "
        f"about = metadata({DISTRIBUTION!r}); "
        "print(about['Name'], about['Version'], about['License-Expression'] or about['License'])"
    )
    about = run(environment / "python", "-c", script, cwd=tmp_path)
    assert about == f"{DISTRIBUTION} {__version__} MIT\n"


def test_installed_from_an_sdist(environment, source, tmp_path):
    run(sys.executable, "-m", "build", "--sdist", "--outdir", tmp_path, source)
    (sdist,) = tmp_path.glob(f"{DISTRIBUTION.replace('-', '_')}-{__version__}.tar.gz")
    run(environment / "pip", "install", "--quiet", "--no-deps", "--force-reinstall", sdist)
    assert read_group1(environment, tmp_path) == GROUP1


def test_the_networks_find_their_weights_where_they_are_installed(environment, tmp_path):
    script = f"from anpr import PlateReader; print(PlateReader().read({str(SAMPLE)!r})[0].text)"
    assert run(environment / "python", "-c", script, cwd=tmp_path) == f"{SAMPLE_TEXT}\n"


def test_installed_editable(environment, source, tmp_path):
    run(environment / "pip", "install", "--quiet", "--no-deps", "--editable", source)
    where = run(environment / "python", "-c", "import anpr; print(anpr.__file__)", cwd=tmp_path)
    assert where.strip() == str(source / "anpr" / "__init__.py")
    assert read_group1(environment, tmp_path) == GROUP1
