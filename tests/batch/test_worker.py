"""One worker: a real process, seen from its parent's side."""

import logging
import math
import os
import signal
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

import cv2
import pytest

from anpr.batch.serial import ReadBatch
from anpr.batch.worker import READY, TERMINATED, without_crops
from anpr.batch.worker_process import ONE_THREAD, WorkerProcess
from anpr.errors import WorkerError
from anpr.types import FileResult, Name, Status
from tests.builders import CROP, reading, result

TIMEOUT_S = 60.0  # far more than it takes, even on a busy machine

needs_signals = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX")


def open_echo() -> ReadBatch:
    return echo


def echo(names: Iterable[Name]) -> Iterator[FileResult]:
    """Answers with what a photo's name asks for."""
    for name in names:
        if str(name) == "sleep":
            time.sleep(TIMEOUT_S)
        if str(name) == "log":
            log_an_exception()
        facts = {"threads": (cv2.getNumThreads(), os.environ["OMP_NUM_THREADS"])}
        yield result(name, reading(), reason=str(facts.get(str(name), "")))


def log_an_exception() -> None:
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        logging.getLogger("anpr.somewhere").exception("%s: unexpected", "car.jpg")


def open_nothing() -> ReadBatch:
    raise FileNotFoundError("no weights")


@pytest.fixture
def worker() -> Iterator[WorkerProcess]:
    worker = WorkerProcess(open_echo)
    yield worker
    worker.end(grace_s=0.0)


@pytest.fixture
def ready(worker) -> WorkerProcess:
    """A worker that has reported that it can take photos."""
    assert receive(worker) == READY
    worker.is_ready = True
    return worker


def receive(worker: WorkerProcess) -> object:
    assert worker.connection.poll(TIMEOUT_S)
    return worker.receive()


def test_crops_are_removed_and_everything_else_stays():
    kept = without_crops(result("a.jpg", reading("AB12", crop=CROP), reading("CD34", crop=CROP)))
    assert [reading.text for reading in kept.readings] == ["AB12", "CD34"]
    assert [reading.crop for reading in kept.readings] == [None, None]
    assert (kept.path, kept.status) == (Path("a.jpg"), Status.READ)


def test_a_photo_that_is_sent_comes_back_as_a_result(ready):
    ready.send(Path("a.jpg"), TIMEOUT_S)
    answer = receive(ready)
    assert isinstance(answer, FileResult)
    assert (answer.path, answer.readings[0].text) == (Path("a.jpg"), reading().text)
    assert answer.readings[0].crop is None


def test_a_worker_uses_one_thread_and_leaves_its_parents_environment_alone(ready):
    ready.send(Path("threads"), TIMEOUT_S)
    answer = receive(ready)
    assert isinstance(answer, FileResult)
    assert answer.reason == "(1, '1')"
    assert not set(ONE_THREAD) & set(os.environ)


def test_a_log_record_arrives_with_its_traceback_as_one_text(ready):
    ready.send(Path("log"), TIMEOUT_S)
    record = receive(ready)
    assert isinstance(record, logging.LogRecord)
    assert (record.name, record.levelno) == ("anpr.somewhere", logging.ERROR)
    first, *_, last = record.getMessage().splitlines()
    assert (first, last) == ("car.jpg: unexpected", "ZeroDivisionError: a bug")


def test_a_worker_exits_when_its_pipe_is_closed(ready):
    ready.request_exit()
    assert ready.end(TIMEOUT_S) == 0


@needs_signals
def test_a_busy_worker_is_terminated(ready):
    ready.send(Path("sleep"), TIMEOUT_S)
    ready.request_exit()
    assert ready.end(TIMEOUT_S) == TERMINATED


def test_a_worker_that_hangs_is_killed_when_its_grace_ends(ready):
    ready.send(Path("sleep"), TIMEOUT_S)
    begin = time.monotonic()
    assert ready.end(grace_s=0.1) != 0
    assert time.monotonic() - begin < TIMEOUT_S / 2  # it did not wait for the worker


def test_a_worker_that_cannot_start_logs_the_reason_and_exits():
    worker = WorkerProcess(open_nothing)
    record = receive(worker)
    assert isinstance(record, logging.LogRecord)
    assert "a worker cannot start: no weights" in record.getMessage()
    assert worker.end(TIMEOUT_S) == 1


def test_only_a_worker_that_has_work_has_a_deadline(worker):
    assert 0 < worker.seconds_left < math.inf  # it has to start
    assert receive(worker) == READY
    worker.is_ready = True
    assert worker.seconds_left == math.inf
    worker.send(Path("a.jpg"), timeout_s=0.0)
    assert worker.seconds_left <= 0
    assert worker.connection.poll(TIMEOUT_S)
    assert not worker.is_overdue  # the answer is waiting in the pipe
    receive(worker)
    assert worker.is_overdue


def test_a_system_that_refuses_processes_is_an_error(monkeypatch):
    def refuse() -> None:
        raise OSError(11, "Resource temporarily unavailable")

    monkeypatch.setattr("anpr.batch.worker_process.CONTEXT.Pipe", refuse)
    with pytest.raises(WorkerError, match=r"cannot start a process: Resource .* --workers 1"):
        WorkerProcess(open_echo)
