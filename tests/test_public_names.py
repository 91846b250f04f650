"""The front door of the library: what `from anpr import ...` offers, and where it is described."""

import subprocess
import sys
from types import ModuleType

import pytest

import anpr
from anpr._version import DISTRIBUTION, __version__, install_hint
from tests.builders import REPOSITORY

DOCUMENTATION = REPOSITORY / "docs" / "python.md"


def test_the_public_names():
    assert sorted(anpr.__all__) == [
        "AnprError",
        "NetworkLocator",
        "NetworkReader",
        "PlateReader",
        "PyImageSearchANPR",
        "Reading",
        "Status",
        "__version__",
    ]


@pytest.mark.parametrize("name", anpr.__all__)
def test_every_public_name_can_be_imported_and_is_documented(name):
    public = getattr(anpr, name)
    assert name == "__version__" or public.__doc__
    assert f"`{name}`" in DOCUMENTATION.read_text(encoding="utf-8")


def test_everything_the_package_offers_is_exported():
    offered = {
        name
        for name, value in vars(anpr).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    }
    assert offered == set(anpr.__all__) - {"__version__"}


def test_the_module_of_the_tutorials_class_keeps_its_name():
    assert anpr.anpr.PyImageSearchANPR is anpr.PyImageSearchANPR


def test_the_version_is_that_of_the_package():
    assert anpr.__version__ == __version__
    assert all(part.isdecimal() for part in __version__.split("."))


def test_the_hint_installs_an_extra_of_the_distribution():
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    assert f'name = "{DISTRIBUTION}"' in project
    assert install_hint("cloud") == f"pip install '{DISTRIBUTION}[cloud]'"


def test_importing_the_package_loads_no_optional_package():
    """Each would cost a second, or is not there."""
    script = (
        "import sys, anpr; heavy = {'pandas', 'pyarrow', 'ray', 'scipy', 'tesserocr', 'torch'}; "
        "print(*sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert done.stdout.strip() == ""
