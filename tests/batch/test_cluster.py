"""A cluster of a head and two nodes of one core each, all on this machine."""

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

from anpr._version import install_hint
from anpr.batch.cluster import Cluster
from anpr.errors import ClusterError, ExitCode
from anpr.output.tables.parquet import read_rows
from tests.builders import REPOSITORY, SAMPLES
from tests.conftest import command, run_python

pytest.importorskip("ray", reason=f"ray is missing; {install_hint('cluster')}")
pytest.importorskip("pyarrow", reason=f"pyarrow is missing; {install_hint('cluster')}")

# Ray leaves its logs open.
pytestmark = pytest.mark.filterwarnings(
    r"ignore:Exception ignored in(.|\n)*ray_client_server:pytest.PytestUnraisableExceptionWarning"
)

PHOTOS = sorted(SAMPLES.rglob("*.jpg"))
COPIES = 24
OBJECT_STORE_BYTES = 200_000_000
START_TIMEOUT_S = 120.0  # for a machine that is busy with other things
TIMES = ("decode_ms", "read_ms")

DRIVER = f"""
import sys
from anpr.batch import cluster
from anpr.cli.main import main
cluster.PHOTOS_PER_SHARD = 2  # so that {COPIES} photos are many shards
sys.exit(main())
"""
"""The command, with shards of two photos."""
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
"""Counts the cores of a cluster that cannot serve the client the first time."""


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture
def cluster(monkeypatch) -> Iterator[object]:
    """A head without cores, so that no test loses it with a node, and two nodes."""
    from ray.cluster_utils import Cluster as ClusterHere

    # Nodes import this program from where the tests do.
    monkeypatch.setenv("PYTHONPATH", f"{REPOSITORY}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.setenv("RAY_USAGE_STATS_ENABLED", "0")
    # Otherwise gRPC's threads, copied by a fork, now and then crash a process that the head starts.
    monkeypatch.setenv("GRPC_ENABLE_FORK_SUPPORT", "0")
    small = {"object_store_memory": OBJECT_STORE_BYTES}
    head = {"num_cpus": 0, "ray_client_server_port": free_port(), **small}
    started = ClusterHere(initialize_head=True, head_node_args=head)
    started.client_address = f"ray://127.0.0.1:{head['ray_client_server_port']}"
    try:
        for _ in range(2):
            started.add_node(num_cpus=1, **small)
        started.wait_for_nodes(timeout=START_TIMEOUT_S)
        yield started
    finally:
        started.shutdown()


@pytest.fixture
def photos(tmp_path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(COPIES):
        shutil.copy(PHOTOS[number % len(PHOTOS)], folder / f"{number:02}.jpg")
    return folder


def driver(*arguments: object) -> list[str]:
    return [sys.executable, "-c", DRIVER, *map(str, arguments)]


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    return run_python("-c", DRIVER, *arguments)


def rows(table: Path) -> list[dict[str, object]]:
    """The rows of a table, one file or in shards, without the times of a run."""
    files = sorted(table.glob("*.parquet")) if table.is_dir() else [table]
    return [
        {name: row[name] for name in row if name not in TIMES}
        for file in files
        for row in read_rows(file)
    ]


def read_here(photos: object, table: Path) -> list[dict[str, object]]:
    done = command(photos, "--output", table, "--workers", 1)
    assert done.returncode in (ExitCode.OK, ExitCode.SOME_FAILED), done.stderr
    return rows(table)


@pytest.mark.slow
def test_the_rows_are_those_of_a_run_on_one_machine(cluster, photos, tmp_path):
    """And a damaged photo fails alone, and a resumed run reads what failed."""
    undamaged = (photos / "05.jpg").read_bytes()
    (photos / "05.jpg").write_bytes(undamaged[:1000])
    shards = tmp_path / "shards"
    arguments = (photos, "--output", shards, "--cluster", cluster.address)
    done = run(*arguments)
    here = read_here(photos, tmp_path / "here.parquet")
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert rows(shards) == here
    assert sum(row["status"] == "FAILED" for row in here) == 1
    assert f"{photos / '05.jpg'}: truncated" in done.stderr
    assert "Traceback" not in done.stderr
    texts = [f"[INFO] {row['text']}" for row in here if row["text"]]
    assert sorted(done.stdout.splitlines()) == sorted(texts)

    again = run(*arguments)
    assert again.returncode == ExitCode.NOT_WRITTEN
    assert "holds shards of a previous run" in again.stderr

    before = {shard.name: shard.stat().st_mtime_ns for shard in shards.iterdir()}
    (photos / "05.jpg").write_bytes(undamaged)
    (photos / "23.jpg").unlink()
    (photos / "22.jpg").unlink()
    resumed = run(*arguments, "--resume")
    assert resumed.returncode == ExitCode.OK, resumed.stderr
    assert rows(shards) == read_here(photos, tmp_path / "again.parquet")
    after = {shard.name: shard.stat().st_mtime_ns for shard in shards.iterdir()}
    changed = {name for name in before if after.get(name) != before[name]}
    assert changed == {"part-00000002.parquet", "part-00000011.parquet"}
    assert "part-00000011.parquet" not in after


@pytest.mark.slow
def test_a_node_that_dies_loses_no_photo_and_repeats_none(cluster, photos, tmp_path):
    shards = tmp_path / "shards"
    for copy in range(3):  # so many that most are unread when the first shard is there
        for photo in list(photos.glob("??.jpg")):
            shutil.copy(photo, photos / f"{photo.stem}-{copy}.jpg")
    expected = read_here(photos, tmp_path / "here.parquet")
    with subprocess.Popen(
        driver(photos, "--output", shards, "--cluster", cluster.address),
        cwd=REPOSITORY,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        written: list[int] = []  # number of shards when the node died
        killer = threading.Thread(target=kill_a_node, args=(cluster, shards, written))
        killer.start()
        err = process.stderr.read() if process.stderr else ""
        killer.join()
    assert process.returncode == ExitCode.OK, err
    assert 0 < written[0] < len(list(shards.iterdir()))  # it died during the run
    assert len(cluster.worker_nodes) == 1
    found = rows(shards)
    assert max(Counter(str(row["path"]) for row in found).values()) == 1
    assert found == expected


def kill_a_node(cluster, shards: Path, written: list[int]) -> None:
    """Kills a node as soon as there is a first shard."""
    deadline = time.monotonic() + START_TIMEOUT_S
    while not list(shards.glob("part-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)
    written.append(len(list(shards.glob("part-*"))))


@pytest.mark.slow
def test_a_client_outside_the_cluster_has_photos_read_by_url(cluster, photos, tmp_path):
    """As from a laptop, through Ray's client."""
    pytest.importorskip("fsspec", reason=f"fsspec is missing; {install_hint('cloud')}")
    shards, url = tmp_path / "shards", f"file://{photos}"
    done = run(url, "--output", shards, "--cluster", cluster.client_address)
    assert done.returncode == ExitCode.OK, done.stderr
    assert rows(shards) == read_here(url, tmp_path / "here.parquet")
    assert rows(shards)[0]["path"] == f"{url}/00.jpg"


@pytest.mark.slow
def test_a_client_that_the_head_cannot_serve_connects_again(cluster):
    """As happens now and then: the process that the head forks for a client dies at once."""
    done = run_python("-c", FAILS_ONCE, cluster.client_address)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "2\n"


@pytest.mark.parametrize("prefix", ["", "ray://"])
def test_without_a_cluster_at_the_address_the_error_names_it_and_a_way_on(prefix):
    address = f"{prefix}127.0.0.1:{free_port()}"
    with pytest.raises(ClusterError) as raised:
        Cluster(address)
    assert str(raised.value).startswith(f"{address}: no cluster answers: ")
    assert "ray start --head" in str(raised.value)


@pytest.mark.parametrize("address", ["nonsense", "host:port", ":6379", "ray://host"])
def test_a_malformed_address_is_an_error_that_names_the_forms(address):
    with pytest.raises(ClusterError) as raised:
        Cluster(address)
    assert str(raised.value).startswith(f"{address}: ")
    assert str(raised.value).endswith("expected auto, HOST:6379 or ray://HOST:10001")


@pytest.mark.slow
@pytest.mark.parametrize("address", ["auto", "nonsense"])
def test_the_command_without_a_cluster_ends_in_one_line(photos, tmp_path, address):
    empty = {"RAY_TMPDIR": str(tmp_path), "RAY_ADDRESS": ""}
    done = command(photos, "--output", tmp_path / "shards", "--cluster", address, env=empty)
    assert (done.returncode, done.stdout) == (ExitCode.NO_CLUSTER, "")
    assert done.stderr.startswith(f"[ERROR] {address}: ")
    assert len(done.stderr.splitlines()) == 1
