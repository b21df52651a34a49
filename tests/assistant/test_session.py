"""Whole turns over a small real shop: templates or a scripted model speak."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.config import ModelConfig, Settings
from assistant.interfaces import ChatModel, Stop
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.rules import HouseRules
from assistant.types import CardsReady, Intent, NeedRead, SentenceReady, TurnDone
from assistant.wiring import Assistant, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from index.errors import TellPerson, UnknownShopper
from tests.index.small_shop import WordEncoder, make_shop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("home"))
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


def opened(shop: IndexConfig, model: ChatModel | None = None) -> Assistant:
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    return assemble(settings, search, model, load("explain/1"))


@pytest.fixture
def assistant(shop: IndexConfig) -> Iterator[Assistant]:
    with opened(shop) as found:
        yield found


def test_stream_when_something_is_found_then_need_cards_sentences_done(
    assistant: Assistant,
) -> None:
    events = list(assistant.session("s1").stream("milk under 5 dollars"))
    assert isinstance(events[0], NeedRead)
    assert isinstance(events[1], CardsReady)
    assert isinstance(events[-1], TurnDone)
    said = [e.sentence for e in events if isinstance(e, SentenceReady)]
    reply = events[-1].reply
    assert reply.sentences == tuple(said)
    assert [s.pick_id for s in said] == [p.id for p in reply.picks]
    assert all(p.candidate.price_today <= 500 for p in reply.picks if p.candidate.price_today)
    assert list(reply.timings) == ["understand", "cards", "first_sentence", "total"]
    assert set(reply.hashes) == {"model", "adapter", "prompt", "catalogue", "ranker"}


def test_ask_when_a_shopper_has_a_regular_then_it_leads_and_the_reason_is_said(
    assistant: Assistant,
) -> None:
    reply = assistant.session("s1").ask("milk")
    assert reply.picks[0].candidate.product.id == "oat"
    assert "7 days" in reply.sentences[0].text or "3 times" in reply.sentences[0].text


def test_ask_when_a_guest_begins_then_told_that_nothing_is_known(assistant: Assistant) -> None:
    session = assistant.session()
    assert "I don't know your purchases" in session.ask("milk").note
    assert "I don't know your purchases" not in session.ask("cheaper").note


def test_ask_when_cheaper_then_the_conditions_before_are_kept(assistant: Assistant) -> None:
    session = assistant.session()
    first = session.ask("milk, not goat")
    then = session.ask("cheaper than the second one")
    dearer = first.picks[1].candidate.price_today
    assert then.need.intent is Intent.REFINE
    assert "goat" in then.need.must_not
    assert all((p.candidate.price_today or 0) < (dearer or 0) for p in then.picks)
    assert then.picks


def test_ask_when_why_then_the_picks_and_conditions_of_the_cards_stay(
    assistant: Assistant,
) -> None:
    session = assistant.session("s1")
    shown = session.ask("milk under 5 dollars")
    why = session.ask("why the second one?")
    assert [p.candidate.product.id for p in why.picks] == [shown.picks[1].candidate.product.id]
    assert why.need.max_price == 500
    assert why.sentences[0].text == shown.sentences[1].text


def test_ask_when_why_comes_first_then_nothing_was_shown(assistant: Assistant) -> None:
    reply = assistant.session().ask("why the first one?")
    assert not reply.picks
    assert "Nothing has been shown yet" in reply.note


def test_ask_when_nothing_fits_then_the_tight_condition_and_the_nearest(
    assistant: Assistant,
) -> None:
    reply = assistant.session().ask("milk under 1 dollar")
    assert not reply.picks
    assert not reply.sentences
    assert "$1.00" in reply.note
    assert reply.nearest is not None
    assert reply.nearest.candidate.product.id == "milk"


def test_ask_when_small_talk_then_no_products(assistant: Assistant) -> None:
    reply = assistant.session().ask("hello")
    assert (reply.need.intent, reply.picks) == (Intent.CHAT, ())
    assert reply.note


def test_ask_when_the_message_is_empty_then_a_sentence_and_the_session_stands(
    assistant: Assistant,
) -> None:
    session = assistant.session()
    with pytest.raises(TellPerson):
        session.ask("  ")
    assert session.ask("milk").picks


def test_ask_when_asked_again_then_the_same_picks_and_words(assistant: Assistant) -> None:
    one, two = (assistant.session("s1").ask("bread or milk") for _ in range(2))
    assert [p.candidate for p in one.picks] == [p.candidate for p in two.picks]
    assert [s.text for s in one.sentences] == [s.text for s in two.sentences]


def test_ask_when_the_model_speaks_truly_then_its_sentence_is_shown(shop: IndexConfig) -> None:
    told = [(lambda request: True, "[P1] costs [P1.price], under your [N.max_price] limit.")]
    with opened(shop, ScriptedModel(told)) as assistant:
        reply = assistant.session().ask("wheat bread under 3 dollars")
    (sentence,) = [s for s in reply.sentences if s.pick_id == "P1"]
    assert sentence.by_model, sentence.rejected
    assert sentence.text == "Wheat bread costs $1.99, under your $3.00 limit."


def test_ask_when_the_model_has_nothing_to_say_then_templates_speak(shop: IndexConfig) -> None:
    with opened(shop, ScriptedModel([])) as assistant:
        reply = assistant.session().ask("wheat bread")
    assert reply.sentences
    assert not any(s.by_model for s in reply.sentences)
    assert all("no answer" in s.rejected[0] for s in reply.sentences)


def test_stream_when_stopped_then_it_ends_in_template_words(shop: IndexConfig) -> None:
    stop = Stop()
    model = ScriptedModel([(lambda request: True, "[P1] costs [P1.price].")])
    with opened(shop, model) as assistant:
        stop.set()
        events = list(assistant.session().stream("milk", stop))
    assert isinstance(events[-1], TurnDone)
    assert not [r for r in model.requests if r.prompt.name.startswith("explain")]


def test_session_when_the_shopper_is_unknown_then_named(assistant: Assistant) -> None:
    with pytest.raises(UnknownShopper, match="'nobody'"):
        assistant.session("nobody")


def test_session_when_another_shopper_speaks_then_nothing_is_shared(assistant: Assistant) -> None:
    first, second = assistant.session("s1"), assistant.session("s2")
    first.ask("milk")
    assert second.state.turns == 0
    assert {f.product_id for f in second.profile.facts}.isdisjoint({"oat"})


def test_shoppers_when_listed_then_baskets_and_likes(assistant: Assistant) -> None:
    assert assistant.shoppers() == []  # nobody here has bought enough to be worth picking
    assert assistant.ready


def test_cards_when_a_product_was_bought_only_today_then_nothing_is_known_of_it(
    assistant: Assistant,
) -> None:
    """A receipt of today lies after the cut: neither a fact nor a buyer comes of it."""
    session = assistant.session("s4")
    assert session.profile.facts == ()
    reply = session.ask("rye bread")
    (pick,) = [p for p in reply.picks if p.candidate.product.id == "nameless"]
    assert not pick.buyers


def test_drop_when_a_condition_goes_then_the_next_turn_goes_on_without_it(
    assistant: Assistant,
) -> None:
    session = assistant.session()
    session.ask("milk under 3 dollars, not goat")
    assert [c.key for c in session.kept] == ["price", "named", "must_not:goat"]
    assert session.drop("price")
    assert not session.drop("price")
    then = session.ask("the dearest")
    assert then.need.max_price is None
    assert "goat" in then.need.must_not
    assert then.picks[0].candidate.product.id == "oat"


def test_dial_when_turned_down_then_the_habit_leads_no_more(assistant: Assistant) -> None:
    session, other = assistant.session("s1"), assistant.session("s1")
    session.dial = 0.0
    flat, personal = session.ask("milk").picks, other.ask("milk").picks
    assert personal[0].contributions["repeat"] > 0
    assert all(not pick.contributions["repeat"] for pick in flat)
    with pytest.raises(TellPerson, match=r"1\.5"):
        session.dial = 1.5


def test_cards_when_house_rules_stand_then_first_and_named_whoever_asks(
    assistant: Assistant,
) -> None:
    rules = HouseRules.model_validate({"rules": [{"name": "Week", "pin": {"ids": ["milk"]}}]})
    for shopper in ("s1", None):
        (first, *_) = assistant.cards(shopper, "milk", rules)
        assert (first.candidate.product.id, first.house_rule) == ("milk", "Week")
    assert assistant.cards("s1", "milk")[0].candidate.product.id == "oat"
    none = HouseRules.model_validate(
        {"rules": [{"name": "No", "exclude": {"categories": ["Milk"]}}]}
    )
    assert assistant.cards("s1", "milk", none) == ()


def test_places_when_the_fact_behind_a_pick_is_taken_away_then_it_falls(
    assistant: Assistant,
) -> None:
    session = assistant.session("s1")
    assert session.places("oat", "H1") is None
    session.ask("milk")
    (habit,) = [f for f in session.profile.facts if f.product_id == "oat"]
    assert session.places("oat", habit.id) == (1, 2)
    assert session.places("oat", "H99") == (1, 1)
    assert session.places("beer", habit.id) is None
