"""The profile in the shopper's hands: off at once, corrected, added to, given out, erased."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from assistant.config import ModelConfig, Settings
from assistant.consent import BadWish, Wish, WishBook, fact_key
from assistant.erase import erase, export
from assistant.interfaces import Completion, Request, Stop
from assistant.models.openai import OpenAIModel
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.rank_lessons import questions
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.errors import UnknownShopper
from index.purchases import Purchases
from tests.assistant.test_resume import opened
from tests.index.small_shop import WordEncoder, bought, make_shop

WHO = "shopper-canary-77"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made")
    config = make_shop(home)
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    purchases = Purchases.open(config, readonly=False)
    purchases.add(bought(WHO, "oat", 21, 14, 7))
    purchases.close()
    return home


@pytest.fixture
def shop(made: Path, tmp_path: Path) -> IndexConfig:
    shutil.copytree(made, tmp_path / "home")
    return IndexConfig(home=tmp_path / "home", catalogue="small", offline=True)


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with opened(shop) as found:
        yield found


@pytest.fixture
def book(shop: IndexConfig) -> Iterator[WishBook]:
    found = WishBook.open(shop)
    yield found
    found.close()


def test_learn_when_switched_off_then_their_purchases_teach_nothing(
    assistant: Assistant, book: WishBook
) -> None:
    day = date(2017, 12, 20)  # some of what they bought lies before it, some after
    before = list(questions(assistant.search, day, 10))
    book.add(WHO, Wish.OFF, "learn")
    after = list(questions(assistant.search, day, 10))
    assert len(before) - len(after) == 2
    assert all(question in before for question in after)
    assert assistant.session(WHO).ask("milk").picks[0].contributions["repeat"] > 0


def test_personalise_when_switched_off_then_the_next_turn_knows_nothing(
    assistant: Assistant, book: WishBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistant.search.purchases, "usual_store", lambda *_: "the corner one")
    session = assistant.session(WHO)
    assert session.ask("milk").picks[0].contributions["repeat"] > 0
    assert session.profile.store_id
    book.add(WHO, Wish.OFF, "personalise")
    then = session.ask("milk")
    assert session.profile.facts == ()
    assert session.profile.store_id is None
    assert all(not pick.contributions["repeat"] for pick in then.picks)
    assert book.take_back(WHO, Wish.OFF, "personalise")
    assert session.ask("milk").picks[0].contributions["repeat"] > 0


class Listening(ScriptedModel):
    """Says nothing that passes, and keeps what it was told."""

    def __init__(self, is_here: bool) -> None:
        super().__init__([])
        self.is_here = is_here
        self.heard: list[Request] = []

    def complete(self, requests: Sequence[Request], stop: Stop | None = None) -> list[Completion]:
        self.heard += requests
        return super().complete(requests, stop)

    def stream(self, request: Request, stop: Stop | None = None) -> Iterator[str]:
        self.heard.append(request)
        return super().stream(request, stop)


def heard(shop: IndexConfig, is_here: bool, message: str, off: bool) -> list[Request]:
    """What a model is told in the turn after sharing is switched off, or is not."""
    model = Listening(is_here)
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    with assemble(settings, search, model, load("explain/1")) as assistant:
        session = assistant.session(WHO)
        session.ask("milk")
        assert model.heard
        model.heard.clear()
        if off:
            with closing(WishBook.open(shop)) as book:
                book.add(WHO, Wish.OFF, "share")
        reply = session.ask(message)
        assert [s for s in reply.sentences if s.is_shown]
    return model.heard


@pytest.mark.parametrize("message", ["milk", "something nice for breakfast"])
def test_share_when_switched_off_then_a_model_elsewhere_hears_nothing_more(
    shop: IndexConfig, message: str
) -> None:
    assert heard(shop, is_here=False, message=message, off=True) == []


@pytest.mark.parametrize(("is_here", "off"), [(False, False), (True, True)])
def test_share_when_on_or_the_model_is_here_then_it_is_asked(
    shop: IndexConfig, is_here: bool, off: bool
) -> None:
    assert heard(shop, is_here, "milk", off)


@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8000/v1", True),
        ("http://localhost:1", True),
        ("https://a.example", False),
    ],
)
def test_server_when_addressed_then_known_to_be_here_or_elsewhere(url: str, is_here: bool) -> None:
    model = OpenAIModel.from_url(url, "tiny")
    assert model.is_here is is_here
    model.close()


def test_forget_when_a_product_is_not_mine_then_no_fact_of_it(
    assistant: Assistant, book: WishBook
) -> None:
    (fact,) = [f for f in assistant.session(WHO).profile.facts if f.product_id]
    book.add(WHO, Wish.FORGET, fact_key(fact))
    assert not [f for f in assistant.session(WHO).profile.facts if f.product_id]
    assert [f for f in assistant.session("s1").profile.facts if f.product_id]


def test_never_when_a_word_is_said_then_kept_in_every_turn_until_dropped(
    assistant: Assistant, book: WishBook
) -> None:
    book.add(WHO, Wish.NEVER_WORD, "oat")
    session = assistant.session(WHO)
    for message in ("milk", "cheaper than 4 dollars", "milk"):
        reply = session.ask(message)
        assert "oat" not in [p.candidate.product.id for p in reply.picks]
        assert "without oat" in [c.words for c in session.kept]
    session.drop("must_not:oat")
    assert "oat" in [p.candidate.product.id for p in session.ask("milk").picks]


def test_remember_when_switched_off_then_no_turn_is_kept(
    shop: IndexConfig, assistant: Assistant, book: WishBook
) -> None:
    book.add(WHO, Wish.OFF, "remember")
    assistant.session(WHO, keep=True).ask("milk")
    assert "turns" not in export(shop, WHO)


@pytest.mark.parametrize(("wish", "value"), [(Wish.OFF, "sell"), (Wish.NEVER_BRAND, " ")])
def test_add_when_there_is_no_such_thing_then_a_sentence(
    book: WishBook, wish: Wish, value: str
) -> None:
    with pytest.raises(BadWish):
        book.add(WHO, wish, value)


def test_export_when_asked_then_rows_of_every_table_and_of_nobody_else(
    shop: IndexConfig, assistant: Assistant, book: WishBook
) -> None:
    book.add(WHO, Wish.NEVER_BRAND, "Acme")
    assistant.session(WHO, keep=True).ask("milk")
    assistant.session("s1", keep=True).ask("bread")
    found = export(shop, WHO)
    assert {table: len(rows) for table, rows in found.items()} == {
        "events": 3, "turns": 1, "wishes": 1,
    }  # fmt: skip
    assert {row["shopper_id"] for rows in found.values() for row in rows} == {WHO}
    assert json.loads(json.dumps(found)) == found
    with pytest.raises(UnknownShopper, match="'nobody'"):
        export(shop, "nobody")


def test_erase_when_done_then_no_file_of_the_shop_holds_a_trace(
    shop: IndexConfig, assistant: Assistant, book: WishBook
) -> None:
    canary = "zanzibarquokka"
    session = assistant.session(WHO, keep=True)
    session.ask(f"milk not {canary}")
    book.add(WHO, Wish.NEVER_WORD, canary)
    book.close()
    traces = holding(shop.shop, WHO, canary)
    assert traces
    assert set(erase(shop, WHO)) == {"events", "turns", "wishes"}
    assert session.ask("milk").picks
    assert session.profile.facts == ()
    assistant.close()
    assert holding(shop.shop, WHO, canary) == []


def holding(folder: Path, *words: str) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [p for p in files if any(word.encode() in p.read_bytes() for word in words)]
