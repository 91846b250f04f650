"""The tutorial's own photos give the tutorial's own answers (Tesseract 5.3, `eng`)."""

from pathlib import Path

import cv2
import imutils
import pytest

from anpr import PyImageSearchANPR
from anpr.cli.main import main
from tests.conftest import TUTORIAL

GROUP1 = {
    "0.jpg": "MH15TC554",
    "10.jpg": "KL55R2473",
    "53.jpg": "MH20EE7601",
    "61.jpg": "KLO7BF5000",
    "151.jpg": "HR26DA2330",
}
GROUP2_FIRST = {"74.jpg": "MHOZDW8351"}
GROUP2_CLEARED = {"98.jpg": "KA297999", "204.jpg": "KE53E964"}
CASES = [
    *((photo, text, -1) for photo, text in (GROUP1 | GROUP2_FIRST).items()),
    *((photo, text, 1) for photo, text in GROUP2_CLEARED.items()),
]


@pytest.mark.parametrize(("name", "text", "clear_border"), CASES)
def test_command(nanonets: Path, capsys, name, text, clear_border):
    path = nanonets / "photos" / name
    arguments = ["--input", str(path), "--clear-border", str(clear_border)]
    assert main([*TUTORIAL, *arguments]) == 0
    assert capsys.readouterr().out == f"[INFO] {text}\n"


@pytest.mark.parametrize(("name", "text", "clear_border"), CASES)
def test_code_written_against_the_tutorial(nanonets: Path, name, text, clear_border):
    image = imutils.resize(cv2.imread(str(nanonets / "photos" / name)), width=600)
    reader = PyImageSearchANPR(debug=False)
    assert reader.find_and_ocr(image, psm=7, clearBorder=clear_border > 0)[0] == text


@pytest.mark.parametrize("name", GROUP2_CLEARED)
def test_clearing_the_border_changes_the_answer(nanonets: Path, capsys, name):
    path = str(nanonets / "photos" / name)
    main([*TUTORIAL, "--input", path])
    assert capsys.readouterr().out != f"[INFO] {GROUP2_CLEARED[name]}\n"


TRUTH = GROUP1 | {
    "61.jpg": "KL07BF5000",
    "74.jpg": "MH04DW8351",
    "98.jpg": "KA29Z999",
    "204.jpg": "KL53E964",
}


def test_the_default_reads_what_stands_there(nanonets: Path, capsys):
    photos = [str(nanonets / "photos" / name) for name in TRUTH]
    assert main(["--workers", "1", "--input", *photos]) == 0
    assert capsys.readouterr().out.splitlines() == [f"[INFO] {text}" for text in TRUTH.values()]
