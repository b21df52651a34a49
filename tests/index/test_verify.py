"""A whole small build, then broken in one place after another. Chroma is slow to import."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.build import build
from index.catalogue import Catalogue
from index.changes import PutProduct, RemoveProduct, SetTitle
from index.config import IndexConfig
from index.database import connect
from index.search import SearchRequest, open_search
from index.stores.chroma import ChromaStore
from index.stores.chroma_builds import COLLECTION, current
from index.stores.vectorfile import read_vectors, write_vectors
from index.types import Product
from index.update import update
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


def deep(shop: IndexConfig) -> str:
    return " ".join(verify(shop, WordEncoder(), deep=True).faults)


def sql(shop: IndexConfig, statement: str) -> None:
    connection = connect(shop.database)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute(statement)
    connection.close()


def test_deep_when_whole_then_nothing_to_say(shop: IndexConfig) -> None:
    found = verify(shop, WordEncoder(), deep=True)
    assert (found.faults, found.embedded) == ((), len(PRODUCTS))
    assert verify(shop, WordEncoder(), deep=True, sample=3).embedded == 3


def test_deep_when_a_vector_is_of_another_text_then_named(shop: IndexConfig) -> None:
    file = read_vectors(shop.vectors)
    matrix = file.matrix.copy()
    matrix[file.ids.index("milk")] = matrix[file.ids.index("bread")]
    manifest = file.manifest
    write_vectors(
        shop.vectors, file.ids, file.hashes, matrix, manifest.fingerprint, manifest.template
    )
    assert "vectors of 1 of 6 products are not those of their texts, milk first" in deep(shop)
    assert "texts" not in " ".join(verify(shop, WordEncoder()).faults)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE product_words SET title = 'Ale' WHERE id = 'milk'", "words of 1 products"),
        ("DELETE FROM product_words WHERE id = 'milk'", "words of 1 products are not theirs, milk"),
        ("INSERT INTO product_words (rowid, id) VALUES (99, 'x')", "1 entries of the word index"),
        ("UPDATE products SET stems = '' WHERE id = 'oat'", "stems of 1 products are not theirs"),
        ("INSERT INTO attributes VALUES ('x', 'colour', 'red')", "1 attributes belong to no"),
        (
            "INSERT INTO promotions VALUES ('x', 's', '2017-12-01', '2017-12-31', 'mailer', 1)",
            "1 promotions belong to no product, x first",
        ),
        ("DELETE FROM product_words_data WHERE id > 10", "word index is damaged"),
    ],
)
def test_deep_when_the_shop_s_file_disagrees_with_itself_then_named(
    shop: IndexConfig, statement: str, said: str
) -> None:
    sql(shop, statement)
    assert said in deep(shop)


def test_deep_when_a_vector_in_chroma_is_another_then_named(shop: IndexConfig) -> None:
    file = read_vectors(shop.vectors)
    build_folder = current(shop.chroma)
    assert build_folder is not None
    store = ChromaStore.open(build_folder, COLLECTION, file.manifest)
    store.upsert(["milk"], file.matrix[:1])
    assert store.differing(file.ids, file.matrix) == ["milk"]
    store.close()
    assert "the vector of product milk is another" in deep(shop)


def test_verify_when_one_copy_of_the_vectors_is_cut_then_said(shop: IndexConfig) -> None:
    next(shop.vectors.glob("rows-*.npy")).write_bytes(b"cut")
    assert "The spare copy is in use" in " ".join(verify(shop, WordEncoder()).faults)
    build(shop, encoder=WordEncoder())
    assert verify(shop, WordEncoder()).faults == ()


def test_verify_when_updates_came_since_the_build_then_nothing_to_say(shop: IndexConfig) -> None:
    changes = [
        SetTitle("milk", "Skimmed milk"),
        PutProduct(Product("tea", "Green tea", "Tea")),
        RemoveProduct("bread"),
    ]
    update(shop, changes, WordEncoder())
    assert verify(shop, WordEncoder(), deep=True).faults == ()
