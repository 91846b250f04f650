"""A cluster of a head and two nodes, all on this machine; each a core."""

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from anpr.usage import ExitCode

from anpr.cli.arguments import parse_arguments
from anpr.output.tables.parquet import read_rows
from tests.conftest import REPOSITORY, command, run_python

pytest.importorskip("ray", reason="ray is missing: pip install 'anpr[cluster]'")
pytest.importorskip("pyarrow", reason="pyarrow is missing: pip install 'anpr[cluster]'")

# Ray leaves its logs open.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in(.|\n)*ray_client_server:pytest.PytestUnraisableExceptionWarning"
)

SAMPLES = sorted((REPOSITORY / "license_plates").rglob("*.jpg"))
COPIES = 24
OBJECT_STORE_BYTES = 200_000_000
START_LIMIT_S = 120.0  # a machine that does other things as well
TIMES = ("decode_ms", "read_ms")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


DRIVER = f"""
import sys
from anpr.batch.serial import cluster
cluster.PART_PHOTOS = 2  # so that {COPIES} photos are many parts
from anpr.cli.main import main
sys.exit(main(sys.argv[1:]))
"""
"""The command, with parts of two photos."""
FAILS_ONCE = """
import sys
import ray
from anpr.batch.cluster import Cluster
connect, failures = ray.init, [ConnectionAbortedError("Initialization failure")]
def init(*arguments, **options):
    if failures:
        raise failures.pop()
    return connect(*arguments, **options)
ray.init = init
with Cluster(sys.argv[1]) as cluster:
    print(cluster.count_cores())
"""
"""Counts the cores of a cluster that the client does not reach the first time."""


@pytest.fixture
def cluster(monkeypatch) -> Iterator[object]:
    """A head without cores, so that no test is lost with it, and two nodes."""
    from ray.cluster_utils import Cluster

    # Nodes find this program where the tests do.
    monkeypatch.setenv("PYTHONPATH", f"{REPOSITORY}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Else gRPC's own threads, forked as they are, now and then bring down what the head starts.
    monkeypatch.setenv("GRPC_ENABLE_FORK_SUPPORT", "0")
    small = {"object_store_memory": OBJECT_STORE_BYTES}
    head = {"num_cpus": 0, "ray_client_server_port": free_port(), **small}
    started = Cluster(initialize_head=True, head_node_args=head)
    started.client_address = f"ray://127.0.0.1:{head['ray_client_server_port']}"
    try:
        for _ in range(2):
            started.add_node(num_cpus=1, **small)
        started.wait_for_nodes(timeout=START_LIMIT_S)
        yield started
    finally:
        started.shutdown()


@pytest.fixture
def photos(tmp_path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(COPIES):
        shutil.copy(SAMPLES[number % len(SAMPLES)], folder / f"{number:02}.jpg")
    return folder


def driver(*arguments: object) -> list[str]:
    return [sys.executable, "-c", DRIVER, *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return run_python("-c", DRIVER, *arguments)


def rows(folder: Path) -> list[dict[str, object]]:
    """The rows of a table, one file or in parts, without what a run takes."""
    files = sorted(folder.glob("*.parquet")) if folder.is_dir() else [folder]
    return [
        {name: row[name] for name in row if name not in TIMES}
        for file in files
        for row in read_rows(file)
    ]


def read_here(photos: object, table: Path) -> list[dict[str, object]]:
    done = command("-i", photos, "-o", table, "--workers", 1)
    assert done.returncode in (ExitCode.OK, ExitCode.SOME_FAILED), done.stderr
    return rows(table)


def test_the_rows_are_those_of_a_run_on_one_machine(cluster, photos, tmp_path):
    """And a photo that is broken fails alone; and a run that goes on reads what failed."""
    whole = (photos / "05.jpg").read_bytes()
    (photos / "05.jpg").write_bytes(whole[:1000])
    parts = tmp_path / "parts"
    asked = ("-i", photos, "-o", parts, "--cluster", cluster.address)
    done = run(*asked)
    here = read_here(photos, tmp_path / "here.parquet")
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert rows(parts) == here
    assert sum(row["status"] == "FAILED" for row in here) == 1
    assert f"{photos / '05.jpg'}: truncated" in done.stderr
    assert "Traceback" not in done.stderr
    texts = [f"[INFO] {row['text']}" for row in here if row["text"]]
    assert sorted(done.stdout.splitlines()) == sorted(texts)

    again = run(*asked)
    assert again.returncode == ExitCode.NOT_WRITTEN
    assert "holds parts of an earlier run" in again.stderr

    before = {part.name: part.stat().st_mtime_ns for part in parts.iterdir()}
    (photos / "05.jpg").write_bytes(whole)
    (photos / "23.jpg").unlink()
    (photos / "22.jpg").unlink()
    resumed = run(*asked, "--resume")
    assert resumed.returncode == ExitCode.OK, resumed.stderr
    assert rows(parts) == read_here(photos, tmp_path / "again.parquet")
    after = {part.name: part.stat().st_mtime_ns for part in parts.iterdir()}
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {"part-00000002.parquet", "part-00000011.parquet"}
    assert "part-00000011.parquet" not in after


def test_a_node_that_dies_loses_nothing_and_nothing_comes_twice(cluster, photos, tmp_path):
    """There is enough to do that the node is in the midst of it."""
    parts = tmp_path / "parts"
    for copy in range(3):  # more to do than is done when the first part is there
        for photo in list(photos.glob("??.jpg")):
            shutil.copy(photo, photos / f"{photo.stem}-{copy}.jpg")
    expected = read_here(photos, tmp_path / "here.parquet")
    asked = ("-i", photos, "-o", parts, "--cluster", cluster.address)
    with subprocess.Popen(
        driver(*asked),
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        there: list[int] = []  # parts, when the node died
        killed = threading.Thread(target=_kill_a_node, args=(cluster, parts, there))
        killed.start()
        err = process.stderr.read() if process.stderr else ""
        killed.join()
    assert process.returncode == ExitCode.OK, err
    assert 0 < there[0] < len(list(parts.iterdir()))  # it was on the way
    assert len(cluster.worker_nodes) == 1
    found = rows(parts)
    assert max(Counter(str(row["path"]) for row in found).values()) == 1
    assert found == expected


def _kill_a_node(cluster, parts: Path, there: list[int]) -> None:
    """Ends a node without a word, as soon as there is a first part."""
    deadline = time.monotonic() + START_LIMIT_S
    while not list(parts.glob("part-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    there.append(len(list(parts.glob("part-*"))))


def test_photos_by_url_are_read_by_nodes_that_are_asked_from_outside(cluster, photos, tmp_path):
    """As from a laptop, through Ray's client."""
    pytest.importorskip("fsspec", reason="fsspec is missing: pip install 'anpr[cloud]'")
    parts, url = tmp_path / "parts", f"file://{photos}"
    done = run("-i", url, "-o", parts, "--cluster", cluster.client_address)
    assert done.returncode == ExitCode.OK, done.stderr
    assert rows(parts) == read_here(url, tmp_path / "here.parquet")
    assert rows(parts)[0]["path"] == f"{url}/00.jpg"


def test_a_client_that_the_head_fails_to_serve_asks_again(cluster):
    """As it does now and then, where the process that it forks for a client dies at once."""
    done = run_python("-c", FAILS_ONCE, cluster.client_address)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2\n"


def test_where_no_cluster_answers_the_way_out_is_told(photos, tmp_path):
    port = free_port()
    for address in (f"127.0.0.1:{port}", f"ray://127.0.0.1:{port}", "nonsense"):
        done = command("-i", photos, "-o", tmp_path / "parts", "--cluster", address)
        assert done.returncode == ExitCode.NO_CLUSTER
        assert done.stdout == ""
        assert "Traceback" not in done.stderr
        assert address in done.stderr
    assert "expected auto, HOST:6379 or ray://HOST:10001" in done.stderr


def test_without_any_cluster_here_auto_says_how_to_start_one(photos, tmp_path):
    empty = {"RAY_TMPDIR": str(tmp_path), "RAY_ADDRESS": ""}
    done = command("-i", photos, "-o", tmp_path / "parts", "--cluster", "auto", env=empty)
    assert done.returncode == ExitCode.NO_CLUSTER
    assert "ray start --head" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ([], "--output FOLDER"),
        (["-o", "plates.csv"], "got --output plates.csv"),
        (["-o", "parts", "--format", "csv"], "got --format csv"),
        (["-o", "parts", "--report", "page.html"], "--report works on this machine alone"),
        (["-o", "parts", "--workers", "2"], "--workers works on this machine alone"),
        (["-o", "parts", "--debug", "1"], "--debug works on this machine alone"),
    ],
)
def test_what_does_not_go_with_a_cluster_is_a_usage_error(more, told, capsys):
    with pytest.raises(SystemExit) as stop:
        parse_arguments(["-i", "photos", "--cluster", "auto", *more])
    assert stop.value.code == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_without_ray_the_way_out_is_told(monkeypatch, capsys):
    monkeypatch.setattr("anpr.cli.checks.find_spec", lambda name: None)
    with pytest.raises(SystemExit):
        parse_arguments(["-i", "photos", "--cluster", "auto", "-o", "parts"])
    assert "pip install 'anpr[cluster]'" in capsys.readouterr().err
