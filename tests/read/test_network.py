"""The cascade of the reading networks, on plates cut from the sample photos."""

import cv2
import numpy as np
import pytest

from anpr.locate.network import NetworkLocator
from anpr.models.engine import load
from anpr.photo import Photo
from anpr.read.framing import RETRY_FRAMINGS, Framing, frame
from anpr.read.network import LINE_FRAMINGS, NetworkReader
from anpr.rectify import upright
from anpr.types import Observation, Plate, Spelling
from tests.builders import SAMPLES
from tests.builders import plate as plate_of
from tests.read.conftest import GROUP1


@pytest.fixture(scope="module")
def network() -> NetworkReader:
    return NetworkReader()


class CountingNet:
    """A network that counts how often it runs."""

    def __init__(self, name: str) -> None:
        self.run, self.count = load(name), 0

    def __call__(self, tensor: np.ndarray) -> np.ndarray:
        self.count += 1
        return self.run(tensor)


class CountingReader(NetworkReader):
    """A reader whose networks count how often they run."""

    def __init__(self) -> None:
        super().__init__(*map(CountingNet, ("reader", "line", "fast")))

    def runs(self) -> tuple[int, int, int]:
        """Of the fast network, the large one, and the one for single lines."""
        return self.fast_net.count, self.large_net.count, self.line_net.count


@pytest.fixture
def counting() -> CountingReader:
    return CountingReader()


def test_every_plate_is_read(network, plates, texts):
    assert [network.read(plate).text for plate in plates] == texts


def test_networks_run_when_evidence_is_taken(counting, plates):
    evidence = counting.observe(plates[0])
    assert counting.runs() == (0, 0, 0)
    evidence.take(1)
    assert counting.runs() == (1, 0, 0)
    evidence.take(2)
    assert counting.runs() == (1, 1, 0)
    evidence.take(3)
    assert counting.runs() == (1, 2, 0), "a plate of one line"
    evidence.take(3)
    assert counting.runs() == (1, 2, 0), "what was taken is kept"


def test_evidence_comes_to_an_end(counting, plates):
    assert len(counting.observe(plates[0]).take(99)) == 2 + len(RETRY_FRAMINGS) + 1
    assert counting.runs() == (1, 1 + len(RETRY_FRAMINGS) + 1, 0)


def test_the_fast_network_alone_sees_most_plates(network):
    """The plates are located by the networks, upright and from the whole photo."""
    locator, right = NetworkLocator(), 0
    for name, text in GROUP1.items():
        gray = Photo.open(SAMPLES / name).whole
        (first,) = network.observe(upright(gray, locator.candidates(gray)[0])).take(1)
        right += likeliest(first) == text
    assert right >= 4  # of five


def likeliest(observation: Observation) -> str:
    spellings = observation.spellings()
    return spellings[int(observation.probabilities(spellings).argmax())].text


def test_most_observations_of_a_plate_show_its_text(network, plates, texts):
    for plate, text in zip(plates, texts, strict=True):
        observations = network.observe(plate).take(6)
        assert sum(likeliest(one) == text for one in observations) >= 4


def test_any_text_has_a_probability(network, plates, texts):
    (first,) = network.observe(plates[0]).take(1)
    asked = [Spelling((text, ""), text) for text in (texts[0], "A", texts[1])]
    right, *wrong = first.probabilities(asked).tolist()
    assert 0.1 < right <= 1
    assert max(wrong) < 1e-3


def test_without_any_character_nothing_is_the_likeliest(network):
    even = plate_of(np.full((40, 160), 90, np.uint8))
    for observation in network.observe(even).take(4):
        assert likeliest(observation) == ""
        assert observation.margin == 1


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


def test_each_of_two_lines_is_read_alone_too_in_several_framings(counting, plates, texts):
    evidence = counting.observe(plate_of(two_lines_of(plates[2])))
    evidence.take(2)
    assert counting.runs() == (1, 1, 0)
    by_line = evidence.take(3)[-1]
    assert counting.runs() == (1, 1, 2 * (1 + len(LINE_FRAMINGS)))
    assert likeliest(by_line) == texts[2]


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


def test_a_plate_that_is_tilted_too_far_is_read_in_other_framings(network, plates, texts):
    tilted = plate_of(frame(plates[2], Framing(shear=-1.2, margin_y=0.4)))
    (first,) = network.observe(tilted).take(1)
    assert likeliest(first) != texts[2]
    assert network.read(tilted).text == texts[2]
