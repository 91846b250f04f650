"""The CPU time from the start of a process to its first answer."""

import pytest

from benchmarks import starts
from benchmarks.starts import COMMAND, measure_starts
from benchmarks.systems import OURS


@pytest.mark.slow
def test_a_start_is_a_process_that_imports_and_reads(photo_file, monkeypatch):
    monkeypatch.setattr(starts, "STARTS", 1)
    seconds = measure_starts((OURS, COMMAND), photo_file)
    assert list(seconds) == [OURS, COMMAND]
    assert all(0.1 < start_s < 30 for start_s in seconds.values())  # the imports alone take 0.1 s
