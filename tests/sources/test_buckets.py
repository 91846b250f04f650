"""Photos in a bucket: an S3 server on this machine, read with the real client."""

import csv
from collections.abc import Iterator

import pytest

from anpr._version import install_hint
from anpr.sources.folders import find_photos
from tests.builders import SAMPLE, SAMPLE_TEXT
from tests.conftest import command

moto_server = pytest.importorskip("moto.server", reason=f"moto is missing; {install_hint('dev')}")
pytest.importorskip("s3fs", reason=f"s3fs is missing; {install_hint('cloud')}")

pytestmark = pytest.mark.slow

IN_B = ["b/10.JPG", "b/2.jpg", "b/a/x.jpg", "b/gate #1? 100%.jpg"]


@pytest.fixture(scope="module")
def bucket() -> Iterator[dict[str, str]]:
    """A bucket named `photos`: the environment variables that lead to it."""
    server = moto_server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ACCESS_KEY_ID": "anyone",
        "AWS_SECRET_ACCESS_KEY": "anything",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            import fsspec

            store = fsspec.filesystem("s3", skip_instance_cache=True)
            store.mkdir("photos")
            for name in (*IN_B, "b/.hidden.jpg", "a.jpg"):
                store.pipe_file(f"photos/{name}", SAMPLE.read_bytes())
            store.pipe_file("photos/b/notes.md", b"no photo")
            store.pipe_file("photos/list.txt", b"s3://photos/a.jpg\ns3://photos/none.jpg\n")
            yield variables
    finally:
        server.stop()


def test_a_bucket_is_listed_like_a_folder(bucket):
    problems: list[object] = []
    found = find_photos(["s3://photos/b"], lambda *problem: problems.append(problem))
    assert list(found) == [f"s3://photos/{name}" for name in IN_B]
    assert problems == []


@pytest.mark.parametrize("workers", [1, 2])
def test_photos_of_a_bucket_are_read_by_the_command(bucket, tmp_path, workers):
    table = tmp_path / "plates.csv"
    inputs = ["s3://photos/b", "s3://photos/list.txt", "s3://elsewhere/b"]
    done = command(*inputs, "--output", table, "--workers", workers, env=bucket)
    assert done.returncode == 1
    with table.open(newline="", encoding="utf-8") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    read = {path for path, row in rows.items() if row["text"] == SAMPLE_TEXT}
    assert read == {f"s3://photos/{name}" for name in (*IN_B, "a.jpg")}
    assert rows["s3://photos/none.jpg"]["reason"] == "no such object"
    assert "s3://elsewhere/b" in done.stderr
