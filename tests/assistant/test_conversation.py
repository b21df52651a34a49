"""What a conversation remembers, in memory and on disk."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from assistant.consent import NO_WISHES, Wishes
from assistant.conversation import ConversationState, advance, standing, undone, waive
from assistant.memory import ConversationStore
from assistant.types import (
    Evidence,
    EvidenceKind,
    Intent,
    Need,
    Origin,
    Pick,
    Reference,
    Reply,
    Sentence,
    Sort,
)
from index.database import Database
from index.errors import BadData
from index.types import Candidate, Hit, Product, Promotion, Source
from tests.assistant.shelf import SHOWN, pick

NEED = Need("yogurt", search_text="yogurt", sort=Sort.CHEAPEST, origins={"sort": Origin.CODE})


def said(text: str, pick_id: str = "P1") -> Sentence:
    return Sentence(pick_id, ("It costs ", Reference("P1", "price")), text)


def test_advance_when_something_was_found_then_need_picks_and_words_stay() -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, (said("It costs $2.50"),)))
    assert (state.turns, state.need, state.shown) == (1, NEED, SHOWN)
    assert state.seen == ("p1", "p2", "p3")
    (told,) = state.commitments
    assert (told.product_id, told.references) == ("p1", (Reference("P1", "price"),))


@pytest.mark.parametrize(
    "intent", [Intent.EXPLAIN, Intent.ASK_PRODUCT, Intent.CHAT, Intent.OUT_OF_SCOPE]
)
def test_advance_when_nothing_new_was_asked_then_the_need_stands(intent: Intent) -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, ()))
    question = Need("why the second?", intent, about=("p2",))
    later = advance(state, question, Reply(question, SHOWN[1:2], (said("Because.", "P2"),)))
    assert (later.need, later.shown, later.turns) == (NEED, SHOWN, 2)
    assert [c.product_id for c in later.commitments] == ["p2"]


def test_advance_when_nothing_was_found_then_the_picks_on_the_screen_stay() -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, ()))
    later = advance(state, NEED, Reply(NEED, (), ()))
    assert (later.shown, later.seen) == (SHOWN, ())


def test_advance_when_more_is_asked_then_everything_seen_adds_up() -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, ()))
    more = Need("more", Intent.MORE, not_ids=state.seen)
    later = advance(state, more, Reply(more, (pick(4, 100),), ()))
    assert later.seen == ("p1", "p2", "p3", "p4")
    assert later.refused == ()  # seen, not waved away


def test_advance_when_one_is_waved_away_then_refused_for_good() -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, ()))
    no = Need("not the first", Intent.REFINE, about=("p1",), not_ids=("p1",), refuses=True)
    assert advance(state, no, Reply(no, SHOWN[1:], ())).refused == ("p1",)
    like = replace(no, intent=Intent.MORE, refuses=False)
    assert advance(state, like, Reply(like, SHOWN[1:], ())).refused == ()


def test_undone_when_things_were_refused_then_one_by_one_and_nothing_else() -> None:
    state = advance(ConversationState(), NEED, Reply(NEED, SHOWN, ()))
    no = Need("not the first", Intent.REFINE, about=("p1",), not_ids=("p1",), refuses=True)
    state = advance(state, no, Reply(no, SHOWN[1:], ()))
    told = {"not_brands": Origin.CODE, "store_brand": Origin.CARRIED}
    never = replace(
        no, about=(), refuses=False, not_brands=("Hill",), store_brand=False, lasting=True,
        origins=told,
    )  # fmt: skip
    state = advance(state, never, Reply(never, SHOWN[1:], ()))
    assert (state.refused, state.never_brands, state.never_own_label) == (("p1",), ("Hill",), False)
    once = undone(state)
    assert once.need is not None
    assert (once.refused, once.never_brands, once.need.not_brands) == (("p1",), (), ())
    assert (once.need.store_brand, once.need.not_ids) == (False, ("p1",))
    twice = undone(once)
    assert twice.need is not None
    assert (twice.refused, twice.need.not_ids, twice.changes) == ((), (), ())
    assert undone(twice) is twice


def test_standing_when_brands_are_never_wanted_then_in_every_request_until_waived() -> None:
    state = ConversationState(never_brands=("Hill",), never_own_label=True)
    need = standing(Need("milk"), state, Wishes(never_brands=("Vale",)))
    assert (need.not_brands, need.store_brand) == (("Vale", "Hill"), False)
    assert need.origins["store_brand"] is Origin.CARRIED
    asked = standing(Need("milk", store_brand=True), state, NO_WISHES)
    assert asked.store_brand is True
    freed = waive(waive(state, "not_brands:Hill"), "store_brand")
    assert standing(Need("milk"), freed, NO_WISHES) == Need("milk")
    assert standing(Need("hi", Intent.CHAT), state, NO_WISHES) == Need("hi", Intent.CHAT)


def test_waive_when_a_wish_of_the_profile_is_taken_away_then_not_in_this_conversation() -> None:
    state = waive(ConversationState(), "must_not:nuts")
    assert standing(Need("bars"), state, Wishes(never_words=("nuts",))).must_not == ()


def rich_state() -> ConversationState:
    """A state that holds a value of every type there is to store."""
    day = date(2017, 6, 1)
    product = Product("p1", "Thing", "Yogurt", price=250, attributes={"colour": "red"}, amount=5.0)
    promotion = Promotion("p1", "s", day, day, "mailer", 199)
    candidate = Candidate(product, {Source.DENSE: Hit(1, 0.5)}, 0.1, promotion)
    evidence = Evidence(EvidenceKind.PROMOTION, (Reference("P1", "promotion"),), 0.1, 2)
    shown = Pick("P1", candidate, 0.7, {"text": 0.7}, (evidence,), buyers=3)
    return advance(ConversationState(), NEED, Reply(NEED, (shown,), (said("It costs $1.99"),)))


def test_store_when_saved_and_loaded_then_the_same_state(tmp_path: Path) -> None:
    state = rich_state()
    ConversationStore(Database(tmp_path / "shop.sqlite")).save("c1", "7", state)
    again = ConversationStore(Database(tmp_path / "shop.sqlite")).load("c1")
    assert again == state
    assert again.shown[0].candidate.price_today == 199


def test_store_when_a_turn_is_there_already_then_it_is_not_changed(tmp_path: Path) -> None:
    store = ConversationStore(Database(tmp_path / "shop.sqlite"))
    store.save("c1", None, rich_state())
    with pytest.raises(ValueError, match="Turn 1 of the conversation 'c1'"):
        store.save("c1", None, rich_state())


def test_store_when_a_message_holds_half_a_character_then_kept_all_the_same(
    tmp_path: Path,
) -> None:
    store = ConversationStore(Database(tmp_path / "shop.sqlite"))
    store.save("c1", None, rich_state(), "boots \ud800")
    assert store.turns("c1") == 1


def test_store_when_several_turns_then_the_last_is_loaded(tmp_path: Path) -> None:
    store = ConversationStore(Database(tmp_path / "shop.sqlite"))
    first = rich_state()
    second = advance(first, NEED, Reply(NEED, (), ()))
    store.save("c1", "7", first)
    store.save("c1", "7", second)
    assert store.load("c1") == second
    assert store.load("unknown") == ConversationState()


def test_store_when_a_shopper_is_forgotten_then_only_theirs_go(tmp_path: Path) -> None:
    store = ConversationStore(Database(tmp_path / "shop.sqlite"))
    store.save("c1", "7", rich_state())
    store.save("c2", "8", rich_state())
    assert store.forget("7") == 1
    assert (store.turns("c1"), store.turns("c2")) == (0, 1)


def test_store_when_a_row_is_spoilt_then_a_sentence_names_the_conversation(tmp_path: Path) -> None:
    database = Database(tmp_path / "shop.sqlite")
    store = ConversationStore(database)
    database.connection.execute(
        "INSERT INTO turns VALUES ('c1', 1, NULL, '', '{\"turns\": \"x\"}', 0)"
    )
    with pytest.raises(BadData, match="'c1'"):
        store.load("c1")
