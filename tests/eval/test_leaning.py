"""Leaning on what was bought in the aisle: the vector, who it moves, and what it may know."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

import eval.tasks.leaning
from assistant.config import ModelConfig, Settings
from assistant.rank_lessons import Question, questions
from eval.summary import OURS
from eval.tasks.leaning import BOUGHT, DENSE, NEW, PICKS, SUMMARY, Leaning, Steered
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.purchases import Purchases
from index.stores.vectorfile import read_vectors
from tests.index.small_shop import TODAY, WordEncoder, bought, make_shop

DAY = TODAY - timedelta(days=8)


def opened(shop: IndexConfig) -> Leaning:
    encoder = Steered(WordEncoder())
    search = open_search(shop, chroma=False, encoder=encoder)
    asked: list[Question] = list(questions(search, DAY, 9))
    vectors = read_vectors(shop.vectors, encoder.fingerprint)
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    return Leaning(search, encoder, vectors, asked, asked, settings)


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = make_shop(tmp_path)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    purchases = Purchases.open(config, readonly=False)
    purchases.add([*bought("s2", "bread", 40, 30, 20, 3), *bought("s3", "bread", 30)])
    purchases.add(bought("s3", "oat", 4))
    purchases.close()
    return config


@pytest.fixture
def small(shop: IndexConfig) -> Iterator[Leaning]:
    found = opened(shop)
    yield found
    found.close()


def test_leant_when_documented_then_true() -> None:
    assert doctest.testmod(eval.tasks.leaning).failed == 0


def test_steered_when_told_a_vector_then_that_else_the_text() -> None:
    steered, plain = Steered(WordEncoder()), WordEncoder()
    np.testing.assert_array_equal(steered.encode(["milk"]), plain.encode(["milk"]))
    steered.told = plain.encode(["bread"])[0]
    np.testing.assert_array_equal(steered.encode(["milk", "tea"]), plain.encode(["bread"] * 2))


def test_leaning_when_run_then_every_system_answers_the_same_cases(small: Leaning) -> None:
    rows = {}
    for system in small.systems:
        small.prepare(system)
        rows[system] = small.answer(system, range(len(small)))
    cases = {s: [(r.table, r.case) for r in found] for s, found in rows.items()}
    assert cases[OURS] == cases[SUMMARY] == cases[BOUGHT]
    assert {table for table, _ in cases[OURS]} == {DENSE, PICKS, NEW}


def test_leaning_when_a_shopper_bought_there_then_the_search_moves_and_else_it_does_not(
    small: Leaning,
) -> None:
    small.prepare(BOUGHT)
    moved = {}
    for n, question in enumerate(small._choose):
        vectors = [small._vector(system, question) for system in (OURS, SUMMARY, BOUGHT)]
        small._encoder.told = None
        shopper = question.profile.shopper_id
        moved[shopper] = not np.array_equal(vectors[0], vectors[2])
        assert moved[shopper] == bool(small._bought_there(question)), n
        assert moved[shopper] or np.array_equal(vectors[0], vectors[1]), n
        assert np.linalg.norm(vectors[2]) == pytest.approx(1)
    assert set(moved.values()) == {True, False}


def test_leaning_when_something_is_bought_on_the_day_or_later_then_no_vector_knows(
    small: Leaning, shop: IndexConfig
) -> None:
    small.prepare(BOUGHT)

    def vectors() -> list[list[float]]:
        found = []
        for question in small._choose:
            small._encoder.told = None
            found.append(small._vector(BOUGHT, question).tolist())
        return found

    before = vectors()
    writer = Purchases.open(shop, readonly=False)
    writer.add(bought("s2", "milk", 8, 7, 1))
    writer.add(bought("s3", "oat", 8, 2))
    writer.close()
    assert vectors() == before
    writer = Purchases.open(shop, readonly=False)
    writer.add(bought("s2", "bread", *range(9, 19)))
    writer.add(bought("s3", "oat", *range(9, 19)))
    writer.close()
    assert vectors() != before
