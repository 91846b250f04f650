"""Results with thumbnails, and reports of them, that several tests of this folder write."""

import json
import re
from pathlib import Path

import numpy as np

from anpr.output.report.pictures import with_pictures
from anpr.output.report.report import Report
from anpr.photo import Photo
from anpr.types import FileResult, Reading
from tests.builders import reading, rectangle, result


def even(height: int, width: int, gray: int = 90) -> Photo:
    """Returns a photo of one colour."""
    return Photo.from_array(np.full((height, width, 3), gray, np.uint8))


def plate(text: str, confidence: float | None = 0.99, **facts: object) -> Reading:
    """Returns a reading with a drawn crop; CHECK if its confidence is 0.9 or less."""
    usual = {"candidate": rectangle(60, 40, 100, 25), "crop": np.full((20, 80), 200, np.uint8)}
    return reading(text, confidence, **usual | facts)


def photo(name: str, *readings: Reading, reason: str = "") -> FileResult:
    """Returns the result of a photo, with thumbnails unless it failed."""
    done = result(name, *readings, reason=reason)
    return done if reason else with_pictures(done, even(120, 200))


def written(path: Path, *results: FileResult) -> Path:
    """Writes a report and returns its path."""
    with Report(path) as report:
        for done in results:
            report.write(done)
    return path


def values(page: Path) -> list[dict]:
    """Returns the values of each photo in a report."""
    texts = re.findall(r'class="values">(.*?)</script>', page.read_text("utf-8"))
    return [json.loads(text) for text in texts]
