"""The weights of the networks; `README.md` beside them is their model card."""

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
