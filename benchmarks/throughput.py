"""How many photos several processes read together in a second."""

import multiprocessing
import time
from collections.abc import Callable, Sequence
from multiprocessing.queues import SimpleQueue
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Barrier
from pathlib import Path

import cv2

from anpr.batch.serial import PhotoReader
from benchmarks.command import load_for

LEAST_S = 15.0  # shorter, and one hard photo at the end decides
Open = Callable[[tuple[str, ...]], PhotoReader]


def photos_a_second(open_system: Open, photos: Sequence[Path], workers: int) -> float:
    """Photos read in a second by so many processes, one thread each, once all are ready.

    Args:
        open_system: Opens the system, in each process; a function of a module.
        photos: Each process takes the next when it is done with its last, as `--workers` does;
            all of them once, and then again until `LEAST_S` have passed.
        workers: How many processes.
    """
    context = multiprocessing.get_context("spawn")
    taken = context.Value("l", 0)
    ready, seconds = context.Barrier(workers), context.SimpleQueue()
    task = (open_system, photos, LEAST_S, taken, ready, seconds)
    processes = [context.Process(target=_read_some, args=task) for _ in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise SystemExit("a process that read photos failed; what it said stands above")
    slowest: float = max(seconds.get() for _ in processes)
    photos_read: int = taken.value
    return photos_read / slowest


def _read_some(
    open_system: Open,
    photos: Sequence[Path],
    least_s: float,
    taken: "Synchronized[int]",
    ready: Barrier,
    seconds: "SimpleQueue[float]",
) -> None:
    """Reads photos that nobody has taken, once all are ready to, and tells the seconds it took."""
    cv2.setNumThreads(1)
    try:
        reader = open_system(())
        reader.read(load_for(reader, photos[0]))
    except BaseException:
        ready.abort()  # or the others would wait for ever
        raise
    ready.wait()
    begin = time.perf_counter()
    while taken.value < len(photos) or time.perf_counter() - begin < least_s:
        photo = photos[_take(taken) % len(photos)]
        reader.read(load_for(reader, photo))
    seconds.put(time.perf_counter() - begin)


def _take(taken: "Synchronized[int]") -> int:
    with taken.get_lock():
        taken.value += 1
        return taken.value - 1
