"""A whole small build, then broken in one place after another. Chroma is slow to import."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.config import IndexConfig
from index.search import SearchRequest, open_search
from index.stores.chroma_builds import current
from index.types import Product
from index.verify import verify
from tests.index.small_shop import PRODUCTS, WordEncoder, make_shop

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("shop"))
    report = build(config, encoder=WordEncoder())
    assert (report.products, report.encoded) == (len(PRODUCTS), len(PRODUCTS))
    return config


@pytest.fixture
def shop(built: IndexConfig, tmp_path: Path) -> IndexConfig:
    shutil.copytree(built.home, tmp_path / "home")
    return built.model_copy(update={"home": tmp_path / "home"})


def test_verify_when_whole_then_nothing_to_say(shop: IndexConfig) -> None:
    found = verify(shop, WordEncoder())
    assert (found.faults, found.recall, found.vectors) == ((), 1.0, len(PRODUCTS))


def test_verify_when_a_text_changed_then_named(shop: IndexConfig) -> None:
    catalogue = Catalogue.open(shop, readonly=False)
    catalogue.upsert([Product("milk", "Skimmed milk", "Milk", kind="Fluid milk", price=249)])
    catalogue.upsert([Product("tea", "Green tea", "Tea", price=300)])
    catalogue.remove(["bread"])
    catalogue.close()
    faults = " ".join(verify(shop, WordEncoder()).faults)
    assert "The text of 1 products changed, milk first" in faults
    assert "1 products have no vector, tea first" in faults
    assert "1 vectors have no product, bread first" in faults


def test_verify_when_the_price_changed_then_nothing_to_say(shop: IndexConfig) -> None:
    catalogue = Catalogue.open(shop, readonly=False)
    catalogue.upsert([Product("bread", "Wheat bread", "Bread", price=999)])
    catalogue.close()
    assert verify(shop, WordEncoder()).faults == ()


def test_verify_when_another_encoder_then_said(shop: IndexConfig) -> None:
    assert "another encoder" in verify(shop, WordEncoder("b" * 64)).faults[0]


def test_verify_when_chroma_is_gone_then_said_and_a_build_brings_it_back(
    shop: IndexConfig,
) -> None:
    shutil.rmtree(shop.chroma)
    found = verify(shop, WordEncoder())
    assert found.recall is None
    assert "no Chroma build" in found.faults[0]
    report = build(shop, encoder=WordEncoder())
    assert (report.encoded, report.kept) == (0, len(PRODUCTS))
    assert verify(shop, WordEncoder()).faults == ()


def test_search_when_chroma_is_up_then_the_same_candidates_as_exact(shop: IndexConfig) -> None:
    request = SearchRequest("oat milk bread")
    with open_search(shop, chroma=False, encoder=WordEncoder()) as search:
        exact = search.retrieve(request)
    with open_search(shop, encoder=WordEncoder()) as search:
        assert search.store.wait(60), search.store.state
        assert search.retrieve(request) == exact
        assert search.status.answered["chroma"] == 1
    assert current(shop.chroma) is not None
