"""What a photo costs, stage by stage and beside other systems: CPU, wall, memory.

python -m benchmarks.speed --photos DIR --peers tutorial,rapidocr

Each system reads the same photos, on one thread, in a process of its own; a few photos, and then
the next system the same ones: what slows the machine down for a while slows all of them.
`--labels` says how many of its answers are right as well, `--workers 1,2` how many photos a second
so many processes read together.
"""

import argparse
import multiprocessing
import resource
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import cv2

from anpr.batch.serial import PhotoReader, status_of
from anpr.locate.network import NetworkLocator
from anpr.output.tables.schema import records
from anpr.output.tables.text_tables import json_lines
from anpr.pipeline import PlateReader, default_locators
from anpr.read.network import NetworkReader
from anpr.read.second_opinion import OptionalTesseract
from anpr.types import Candidate, FileResult, Image, Plate, Reading
from benchmarks.accuracy import (
    answer_of,
    auto_pipeline,
    rapidocr_pipeline,
    tutorial_pipeline,
)
from benchmarks.command import counts, load_for, photos_in, write_json
from benchmarks.labels import LabelledPlate, by_photo, load_labels, select
from benchmarks.scoring import Answer, score_plate
from benchmarks.throughput import photos_a_second
from benchmarks.timing import timed

OURS = "anpr"
STAGES = ("decode", "locate", "upright", "read", "second", "write")
TURN = 10  # photos: a few seconds of the slowest
KB_PER_MB = 1024  # of ru_maxrss, which Linux gives in KB


@dataclass(frozen=True)
class Cost:
    """What one photo cost one system."""

    stages: dict[str, float]
    """CPU ms of each stage."""
    wall_ms: float
    answers: tuple[Answer, ...]

    @property
    def cpu_ms(self) -> float:
        """All stages together."""
        return sum(self.stages.values())


@dataclass(frozen=True)
class Watched:
    """Stands before a locator or a reader and notes what its calls cost."""

    inner: Any
    stage: str
    spent: dict[str, float]

    def candidates(self, gray: Image) -> list[Candidate]:
        """See `Locator`."""
        candidates: list[Candidate] = self._note(lambda: self.inner.candidates(gray))
        return candidates

    def read(self, plate: Plate) -> Reading:
        """See `Reader`."""
        reading: Reading = self._note(lambda: self.inner.read(plate))
        return reading

    def _note(self, work: Callable[[], Any]) -> Any:
        result, cpu_ms = timed(work)
        self.spent[self.stage] += cpu_ms
        return result


@dataclass(frozen=True)
class WatchedPipeline:
    """Ours, each stage watched; what is in none of them is making plates upright and settling."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def open(self) -> PlateReader:
        """The default pipeline."""
        return PlateReader(
            [
                Watched(locator, "locate", self.spent)
                for locator in default_locators(NetworkLocator())
            ],
            Watched(NetworkReader(), "read", self.spent),
            Watched(OptionalTesseract(), "second", self.spent),
        )


def measure(systems: Sequence[str], photos: Sequence[Path]) -> dict[str, tuple[list[Cost], float]]:
    """Reads photos with several systems in turn, each in a process of its own.

    Returns:
        Of each system the cost of each photo, and its process's peak memory in MB.
    """
    context = multiprocessing.get_context("spawn")
    costs: dict[str, list[Cost]] = {system: [] for system in systems}
    peak_mb: dict[str, float] = {}
    with ExitStack() as stack:
        processes = {system: stack.enter_context(context.Pool(1)) for system in systems}
        for begin in range(0, len(photos), TURN):
            for system, process in processes.items():
                turn = (system, photos[begin : begin + TURN])
                of_turn, peak_mb[system] = process.apply(_take_turn, turn)
                costs[system] += of_turn
    return {system: (costs[system], peak_mb[system]) for system in systems}


def _take_turn(system: str, photos: Sequence[Path]) -> tuple[list[Cost], float]:
    """Reads photos in this process; returns the cost of each, and the peak memory so far in MB."""
    cv2.setNumThreads(1)
    reader, spent = _opened(system)
    _cost(photos[0], reader, spent)  # does not count: what is loaded once, or fell out of the cache
    costs = [_cost(photo, reader, spent) for photo in photos]
    return costs, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KB_PER_MB


@cache
def _opened(system: str) -> tuple[PhotoReader, dict[str, float]]:
    """A system, and where ours notes what its stages cost."""
    watch = WatchedPipeline()
    return watch.open() if system == OURS else SYSTEMS[system](()), watch.spent


def _cost(photo: Path, reader: PhotoReader, spent: dict[str, float]) -> Cost:
    spent.clear()
    begin = time.perf_counter()
    image, decode_ms = timed(lambda: load_for(reader, photo))
    readings, read_ms = timed(lambda: reader.read(image))
    result = FileResult(photo, status_of(readings), tuple(readings))
    _, write_ms = timed(lambda: json_lines(records(result)))
    stages = {"decode": decode_ms, **spent, "write": write_ms}
    stages["upright"] = read_ms - sum(spent.values())
    return Cost(
        stages,
        1000 * (time.perf_counter() - begin),
        tuple(answer_of(reading) for reading in readings if reading.text),
    )


def summarise(costs: Sequence[Cost], memory_mb: float) -> dict[str, Any]:
    """The figures of one system, under the names of the README."""
    cpu = [cost.cpu_ms for cost in costs]
    without_decode = [cost.cpu_ms - cost.stages["decode"] for cost in costs]
    return {
        "photos": len(costs),
        "cpu_ms_median": statistics.median(cpu),
        "cpu_ms_mean": statistics.mean(cpu),
        "wall_ms_median": statistics.median(cost.wall_ms for cost in costs),
        "without_decode_ms_median": statistics.median(without_decode),
        "stages_ms_mean": {
            stage: statistics.mean(cost.stages.get(stage, 0.0) for cost in costs)
            for stage in STAGES
        },
        "peak_memory_mb": memory_mb,
    }


def compare(measured: dict[str, tuple[list[Cost], float]]) -> dict[str, Any]:
    """All figures: ours at the top, the peers' and the ratios to them beside.

    The tutorial's pipeline ends early where it finds nothing, as in most photos: it is compared on
    the photos where both find a plate.
    """
    costs = measured[OURS][0]
    figures = summarise(*measured[OURS])
    figures["peers"] = {}
    for name, (others, memory_mb) in measured.items():
        if name == OURS:
            continue
        figures["peers"][name] = summarise(others, memory_mb)
        pairs = list(zip(costs, others, strict=True))
        if name == "tutorial":
            pairs = [(a, b) for a, b in pairs if a.answers and b.answers]
        figures[f"ratio_to_{name}"] = _ratio(pairs)
    return figures


def _ratio(pairs: Sequence[tuple[Cost, Cost]]) -> float | None:
    """Our median CPU over theirs; None without photos to compare."""
    if not pairs:
        return None
    ours, theirs = zip(*pairs, strict=True)
    mine, other = (statistics.median(cost.cpu_ms for cost in costs) for costs in (ours, theirs))
    return float(mine / other)


def exact_share(costs: Sequence[Cost], plates: Sequence[Sequence[LabelledPlate]]) -> float:
    """The share of labelled plates that came out right, 0 to 1.

    Args:
        costs: Of each photo.
        plates: Those labelled in each photo.
    """
    scores = [
        score_plate(plate, cost.answers)
        for cost, labelled in zip(costs, plates, strict=True)
        for plate in labelled
    ]
    return statistics.mean(score.is_exact for score in scores)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    arguments = _parser().parse_args(argv)
    labels = _labels(arguments)
    photos = photos_in(arguments.photos, labels)[: arguments.limit]
    if not photos:
        return 2
    measured = measure((OURS, *arguments.peers), photos)
    figures = compare(measured)
    for system, of in _each(figures).items():
        if labels:
            plates = [labels[photo.name] for photo in photos]
            of["exact"] = exact_share(measured[system][0], plates)
        for workers in arguments.workers:
            of[f"photos_a_second_{workers}"] = photos_a_second(SYSTEMS[system], photos, workers)
    print_figures(figures)
    if arguments.json:
        write_json(arguments.json, figures)
    return 0


def _labels(arguments: argparse.Namespace) -> dict[str, list[LabelledPlate]]:
    """The plates to score, by the name of their photo; empty where there are no labels."""
    if arguments.labels is None:
        return {}
    return by_photo(select(load_labels(arguments.labels), arguments.split))


def _each(figures: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The figures of each system."""
    return {OURS: figures, **figures["peers"]}


def print_figures(figures: dict[str, Any]) -> None:
    """Prints the figures as a person reads them, in a table."""
    columns = {name: text for name, text in COLUMNS.items() if name in figures}
    columns |= {
        name: f"{name.rsplit('_', 1)[1]} at once, photos/s"
        for name in figures
        if name.startswith("photos_a_second")
    }
    print(" | ".join(["system".ljust(8), *columns.values()]))
    for system, of in _each(figures).items():
        cells = [f"{of[name]:.3g}".rjust(len(text)) for name, text in columns.items()]
        print(" | ".join([system.ljust(8), *cells]))
    stages = ", ".join(f"{name} {ms:.1f}" for name, ms in figures["stages_ms_mean"].items())
    print(f"stages of ours, mean ms: {stages}")
    for name in figures["peers"]:
        print(f"ratio to {name}: {figures[f'ratio_to_{name}'] or float('nan'):.3f}")


SYSTEMS: dict[str, Callable[[tuple[str, ...]], PhotoReader]] = {
    OURS: auto_pipeline,
    "tutorial": tutorial_pipeline,
    "rapidocr": rapidocr_pipeline,
}
PEERS = [name for name in SYSTEMS if name != OURS]
COLUMNS = {
    "exact": "exact",
    "cpu_ms_median": "CPU ms, median",
    "cpu_ms_mean": "mean",
    "without_decode_ms_median": "decoding apart, median",
    "peak_memory_mb": "peak MB",
}


def _peers(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(PEERS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--photos", type=Path, required=True, metavar="DIR")
    parser.add_argument("--peers", type=_peers, default=[], metavar="A,B", help=", ".join(PEERS))
    parser.add_argument("--labels", type=Path, metavar="CSV", help="what the plates say")
    parser.add_argument("--split", metavar="NAME", help="only this split of the labels")
    parser.add_argument(
        "--workers", type=counts, default=[], metavar="1,2", help="also photos a second"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N photos")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here")
    return parser


if __name__ == "__main__":
    sys.exit(main())
