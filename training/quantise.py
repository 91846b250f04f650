"""Turns the trained networks into eight-bit ones, unless that costs plates.

    python -m training.quantise --data DATA

reads the float networks of `training/weights/`, calibrates on training photos alone, compares both
on the validation sets and writes `anpr/models/`. A network that loses more than MAX_LOSS of all
plates together, or more than MAX_LOST_PLATES of any set, stays in float.

Static quantisation with QuantizeLinear and DequantizeLinear nodes: activations in eight unsigned
bits, weights in seven signed bits per channel, so that sums do not saturate on processors without
VNNI, and all processors give the same answers. Source of the method: B. Jacob et al., "Quantization
and Training of Neural Networks for Efficient Integer-Arithmetic-Only Inference", CVPR 2018.
"""

import argparse
import csv
import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from anpr.errors import AnprError
from anpr.locate.network import NetworkLocator
from anpr.models import weights
from anpr.models.engine import Network, Run
from anpr.photo import Photo, quieten_decoders
from anpr.pipeline import PlateReader, default_locators
from anpr.read.network import NetworkReader
from anpr.types import Status
from benchmarks.scoring import normalise
from training.checksums import write_sums
from training.data.photos import training_photos

FLOAT_FOLDER = Path(__file__).with_name("weights")  # as in training.export, which needs PyTorch
CALIBRATION_PHOTOS = 240  # give each network some hundred inputs; more changed no figure
CALIBRATION_INPUTS = 100  # per network; the ranges of activations settle with fewer
SEED = 0

MAX_LOSS = 0.003  # share of the plates of all validation sets together
MAX_LOST_PLATES = 1  # of any one set

FLOAT_ENDS: dict[str, tuple[int, ...]] = {
    "detector": (0, 1, -2, -1),
    "fast": (),
    "reader": (0, -1),
    "line": (-1,),
}
"""Layers that stay in float, by network: 0 is the first, -1 the last.

The first layer sees the photo and the last one decides, and both are cheap. Found on validation
among all, none, the last, and both ends. The corner regressor is missing: it is as fast in float.
"""

VALIDATION_SETS = (
    "nanonets",
    "openlpr",
    "china_street",
    "europe_two_lines",
    "vietnam_motorbikes",
    "indonesia_flush",
)
VALIDATION_SPLITS = ("validation", "tutorial")

Inputs = dict[str, list[NDArray[Any]]]
"""Inputs of each network, float32, as they came up in use."""


@dataclass(frozen=True)
class Score:
    """How a set of photos was read."""

    plates: int
    exact: int
    """Labelled plates whose whole text was read."""
    read_right: int
    """Readings with status READ that are the text of a labelled plate."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A photo and the accepted texts of each of its plates."""

    path: Path
    plates: tuple[frozenset[str], ...]


class Recorder:
    """Runs a network and keeps its inputs."""

    def __init__(self, name: str, inputs: Inputs) -> None:
        self._run = _open(FLOAT_FOLDER / f"{name}.onnx")
        self._inputs = inputs.setdefault(name, [])

    def __call__(self, tensor: NDArray[Any]) -> NDArray[Any]:
        """Returns what the network returns."""
        self._inputs.append(tensor.copy())
        return self._run(tensor)


def main() -> None:
    """Quantises every network and prints what it costs."""
    parser = argparse.ArgumentParser(prog="python -m training.quantise", description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--out", type=Path, default=weights.FOLDER, help="(default: anpr/models)")
    arguments = parser.parse_args()
    quieten_decoders()
    inputs = record_inputs(arguments.data)
    photos = {name: list(labelled_photos(arguments.data, name)) for name in VALIDATION_SETS}
    floats = {file.stem: file for file in sorted(FLOAT_FOLDER.glob("*.onnx"))}
    before = score_all(photos, floats)
    _print("float", before, before)
    with tempfile.TemporaryDirectory() as folder:
        kept = dict(floats)
        for name in FLOAT_ENDS:
            target = Path(folder) / f"{name}.onnx"
            quantise(floats[name], target, inputs[name])
            after = score_all(photos, floats | {name: target})
            is_kept = is_good_enough(before, after)
            _print(f"{name} {'eight bits' if is_kept else 'stays in float'}", before, after)
            if is_kept:
                kept[name] = target
        together = score_all(photos, kept)
        _print("together", before, together)
        if not is_good_enough(before, together):
            raise SystemExit("the eight-bit networks together lose too much; nothing is written")
        for name, file in kept.items():
            shutil.copyfile(file, arguments.out / f"{name}.onnx")
    write_sums()


def record_inputs(data: Path) -> Inputs:
    """Returns inputs of each network from reading a random choice of training photos."""
    inputs: Inputs = {}
    reader = _reader({name: Recorder(name, inputs) for name in _names()})
    paths = sorted(path for path, _ in training_photos(data))
    for path in random.Random(SEED).sample(paths, CALIBRATION_PHOTOS):
        reader.read(path)
    chosen = random.Random(SEED)
    return {
        name: chosen.sample(tensors, min(CALIBRATION_INPUTS, len(tensors)))
        for name, tensors in inputs.items()
    }


def labelled_photos(data: Path, name: str) -> Iterator[LabelledPhoto]:
    """Yields the validation photos of a set, with the texts of their plates."""
    plates: dict[str, list[frozenset[str]]] = {}
    with (data / name / "plates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            is_scored = row["split"] in VALIDATION_SPLITS and row.get("use", "yes") == "yes"
            if is_scored and row["text"] and not row.get("ambiguous"):
                texts = filter(None, (row["text"], row.get("also") or ""))
                plates.setdefault(row["photo"], []).append(frozenset(map(normalise, texts)))
    for photo, texts_of_plates in plates.items():
        yield LabelledPhoto(data / name / "photos" / photo, tuple(texts_of_plates))


def score_all(
    photos: Mapping[str, list[LabelledPhoto]], files: Mapping[str, Path]
) -> dict[str, Score]:
    """Reads all validation sets with the networks of some files."""
    reader = _reader({name: _open(file) for name, file in files.items()})
    return {name: score(reader, of_set) for name, of_set in photos.items()}


def score(reader: PlateReader, photos: list[LabelledPhoto]) -> Score:
    """Counts the plates that are read correctly."""
    plates = exact = read_right = 0
    for photo in photos:
        try:
            readings = reader.read(Photo.open(photo.path))
        except AnprError as error:
            raise SystemExit(f"{photo.path}: {error}") from error
        texts = {normalise(reading.text) for reading in readings}
        plates += len(photo.plates)
        exact += sum(bool(texts & accepted) for accepted in photo.plates)
        accepted_texts = frozenset().union(*photo.plates)
        read_right += sum(
            reading.status is Status.READ and normalise(reading.text) in accepted_texts
            for reading in readings
        )
    return Score(plates, exact, read_right)


def is_good_enough(before: Mapping[str, Score], after: Mapping[str, Score]) -> bool:
    """Returns whether eight bits cost no more than allowed."""
    lost = {name: before[name].exact - after[name].exact for name in before}
    plates = sum(score.plates for score in before.values())
    return sum(lost.values()) <= MAX_LOSS * plates and max(lost.values()) <= MAX_LOST_PLATES


def quantise(source: Path, target: Path, inputs: list[NDArray[Any]]) -> None:
    """Writes the eight-bit version of a network.

    Args:
        source: The float network, named after its use.
        target: Where the eight-bit one goes.
        inputs: Calibrate the ranges of the activations.
    """
    import onnx
    from onnxruntime.quantization import (
        CalibrationDataReader,
        QuantFormat,
        QuantType,
        quantize_static,
    )

    class Reader(CalibrationDataReader):
        def __init__(self) -> None:
            self._left = iter(inputs)

        def get_next(self) -> dict[str, NDArray[Any]] | None:
            tensor = next(self._left, None)
            return None if tensor is None else {input_name: tensor}

    graph = onnx.load(source).graph
    input_name = graph.input[0].name
    layers = [node.name for node in graph.node if node.op_type in ("Conv", "Gemm")]
    quantize_static(
        source,
        target,
        Reader(),
        quant_format=QuantFormat.QDQ,
        per_channel=True,
        reduce_range=True,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        nodes_to_exclude=[layers[end] for end in FLOAT_ENDS[source.stem]],
    )


def _reader(networks: Mapping[str, Run]) -> PlateReader:
    """Returns a reader of photos on some networks."""
    locator = NetworkLocator(detector=networks["detector"], corner_regressor=networks["corners"])
    reader = NetworkReader(networks["reader"], networks["line"], networks["fast"])
    return PlateReader(default_locators(locator), reader)


def _open(file: Path) -> Network:
    return Network(file.stem, file.read_bytes())


def _names() -> list[str]:
    return [file.stem for file in sorted(FLOAT_FOLDER.glob("*.onnx"))]


def _print(what: str, before: Mapping[str, Score], after: Mapping[str, Score]) -> None:
    parts = [
        f"{name} {score.exact} ({score.exact - before[name].exact:+d}) of {score.plates}"
        for name, score in after.items()
    ]
    exact, read_right = (
        sum(getattr(score, kind) for score in after.values()) for kind in ("exact", "read_right")
    )
    print(f"{what}: {exact} exact, {read_right} READ and right: {', '.join(parts)}", flush=True)


if __name__ == "__main__":
    main()
