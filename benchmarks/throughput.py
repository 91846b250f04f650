"""The number of photos that several processes read together in a second."""

import multiprocessing
import time
from collections.abc import Sequence
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path

import cv2

from benchmarks.command import open_photo
from benchmarks.systems import DEFAULTS, SYSTEMS, Settings

MIN_DURATION_S = 15.0  # in a shorter run, one hard photo at the end would change the result


def photos_per_second(
    system: str, photos: Sequence[Path], workers: int, settings: Settings = DEFAULTS
) -> float:
    """Returns the photos that some processes read in a second, one thread each.

    The time starts when all processes are ready.

    Args:
        system: Name in `SYSTEMS`.
        photos: Each process takes the next photo when it has finished its last, as with
            `--workers`: all photos once, and then again until `MIN_DURATION_S` have passed.
        workers: Number of processes.
        settings: What the system is opened with.
    """
    context = multiprocessing.get_context("spawn")
    taken = context.Value("l", 0)
    ready, seconds = context.Barrier(workers), context.SimpleQueue()
    task = (system, settings, photos, MIN_DURATION_S, taken, ready, seconds)
    processes = [context.Process(target=_read_some, args=task) for _ in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a process that read photos failed; its message is above")
    slowest_s: float = max(seconds.get() for _ in processes)
    photos_read: int = taken.value
    return photos_read / slowest_s


def _read_some(
    system: str,
    settings: Settings,
    photos: Sequence[Path],
    min_duration_s: float,
    taken: "Synchronized[int]",
    ready: Barrier,
    seconds: "SimpleQueue[float]",
) -> None:
    """Reads photos that no other process has taken; puts the time this took into `seconds`."""
    cv2.setNumThreads(1)
    decode = SYSTEMS[system].decode
    try:
        reader = SYSTEMS[system].open(settings)
        reader.read(open_photo(photos[0], decode))
    except BaseException:
        ready.abort()  # otherwise the other processes would wait forever
        raise
    ready.wait()
    begin = time.perf_counter()
    while taken.value < len(photos) or time.perf_counter() - begin < min_duration_s:
        photo = photos[_take(taken) % len(photos)]
        reader.read(open_photo(photo, decode))
    seconds.put(time.perf_counter() - begin)


def _take(taken: "Synchronized[int]") -> int:
    with taken.get_lock():
        taken.value += 1
        return taken.value - 1
