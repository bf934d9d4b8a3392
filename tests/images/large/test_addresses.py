"""Addresses: nothing is fetched unless it is allowed; where it is, the pictures are those of the files."""

from __future__ import annotations

import functools
import http.server
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from convcli.errors import ConvcliError, InputError, UsageError
from convcli.images.large import tiled_tiff, zarr_stripes
from convcli.images.large.large_formats import Wish, open_rows
from tests.images.large.large_pictures import order, picture, written

fsspec = pytest.importorskip("fsspec")
pytest.importorskip("zarr")
SAMPLES = picture("uint8", 3, 120, 70)


class Server(http.server.SimpleHTTPRequestHandler):
    """Gives parts of files, as servers of large ones do."""

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if wanted is None or not path.is_file():
            super().do_GET()
            return
        content = path.read_bytes()
        start = int(wanted[1]) if wanted[1] else len(content) - int(wanted[2])
        part = content[start : int(wanted[2]) + 1 if wanted[1] and wanted[2] else None]
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(part)))
        self.end_headers()
        self.wfile.write(part)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The picture as TIFF and as Zarr."""
    written(tiled_tiff.create, order(tmp_path / "a.tif", SAMPLES), SAMPLES)
    written(zarr_stripes.create, order(tmp_path / "b.zarr", SAMPLES), SAMPLES)
    return tmp_path


@pytest.fixture
def served(folder: Path) -> Iterator[str]:
    """The folder's address on a server of this machine."""
    pytest.importorskip("aiohttp")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Server, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def remembered(folder: Path) -> Iterator[str]:
    """The folder in fsspec's memory."""
    system = fsspec.filesystem("memory")
    system.put(str(folder / "b.zarr"), "/convcli-test/b.zarr", recursive=True)
    system.pipe("/convcli-test/a.tif", (folder / "a.tif").read_bytes())
    yield "memory://convcli-test"
    system.rm("/convcli-test", recursive=True)


@pytest.mark.parametrize("where", ["served", "remembered"])
@pytest.mark.parametrize("name", ["a.tif", "b.zarr"])
def test_pictures_at_an_address_are_those_of_the_files(where: str, name: str, request: pytest.FixtureRequest) -> None:
    """Over HTTP, and from another of fsspec's systems."""
    address = f"{request.getfixturevalue(where)}/{name}"
    found = open_rows(address, Wish(network=True))
    assert found is not None
    assert found.rows.shape == SAMPLES.shape
    np.testing.assert_array_equal(found.rows.read(20, 90), SAMPLES[20:90].reshape(70, -1))
    found.close()
    with pytest.raises(InputError, match="nothing at this address"):
        open_rows(f"{request.getfixturevalue(where)}/none.tif", Wish(network=True))


@pytest.mark.parametrize("text", ["http://127.0.0.1:1/a.tif", "s3://bucket/b.zarr", "memory://a.tif",
                                  "simplecache::http://127.0.0.1:1/a.tif", "file:///etc/hostname"])  # fmt: skip
def test_nothing_is_fetched_unless_it_is_allowed(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket is made, and fsspec is not asked; the message says what allows it."""

    def forbidden(*_: object, **__: object) -> None:
        raise AssertionError("the network was touched")

    monkeypatch.setattr(socket, "socket", forbidden)
    monkeypatch.setattr(fsspec, "url_to_fs", forbidden)
    with pytest.raises(UsageError, match="without allow_network"):
        open_rows(text, Wish())


@pytest.mark.parametrize("text", ["http://127.0.0.1:1/a.tif", "nonsense://x/y", "simplecache::nonsense://x"])
def test_what_cannot_be_fetched_is_one_message(text: str) -> None:
    """Nobody answers; a scheme that nobody knows."""
    with pytest.raises(ConvcliError, match=re.escape(text)):
        open_rows(text, Wish(network=True))
