"""The readers that are compared: each gets a plate's crop and says what stands on it.

A reader whose package is not installed raises ImportError when it is opened.
"""

from collections.abc import Callable

from anpr.pixels import to_gray
from anpr.read import Reader
from anpr.read.in_process import open_in_process
from anpr.read.network import NetworkReader
from anpr.read.prepared import BY_COMMAND, PreparedTesseractReader
from anpr.read.tesseract import TesseractReader
from anpr.rectify import cut_out
from anpr.types import Box, Candidate, Image

Read = Callable[[Image], tuple[str, float | None]]
"""Takes a crop (BGR, uint8) and returns its text, with the confidence where there is one."""


def network() -> Read:
    """Our network."""
    return _ours(NetworkReader())


def tesseract() -> Read:
    """Tesseract as the tutorial uses it, on the border-cleared threshold."""
    return _ours(TesseractReader(clear_borders=True))


def tesseract_prepared() -> Read:
    """Tesseract on prepared crops; in this process where that can be had."""
    return _ours(PreparedTesseractReader(open_in_process("tesseract") or BY_COMMAND))


def rapidocr() -> Read:
    """The recogniser of RapidOCR 1.4 (PP-OCR models), a peer; an extra."""
    from rapidocr_onnxruntime import RapidOCR

    recogniser = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1).text_rec

    def read(crop: Image) -> tuple[str, float | None]:
        answers: list[tuple[str, float]] = recogniser([crop])[0]
        return answers[0]

    return read


READERS: dict[str, Callable[[], Read]] = {
    "network": network,
    "tesseract": tesseract,
    "tesseract_prepared": tesseract_prepared,
    "rapidocr": rapidocr,
}


def _ours(reader: Reader) -> Read:
    def read(crop: Image) -> tuple[str, float | None]:
        gray = to_gray(crop)
        whole = Candidate.filling(Box(0, 0, gray.shape[1], gray.shape[0]))
        reading = reader.read(cut_out(gray, whole))
        return reading.text, reading.confidence

    return read
