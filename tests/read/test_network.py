"""The cascade of the reading networks, on plates cut from the sample photos."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from anpr.locate.network import NetworkLocator
from anpr.models.engine import load
from anpr.photo import Photo
from anpr.read.framing import Framing, frame
from anpr.read.network import NetworkReader
from anpr.rectify import upright
from anpr.types import Plate
from tests.builders import SAMPLES
from tests.builders import plate as plate_of
from tests.read.conftest import GROUP1


@pytest.fixture(scope="module")
def network() -> NetworkReader:
    return NetworkReader()


class CountingNet:
    """A network that counts how often it runs."""

    def __init__(self, name: str) -> None:
        self.run, self.runs = load(name), 0

    def __call__(self, tensor: np.ndarray) -> np.ndarray:
        self.runs += 1
        return self.run(tensor)


@pytest.fixture
def counting() -> NetworkReader:
    return NetworkReader(CountingNet("reader"), CountingNet("line"), CountingNet("fast"))


def shrunk(plate: Plate, factor: float) -> np.ndarray:
    return cv2.resize(plate.gray, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)


def test_every_plate_is_read(network, plates, texts):
    assert [network.read(plate).text for plate in plates] == texts


def test_the_prediction_of_a_plate_has_its_text_and_a_probability_not_yet_calibrated(
    network, plates
):
    for plate in plates:
        prediction, reading = network.predict(plate), network.read(plate)
        assert prediction.text == reading.text
        assert 0 < prediction.probability <= 1
        assert prediction.probability != reading.confidence


def test_the_fast_network_alone_reads_most_plates(counting):
    """The plates are located by the networks, upright and from the whole photo."""
    locator, large_runs = NetworkLocator(), []
    for name, text in GROUP1.items():
        gray, before = Photo.open(SAMPLES / name).whole, counting.large_net.runs
        assert counting.read(upright(gray, locator.candidates(gray)[0])).text == text
        large_runs.append(counting.large_net.runs - before)
    assert large_runs.count(0) > len(GROUP1) / 2
    assert counting.fast_net.runs == len(GROUP1)


def test_the_large_network_reads_a_plate_that_the_fast_one_is_unsure_of(counting, plates):
    assert counting.read(plate_of(shrunk(plates[2], 0.32))).text
    assert counting.large_net.runs > 0


def test_without_any_character_there_is_one_pass(counting):
    assert counting.read(plate_of(np.full((40, 160), 90, np.uint8))).text == ""
    assert (counting.fast_net.runs, counting.large_net.runs) == (1, 0)


@pytest.mark.parametrize(("score", "is_retried"), [(0.5, False), (0.9, True), (None, True)])
def test_an_illegible_plate_is_retried_if_the_locator_is_sure(counting, plates, score, is_retried):
    candidate = replace(plates[3].candidate, score=score)
    counting.read(plate_of(shrunk(plates[3], 0.18), candidate))
    assert (counting.large_net.runs > 0) == is_retried


@pytest.mark.parametrize(("score", "is_retried"), [(0.5, False), (0.9, True), (None, True)])
def test_a_word_is_retried_if_the_locator_is_sure(counting, plates, score, is_retried):
    badge = np.full((60, 256), 200, np.uint8)
    cv2.putText(badge, "STRADIA", (20, 45), cv2.FONT_HERSHEY_TRIPLEX, 1.2, 30, 2)
    counting.read(plate_of(badge, replace(plates[3].candidate, score=score)))
    assert (counting.large_net.runs > 0) == is_retried


def test_every_character_has_its_confidence_and_its_runner_up(network, plates):
    for plate in plates:
        reading = network.read(plate)
        assert "".join(character.value for character in reading.characters) == reading.text
        for character in reading.characters:
            assert 0 <= character.runner_up_confidence <= character.confidence <= 1
            assert character.runner_up != character.value
        assert 0 < reading.confidence <= 1
        assert reading.line_count == 1


def two_lines_of(plate: Plate) -> np.ndarray:
    """A plate cut in two between its characters, the left half above the right one."""
    enlarged = cv2.resize(plate.gray, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    middle = enlarged.shape[1] // 2
    gap = middle - 20 + int(enlarged[:, middle - 20 : middle + 20].min(axis=0).argmax())
    width = max(gap, enlarged.shape[1] - gap)
    ground = int(np.percentile(enlarged, 90))
    halves = [
        cv2.copyMakeBorder(
            half, 8, 8, 8, width - half.shape[1] + 8, cv2.BORDER_CONSTANT, value=ground
        )
        for half in (enlarged[:, :gap], enlarged[:, gap:])
    ]
    return np.vstack(halves)


def test_two_lines_are_read_top_line_first(network, plates, texts):
    reading = network.read(plate_of(two_lines_of(plates[2])))
    assert reading.text == texts[2]
    assert reading.line_count == 2


def test_a_doubtful_plate_with_two_lines_is_read_line_by_line_too(counting, plates):
    blurred = cv2.GaussianBlur(two_lines_of(plates[1]), (0, 0), 9)
    reading = counting.read(plate_of(blurred))
    assert counting.line_net.runs >= 2
    assert reading.line_count == 2


@pytest.mark.parametrize("shape", [(1, 1), (1, 400), (30, 2), (900, 2000), (16, 60)])
@pytest.mark.parametrize("value", [0, 127, 255])
def test_an_even_crop_of_any_shape_has_no_text(network, shape, value):
    reading = network.read(plate_of(np.full(shape, value, np.uint8)))
    assert (reading.text, reading.confidence) == ("", 0)


def test_noise_has_a_low_confidence(network):
    rng = np.random.default_rng(0)
    noises = [rng.integers(0, 256, (40, 160), np.uint8) for _ in range(20)]
    readings = [network.read(plate_of(noise)) for noise in noises]
    assert max(reading.confidence for reading in readings) < 0.5


def test_a_retry_reads_a_plate_that_is_tilted_too_far_for_the_first_pass(network, plates, texts):
    tilted = frame(plates[2], Framing(shear=0.9, margin_y=0.4))
    assert network.read(plate_of(tilted)).text == texts[2]
