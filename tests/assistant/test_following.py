"""A conversation that is open while the shop changes: its next turn is of the shop of now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from assistant.config import ModelConfig, Settings
from assistant.prompts import load
from assistant.types import Intent
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.changes import AddPurchase, Change, PutProduct, RemoveProduct, SetPrice, SetTitle
from index.config import IndexConfig
from index.types import Interaction, Product
from index.update import update
from tests.index.small_shop import WordEncoder, make_shop


@pytest.fixture
def shop(tmp_path: Path) -> IndexConfig:
    config = make_shop(tmp_path)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    with assemble(settings, search, None, load("explain/1")) as found:
        yield found


def change(shop: IndexConfig, *changes: Change) -> None:
    update(shop, changes, WordEncoder())


def test_ask_when_the_price_fell_then_the_next_turn_says_it(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    assert "milk" not in {p.candidate.product.id for p in session.ask("milk under 2 dollars").picks}
    change(shop, SetPrice("milk", 150))
    reply = session.ask("milk under 2 dollars")
    assert [p.candidate.price_today for p in reply.picks] == [150]


def test_ask_when_about_a_shown_pick_then_its_price_of_now(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    first = session.ask("milk").picks[0].candidate.product
    change(shop, SetPrice(first.id, 777))
    reply = session.ask("why the first one?")
    assert reply.need.intent is Intent.EXPLAIN
    assert reply.picks[0].candidate.product.price == 777
    assert not any("$2.49" in s.text for s in reply.sentences)


def test_ask_when_a_price_that_was_told_moved_then_it_is_corrected_aloud(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    session.ask("milk")
    (told,) = session.ask("how much is the first one?").sentences
    before = told.text.rpartition("costs ")[2].strip(".")
    assert "Earlier I said" not in session.ask("how much is the first one?").note
    change(shop, SetPrice(session.state.shown_ids[0], 777))
    reply = session.ask("how much is the first one?")
    title = reply.picks[0].candidate.product.title
    correction = f"Earlier I said that {title} costs {before}; its price has changed to $7.77."
    assert reply.note == correction
    assert "$7.77" in reply.sentences[0].text
    assert session.ask("how much is it?").note == ""


def test_ask_when_a_shown_pick_was_removed_then_it_keeps_its_place_sold_out(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    shown = [p.candidate.product.id for p in session.ask("milk").picks]
    change(shop, RemoveProduct(shown[0]))
    session.ask("why the second one?")
    assert [p.candidate.product.id for p in session.state.shown] == shown
    assert session.state.shown[0].candidate.product.stock == 0


def test_ask_when_a_new_aisle_came_then_its_name_is_understood(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    assert session.ask("cordage").need.categories == ()
    change(shop, PutProduct(Product("rope", "Blue rope", "Cordage", price=900)))
    reply = session.ask("cordage")
    assert reply.need.categories == ("Cordage",)
    assert [p.candidate.product.id for p in reply.picks] == ["rope"]


def test_ask_when_renamed_then_found_by_the_new_name(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session()
    session.ask("milk")
    change(shop, SetTitle("bread", "Zebra loaf"))
    assert session.ask("zebra loaf").picks[0].candidate.product.title == "Zebra loaf"


def test_ask_when_bought_meanwhile_then_the_profile_knows(
    shop: IndexConfig, assistant: Assistant
) -> None:
    session = assistant.session("s2")
    before = session.profile.events
    change(shop, AddPurchase(Interaction(0, "s2", "bread", datetime(2017, 12, 31, 9))))
    session.ask("bread")
    assert session.profile.events == before + 1
    assert session.profile.as_of.isoformat() == "2018-01-01"
