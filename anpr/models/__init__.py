"""The weights of the networks; `README.md` beside them is their model card."""

import hashlib
from functools import cache
from pathlib import Path

import cv2
import numpy as np

FOLDER = Path(__file__).parent


def load(name: str) -> cv2.dnn.Net:
    """Loads a network, such as `reader`.

    From bytes: on Windows OpenCV cannot open a path beyond the code page.
    """
    weights = (FOLDER / f"{name}.onnx").read_bytes()
    return cv2.dnn.readNetFromONNX(np.frombuffer(weights, np.uint8))


@cache
def version() -> str:
    """A name for exactly these weights: the start of the SHA-256 of all of them together."""
    together = hashlib.sha256()
    for file in sorted(FOLDER.glob("*.onnx")):
        together.update(file.read_bytes())
    return together.hexdigest()[:12]
