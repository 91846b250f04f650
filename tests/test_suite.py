"""The tests themselves: what they need, and how they are laid out."""

import re

import pytest

from tests.builders import REPOSITORY
from tests.conftest import run_python

EXTRAS = (
    *("aiohttp", "botocore", "flask", "fsspec", "importlinter", "moto", "onnx"),
    *("onnxruntime", "pooch", "pyarrow", "rapidfuzz", "ray", "s3fs", "selenium", "tesserocr"),
    *("torch", "Xlib"),
)
"""Packages that are installed for some tests alone."""
WITHOUT_EXTRAS = f"""
import sys
from importlib.machinery import PathFinder

class Without(PathFinder):
    @classmethod
    def find_spec(cls, name, path=None, target=None):
        is_extra = name.partition(".")[0] in {EXTRAS}
        return None if is_extra else super().find_spec(name, path, target)

sys.meta_path[sys.meta_path.index(PathFinder)] = Without
import pytest
sys.exit(pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider"]))
"""
PACKAGE = REPOSITORY / "anpr"
TESTED_ELSEWHERE = {
    "test___main__.py": "cli/test_main.py",
    "test__version.py": "test_public_names.py",
    "batch/test_worker_process.py": "batch/test_pool.py",  # a pool is what drives it
}
TESTS = sorted((REPOSITORY / "tests").rglob("*.py"))


@pytest.mark.slow
def test_collection_needs_no_extra():
    done = run_python("-c", WITHOUT_EXTRAS)
    assert done.returncode == 0, done.stdout
    for module in ("cli/test_run", "test_photo", "output/tables/test_open", "batch/test_pool"):
        assert f"tests/{module}.py::" in done.stdout


def test_no_test_borrows_from_another():
    borrowed = re.compile(r"^\s*(from|import) tests\.(\w+\.)*test_\w+", re.MULTILINE)
    for path in TESTS:
        assert not borrowed.search(path.read_text(encoding="utf-8")), path


def test_every_test_file_begins_with_a_docstring():
    for path in TESTS:
        if path.name.startswith("test_"):
            assert path.read_text(encoding="utf-8").startswith('"""'), path


def test_the_tests_mirror_the_package():
    """The tests of each module are in the file of the same name."""
    modules = [path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py")]
    for module in modules:
        if module.name != "__init__.py":
            mirror = module.with_name(f"test_{module.name}").as_posix()
            assert (REPOSITORY / "tests" / TESTED_ELSEWHERE.get(mirror, mirror)).is_file(), mirror
