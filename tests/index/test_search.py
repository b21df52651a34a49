"""Search over a small shop in memory's stead: real catalogue, real stores, a made-up encoder."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from index.build import catalogue_texts, embed
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.errors import MissingIndex, StaleIndex
from index.interfaces import Vectors
from index.purchases import Purchases
from index.search import Search, SearchRequest, open_search
from index.status import read_status
from index.types import Filters, Interaction, Product, Source

TODAY = date(2017, 12, 31)
PRODUCTS = [
    Product("milk", "Whole milk", "Milk", kind="Fluid milk", price=249),
    Product("oat", "Oat milk", "Milk", kind="Plant milk", price=399),
    Product("gone", "Goat milk", "Milk", kind="Fluid milk", price=499, stock=0),
    Product("beer", "Milk stout beer", "Beer", price=899, min_age=21),
    Product("bread", "Wheat bread", "Bread", price=199),
    Product("nameless", "Rye bread", "Bread"),
]


class WordEncoder:
    """A direction for every word, so that texts that share words are near."""

    dimension = 32

    def __init__(self, fingerprint: str = "a" * 64) -> None:
        self.fingerprint = fingerprint
        self.calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        rows = np.stack([sum(map(self._word, t.casefold().split())) for t in texts])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    def _word(self, word: str) -> Vectors:
        seed = int(hashlib.sha256(word.strip(".").encode()).hexdigest()[:8], 16)
        return np.random.default_rng(seed).normal(size=self.dimension).astype(np.float32)


def bought(shopper: str, product: str, *days_ago: int) -> list[Interaction]:
    noon = datetime(2017, 12, 31, 12)
    key = f"{shopper}{product}".encode()
    first = int(hashlib.sha256(key).hexdigest()[:6], 16) * 100
    return [
        Interaction(first + i, shopper, product, noon - timedelta(days=ago))
        for i, ago in enumerate(days_ago)
    ]


EVENTS = [
    *bought("s1", "oat", 21, 14, 7),
    *bought("s1", "bread", 2),
    *bought("s2", "milk", 3),
    *bought("s3", "milk", 4),
    *bought("s4", "nameless", 0),
]


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = IndexConfig(home=tmp_path, catalogue="small", offline=True)
    catalogue = Catalogue.open(config, readonly=False)
    catalogue.upsert(PRODUCTS)
    catalogue.note("as_of", TODAY.isoformat())
    catalogue.close()
    purchases = Purchases.open(config, readonly=False)
    purchases.add(EVENTS)
    purchases.close()
    return config


@pytest.fixture
def encoder() -> WordEncoder:
    return WordEncoder()


@pytest.fixture
def search(shop: IndexConfig, encoder: WordEncoder) -> Iterator[Search]:
    embed(catalogue_texts(shop), encoder, shop.vectors, shop.text_template)
    with open_search(shop, chroma=False, encoder=encoder) as found:
        yield found


def ids(search: Search, request: SearchRequest) -> list[str]:
    return [c.product.id for c in search.retrieve(request)]


def test_retrieve_when_words_match_then_first_and_with_every_sources_rank(search: Search) -> None:
    first = search.retrieve(SearchRequest("wheat bread"))[0]
    assert first.product.id == "bread"
    assert {Source.DENSE, Source.LEXICAL} <= first.hits.keys()
    assert first.hits[Source.LEXICAL].rank == 1


def test_retrieve_when_sold_out_or_too_young_then_never_a_candidate(search: Search) -> None:
    assert not {"gone", "beer"} & set(ids(search, SearchRequest("milk")))


def test_retrieve_when_old_enough_then_the_age_rule_lets_through(search: Search) -> None:
    assert "beer" in ids(search, SearchRequest("milk stout", Filters(max_age_rule=21)))


def test_retrieve_when_filtered_then_nothing_else(search: Search) -> None:
    found = ids(search, SearchRequest("milk", Filters(max_price=300)))
    assert set(found) == {"milk", "bread"}
    assert found[0] == "milk"


def test_retrieve_when_nothing_passes_then_empty(search: Search) -> None:
    assert ids(search, SearchRequest("milk", Filters(max_price=1))) == []


def test_retrieve_when_no_words_and_a_history_then_what_is_due_first(search: Search) -> None:
    history = search.purchases.history("s1", TODAY)
    found = search.retrieve(SearchRequest(history=history))
    assert found[0].product.id == "oat"
    assert found[0].hits[Source.REPEAT].rank == 1
    assert all(Source.DENSE not in c.hits for c in found)


def test_retrieve_when_a_guest_has_no_words_then_what_most_buy(search: Search) -> None:
    assert ids(search, SearchRequest())[0] == "milk"


def test_retrieve_when_bought_today_then_not_yet_popular(search: Search) -> None:
    assert "nameless" not in ids(search, SearchRequest())


def test_retrieve_when_k_is_small_then_the_start_of_the_whole(search: Search) -> None:
    whole = ids(search, SearchRequest("milk bread"))
    assert ids(search, SearchRequest("milk bread", k=2)) == whole[:2]


def test_retrieve_when_asked_again_then_the_same_and_encoded_once(
    search: Search, encoder: WordEncoder
) -> None:
    before = encoder.calls
    first = search.retrieve(SearchRequest("oat milk"))
    assert search.retrieve(SearchRequest("oat milk")) == first
    assert encoder.calls == before + 1


def test_retrieve_when_the_day_is_earlier_then_only_what_was_known(search: Search) -> None:
    early = TODAY - timedelta(days=5)
    history = search.purchases.history("s1", TODAY)
    found = search.retrieve(SearchRequest(history=history, as_of=early))
    assert {c.product.id for c in found} == {"oat"}


def test_retrieve_when_the_price_changes_then_the_filter_follows_at_once(
    search: Search, shop: IndexConfig
) -> None:
    request = SearchRequest("oat", Filters(max_price=300))
    assert "oat" not in ids(search, request)
    writer = Catalogue.open(shop, readonly=False)
    writer.upsert([Product("oat", "Oat milk", "Milk", kind="Plant milk", price=100)])
    writer.close()
    assert "oat" in ids(search, request)


def test_similar_when_known_then_others_nearest_first(search: Search) -> None:
    found = [s.id for s in search.similar("bread", 2)]
    assert found[0] == "nameless"
    assert "bread" not in found


def test_similar_when_unknown_then_empty(search: Search) -> None:
    assert search.similar("unheard of", 3) == []


def test_buyers_when_asked_then_different_shoppers_before_today(search: Search) -> None:
    assert [search.buyers(i) for i in ("milk", "nameless", "unheard of")] == [2, 0, 0]


def test_status_when_searched_then_says_who_answered(search: Search, shop: IndexConfig) -> None:
    for word in ("milk", "bread", "oat"):
        search.retrieve(SearchRequest(word))
    assert (search.status.store, search.status.vectors) == ("exact", len(PRODUCTS))
    search.answered.save()
    assert read_status(shop)["last queries"].startswith("exact ")


def test_status_when_a_product_came_after_the_build_then_counted(
    search: Search, shop: IndexConfig
) -> None:
    writer = Catalogue.open(shop, readonly=False)
    writer.upsert([Product("new", "New tea", "Tea")])
    writer.close()
    assert read_status(shop)["without vector"].startswith("1 products")


def test_open_when_not_built_then_says_how(shop: IndexConfig, encoder: WordEncoder) -> None:
    with pytest.raises(MissingIndex, match="shelftalk index build"):
        open_search(shop, chroma=False, encoder=encoder)


def test_open_when_another_encoder_built_it_then_stale(shop: IndexConfig, search: Search) -> None:
    with pytest.raises(StaleIndex, match="another encoder"):
        open_search(shop, chroma=False, encoder=WordEncoder("b" * 64))


def test_open_when_never_imported_then_says_how(tmp_path: Path, encoder: WordEncoder) -> None:
    config = IndexConfig(home=tmp_path / "nowhere", offline=True)
    with pytest.raises(MissingIndex, match="shelftalk data import"):
        open_search(config, chroma=False, encoder=encoder)
