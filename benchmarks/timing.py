"""CPU time of this process and of its child processes."""

import resource
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")


def timed(work: Callable[[], Result]) -> tuple[Result, float]:
    """Runs `work`; returns its result and the CPU time it took in ms, child processes included."""
    before = _cpu_s()
    result = work()
    return result, 1000 * (_cpu_s() - before)


def _cpu_s() -> float:
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
