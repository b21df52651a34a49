"""Search over a small shop in memory's stead: real catalogue, real stores, a made-up encoder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from index.build import catalogue_texts, embed
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.encoders.cross import open_reranker
from index.errors import MissingIndex, MissingModel, StaleIndex
from index.interfaces import Vectors
from index.search import Search, SearchRequest, open_search
from index.status import read_status
from index.text import product_text
from index.types import Filters, Product, Source
from tests.index.small_shop import PRODUCTS, TODAY, WordEncoder, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    return make_shop(tmp_path)


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


def test_retrieve_when_there_are_other_words_then_what_they_find_is_told_apart(
    search: Search,
) -> None:
    found = {c.product.id: c for c in search.retrieve(SearchRequest("rye", also="milk beer"))}
    assert Source.SUGGESTED in found["milk"].hits
    assert Source.LEXICAL not in found["milk"].hits
    assert not {"gone", "beer"} & found.keys()
    assert ids(search, SearchRequest("", also="milk")) == ids(search, SearchRequest(""))


def test_retrieve_when_sold_out_or_too_young_then_never_a_candidate(search: Search) -> None:
    assert not {"gone", "beer"} & set(ids(search, SearchRequest("milk")))


@pytest.mark.parametrize("spare", [0, 1, 2, 50])
def test_retrieve_when_something_is_held_back_then_as_if_it_did_not_exist(
    search: Search, monkeypatch: pytest.MonkeyPatch, spare: int
) -> None:
    monkeypatch.setattr("index.search.POOL", 3)
    monkeypatch.setattr("index.search.SPARE", spare)
    without = Filters(not_ids=frozenset({"gone", "beer"}))
    for words in ("milk", "goat milk", "milk stout beer", "wheat bread", ""):
        found, wanted = (
            [
                (c.product.id, c.fused, {source: hit.rank for source, hit in c.hits.items()})
                for c in search.retrieve(SearchRequest(words, filters))
            ]
            for filters in (Filters(), without)
        )
        assert found == wanted, words
        assert found


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


class Longest:
    """Likes long texts; knows how many it was asked about."""

    asked = 0

    def score(self, query: str, texts: Sequence[str]) -> Vectors:
        self.asked = len(texts)
        return np.array([len(text) for text in texts], dtype=np.float32)


def test_retrieve_when_there_is_a_reranker_then_it_orders_the_first_by_meaning(
    search: Search, shop: IndexConfig, encoder: WordEncoder
) -> None:
    def dense(found: Search) -> list[str]:
        hits = {c.product.id: c.hits[Source.DENSE].rank for c in found.retrieve(asked)}
        return sorted(hits, key=hits.__getitem__)

    asked, longest = SearchRequest("milk"), Longest()
    before = dense(search)
    few = shop.model_copy(update={"reranked": 2})
    with open_search(few, chroma=False, encoder=encoder, reranker=longest) as other:
        after = dense(other)
    assert longest.asked == 2
    assert set(after) == set(before)
    assert after[2:] == before[2:]
    with open_search(shop, chroma=False, encoder=encoder, reranker=longest) as other:
        texts = {p.id: len(product_text(p)) for p in PRODUCTS}
        after = dense(other)
        assert after == sorted(after, key=lambda id_: -texts[id_])


def test_search_when_the_reranker_is_not_there_then_says_so(shop: IndexConfig) -> None:
    named = shop.model_copy(update={"reranker": str(shop.home / "nowhere"), "offline": True})
    with pytest.raises(MissingModel, match="nowhere"):
        open_reranker(named)
