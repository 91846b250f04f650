"""Photos by URL: in memory, on a disk, and from a web server on this machine."""

import http.server
import json
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from anpr._version import install_hint
from anpr.cli.main import main
from anpr.errors import ExitCode, PhotoError, UrlError
from anpr.sources.folders import find_photos
from anpr.sources.urls import check_supported, fetch, suffix_of
from tests.builders import SAMPLE, SAMPLE_TEXT
from tests.conftest import command

pytest.importorskip("fsspec", reason=f"fsspec is missing; {install_hint('cloud')}")
pytest.importorskip("aiohttp", reason=f"aiohttp is missing; {install_hint('cloud')}")

HANGS = "hangs"  # in a path: the server does not answer
FAILS = "fails"  # in a path: the server answers with an error
POLL_INTERVAL_S = 0.01  # the server ends soon after its test
HANG_TIMEOUT_S = 60.0  # so that a test that fails ends


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files, but for paths that contain HANGS or FAILS."""

    def do_GET(self) -> None:
        if HANGS in self.path:
            self.server.released.wait(HANG_TIMEOUT_S)
        elif FAILS in self.path:
            self.send_error(500)
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), partial(Handler, directory=str(folder))
    )
    server.released = threading.Event()
    thread = threading.Thread(target=server.serve_forever, args=(POLL_INTERVAL_S,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def folder(tmp_path) -> Path:
    served = tmp_path / "served"
    for name in ("b/2.jpg", "b/10.JPG", "b/a/x.jpg", "b/.hidden.jpg", "a.jpg"):
        (served / name).parent.mkdir(parents=True, exist_ok=True)
        (served / name).write_bytes(SAMPLE.read_bytes())
    (served / "b" / "notes.md").write_text("no photo")
    return served


@pytest.fixture
def server(folder) -> Iterator[str]:
    with serving(folder) as url:
        yield url


@pytest.fixture
def memory(folder) -> Iterator[str]:
    """The same files in memory."""
    import fsspec

    store = fsspec.filesystem("memory")
    for path in folder.rglob("*"):
        if path.is_file():
            store.pipe(f"/bucket/{path.relative_to(folder).as_posix()}", path.read_bytes())
    yield "memory://bucket"
    store.rm("/bucket", recursive=True)


def find(*inputs: str) -> tuple[list[str], list[tuple[object, str]]]:
    problems: list[tuple[object, str]] = []
    found = find_photos(inputs, lambda name, reason: problems.append((name, reason)))
    return list(map(str, found)), problems


FILE_AND_TIME_COLUMNS = ("path", "decode_ms", "read_ms", "file_size", "file_mtime_ns")
IN_B = ["b/10.JPG", "b/2.jpg", "b/a/x.jpg"]


def test_a_folder_in_a_bucket_is_listed_like_one_on_disk(memory):
    assert find(f"{memory}/b") == ([f"{memory}/{name}" for name in IN_B], [])


def test_a_folder_of_a_web_server_is_listed(server):
    assert find(f"{server}/b/") == ([f"{server}/{name}" for name in IN_B], [])


def test_a_file_url_is_listed(folder):
    assert find(f"file://{folder}/b")[0] == [f"file://{folder}/{name}" for name in IN_B]


def test_no_request_is_made_for_a_photo_before_it_is_read(memory):
    names = [f"{memory}/missing.jpg", "https://nowhere.invalid/1.jpg?key=a/b.txt"]
    assert find(*names) == (names, [])


def test_a_list_names_photos_anywhere(server, folder):
    lines = ["s3://bucket/1.jpg", "", "  gs://other/2  ", "car.jpg", f"{server}/a.jpg"]
    (folder / "list.txt").write_text("\r\n".join(lines))
    found, problems = find(f"{server}/list.txt")
    assert found == ["s3://bucket/1.jpg", "gs://other/2", f"{server}/a.jpg"]
    ((name, reason),) = problems
    assert name == f"{server}/list.txt"
    assert reason.startswith("'car.jpg' in it is not a URL; expected one per line")


def test_inputs_that_cannot_be_listed_are_named_with_the_reason(server, memory):
    names = [f"{memory}/none", f"{server}/none.txt", f"{server}/{FAILS}/"]
    found, problems = find(*names)
    assert found == []
    assert [name for name, _ in problems] == names
    assert ["no such object" in reason for _, reason in problems] == [True, True, False]
    assert "500" in problems[2][1]


def test_an_object_is_fetched(server, memory):
    assert fetch(f"{server}/a.jpg") == fetch(f"{memory}/a.jpg") == SAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.jpg", "no such object"), (f"{FAILS}.jpg", "cannot be fetched: .*500")],
)
def test_a_photo_that_cannot_be_fetched_is_an_error_with_the_reason(server, name, reason):
    with pytest.raises(PhotoError, match=reason):
        fetch(f"{server}/{name}")


def test_a_server_that_hangs_is_given_up(server):
    begin = time.monotonic()
    with pytest.raises(PhotoError, match=r"did not arrive in 0\.5 s; --timeout"):
        fetch(f"{server}/{HANGS}.jpg", timeout_s=0.5)
    assert time.monotonic() - begin < HANG_TIMEOUT_S / 2  # the server would have given up later


def test_a_server_that_is_not_there_is_an_error():
    with pytest.raises(PhotoError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/car.jpg")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_photos_fail_alone_and_by_name(server, folder, workers):
    names = ["a.jpg", "none.jpg", f"{HANGS}.jpg", "damaged.jpg", "b/2.jpg"]
    (folder / "damaged.jpg").write_bytes(SAMPLE.read_bytes()[:1000])
    urls = [f"{server}/{name}" for name in names]
    done = command(*urls, "--timeout", 2, "--workers", workers, "--region", "in")
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert done.stdout == f"[INFO] {SAMPLE_TEXT}\n" * 2
    assert "Traceback" not in done.stderr
    for url, reason in zip(
        urls[1:4], ("no such", "did not arrive in 2 s", "truncated"), strict=True
    ):
        assert f"{url}: {reason}" in done.stderr


def test_the_rows_are_those_of_the_same_photos_on_disk(memory, folder, tmp_path):
    def read(name: str, photos: str) -> list[dict[str, object]]:
        table = tmp_path / name
        assert main([photos, "--output", str(table), "--quiet"]) == ExitCode.OK
        rows = map(json.loads, table.read_text(encoding="ascii").splitlines())
        return [{key: row[key] for key in row if key not in FILE_AND_TIME_COLUMNS} for row in rows]

    by_url = read("url.jsonl", f"{memory}/b")
    assert len(by_url) == len(IN_B)
    assert by_url == read("path.jsonl", str(folder / "b"))


def test_a_resumed_run_makes_no_request_for_a_photo_that_was_read(
    memory, tmp_path, monkeypatch, capsys
):
    table = str(tmp_path / "plates.csv")
    assert main([f"{memory}/b", "--output", table]) == ExitCode.OK
    monkeypatch.setattr("anpr.sources.urls._open_store", pytest.fail)
    listed = [f"{memory}/{name}" for name in IN_B]
    assert main([*listed, "--output", table, "--resume"]) == ExitCode.OK
    assert capsys.readouterr().out == f"[INFO] {SAMPLE_TEXT}\n" * 6


@pytest.mark.parametrize(
    ("url", "suffix"),
    [
        ("https://host/folder.d/car.JPG?key=a/b.txt#c.png", ".jpg"),
        ("https://host", ""),
        ("s3://bucket/gate #1? 100%.jpg", ".jpg"),
        ("s3://bucket/car.jpg?old", ".jpg?old"),
        ("s3://bucket.jpg/car", ""),
    ],
)
def test_the_suffix_is_that_of_the_name_in_the_url(url, suffix):
    assert suffix_of(url) == suffix


def test_an_unknown_kind_of_url_is_an_error_that_names_it():
    check_supported("memory://a/b")
    with pytest.raises(UrlError, match=r"^nothing://a/b: cannot be read: .*pip install"):
        check_supported("nothing://a/b")


def test_without_fsspec_the_error_tells_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(UrlError) as raised:
        check_supported("s3://a/b")
    assert str(raised.value).endswith(
        f"URLs need fsspec, which is missing; {install_hint('cloud')}"
    )
