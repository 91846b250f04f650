"""The tests themselves: what they need, and how they are laid out."""

import re

import pytest

from tests.builders import REPOSITORY
from tests.conftest import run_python

EXTRAS = (
    *("aiohttp", "botocore", "flask", "fsspec", "hypothesis", "importlinter", "moto", "onnx"),
    *("onnxruntime", "pooch", "pyarrow", "rapidfuzz", "ray", "s3fs", "selenium", "tesserocr"),
    *("torch", "Xlib"),
)
"""Packages that are installed for some tests alone."""
WITHOUT_EXTRAS = f"""
import sys
from importlib.abc import MetaPathFinder

class Missing(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {EXTRAS}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Missing())
import pytest
sys.exit(pytest.main(["--collect-only", "--quiet", "-p", "no:cacheprovider"]))
"""
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


def test_every_test_file_says_what_it_tests():
    for path in TESTS:
        if path.name.startswith("test_"):
            assert path.read_text(encoding="utf-8").startswith('"""'), path
