"""Fakes, named by their symptom.

`fake_tesseract` returns engines that fail as real ones do: shell scripts in this folder.
`tests.fakes.stages` has locators and readers with known answers, and one that raises.
"""

from pathlib import Path


def fake_tesseract(symptom: str) -> str:
    """Returns the command of a Tesseract with a symptom, e.g. "crash"; see the scripts."""
    path = Path(__file__).with_name(f"tesseract_{symptom}")
    assert path.is_file(), f"no such fake: {path.name}"
    return str(path)
