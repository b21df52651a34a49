"""How the stores of an index take more vectors: ours beside a bare Chroma upsert of the same.

Embedding grows as the texts do, and ``bench index`` times it once; the stores are what may grow
faster. So they are filled with the shop's own vectors and jittered copies of them. Ours is the
vector file, a spare copy of it, and a Chroma directory that is read back by a child process
before it is switched to; the peer is the upsert alone.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from eval.benchmarks import bare_chroma
from eval.benchmarks.retrieval import CHROMA_MOST, write_copies
from eval.report import Row
from index.stores.chroma_builds import build_chroma
from index.stores.vectorfile import VectorFile, read_vectors

OURS, FILE, PEER = "shelftalk", "vector file", "bare chroma"


def growth_rows(vectors: Path, sizes: Sequence[int]) -> tuple[list[Row], dict[str, int]]:
    """Fill the stores in folders of their own, at each of the sizes.

    Above ``CHROMA_MOST`` products only the vector file is written.

    Parameters
    ----------
    vectors
        The folder of the shop's vector file; it is only read.
    sizes
        Times the catalogue.

    Returns
    -------
    rows, counts
        ``store_s`` and ``texts_per_s`` by system, ``ratio_to_peer`` (our seconds over the
        peer's), by table ``1x``, ``10x`` …; and the products of each table.
    """
    file = read_vectors(vectors)
    rows: list[Row] = []
    counts: dict[str, int] = {}
    for times in sizes:
        table = f"{times}x"
        counts[table] = times * len(file.ids)
        with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as scratch:
            seconds = filled(Path(scratch), file, times)
        rows += size_rows(table, counts[table], seconds)
    return rows, counts


def filled(folder: Path, file: VectorFile, times: int) -> dict[str, float]:
    """Return the seconds that each store took, by system."""
    start = time.perf_counter()
    larger = write_copies(folder / "vectors", file, times)
    found = {FILE: time.perf_counter() - start}
    if len(larger.ids) <= CHROMA_MOST:
        build = partial(build_chroma, folder / "vectors", larger, folder / "chroma")
        found[OURS] = found[FILE] + _seconds(build)
        bare = partial(bare_chroma.upsert, folder / "bare", larger.ids, larger.matrix)
        found[PEER] = _seconds(bare)
    return found


def size_rows(table: str, count: int, seconds: dict[str, float]) -> list[Row]:
    """The rows of one size of the catalogue."""
    rows = []
    for system, spent in seconds.items():
        rows.append(Row("store_s", spent, system, table, n=count))
        rows.append(Row("texts_per_s", count / spent, system, table, n=count))
    if OURS in seconds:
        rows.append(Row("ratio_to_peer", seconds[OURS] / seconds[PEER], table=table))
    return rows


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start
