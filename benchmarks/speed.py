"""CPU time, wall-clock time and memory per photo, stage by stage and beside other systems.

python -m benchmarks.speed --photos DIR --peers tutorial,rapidocr,rapidocr3

Each system reads the same photos, on one thread, in a process of its own. The systems take turns
of a few photos, so that a slow phase of the machine affects all of them. A peer that is not
installed is left out. `--labels` adds the share of plates that each system reads correctly;
`--workers 1,2` adds the photos per second that one process and two processes read together.

`--engines` compares engines instead, or as well: it runs our networks on each, without photos.
"""

import argparse
import statistics
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.command import parse_counts, parser_for, photos_in, run_benchmark
from benchmarks.costs import STAGES, Cost, Measured, measure_costs
from benchmarks.engines import measure_engines, print_engines
from benchmarks.labels import InputError, LabelledPlate, by_photo, load_labels, select
from benchmarks.scoring import score_plate
from benchmarks.starts import COMMAND, measure_starts
from benchmarks.systems import OTHERS, OURS, TUTORIAL, Settings, add_peer_weights
from benchmarks.throughput import photos_per_second

TABLE_COLUMNS = {
    "exact": "exact",
    "cpu_ms_median": "CPU ms, median",
    "cpu_ms_mean": "mean",
    "without_decode_ms_median": "without decoding, median",
    "without_decode_ms_mean": "mean",
    "peak_memory_mb": "peak MB",
    "start_cpu_s": "CPU s to the first answer",
}
"""Figures in the printed table, and their headings."""
SYSTEM_WIDTH = max(map(len, OTHERS))


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    if not (arguments.photos or arguments.engines):
        raise InputError("nothing to measure; give --photos DIR, --engines, or both")
    figures = _measure_systems(arguments) if arguments.photos else {}
    if arguments.engines:
        figures["engines"] = measure_engines()
        print_engines(figures["engines"])
    return figures


def _measure_systems(arguments: argparse.Namespace) -> dict[str, Any]:
    labels = _labels(arguments)
    photos = photos_in(arguments.photos, labels)[: arguments.limit]
    settings = Settings(peer_weights=arguments.peer_weights)
    measured = measure_costs((OURS, *arguments.peers), photos, settings)
    starts = measure_starts((*measured, COMMAND), photos[0], settings.peer_weights)
    figures = compare(measured)
    for system, row in {OURS: figures, **figures["peers"]}.items():
        row["start_cpu_s"] = starts[system]
        if labels:
            plates = [labels[photo.name] for photo in photos]
            row["exact"] = exact_share(measured[system].costs, plates)
        for workers in arguments.workers:
            speed = photos_per_second(system, photos, workers, settings)
            row[f"photos_a_second_{workers}"] = speed
    figures["command_start_cpu_s"] = starts[COMMAND]
    print_figures(figures)
    return figures


def _labels(arguments: argparse.Namespace) -> dict[str, list[LabelledPlate]]:
    """Returns the plates to score by the name of their photo; nothing without `--labels`."""
    if arguments.labels is None:
        return {}
    return by_photo(select(load_labels(arguments.labels), arguments.split))


def compare(measured: dict[str, Measured]) -> dict[str, Any]:
    """Returns all figures: ours, the peers' under `peers`, and the ratios of ours to each peer's.

    `ratio_to_NAME` is that of the medians, `ratio_of_means_to_NAME` that of the means. The ratios
    to the tutorial's pipeline are those of the photos in which both find a plate: it ends early if
    it finds none, as in most photos.
    """
    figures = summarise(measured[OURS])
    figures["peers"] = {}
    for name, peer in measured.items():
        if name == OURS:
            continue
        figures["peers"][name] = summarise(peer)
        pairs = list(zip(measured[OURS].costs, peer.costs, strict=True))
        if name == TUTORIAL:
            pairs = [(ours, theirs) for ours, theirs in pairs if ours.answers and theirs.answers]
        figures[f"ratio_to_{name}"] = _ratio(pairs, statistics.median)
        figures[f"ratio_of_means_to_{name}"] = _ratio(pairs, statistics.mean)
    return figures


def summarise(measured: Measured) -> dict[str, Any]:
    """Returns the figures of one system by name."""
    costs = measured.costs
    cpu_ms = [cost.cpu_ms for cost in costs]
    without_decode_ms = [cost.cpu_ms - cost.stages["decode"] for cost in costs]
    return {
        "photos": len(costs),
        "cpu_ms_median": statistics.median(cpu_ms),
        "cpu_ms_mean": statistics.mean(cpu_ms),
        "wall_ms_median": statistics.median(cost.wall_ms for cost in costs),
        "without_decode_ms_median": statistics.median(without_decode_ms),
        "without_decode_ms_mean": statistics.mean(without_decode_ms),
        "stages_ms_mean": {
            stage: statistics.mean(cost.stages.get(stage, 0.0) for cost in costs)
            for stage in STAGES
        },
        "peak_memory_mb": measured.peak_memory_mb,
        "versions": measured.versions,
    }


def _ratio(
    pairs: Sequence[tuple[Cost, Cost]], average: Callable[[list[float]], float]
) -> float | None:
    """Returns our average CPU time divided by the peer's; `None` without a photo to compare."""
    if not pairs:
        return None
    our_ms = average([ours.cpu_ms for ours, _ in pairs])
    return our_ms / average([theirs.cpu_ms for _, theirs in pairs])


def exact_share(costs: Sequence[Cost], plates: Sequence[Sequence[LabelledPlate]]) -> float:
    """Returns the share of labelled plates that were read correctly, 0 to 1.

    Args:
        costs: One for each photo.
        plates: The labelled plates of each photo.
    """
    scores = [
        score_plate(plate, cost.answers)
        for cost, labelled in zip(costs, plates, strict=True)
        for plate in labelled
    ]
    return statistics.mean(score.is_exact for score in scores)


def print_figures(figures: dict[str, Any]) -> None:
    """Prints a table with a row per system, versions, our stages, and the ratios to the peers."""
    columns = {name: heading for name, heading in TABLE_COLUMNS.items() if name in figures}
    columns |= {
        name: f"{name.rsplit('_', 1)[1]} at once, photos/s"
        for name in figures
        if name.startswith("photos_a_second")
    }
    print(" | ".join(["system".ljust(SYSTEM_WIDTH), *columns.values()]))
    rows = {"anpr": figures, **figures["peers"]}
    for system, row in rows.items():
        cells = [f"{row[name]:.3g}".rjust(len(heading)) for name, heading in columns.items()]
        print(" | ".join([system.ljust(SYSTEM_WIDTH), *cells]))
    for system, row in rows.items():
        versions = ", ".join(f"{name} {version}" for name, version in row["versions"].items())
        print(f"versions, {system}: {versions}")
    print(f"our command, CPU s to the first answer: {figures['command_start_cpu_s']:.3g}")
    stages = ", ".join(f"{name} {ms:.1f}" for name, ms in figures["stages_ms_mean"].items())
    print(f"our stages, mean ms: {stages}")
    for name in figures["peers"]:
        medians, means = figures[f"ratio_to_{name}"], figures[f"ratio_of_means_to_{name}"]
        if medians is None:
            print(f"{name}: no photo to compare")
        else:
            print(f"{name}: {1 / medians:.1f} times our median, {1 / means:.1f} times our mean")


def _peers(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(OTHERS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(OTHERS)}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("benchmarks.speed", __doc__, needs_photos=False)
    parser.add_argument("--peers", type=_peers, default=[], metavar="A,B", help=", ".join(OTHERS))
    add_peer_weights(parser)
    parser.add_argument("--labels", type=Path, metavar="CSV", help="boxes and texts of the plates")
    parser.add_argument("--split", metavar="NAME", help="only this split of the labels")
    parser.add_argument(
        "--workers",
        type=parse_counts,
        default=[],
        metavar="1,2",
        help="also measure the photos per second of this many processes",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N photos")
    parser.add_argument(
        "--engines", action="store_true", help="run our networks on each engine that is installed"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
