"""Other systems on whole photos, behind our own interface.

A system whose package is not installed raises ImportError when it is opened.
"""

import numpy as np

from anpr.photo import Decoded, whole_of
from anpr.types import Candidate, Reading


class RapidOCRPhotoReader:
    """RapidOCR 1.4 (PP-OCR models): every line of text in a photo. Source: its README."""

    def __init__(self) -> None:
        """Loads the models, on one thread."""
        from rapidocr_onnxruntime import RapidOCR

        self._engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(self, image: Decoded) -> list[Reading]:
        """Returns all lines of text of a BGR photo."""
        lines = self._engine(whole_of(image))[0] or []
        return [
            Reading(text, Candidate.with_corners(np.array(corners, np.float32), 1.0), score)
            for corners, text, score in lines
        ]
