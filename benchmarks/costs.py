"""The cost of each photo for several systems that read the same photos in turn."""

import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import cv2

from anpr._version import install_hint
from anpr.batch.serial import PhotoReader
from anpr.locate.network import NetworkLocator
from anpr.output.tables.schema import to_rows
from anpr.output.tables.text_tables import json_lines
from anpr.pipeline import PlateReader, default_locators
from anpr.read.network import NetworkReader
from anpr.types import (
    Candidate,
    Evidence,
    FileResult,
    Image,
    Observation,
    Plate,
    Reading,
    status_of,
)
from benchmarks.command import MISSING, Decode, open_photo, report_left_out
from benchmarks.scoring import Answer
from benchmarks.systems import DEFAULTS, OURS, SYSTEMS, Settings
from benchmarks.timing import timed
from benchmarks.versions import loaded_versions

STAGES = ("decode", "locate", "upright", "read", "write")
"""Stages of our pipeline. `read` runs the networks; `upright` is everything else: rectifying the
candidates and deciding on the answers."""
PHOTOS_PER_TURN = 10  # take a few seconds with the slowest system
KB_PER_MB = 1024  # Linux reports ru_maxrss in KB


@dataclass(frozen=True)
class Cost:
    """What one photo cost one system."""

    stages: dict[str, float]
    """CPU time of each stage in ms."""
    wall_ms: float
    answers: tuple[Answer, ...]

    @property
    def cpu_ms(self) -> float:
        """CPU time of all stages in ms."""
        return sum(self.stages.values())


class Measured(NamedTuple):
    """What the photos cost one system."""

    costs: list[Cost]
    """One for each photo."""
    peak_memory_mb: float
    """Peak memory of its process."""
    versions: dict[str, str]
    """See `loaded_versions`."""


@dataclass(frozen=True)
class TimedEvidence:
    """Wraps the evidence of a plate: networks run when it is taken."""

    inner: Evidence
    timed: Callable[[Callable[[], Any]], Any]
    """Calls a function, and adds up its CPU time."""

    def take(self, count: int) -> Sequence[Observation]:
        """See `Evidence`."""
        observations: Sequence[Observation] = self.timed(lambda: self.inner.take(count))
        return observations


@dataclass(frozen=True)
class TimedStage:
    """Wraps a locator or a recognizer, and adds up the CPU time of its calls."""

    inner: Any
    """The locator or the recognizer."""
    stage: str
    """One of `STAGES`."""
    spent_ms: dict[str, float]
    """CPU time by stage; each call increases that of `stage`."""

    def candidates(self, gray: Image) -> list[Candidate]:
        """See `Locator`."""
        candidates: list[Candidate] = self._timed(lambda: self.inner.candidates(gray))
        return candidates

    def observe(self, plate: Plate) -> Evidence:
        """See `Recognizer`."""
        return TimedEvidence(self.inner.observe(plate), self._timed)

    def read(self, plate: Plate) -> Reading:
        """See `Recognizer`."""
        reading: Reading = self._timed(lambda: self.inner.read(plate))
        return reading

    def _timed(self, work: Callable[[], Any]) -> Any:
        result, cpu_ms = timed(work)
        self.spent_ms[self.stage] += cpu_ms
        return result


def measure_costs(
    systems: Sequence[str], photos: Sequence[Path], settings: Settings = DEFAULTS
) -> dict[str, Measured]:
    """Reads photos with several systems, each in a process of its own, on one thread.

    The systems take turns of a few photos, so that a slow phase of the machine affects all of
    them. One whose package or weights are missing is left out and reported on stderr.
    """
    context = multiprocessing.get_context("spawn")
    with ExitStack() as stack:
        processes = {}
        for system in systems:
            process = stack.enter_context(context.Pool(1))
            try:
                process.apply(_prepare, (system, settings))
            except MISSING as error:
                if system == OURS:  # there would be nothing to compare with
                    raise
                report_left_out(system, error, f"; {install_hint('peers')}")
            else:
                processes[system] = process
        costs: dict[str, list[Cost]] = {system: [] for system in processes}
        for begin in range(0, len(photos), PHOTOS_PER_TURN):
            turn = photos[begin : begin + PHOTOS_PER_TURN]
            for system, process in processes.items():
                costs[system] += process.apply(_take_turn, (system, settings, turn))
        return {
            system: Measured(costs[system], *process.apply(_memory_and_versions, (system,)))
            for system, process in processes.items()
        }


def _prepare(system: str, settings: Settings) -> None:
    """Opens a system in this process, on one thread."""
    cv2.setNumThreads(1)
    _open(system, settings)


def _take_turn(system: str, settings: Settings, photos: Sequence[Path]) -> list[Cost]:
    """Reads photos in this process."""
    reader, spent_ms = _open(system, settings)
    decode = SYSTEMS[system].decode
    # The first is not counted: it loads the models, or fills the CPU's caches again.
    return [_cost(reader, spent_ms, decode, photo) for photo in (photos[0], *photos)][1:]


def _memory_and_versions(system: str) -> tuple[float, dict[str, str]]:
    """Returns the peak memory of this process in MB, and what it has loaded."""
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB
    return peak_mb, loaded_versions(SYSTEMS[system].distribution)


@cache
def _open(system: str, settings: Settings) -> tuple[PhotoReader, dict[str, float]]:
    """Opens a system; returns it and the CPU time of its stages, which only ours reports."""
    spent_ms: dict[str, float] = defaultdict(float)
    reader = _open_timed(spent_ms) if system == OURS else SYSTEMS[system].open(settings)
    return reader, spent_ms


def _open_timed(spent_ms: dict[str, float]) -> PlateReader:
    """Opens the default pipeline with timed stages."""
    return PlateReader(
        [TimedStage(locator, "locate", spent_ms) for locator in default_locators(NetworkLocator())],
        TimedStage(NetworkReader(), "read", spent_ms),
    )


def _cost(reader: PhotoReader, spent_ms: dict[str, float], decode: Decode, path: Path) -> Cost:
    spent_ms.clear()
    begin = time.perf_counter()
    photo, decode_ms = timed(lambda: open_photo(path, decode))
    readings, read_ms = timed(lambda: reader.read(photo))
    result = FileResult(path, status_of(readings), tuple(readings))
    _, write_ms = timed(lambda: json_lines(to_rows(result)))
    stages = {"decode": decode_ms, **spent_ms, "write": write_ms}
    stages["upright"] = read_ms - sum(spent_ms.values())
    return Cost(
        stages,
        1000 * (time.perf_counter() - begin),
        tuple(Answer.of_reading(reading) for reading in readings if reading.text),
    )
