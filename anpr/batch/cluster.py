"""Items by the million: shards of them go to a Ray cluster, and come back as Parquet files.

Names travel to the cluster and rows come back, never pixels: a node opens the photos itself. Ray
reads the shards of a node that died again, on another one. The shards are written where the command
runs, see `output.shards`.
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
from anpr.output.tables.shards import Known, ShardFolder
from anpr.output.tables.text_tables import Row
from anpr.types import FileResult, Name

AUTO = "auto"
CLIENT = "ray://"
ANSWER_LIMIT_S = 10.0  # for a connection alone; Ray itself tries for a minute
CLIENT_TRIES = 4  # what a head (2.60) forks for a client now and then dies at once, in gRPC
PHOTOS_PER_SHARD = 500  # 12 s of reading: little is lost with a node, and few files come of it
SHARDS_PER_CORE = 20  # 4 min of work, against the 5 s that actors take to start
QUEUED_SHARDS = 2  # an actor: one in work and one at hand
HINT = (
    "start one by `ray start --head` and `ray start --address HOST:6379`, and give --cluster auto "
    "on one of its machines, or ray://HOST:10001 from elsewhere"
)


class Shard(NamedTuple):
    """A stretch of the inputs: its place among the others, and its photos."""

    number: int
    photos: list[Name | Known]


class Cluster:
    """A cluster that is connected; closes itself at the end of a `with` block."""

    def __init__(self, address: str) -> None:
        """Connects.

        Raises:
            ClusterError: There is no cluster at the address.
        """
        _check_answers(address)
        os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")  # we say what has failed
        import ray

        init = partial(ray.init, address, log_to_driver=False, logging_level=logging.ERROR)
        try:
            with _own_signals():
                _connect(init)
        except Exception as error:  # Ray's errors have no base in common
            raise ClusterError(f"{address}: no cluster answers: {_said(error)}; {HINT}") from error
        self._is_client = address.startswith(CLIENT)

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *raised: object) -> None:
        import ray

        ray.shutdown()

    def count_cores(self) -> int:
        """The cores of all nodes as they are now, 1 at least."""
        import ray

        resources: Any = ray.cluster_resources  # Ray does not say what it returns
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
                f"the cluster cannot go on: {_said(error)}; the same command with --resume does"
            ) from error


def _run(
    tasks: Sequence[Row], open_batch: OpenBatch, timeout_s: float, cores: int
) -> Iterator[Row]:
    """Yields what `ShardReader` makes of each task, as soon as it is there."""
    import ray.data

    _keep_quiet()
    actors = ray.data.ActorPoolStrategy(
        min_size=1, max_size=cores, max_tasks_in_flight_per_actor=QUEUED_SHARDS
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
    """Runs in the cluster and hands on what it yields, one by one."""

    def __init__(self, run: Callable[[], Iterator[Row]]) -> None:
        self._rows = run()

    def next(self) -> Row | None:
        """The next; None where there are no more."""
        return next(self._rows, None)


def _relayed(run: Callable[[], Iterator[Row]]) -> Iterator[Row]:
    """Yields what a run in the cluster does: Ray Data (2.60) does not work through ray://."""
    import ray

    remote: Any = ray.remote(num_cpus=0)(Relay)  # its types know no `.remote`
    relay = remote.remote(run)
    while (row := ray.get(relay.next.remote())) is not None:
        yield row


def read_on_cluster(
    photos: Iterable[Item],
    address: str,
    folder: ShardFolder,
    open_batch: OpenBatch,
    timeout_s: float,
) -> Results:
    """Reads photos on a cluster and writes their rows to a folder.

    Args:
        photos: Taken as they are needed, so many as keep the cluster busy for minutes.
        address: The cluster's: `auto`, `HOST:PORT` or `ray://HOST:PORT`.
        folder: Takes the rows.
        open_batch: Makes ready, in each process, what reads photos; picklable.
        timeout_s: How long a photo may take.

    Yields:
        One result for each photo, without corners and pictures; shard by shard, as they are read.

    Raises:
        ClusterError: There is no cluster, or it is gone.
        OutputError: A shard cannot be written.
    """
    count = 0
    shards = _parts(photos, folder)
    with Cluster(address) as cluster:
        while stretch := list(islice(shards, SHARDS_PER_CORE * cluster.count_cores())):
            count = stretch[-1].number + 1
            new = [shard for shard in stretch if not _is_known(shard)]
            yield from _known_results(stretch, new)
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
        if number not in done:  # a shard that was read twice is the same shard
            done.add(number)
            folder.write(number, table)
            yield from results


def _parts(photos: Iterable[Item], folder: ShardFolder) -> Iterator[Shard]:
    names = (photo.path if isinstance(photo, FileResult) else photo for photo in photos)
    number = 0
    while stretch := list(islice(names, PHOTOS_PER_SHARD)):
        yield Shard(number, folder.find(number, stretch))
        number += 1


def _is_known(shard: Shard) -> bool:
    return all(isinstance(photo, Known) for photo in shard.photos)


def _known_results(shards: Sequence[Shard], new: Sequence[Shard]) -> Iterator[FileResult]:
    numbers = {shard.number for shard in new}
    for shard in shards:
        if shard.number not in numbers:
            yield from (
                without_geometry(photo.result) for photo in shard.photos if isinstance(photo, Known)
            )


def _check_answers(address: str) -> None:
    """Asks for a connection, since Ray takes a minute to say that there is none.

    Raises:
        ClusterError: The address makes no sense, or nobody answers.
    """
    if address == AUTO:
        return
    host, _, port = address.removeprefix(CLIENT).rpartition(":")
    if not host or not port.isdecimal():
        raise ClusterError(
            f"{address}: is no address of a cluster; expected auto, HOST:6379 or ray://HOST:10001"
        )
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER_LIMIT_S).close()
    except (OSError, OverflowError) as error:
        raise ClusterError(f"{address}: no cluster answers: {error}; {HINT}") from error


def _connect(init: Callable[[], object]) -> None:
    """Connects; again where the head could not start its end of a client's connection."""
    for _ in range(CLIENT_TRIES - 1):
        with suppress(ConnectionAbortedError):  # what Ray's client makes of it
            init()
            return
    init()


@contextmanager
def _own_signals() -> Iterator[None]:
    """Keeps what SIGTERM does: `ray.init` (2.60) puts a handler of its own in the place of it."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _keep_quiet() -> None:
    """Leaves stdout to the results, and stderr to what this program has to say."""
    from ray.data import DataContext

    context: Any = DataContext.get_current()
    context.enable_progress_bars = False
    # What Ray has to say of a failure is in the error it raises.
    logging.getLogger("ray").setLevel(logging.CRITICAL)
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


def _said(error: BaseException) -> str:
    """The last line of what Ray said, which is what went wrong; the others are a traceback."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
