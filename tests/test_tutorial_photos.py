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
GROUP2_NOT_CLEARED = {"98.jpg": "KA2929994", "204.jpg": "KL53E964"}
CASES = [
    *((name, text, -1) for name, text in (GROUP1 | GROUP2_FIRST | GROUP2_NOT_CLEARED).items()),
    *((name, text, 1) for name, text in GROUP2_CLEARED.items()),
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


TEXTS_ON_THE_PLATES = GROUP1 | {
    "61.jpg": "KL07BF5000",
    "74.jpg": "MH04DW8351",
    "98.jpg": "KA29Z999",
    "204.jpg": "KL53E964",
}


def test_the_default_reads_the_right_texts(nanonets: Path, capsys):
    photos = [str(nanonets / "photos" / name) for name in TEXTS_ON_THE_PLATES]
    assert main(["--workers", "1", "--input", *photos]) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"[INFO] {text}" for text in TEXTS_ON_THE_PLATES.values()
    ]
