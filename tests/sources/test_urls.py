"""Photos by URL: in memory, and from a web server on this machine."""

import http.server
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from anpr.usage import ExitCode

from anpr.cli.arguments import parse_arguments
from anpr.cli.main import main
from anpr.errors import PhotoError
from anpr.sources.folders import find_photos
from anpr.sources.urls import fetch
from tests.conftest import REPOSITORY, command

pytest.importorskip("fsspec", reason="fsspec is missing: pip install 'anpr[cloud]'")
pytest.importorskip("aiohttp", reason="aiohttp is missing: pip install 'anpr[cloud]'")

SAMPLE = REPOSITORY / "license_plates" / "group1" / "003.jpg"
SAMPLE_TEXT = "MH20EE7601"
HANGS = "hangs"  # in a path: the server says nothing more
FAILS = "fails"
HANG_LIMIT_S = 60.0  # so that a test that fails ends


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files; some never come, some are refused."""

    def do_GET(self) -> None:
        if HANGS in self.path:
            self.server.released.wait(HANG_LIMIT_S)
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
    thread = threading.Thread(target=server.serve_forever)
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


OF_FILES_AND_TIMES = ("path", "decode_ms", "read_ms", "file_size", "file_mtime_ns")
IN_B = ["b/10.JPG", "b/2.jpg", "b/a/x.jpg"]


def test_a_folder_in_a_bucket_is_listed_as_one_on_disk(memory):
    assert find(f"{memory}/b") == ([f"{memory}/{name}" for name in IN_B], [])


def test_a_folder_of_a_web_server_is_listed(server):
    assert find(f"{server}/b/") == ([f"{server}/{name}" for name in IN_B], [])


def test_a_file_url_is_listed(folder):
    assert find(f"file://{folder}/b")[0] == [f"file://{folder}/{name}" for name in IN_B]


def test_a_photo_is_not_asked_for_before_it_is_read(memory):
    names = [f"{memory}/missing.jpg", "https://nowhere.invalid/1.jpg?key=a/b.txt"]
    assert find(*names) == (names, [])


def test_a_list_names_photos_anywhere(server, folder):
    lines = ["s3://bucket/1.jpg", "", "  gs://other/2  ", "car.jpg", f"{server}/a.jpg"]
    (folder / "list.txt").write_text("\r\n".join(lines))
    found, problems = find(f"{server}/list.txt")
    assert found == ["s3://bucket/1.jpg", "gs://other/2", f"{server}/a.jpg"]
    assert [(name, "'car.jpg' in it is no URL" in why) for name, why in problems] == [
        (f"{server}/list.txt", True)
    ]


def test_what_cannot_be_listed_is_named_with_the_reason(server, memory):
    names = [f"{memory}/none", f"{server}/none.txt", f"{server}/{FAILS}/"]
    found, problems = find(*names)
    assert found == []
    assert [name for name, _ in problems] == names
    assert ["no such object" in why for _, why in problems] == [True, True, False]
    assert "500" in problems[2][1]


def test_an_object_is_fetched(server, memory):
    assert fetch(f"{server}/a.jpg") == fetch(f"{memory}/a.jpg") == SAMPLE.read_bytes()


@pytest.mark.parametrize(
    ("name", "reason"),
    [("none.jpg", "no such object"), (f"{FAILS}.jpg", "cannot be fetched: .*500")],
)
def test_a_photo_that_cannot_be_fetched_says_why(server, name, reason):
    with pytest.raises(PhotoError, match=reason):
        fetch(f"{server}/{name}")


def test_a_server_that_hangs_is_left(server):
    begin = time.monotonic()
    with pytest.raises(PhotoError, match=r"did not arrive in 0\.5 s; --timeout"):
        fetch(f"{server}/{HANGS}.jpg", timeout_s=0.5)
    assert time.monotonic() - begin < HANG_LIMIT_S / 2  # it was not the server that gave up


def test_a_server_that_is_not_there_says_so():
    with pytest.raises(PhotoError, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/car.jpg")


@pytest.mark.parametrize("workers", [1, 2])
def test_photos_fail_alone_and_by_name(server, folder, workers):
    names = ["a.jpg", "none.jpg", f"{HANGS}.jpg", "broken.jpg", "b/2.jpg"]
    (folder / "broken.jpg").write_bytes(SAMPLE.read_bytes()[:1000])
    urls = [f"{server}/{name}" for name in names]
    done = command("-i", *urls, "--timeout", 2, "--workers", workers, "--region", "in")
    assert done.returncode == ExitCode.SOME_FAILED, done.stderr
    assert done.stdout == f"[INFO] {SAMPLE_TEXT}\n" * 2
    assert "Traceback" not in done.stderr
    for url, reason in zip(
        urls[1:4], ("no such", "did not arrive in 2 s", "truncated"), strict=True
    ):
        assert f"{url}: {reason}" in done.stderr


def test_the_same_rows_as_from_disk_but_for_what_tells_the_file(memory, folder, tmp_path):
    def read(name: str, photos: str) -> list[dict[str, object]]:
        table = tmp_path / name
        assert main(["-i", photos, "-o", str(table), "--quiet"]) == ExitCode.OK
        rows = map(json.loads, table.read_text(encoding="ascii").splitlines())
        return [{key: row[key] for key in row if key not in OF_FILES_AND_TIMES} for row in rows]

    by_url = read("url.jsonl", f"{memory}/b")
    assert len(by_url) == len(IN_B)
    assert by_url == read("path.jsonl", str(folder / "b"))


def test_a_photo_of_a_url_is_not_read_again(memory, tmp_path, monkeypatch, capsys):
    table = tmp_path / "plates.csv"
    arguments = ["-i", f"{memory}/b", "-o", str(table)]
    assert main(arguments) == ExitCode.OK
    monkeypatch.setattr("anpr.sources.urls._open", pytest.fail)
    listed = ["-i", *(f"{memory}/{name}" for name in IN_B), "-o", str(table), "--resume"]
    assert main(listed) == ExitCode.OK
    assert capsys.readouterr().out == f"[INFO] {SAMPLE_TEXT}\n" * 6


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["-i", "nothing://a/b"], "nothing"),
        (["-i", "memory://a/b.jpg", "--annotate", "copies"], "--annotate takes photos of this"),
        (["-i", "memory://a/b.jpg", "--redact", "copies"], "memory://a/b.jpg: copy them here"),
    ],
)
def test_what_cannot_work_is_a_usage_error(arguments, told, capsys):
    with pytest.raises(SystemExit) as stop:
        parse_arguments(arguments)
    assert stop.value.code == ExitCode.USAGE
    assert told in capsys.readouterr().err


def test_without_fsspec_the_way_out_is_told(tmp_path):
    (tmp_path / "fsspec.py").write_text("raise ImportError('not here')")
    done = command("-i", "memory://a/b.jpg", env={"PYTHONPATH": f"{tmp_path}:{REPOSITORY}"})
    assert done.returncode == ExitCode.USAGE
    assert "pip install 'anpr[cloud]'" in done.stderr
