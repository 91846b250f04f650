"""Tests of the benchmarks; all of them are skipped without the package that compares texts."""

import pytest

from anpr._version import install_hint

pytest.importorskip("rapidfuzz", reason=f"rapidfuzz is missing; {install_hint('benchmarks')}")
