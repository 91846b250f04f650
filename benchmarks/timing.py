"""CPU time, of this process and of those it started."""

import resource
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Returns what the work returns and the CPU it took, here and in child processes, in ms."""
    before = _cpu_s()
    result = work()
    return result, 1000 * (_cpu_s() - before)


def _cpu_s() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
