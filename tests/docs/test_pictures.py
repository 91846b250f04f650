"""The pictures of the documentation are those that today's code makes."""

import shutil

import numpy as np
import pytest

from anpr.photo import Photo
from docs.pictures import DOCS, main

MAX_DIFFERENCE = 4  # gray levels on average: versions of OpenCV differ by a pixel in an outline
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")


@pytest.mark.parametrize("name", ["annotated.jpg", "network_steps.jpg", "tutorial_steps.jpg"])
def test_a_picture_is_what_the_code_makes(name, tmp_path):
    main([name, "--out", str(tmp_path)])
    committed, made = (Photo.open(folder / name).bgr for folder in (DOCS, tmp_path))
    assert made.shape == committed.shape
    assert np.abs(made.astype(int) - committed).mean() < MAX_DIFFERENCE, (
        "run: python -m docs.pictures"
    )


@pytest.mark.slow
@pytest.mark.skipif(
    not (CHROMIUM and shutil.which("chromedriver")), reason="no chromium and chromedriver"
)
def test_the_report_is_photographed_in_a_browser(tmp_path):
    pytest.importorskip("selenium")
    main(["report.png", "--out", str(tmp_path)])
    committed, made = (Photo.open(folder / "report.png").bgr for folder in (DOCS, tmp_path))
    assert made.shape == committed.shape
    assert made.std() > 0
