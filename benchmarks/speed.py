"""CPU time, wall-clock time and memory per photo, stage by stage and beside other systems.

python -m benchmarks.speed --photos DIR --peers tutorial,rapidocr

Each system reads the same photos, on one thread, in a process of its own. The systems take turns
of a few photos, so that a slow phase of the machine affects all of them. `--labels` adds the share
of plates that each system reads correctly; `--workers 1,2` adds the photos per second that one
process and two processes read together.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.command import parse_counts, parser_for, photos_in, run_benchmark
from benchmarks.costs import STAGES, Cost, Measured, measure_costs
from benchmarks.labels import LabelledPlate, by_photo, load_labels, select
from benchmarks.scoring import score_plate
from benchmarks.systems import OURS, PEERS, TUTORIAL
from benchmarks.throughput import photos_per_second

TABLE_COLUMNS = {
    "exact": "exact",
    "cpu_ms_median": "CPU ms, median",
    "cpu_ms_mean": "mean",
    "without_decode_ms_median": "without decoding, median",
    "peak_memory_mb": "peak MB",
}
"""Figures in the printed table, and their headings."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the benchmark and prints its figures."""
    return run_benchmark(_parser(), _measure, argv)


def _measure(arguments: argparse.Namespace) -> dict[str, Any]:
    labels = _labels(arguments)
    photos = photos_in(arguments.photos, labels)[: arguments.limit]
    measured = measure_costs((OURS, *arguments.peers), photos)
    figures = compare(measured)
    for system, row in {OURS: figures, **figures["peers"]}.items():
        if labels:
            plates = [labels[photo.name] for photo in photos]
            row["exact"] = exact_share(measured[system][0], plates)
        for workers in arguments.workers:
            row[f"photos_a_second_{workers}"] = photos_per_second(system, photos, workers)
    print_figures(figures)
    return figures


def _labels(arguments: argparse.Namespace) -> dict[str, list[LabelledPlate]]:
    """Returns the plates to score by the name of their photo; nothing without `--labels`."""
    if arguments.labels is None:
        return {}
    return by_photo(select(load_labels(arguments.labels), arguments.split))


def compare(measured: dict[str, Measured]) -> dict[str, Any]:
    """Returns all figures: ours, the peers' under `peers`, and the ratio of ours to each peer's.

    The ratio to the tutorial's pipeline is that of the photos in which both find a plate: it ends
    early if it finds none, as in most photos.
    """
    costs = measured[OURS][0]
    figures = summarise(*measured[OURS])
    figures["peers"] = {}
    for name, (peer_costs, memory_mb) in measured.items():
        if name == OURS:
            continue
        figures["peers"][name] = summarise(peer_costs, memory_mb)
        pairs = list(zip(costs, peer_costs, strict=True))
        if name == TUTORIAL:
            pairs = [(ours, theirs) for ours, theirs in pairs if ours.answers and theirs.answers]
        figures[f"ratio_to_{name}"] = _ratio(pairs)
    return figures


def summarise(costs: Sequence[Cost], memory_mb: float) -> dict[str, Any]:
    """Returns the figures of one system by name."""
    cpu_ms = [cost.cpu_ms for cost in costs]
    without_decode_ms = [cost.cpu_ms - cost.stages["decode"] for cost in costs]
    return {
        "photos": len(costs),
        "cpu_ms_median": statistics.median(cpu_ms),
        "cpu_ms_mean": statistics.mean(cpu_ms),
        "wall_ms_median": statistics.median(cost.wall_ms for cost in costs),
        "without_decode_ms_median": statistics.median(without_decode_ms),
        "stages_ms_mean": {
            stage: statistics.mean(cost.stages.get(stage, 0.0) for cost in costs)
            for stage in STAGES
        },
        "peak_memory_mb": memory_mb,
    }


def _ratio(pairs: Sequence[tuple[Cost, Cost]]) -> float | None:
    """Returns our median CPU time divided by the peer's; `None` without a photo to compare."""
    if not pairs:
        return None
    our_ms = statistics.median(ours.cpu_ms for ours, _ in pairs)
    their_ms = statistics.median(theirs.cpu_ms for _, theirs in pairs)
    return our_ms / their_ms


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
    """Prints a table with a row per system, our stages, and the ratios to the peers."""
    columns = {name: heading for name, heading in TABLE_COLUMNS.items() if name in figures}
    columns |= {
        name: f"{name.rsplit('_', 1)[1]} at once, photos/s"
        for name in figures
        if name.startswith("photos_a_second")
    }
    print(" | ".join(["system".ljust(8), *columns.values()]))
    for system, row in {"anpr": figures, **figures["peers"]}.items():
        cells = [f"{row[name]:.3g}".rjust(len(heading)) for name, heading in columns.items()]
        print(" | ".join([system.ljust(8), *cells]))
    stages = ", ".join(f"{name} {ms:.1f}" for name, ms in figures["stages_ms_mean"].items())
    print(f"our stages, mean ms: {stages}")
    for name in figures["peers"]:
        print(f"ratio to {name}: {figures[f'ratio_to_{name}'] or float('nan'):.3f}")


def _peers(text: str) -> list[str]:
    names = text.split(",")
    unknown = set(names) - set(PEERS)
    if unknown:
        raise argparse.ArgumentTypeError(f"no {', '.join(unknown)}; there are {', '.join(PEERS)}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = parser_for("benchmarks.speed", __doc__)
    parser.add_argument("--peers", type=_peers, default=[], metavar="A,B", help=", ".join(PEERS))
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
    return parser


if __name__ == "__main__":
    sys.exit(main())
