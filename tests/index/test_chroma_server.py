"""The same collection on a Chroma server of our own, on loopback: up, slow, hanging, gone."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from index.config import IndexConfig
from index.interfaces import VectorStore
from index.status import read_status
from index.stores import chroma_server, guarded
from index.stores.chroma import ChromaFault, ChromaStore
from index.stores.chroma_server import QUERY_S, fill_server
from index.stores.guarded import CHROMA, EXACT, GuardedStore
from index.stores.vectorfile import Manifest, VectorFile, write_vectors
from tests.contracts.vector_store import DIMENSION, VectorStoreContract
from tests.index.small_shop import make_shop

pytestmark = pytest.mark.model


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


class Server:
    """A real ``chroma run``."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(10)


class Wire:
    """A wire to a server on which everything can be held back."""

    def __init__(self, port: int) -> None:
        self._to = port
        self.flows = threading.Event()
        self.flows.set()
        self._door = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._door.getsockname()[1]}"

    def cut(self) -> None:
        self._door.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._door.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self._to))
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._pump, args=(one, other), daemon=True).start()

    def _pump(self, one: socket.socket, other: socket.socket) -> None:
        try:
            while content := one.recv(65536):
                self.flows.wait(20)
                other.sendall(content)
        except OSError:
            return
        finally:
            other.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("server"))
    yield started
    started.stop()


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    made = Wire(server.port)
    yield made
    made.flows.set()
    made.cut()


@pytest.fixture
def file(tmp_path: Path) -> VectorFile:
    rows = np.random.default_rng(0).normal(size=(300, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"p{i:03}" for i in range(300)]
    return write_vectors(tmp_path / "vectors", ids, ids, rows, "f" * 64, "product/1")


NUMBERS = count()


class TestChromaStore(VectorStoreContract):
    """The contract of the embedded store, against the server."""

    @pytest.fixture(autouse=True)
    def place(self, server: Server) -> None:
        self.url = server.url

    def make(self) -> VectorStore:
        manifest = Manifest("fingerprint", "product/1", DIMENSION, 0, "0" * 64)
        return ChromaStore.create(self.url, f"contract-{next(NUMBERS)}", manifest)


def test_server_when_filled_twice_then_like_exact_and_when_it_dies_exact(
    tmp_path: Path, file: VectorFile
) -> None:
    server = Server(tmp_path / "own")
    fill_server(server.url, "small", file)
    fill_server(server.url, "small", file)
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(server.url, "small")
    assert store.wait(60), store.state
    found, which = store.query(file.matrix[5], 4)
    assert (which, found) == (CHROMA, store.exact.query(file.matrix[5], 4))
    server.stop()
    assert store.query(file.matrix[5], 4) == (found, EXACT)
    assert store.wait(0) is False
    store.close()


def test_server_when_it_hangs_then_exact_in_time_and_back_without_a_restart(
    wire: Wire, file: VectorFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guarded, "RETRY_S", 0.2)
    monkeypatch.setattr(chroma_server, "REACH_S", 0.5)
    fill_server(wire.url, "hanging", file)
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(wire.url, "hanging")
    assert store.wait(60), store.state
    wire.flows.clear()
    start = time.monotonic()
    found, which = store.query(file.matrix[5], 4)
    assert time.monotonic() - start < QUERY_S + 1
    assert (which, found[0].id) == (EXACT, "p005")
    start = time.monotonic()
    assert all(store.query(row, 4)[1] == EXACT for row in file.matrix[:20])
    assert time.monotonic() - start < 1
    assert wire.url in store.state or "failed" in store.state
    wire.flows.set()
    until = time.monotonic() + 30
    while not store.answers and time.monotonic() < until:
        time.sleep(0.1)
    assert store.query(file.matrix[5], 4) == (found, CHROMA)
    store.close()


def test_server_when_not_all_vectors_are_there_then_exact_and_both_counts(
    server: Server, file: VectorFile, tmp_path: Path
) -> None:
    fill_server(server.url, "half", file)
    name = chroma_server.collection_name("half", file.manifest)
    half = ChromaStore.open(server.url, name, file.manifest)
    half.remove(file.ids[:100])
    half.close()
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(server.url, "half")
    assert not store.wait(60)
    assert "counts 200 vectors of 300" in store.state
    store.close()


def test_server_when_away_then_exact_answers_and_says_so(file: VectorFile, tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(away, "small")
    assert not store.wait(60)
    assert store.query(file.matrix[5], 1)[1] == EXACT
    assert away in store.state
    store.close()
    with pytest.raises(ChromaFault, match=away):
        fill_server(away, "small", file)


def test_status_when_there_is_a_server_then_it_says_whether_it_answers(
    server: Server, wire: Wire, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma_server, "REACH_S", 0.5)
    shop = make_shop(tmp_path)
    rows = np.eye(4, dtype=np.float32)
    write_vectors(shop.vectors, list("abcd"), list("abcd"), rows, "f" * 64, "product/1")

    def told(url: str) -> str:
        config: IndexConfig = shop.model_copy(update={"chroma_url": url})
        return read_status(config)["chroma"]

    assert told(wire.url) == f"server at {wire.url}, answering"
    wire.flows.clear()
    assert "away; exact search answers meanwhile" in told(wire.url)
    assert "away; exact search answers meanwhile" in told(f"http://127.0.0.1:{free_port()}")
