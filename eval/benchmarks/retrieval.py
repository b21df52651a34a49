"""The whole retrieval at several sizes of the catalogue, beside numpy, Chroma and FTS5 alone.

A larger catalogue is the shop's own, copied: titles made distinct by a number, vectors jittered
and brought back to length 1, the purchases those of the first copy. What is timed is a search
as a turn makes it: the words encoded, filters, every source, fused; then, as ``with ranker``,
the same ranked for a shopper. Half of the searches are narrowed by a price limit.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import cycle
from pathlib import Path

import numpy as np

from assistant.config import Settings
from assistant.following import known_of
from assistant.rank_served import open_ranker
from assistant.types import Need, Profile
from eval.benchmarks.index_build import query_texts, scratch_shop
from eval.report import Measurement, Row
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.encoders.sentence import open_encoder
from index.interfaces import Encoder, Vectors
from index.lexical import FtsIndex
from index.search import Search, SearchRequest, open_search
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION, build_chroma
from index.stores.recall import spread
from index.stores.vectorfile import VectorFile, read_vectors, write_vectors
from index.types import Filters, Interaction, Product

SIZES = (1, 10)
WHOLE = (1, 10, 100)
K = 50
JITTER = 0.02
"""Standard deviation a component, where a vector has length 1."""
SHOPPERS = 20
"""Who take turns, from the longest history to the shortest."""
CHROMA_MOST = 200_000
"""Products up to which Chroma is built; above, its graph would take hours."""
OURS, RANKED = "shelftalk", "with ranker"


@dataclass(frozen=True, slots=True)
class Asker:
    """Who searches."""

    profile: Profile
    history: Sequence[Interaction]


def run(settings: Settings, sizes: Sequence[int] = SIZES, asked: int = 200) -> Measurement:
    """Measure every size in a folder of its own; the shop in place is left as it is."""
    config = settings.index
    encoder = open_encoder(config)
    rows: list[Row] = []
    notes: list[str] = []
    counts: dict[int, int] = {}
    for times in sizes:
        with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as scratch:
            shop = enlarged(config, Path(scratch), times)
            with _opened(shop, encoder) as (search, chroma):
                counts[times] = len(search.catalogue)
                seconds = timed(settings, search, chroma, asked)
            rows += [row for name, of_it in seconds.items() for row in _rows(name, times, of_it)]
            if chroma is None:
                notes.append(f"Chroma was not built at {times}x: its graph would take hours")
    rows += growth(rows, counts)
    catalogue = Catalogue.open(config)
    dataset = catalogue.dataset()
    catalogue.close()
    return Measurement(
        command="bench retrieval",
        rows=rows,
        protocol={
            "sizes": {f"{times}x": count for times, count in counts.items()},
            "searches": f"{asked} distinct texts a size: titles, kinds, kinds in a phrase; every "
            "other one under the median price; none asked before",
            "peers": "numpy: one matrix product and a partition; chroma: its client; fts5: the "
            "word index; none with the encoding of the words, which ours includes",
            "growth": "slope of log p50 over log products, least squares",
        },
        dataset=dataset,
        hashes={"model": encoder.fingerprint[:16]},
        notes=notes,
    )


def enlarged(config: IndexConfig, folder: Path, times: int, seed: int = 7) -> IndexConfig:
    """Return the shop ``times`` over, in an empty folder: its catalogue and its vectors."""
    shop = scratch_shop(config, folder)
    catalogue = Catalogue.open(shop, readonly=False)
    products = catalogue.many(catalogue.ids())
    for copy in range(1, times):
        catalogue.upsert(copied(product, copy) for product in products)
    catalogue.close()
    write_copies(shop.vectors, read_vectors(config.vectors), times, seed)
    return shop


def write_copies(folder: Path, file: VectorFile, times: int, seed: int = 7) -> VectorFile:
    """Write the vectors ``times`` over: first themselves, then jittered copies."""
    draw = np.random.default_rng(seed)
    ids, matrix = list(file.ids), np.empty((times * len(file.ids), file.manifest.dimension), "<f4")
    matrix[: len(file.ids)] = file.matrix
    for copy in range(1, times):
        rows = slice(copy * len(file.ids), (copy + 1) * len(file.ids))
        matrix[rows] = jittered(file.matrix, draw)
        ids += [f"{id_}-{copy}" for id_ in file.ids]
    manifest = file.manifest
    hashes = list(file.hashes) * times
    return write_vectors(folder, ids, hashes, matrix, manifest.fingerprint, manifest.template)


def copied(product: Product, copy: int) -> Product:
    """The product once more, under another id and title."""
    return replace(product, id=f"{product.id}-{copy}", title=f"{product.title} no. {copy}")


def jittered(matrix: Vectors, draw: np.random.Generator) -> Vectors:
    """Vectors near these, of length 1. *Shape:* (count, dimension), both."""
    moved = matrix + draw.normal(scale=JITTER, size=matrix.shape).astype(np.float32)
    found: Vectors = moved / np.linalg.norm(moved, axis=1, keepdims=True)
    return found


@contextmanager
def _opened(shop: IndexConfig, encoder: Encoder) -> Iterator[tuple[Search, ChromaStore | None]]:
    """The shop open for searching, and its Chroma by itself."""
    file = read_vectors(shop.vectors)
    chroma = _chroma(shop, file)
    try:
        with open_search(shop, chroma=False, encoder=encoder) as search:
            if chroma:
                search.store.start(shop.chroma)
                search.store.wait()
            search.warm()
            yield search, chroma
    finally:
        if chroma:
            chroma.close()


def _chroma(shop: IndexConfig, file: VectorFile) -> ChromaStore | None:
    if len(file.ids) > CHROMA_MOST:
        return None
    folder = build_chroma(shop.vectors, file, shop.chroma)
    return ChromaStore.open(folder, COLLECTION, file.manifest)


def timed(
    settings: Settings, search: Search, chroma: ChromaStore | None, asked: int
) -> dict[str, list[float]]:
    """Return the seconds of every search, by system."""
    products = search.catalogue.many(search.catalogue.ids())
    texts = list(dict.fromkeys(query_texts(products)))[:asked]
    prices = sorted(p.price for p in products if p.price is not None)
    narrow = Filters(max_price=prices[len(prices) // 2]) if prices else Filters()
    everyone = list(search.purchases.shoppers())
    shoppers: list[str | None] = [everyone[row] for row in spread(len(everyone), SHOPPERS)]
    askers = [
        Asker(*known_of(search, shopper, settings.index.adult)) for shopper in shoppers or [None]
    ]
    ranker, matrix = open_ranker(settings), search.store.file.matrix
    lexical = FtsIndex(search.catalogue.database)
    found: dict[str, list[float]] = defaultdict(list)
    for place, (text, asker) in enumerate(zip(texts, cycle(askers), strict=False)):
        filters = replace(narrow if place % 2 else Filters(), store_id=asker.profile.store_id)
        request = SearchRequest(text, filters, asker.history, search.as_of, k=settings.candidates)
        need = Need(text, search_text=text, asked=text, max_price=filters.max_price)
        with _noted(found[RANKED]):
            with _noted(found[OURS]):
                candidates = search.retrieve(request)
            ranker.rank(need, candidates, asker.profile, settings.dial)
        vector = search.encode_query(text)
        with _noted(found["numpy"]):
            bare(matrix, vector)
        with _noted(found["fts5"]):
            lexical.query(text, K)
        if chroma:
            with _noted(found["chroma"]):
                chroma.query(vector, K)
    return found


@contextmanager
def _noted(seconds: list[float]) -> Iterator[None]:
    """Note how long the block took."""
    start = time.perf_counter()
    yield
    seconds.append(time.perf_counter() - start)


def bare(matrix: Vectors, vector: Vectors) -> list[int]:
    """The rows with the highest cosines, as one would write it with numpy alone."""
    cosines = matrix @ vector
    best = np.argpartition(-cosines, K)[:K]
    ordered: list[int] = best[np.argsort(-cosines[best])].tolist()
    return ordered


def _rows(system: str, times: int, seconds: Sequence[float]) -> list[Row]:
    ms = 1000 * np.array(seconds)
    return [
        Row(f"p{share}_ms", float(np.percentile(ms, share)), system, f"{times}x", n=len(ms))
        for share in (50, 95)
    ]


def growth(rows: Sequence[Row], counts: dict[int, int]) -> list[Row]:
    """The exponent of growth of each system: 1 where twice the products take twice the time."""
    found = []
    for system in dict.fromkeys(row.system for row in rows):
        points = [
            (counts[int(row.table[:-1])], row.value)
            for row in rows
            if row.system == system and row.metric == "p50_ms"
        ]
        if len(points) > 1:
            size, ms = np.log(np.array(points)).T
            found.append(Row("growth_exponent", float(np.polyfit(size, ms, 1)[0]), system))
    return found
