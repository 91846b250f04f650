"""The cost of reading by size, plates and number of photos, in one short run."""

import json

from benchmarks import growth


def test_growth_with_size_plates_and_number(photo_file, tmp_path):
    file = tmp_path / "figures.json"
    arguments = ["--photos", str(photo_file.parent), "--counts", "3", "--json", str(file)]
    assert growth.main(arguments) == 0
    figures = json.loads(file.read_text())
    assert [row["width"] for row in figures["by_size"]] == [640, 1280, 2560, 4000]
    assert [row["plates"] for row in figures["by_plates"]] == [1, 2, 4, 8]
    (run,) = figures["by_number"]
    assert run["photos"] == 3
    assert 50 < run["peak_memory_mb"] < 1000
