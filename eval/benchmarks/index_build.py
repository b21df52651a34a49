"""The whole index build beside a bare encode loop of the same texts, in one run; then the
stores: Chroma against exact search, and filtered search against brute force.

The peer is ``SentenceTransformer.encode`` over the distinct texts with the same batch size and
nothing else: half of the texts before our build and half after it, so that a machine that grows
busier or idler meanwhile weighs on both. The weights are loaded and a batch is encoded before
anything is timed.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.report import Measurement, Row
from index.build import BuildReport, build, catalogue_texts
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.database import connect
from index.encoders.sentence import SentenceEncoder, open_encoder
from index.errors import MissingIndex
from index.filters import matches
from index.interfaces import Vectors
from index.search import POOL, Search, SearchRequest, open_search
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION, current
from index.stores.exact import ExactStore
from index.stores.recall import SAME, recalls, spread
from index.stores.vectorfile import REBUILD, VectorFile, read_vectors
from index.types import Filters, Hit, Product, Source

QUERIES, K = 500, 50
RATIO, ALLOWANCE_S = 1.15, 10.0
SHARES = (0.001, 0.01, 0.1, 0.3, 0.6, 0.9)
"""Selectivities of the filtered queries: the share of the catalogue that a price limit leaves."""
PHRASES = ("{}", "something with {}", "cheap {}", "{} for the week", "a good {} for two")


def run(config: IndexConfig, seed: int = 7) -> Measurement:
    """Measure the build and both stores; the shop in place is left as it is."""
    catalogue = Catalogue.open(config)
    products = catalogue.many(catalogue.ids())
    texts = sorted(set(catalogue_texts(config).values()))
    encoder = open_encoder(config)
    encoder.encode(texts[: config.batch])
    with tempfile.TemporaryDirectory(prefix="shelftalk-bench-") as scratch:
        shop = scratch_shop(config, Path(scratch))
        peer = bare_seconds(encoder, texts[::2], config.batch)
        report = build(shop, encoder=encoder)
        peer += bare_seconds(encoder, texts[1::2], config.batch)
        rows = build_rows(report, peer, len(texts))
        file = read_vectors(shop.vectors)
        queries = encoder.encode(query_texts(products))
        rows.append(recall_row(shop, file, queries))
        with open_search(shop, chroma=False, encoder=encoder) as search:
            wrong, asked = filtered_mismatches(search, products, seed)
            rows.append(Row("filtered_mismatches", wrong, n=asked))
    return Measurement(
        command="bench index",
        rows=rows,
        protocol={
            "peer": "SentenceTransformer.encode over the same distinct texts, same batch size, "
            "half before our build and half after",
            "peer_s": peer,
            "build_s": report.seconds,
            "products": report.products,
            "distinct_texts": report.distinct,
            "queries": "every product in turn gives its title, its kind, or its kind in one of "
            f"{len(PHRASES)} phrases; {QUERIES} evenly over the catalogue, none filtered",
            "filters": f"price limits that leave {SHARES} of the catalogue, alone and with an "
            "excluded category",
        },
        dataset=catalogue.dataset(),
        seed=seed,
        hashes={"catalogue": catalogue.fingerprint, "model": encoder.fingerprint[:16]},
        notes=[f"peer {peer:.1f} s; ours {report.embed_s:.1f} s of vectors and "
               f"{report.chroma_s:.1f} s of Chroma"],
    )  # fmt: skip


def scratch_shop(config: IndexConfig, folder: Path) -> IndexConfig:
    """Return the same shop in an empty folder: its catalogue and its weights, no index."""
    shop = config.model_copy(update={"home": folder})
    shop.shop.mkdir(parents=True)
    there, here = connect(config.database, readonly=True), connect(shop.database)
    there.backup(here)
    there.close()
    here.close()
    return shop


def bare_seconds(encoder: SentenceEncoder, texts: Sequence[str], batch: int) -> float:
    """Seconds of the library's own loop."""
    start = time.perf_counter()
    encoder.model.encode(list(texts), batch_size=batch, show_progress_bar=False)
    return time.perf_counter() - start


def build_rows(report: BuildReport, peer: float, texts: int) -> list[Row]:
    """The build's figures beside the peer's."""
    over = report.seconds - (RATIO * peer + ALLOWANCE_S)
    return [
        Row("ratio_to_peer", report.seconds / peer),
        Row("seconds_over_allowance", over),
        Row("texts_per_s", texts / report.embed_s, n=texts),
        Row("texts_per_s", texts / peer, system="bare encode", n=texts),
    ]


def query_texts(products: Sequence[Product]) -> list[str]:
    """What people might type, from products evenly over the catalogue."""
    found = []
    for place, row in enumerate(spread(len(products), QUERIES)):
        product = products[row]
        kind = (product.kind or product.category).casefold()
        ways = (product.title, kind, PHRASES[place // 3 % len(PHRASES)].format(kind))
        found.append(ways[place % 3])
    return found


def recall_row(shop: IndexConfig, file: VectorFile, queries: Vectors) -> Row:
    """Chroma's recall at 50, with a normal 95% interval over the queries."""
    build_folder = current(shop.chroma)
    if build_folder is None:
        raise MissingIndex("The build left no Chroma directory.", REBUILD)
    store = ChromaStore.open(build_folder, COLLECTION, file.manifest)
    try:
        found = recalls(store, ExactStore.of(file), queries, K)
    finally:
        store.close()
    mean, half = float(np.mean(found)), 1.96 * float(np.std(found)) / len(found) ** 0.5
    return Row(f"chroma_recall@{K}", mean, ci95=(mean - half, min(1.0, mean + half)), n=len(found))


def filtered_mismatches(search: Search, products: Sequence[Product], seed: int) -> tuple[int, int]:
    """Filtered searches whose dense ranking is not that of brute force, and how many were asked.

    Brute force is one matrix product over the whole catalogue, the conditions in plain Python.
    """
    wrong = asked = 0
    promotions = search.catalogue.promotions_for([p.id for p in products], None, search.as_of)
    for text, filters in filtered_queries(products, seed):
        passing = {p.id for p in products if matches(p, promotions.get(p.id), filters)}
        # More than all sources together can bring, so that no dense hit is cut by the fusion.
        found = search.retrieve(SearchRequest(text, filters, (), search.as_of, k=10 * POOL))
        dense = {c.product.id: c.hits[Source.DENSE] for c in found if Source.DENSE in c.hits}
        truth = brute_force(search.store.file, search.encode_query(text), passing)[:K]
        asked += 1
        wrong += not agrees(dense, truth, passing)
    return wrong, asked


def brute_force(file: VectorFile, query: Vectors, passing: set[str]) -> list[float]:
    """Cosines of everything that passes, best first."""
    cosines = file.matrix @ query
    kept = [c for id_, c in zip(file.ids, cosines.tolist(), strict=True) if id_ in passing]
    return sorted(kept, reverse=True)


def agrees(dense: Mapping[str, Hit], truth: Sequence[float], passing: set[str]) -> bool:
    """Whether all passes, and place by place the cosine is that of brute force."""
    first = sorted(dense.values(), key=lambda hit: hit.rank)[: len(truth)]
    near = len(first) == len(truth) and all(
        abs(hit.score - cosine) <= SAME for hit, cosine in zip(first, truth, strict=True)
    )
    return near and dense.keys() <= passing


def filtered_queries(products: Sequence[Product], seed: int) -> Iterator[tuple[str, Filters]]:
    """Yield (words, conditions) at every selectivity, 10 each, half with a category excluded."""
    draw = random.Random(seed)
    prices = sorted(p.price for p in products if p.price is not None)
    texts = query_texts(products)
    categories = sorted({p.category for p in products})
    for share in SHARES:
        limit = prices[min(len(prices) - 1, int(share * len(prices)))]
        for number in range(10):
            filters = Filters(max_price=limit)
            if number % 2:
                filters = replace(filters, not_categories=frozenset({draw.choice(categories)}))
            yield draw.choice(texts), filters
