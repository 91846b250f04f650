"""The systems that are compared on whole photos.

A system whose package is not installed raises `ImportError` when it is opened.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from anpr.anpr import PyImageSearchANPR, TutorialPipeline
from anpr.batch.serial import PhotoReader
from anpr.photo import Photo
from anpr.pipeline import PlateReader
from anpr.types import Candidate, Reading
from benchmarks.command import BGR, GRAY, Decode

OURS = "auto"
"""The default pipeline, as `--pipeline auto` of the command."""
TUTORIAL = "tutorial"


@dataclass(frozen=True)
class System:
    """A system that reads whole photos."""

    open: Callable[[tuple[str, ...]], PhotoReader]
    """Builds the reader, given the regions that plates are from; none means anywhere."""
    decode: Decode
    """Decodes the pixels that the reader starts from."""


class RapidOCRPhotoReader:
    """RapidOCR 1.4 (PP-OCR models): every line of text in a photo. Source: its README."""

    def __init__(self) -> None:
        """Loads the models, on one thread."""
        from rapidocr_onnxruntime import RapidOCR

        self._engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(self, photo: Photo) -> list[Reading]:
        """Returns all lines of text of a photo."""
        lines = self._engine(photo.bgr)[0] or []
        return [
            Reading(text, Candidate.with_corners(np.array(corners, np.float32), 1.0), score)
            for corners, text, score in lines
        ]


def _open_ours(regions: tuple[str, ...]) -> PlateReader:
    """The default pipeline of the command."""
    return PlateReader(regions=regions)


def _open_tutorial(_: tuple[str, ...]) -> TutorialPipeline:
    """The tutorial's pipeline, with its defaults."""
    return TutorialPipeline(PyImageSearchANPR())


def _open_rapidocr(_: tuple[str, ...]) -> RapidOCRPhotoReader:
    """A peer; an extra."""
    return RapidOCRPhotoReader()


SYSTEMS = {
    OURS: System(_open_ours, GRAY),
    TUTORIAL: System(_open_tutorial, BGR),
    "rapidocr": System(_open_rapidocr, BGR),
}
PEERS = tuple(name for name in SYSTEMS if name != OURS)
