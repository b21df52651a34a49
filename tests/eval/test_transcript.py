"""Conversations in Markdown, as they came."""

from __future__ import annotations

from assistant.wiring import Assistant
from eval.dialogue.transcript import Said, conversations, held
from index.config import IndexConfig
from tests.eval.small_assistant import small_assistant


def test_conversations_when_read_then_three_long_ones() -> None:
    found = conversations()
    assert len(found) == 3
    assert all(len(said.says) >= 12 for said in found)


def test_held_when_it_is_written_then_cards_words_tables_and_refusals(shop: IndexConfig) -> None:
    says = ("milk under 5 dollars", "compare the first two", "add 120 of the first", "milk under 1")
    said = Said(title="Milk", catalogue="small", shopper="s1", says=says)
    with small_assistant(shop) as assistant:
        text = "\n".join(held(said, assistant.session("s1")))
    assert "**Oat milk**, $3.99<br>" in text
    assert "<sub>keeping: under $5.00 · Milk</sub>" in text
    assert "| price today | $3.99 | $2.49 |" in text
    assert "A basket can't hold 120 packs." in text
    assert "Closest: **Whole milk**, $2.49" in text


def test_held_when_a_guest_talks_then_said_so(shop: IndexConfig) -> None:
    def paragraphs(assistant: Assistant) -> list[str]:
        said = Said(title="Milk", catalogue="small", says=("milk",))
        return list(held(said, assistant.session()))

    with small_assistant(shop) as assistant:
        assert paragraphs(assistant)[1] == "*The small shop, a guest.*"
