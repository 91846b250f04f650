"""Reads photos by the million: shards of them go to a Ray cluster and come back as Parquet files.

Names travel to the cluster and rows come back, never pixels: each node opens the photos itself. If
a node dies, Ray reads its shards again on another one. The shards are written by the machine that
runs the command, see `anpr.output.tables.shards`.
"""

import logging
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import Any, NamedTuple

from anpr.batch.cluster_actor import ShardReader, without_geometry
from anpr.batch.serial import Item, Results
from anpr.batch.worker import OpenBatch
from anpr.errors import ClusterError
from anpr.output.tables.schema import Row
from anpr.output.tables.shards import KnownPhoto, ShardFolder
from anpr.types import FileResult, Name

AUTO_ADDRESS = "auto"
CLIENT_PREFIX = "ray://"
CONNECT_TIMEOUT_S = 10.0  # for a bare connection; Ray itself would try for a minute
CONNECT_ATTEMPTS = 4  # now and then the process that a head (2.60) forks for a client dies at once
PHOTOS_PER_SHARD = 500  # 12 s of reading: a lost node costs little, and there are few files
SHARDS_PER_CORE = 20  # 4 min of work, compared with the 5 s that actors take to start
SHARDS_PER_ACTOR = 2  # one that is read, and the next
START_HINT = (
    "start one by `ray start --head` and `ray start --address HOST:6379`, and give --cluster auto "
    "on one of its machines, or ray://HOST:10001 from elsewhere"
)


class Shard(NamedTuple):
    """A stretch of the photos, and its position among the others."""

    number: int
    photos: list[Name | KnownPhoto]


class Cluster:
    """A connection to a cluster; the end of a `with` block closes it."""

    def __init__(self, address: str) -> None:
        """Connects.

        Raises:
            ClusterError: There is no cluster at the address.
        """
        _check_address(address)
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # errors are reported here instead
        import ray

        init = partial(ray.init, address, log_to_driver=False, logging_level=logging.ERROR)
        try:
            with _sigterm_handler_kept():
                _connect(init)
        except Exception as error:  # Ray's errors have no common base class
            raise ClusterError(
                f"{address}: no cluster answers: {_last_line(error)}; {START_HINT}"
            ) from error
        self._is_client = address.startswith(CLIENT_PREFIX)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *raised: object) -> None:
        import ray

        ray.shutdown()

    def count_cores(self) -> int:
        """Returns the current number of cores of all nodes, at least 1."""
        import ray

        resources: Any = ray.cluster_resources  # Ray declares no return type
        return max(1, int(resources().get("CPU", 0)))

    def read(
        self, shards: Sequence[Shard], open_batch: OpenBatch, timeout_s: float
    ) -> Iterator[tuple[int, bytes, list[FileResult]]]:
        """Reads shards; see `ShardReader`.

        Yields:
            Number, Parquet file and results of each shard as soon as it is read, in any order.

        Raises:
            ClusterError: The cluster is gone, or cannot read.
        """
        tasks = [{"number": shard.number, "photos": pickle.dumps(shard.photos)} for shard in shards]
        run = partial(_run, tasks, open_batch, timeout_s, self.count_cores())
        try:
            for row in _relayed(run) if self._is_client else run():
                yield row["number"], row["table"], pickle.loads(row["results"])
        except Exception as error:  # as in `__init__`
            raise ClusterError(
                f"the cluster cannot go on: {_last_line(error)}; "
                "the same command with --resume continues"
            ) from error


def _run(
    tasks: Sequence[Row], open_batch: OpenBatch, timeout_s: float, cores: int
) -> Iterator[Row]:
    """Yields what `ShardReader` returns for each task, as soon as it is there."""
    import ray.data

    _silence_ray()
    actors = ray.data.ActorPoolStrategy(
        min_size=1, max_size=cores, max_tasks_in_flight_per_actor=SHARDS_PER_ACTOR
    )
    dataset = ray.data.from_items(list(tasks), override_num_blocks=len(tasks)).map_batches(
        ShardReader,
        fn_constructor_args=(open_batch, timeout_s),
        batch_size=1,
        num_cpus=1,
        compute=actors,
    )
    yield from dataset.iter_rows()


class Relay:
    """Runs an iterator in the cluster and passes on its rows, one by one."""

    def __init__(self, run: Callable[[], Iterator[Row]]) -> None:
        self._rows = run()

    def next(self) -> Row | None:
        """Returns the next row; `None` means that there are no more."""
        return next(self._rows, None)


def _relayed(run: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Runs an iterator in the cluster: Ray Data (2.60) does not work through `ray://`."""
    import ray

    actor_class: Any = ray.remote(num_cpus=0)(Relay)  # Ray's types lack `.remote`
    relay = actor_class.remote(run)
    while (row := ray.get(relay.next.remote())) is not None:
        yield row


def read_on_cluster(
    items: Iterable[Item],
    address: str,
    folder: ShardFolder,
    open_batch: OpenBatch,
    timeout_s: float,
) -> Results:
    """Reads photos on a cluster and writes their rows to a folder.

    Args:
        items: Taken as they are needed, enough to keep the cluster busy for minutes.
        address: Address of the cluster: `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        folder: Takes the rows.
        open_batch: Builds, in each process, what reads photos; picklable.
        timeout_s: Time limit for a photo.

    Yields:
        One result for each photo, without geometry and pictures; shard by shard, as they are read.

    Raises:
        ClusterError: There is no cluster, or it is gone.
        OutputError: A shard cannot be written.
    """
    count = 0
    shards = _shards(items, folder)
    with Cluster(address) as cluster:
        while stretch := list(islice(shards, SHARDS_PER_CORE * cluster.count_cores())):
            count = stretch[-1].number + 1
            new = [shard for shard in stretch if not _is_known(shard)]
            yield from _known_results(filter(_is_known, stretch))
            yield from _read(cluster, new, folder, open_batch, timeout_s)
    folder.finish(count)


def _read(
    cluster: Cluster,
    shards: Sequence[Shard],
    folder: ShardFolder,
    open_batch: OpenBatch,
    timeout_s: float,
) -> Iterator[FileResult]:
    done: set[int] = set()
    for number, table, results in cluster.read(shards, open_batch, timeout_s) if shards else ():
        if number not in done:  # a shard may be read twice if a node dies
            done.add(number)
            folder.write(number, table)
            yield from results


def _shards(items: Iterable[Item], folder: ShardFolder) -> Iterator[Shard]:
    names = (item.path if isinstance(item, FileResult) else item for item in items)
    number = 0
    while stretch := list(islice(names, PHOTOS_PER_SHARD)):
        yield Shard(number, folder.find(number, stretch))
        number += 1


def _is_known(shard: Shard) -> bool:
    return all(isinstance(photo, KnownPhoto) for photo in shard.photos)


def _known_results(shards: Iterable[Shard]) -> Iterator[FileResult]:
    for shard in shards:
        for photo in shard.photos:
            if isinstance(photo, KnownPhoto):
                yield without_geometry(photo.result)


def _check_address(address: str) -> None:
    """Opens a bare connection, since Ray takes a minute to report that there is no cluster.

    Raises:
        ClusterError: The address is malformed, or nothing listens there.
    """
    if address == AUTO_ADDRESS:
        return
    host, _, port = address.removeprefix(CLIENT_PREFIX).rpartition(":")
    if not host or not port.isdecimal():
        raise ClusterError(
            f"{address}: not the address of a cluster; expected auto, HOST:6379 or ray://HOST:10001"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), CONNECT_TIMEOUT_S).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(f"{address}: no cluster answers: {error}; {START_HINT}") from error


def _connect(init: Callable[[], object]) -> None:
    """Connects, with further attempts if the head could not serve the client."""
    for _ in range(CONNECT_ATTEMPTS - 1):
        with suppress(ConnectionAbortedError):  # what Ray's client raises then
            init()
            return
    init()


@contextmanager
def _sigterm_handler_kept() -> Iterator[None]:
    """Restores the handler of SIGTERM, which `ray.init` (2.60) replaces by its own."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _silence_ray() -> None:
    """Keeps Ray from writing to stdout and stderr; it raises its failures as well."""
    from ray.data import DataContext

    context: Any = DataContext.get_current()
    context.enable_progress_bars = False
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _last_line(error: BaseException) -> str:
    """Returns the last line of an error of Ray: the cause, below the tracebacks of the cluster."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
