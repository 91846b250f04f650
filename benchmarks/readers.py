"""The recognizers that are compared: each reads the crop of a plate.

A recognizer whose package is not installed raises `ImportError` when it is opened.
"""

from collections.abc import Callable

from anpr.pixels import to_gray
from anpr.read.in_process import open_in_process
from anpr.read.network import NetworkReader
from anpr.read.prepared import BY_COMMAND, PreparedTesseractReader
from anpr.read.tesseract import TesseractReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate, Image, Plate, Reading

ReadCrop = Callable[[Image], tuple[str, float | None]]
"""Takes a crop (BGR, uint8); returns its text and its confidence, `None` if there is none."""


def network() -> ReadCrop:
    """Our networks."""
    return _on_crops(NetworkReader().read)


def tesseract() -> ReadCrop:
    """Tesseract as the tutorial uses it, on the thresholded plate, its border cleared."""
    return _on_crops(TesseractReader(clear_borders=True).read)


def tesseract_prepared() -> ReadCrop:
    """Tesseract on prepared crops, in this process if `tesserocr` is installed."""
    reader = PreparedTesseractReader(open_in_process("tesseract") or BY_COMMAND)
    return _on_crops(reader.read)


def rapidocr() -> ReadCrop:
    """The recognizer of RapidOCR 1.4 (PP-OCR models), a peer; an extra."""
    from rapidocr_onnxruntime import RapidOCR

    recognizer = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1).text_rec

    def read(crop: Image) -> tuple[str, float | None]:
        answers: list[tuple[str, float]] = recognizer([crop])[0]
        return answers[0]

    return read


READERS: dict[str, Callable[[], ReadCrop]] = {
    "network": network,
    "tesseract": tesseract,
    "tesseract_prepared": tesseract_prepared,
    "rapidocr": rapidocr,
}


def _on_crops(read_plate: Callable[[Plate], Reading]) -> ReadCrop:
    """Adapts one of our recognizers to crops."""

    def read(crop: Image) -> tuple[str, float | None]:
        gray = to_gray(crop)
        whole = Candidate.filling(Box(0, 0, gray.shape[1], gray.shape[0]))
        reading = read_plate(cut_out(gray, whole))
        return reading.text, reading.confidence

    return read
