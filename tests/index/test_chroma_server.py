"""The same collection on a Chroma server of our own, on loopback."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from index.stores.chroma import ChromaFault
from index.stores.chroma_server import fill_server
from index.stores.guarded import CHROMA, EXACT, GuardedStore
from index.stores.vectorfile import VectorFile, write_vectors

pytestmark = pytest.mark.model


def free_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    port = free_port()
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(tmp_path / "c")]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", server
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def file(tmp_path: Path) -> VectorFile:
    rows = np.random.default_rng(0).normal(size=(300, 16)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ids = [f"p{i:03}" for i in range(300)]
    return write_vectors(tmp_path / "vectors", ids, ids, rows, "f" * 64, "product/1")


def test_server_when_filled_then_like_exact_and_when_it_dies_exact(
    server: tuple[str, subprocess.Popen[bytes]], file: VectorFile, tmp_path: Path
) -> None:
    url, process = server
    fill_server(url, "small", file)
    fill_server(url, "small", file)
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(url, "small")
    assert store.wait(60), store.state
    found, which = store.query(file.matrix[5], 4)
    assert (which, found) == (CHROMA, store.exact.query(file.matrix[5], 4))
    process.terminate()
    process.wait(10)
    assert store.query(file.matrix[5], 4) == (found, EXACT)
    assert store.state.startswith("failed")
    store.close()


def test_server_when_away_then_exact_answers_and_says_so(file: VectorFile, tmp_path: Path) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    store = GuardedStore(file, tmp_path / "vectors", exact_survivors=10)
    store.start_server(away, "small")
    assert not store.wait(60)
    assert store.query(file.matrix[5], 1)[1] == EXACT
    assert away in store.state
    with pytest.raises(ChromaFault, match=away):
        fill_server(away, "small", file)
