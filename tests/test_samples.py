"""Fetching the tutorial's photos, from a server on this machine."""

import functools
import hashlib
import http.server
import shutil
import threading
from collections.abc import Iterator

import pytest

from anpr._version import install_hint
from anpr.errors import DownloadError
from anpr.samples import BASE_URL, PHOTOS, fetch, main

pytest.importorskip("pooch", reason=f"pooch is missing; {install_hint('samples')}")

POLL_INTERVAL_S = 0.01  # the server ends soon after its test


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def site(tmp_path) -> Iterator[tuple[str, object]]:
    """An empty web site: its address, and its folder."""
    root = tmp_path / "site"
    root.mkdir()
    handler = functools.partial(QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(POLL_INTERVAL_S,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/", root
        server.shutdown()


def test_all_eight_come_from_the_public_repository():
    assert BASE_URL.startswith("https://")
    assert "/NanoNets/number-plate-detection/" in BASE_URL
    assert sorted(PHOTOS) == [f"group1/00{n}.jpg" for n in range(1, 6)] + [
        f"group2/00{n}.jpg" for n in range(1, 4)
    ]


def test_fetches_checks_and_does_not_fetch_twice(nanonets, site, tmp_path, capsys):
    url, root = site
    for source, _ in PHOTOS.values():
        shutil.copy(nanonets / "photos" / source, root / source)
    folder = tmp_path / "tutorial"
    assert main([str(folder), "--base-url", url]) == 0
    assert capsys.readouterr().out.splitlines() == [str(folder / name) for name in PHOTOS]
    for name, (_, sha256) in PHOTOS.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == sha256
    for source, _ in PHOTOS.values():
        (root / source).unlink()
    assert len(fetch(folder, url)) == 8  # all are there: no request is made


def test_a_file_with_other_content_is_refused(site, tmp_path):
    url, root = site
    (root / "0.jpg").write_bytes(b"not that photo")
    with pytest.raises(DownloadError, match=r"0\.jpg: SHA256"):
        fetch(tmp_path / "tutorial", url)
    assert not (tmp_path / "tutorial" / "group1" / "001.jpg").exists()


def test_a_missing_file_or_server_is_one_clear_line(site, tmp_path, capsys):
    url, _ = site
    assert main([str(tmp_path), "--base-url", url]) == 1
    assert f"[ERROR] {url}0.jpg: 404" in capsys.readouterr().err
    assert main([str(tmp_path), "--base-url", "http://127.0.0.1:9/"]) == 1
    assert "[ERROR] http://127.0.0.1:9/0.jpg: " in capsys.readouterr().err
