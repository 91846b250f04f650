"""Other systems that read plates or text: each opens on one thread and reads whole photos.

A peer whose package is not installed raises `ImportError` when it is opened, one whose weights are
missing `FileNotFoundError`. Nothing of `anpr` is imported here: a peer's start is timed without it.
"""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

FAST_ALPR_DETECTOR = "yolo-v9-t-416-license-plates-end2end1.onnx"
FAST_ALPR_READER = "cct_xs_v2_global.onnx"
FAST_ALPR_CONFIG = "cct_xs_v2_global_plate_config.yaml"
FAST_ALPR_THRESHOLD = 0.4  # minimum confidence of a plate; fast-alpr's own default


class Found(NamedTuple):
    """A text that a peer read."""

    text: str
    corners: Sequence[Sequence[float]]
    """x and y of the four corners, clockwise from the top left, in pixels of the photo."""
    confidence: float
    """0 to 1, as the peer reports it."""


ReadPhoto = Callable[[NDArray[Any]], list[Found]]
"""Takes a photo (BGR, uint8); returns all texts that the peer reads in it."""


class Peer(NamedTuple):
    """Another system."""

    distribution: str
    """The name of its package on an index."""
    open: Callable[[Path | None], ReadPhoto]
    """Loads the peer, given the folder of weights that its package does not bring; `None` means
    that there is no such folder."""


def _rapidocr(_: Path | None) -> ReadPhoto:
    """RapidOCR 1.4 (PP-OCRv4 models): every line of text in a photo. Source: its README."""
    from rapidocr_onnxruntime import RapidOCR

    engine = RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)

    def read(bgr: NDArray[Any]) -> list[Found]:
        lines = engine(bgr)[0] or []
        return [Found(text, corners, score) for corners, text, score in lines]

    return read


def _rapidocr3(_: Path | None) -> ReadPhoto:
    """RapidOCR 3 with its default models (3.10: PP-OCRv6 small). Source: its config.yaml."""
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Global.log_level": "error",  # otherwise, a warning for each photo without text
        }
    )

    def read(bgr: NDArray[Any]) -> list[Found]:
        result = engine(bgr)
        if result.txts is None:
            return []
        return list(map(Found, result.txts, result.boxes, result.scores))

    return read


def _fast_alpr(weights: Path | None) -> ReadPhoto:
    """fast-alpr with weights from a folder: its own downloads are not reached everywhere.

    Source: the README files of fast-alpr and open-image-models.
    """
    from fast_alpr import ALPR
    from onnxruntime import SessionOptions
    from open_image_models.detection.core.yolo_v9.inference import YoloV9Detector

    options = SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    alpr = ALPR(
        detector=YoloV9Detector(
            _weights(weights, FAST_ALPR_DETECTOR),
            ["License Plate"],
            conf_thresh=FAST_ALPR_THRESHOLD,
            sess_options=options,
        ),
        ocr_model=None,
        ocr_model_path=_weights(weights, FAST_ALPR_READER),
        ocr_config_path=_weights(weights, FAST_ALPR_CONFIG),
        ocr_sess_options=options,
    )

    def read(bgr: NDArray[Any]) -> list[Found]:
        return [_plate(result) for result in alpr.predict(bgr) if result.ocr is not None]

    return read


def _weights(folder: Path | None, name: str) -> Path:
    """Returns the path of a file with weights.

    Raises:
        FileNotFoundError: It is missing; the message names the option.
    """
    if folder is None:
        raise FileNotFoundError(f"needs {name}; --peer-weights names its folder")
    if not (folder / name).is_file():
        raise FileNotFoundError(f"needs {name}, which is not in {folder} (--peer-weights)")
    return folder / name


def _plate(result: Any) -> Found:
    """Returns a result of fast-alpr; the mean of its characters' confidences is the text's."""
    left, top, right, bottom = result.detection.bounding_box.xyxy
    confidence = result.ocr.confidence
    if not isinstance(confidence, float):
        confidence = statistics.mean(confidence) if confidence else 0.0
    corners = ((left, top), (right, top), (right, bottom), (left, bottom))
    return Found(result.ocr.text, corners, confidence)


PEERS = {
    "rapidocr": Peer("rapidocr_onnxruntime", _rapidocr),
    "rapidocr3": Peer("rapidocr", _rapidocr3),
    "fast-alpr": Peer("fast-alpr", _fast_alpr),
}
