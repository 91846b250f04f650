"""Plates of the sample photos, which none of the readers was made for."""

from pathlib import Path

import pytest

from anpr.locate.morphology import MorphologyLocator
from anpr.photo import Photo
from anpr.pixels import fit_width, to_gray
from anpr.rectify import MAX_ASPECT_RATIO, MIN_ASPECT_RATIO, cut_out, plate_shaped
from anpr.types import Plate
from tests.builders import SAMPLE_TEXTS, SAMPLES

GROUP1 = {name: text for name, text in SAMPLE_TEXTS.items() if name.startswith("group1/")}


@pytest.fixture(scope="session")
def texts() -> list[str]:
    """The texts of group1."""
    return list(GROUP1.values())


@pytest.fixture(scope="session")
def plates() -> list[Plate]:
    """The plates of group1, located as the tutorial does; read-only, so no stage may write."""
    return [_located(SAMPLES / name) for name in GROUP1]


def _located(path: Path) -> Plate:
    gray = to_gray(fit_width(Photo.open(path).bgr))
    gray.flags.writeable = False
    candidates = MorphologyLocator().candidates(gray)
    return cut_out(gray, next(plate_shaped(candidates, MIN_ASPECT_RATIO, MAX_ASPECT_RATIO)))
