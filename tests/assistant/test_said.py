"""What is kept of a reply with a thumb: enough for its prompts, as far as the shopper wants."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.consent import Purpose, Wish, WishBook
from assistant.models.scripted import ScriptedModel, When
from assistant.said import Said
from assistant.session import Session
from index.config import IndexConfig
from index.errors import BadData
from tests.eval.small_assistant import small_assistant, small_shop

FIT = "matches your request for [N.category]"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    return small_shop(tmp_path_factory.mktemp("home"))


@pytest.fixture
def talk(shop: IndexConfig) -> Iterator[Session]:
    """A conversation in which a model says of every card that it fits; it is why of the first."""
    marks = ("[P1]", "[P2]")
    rules = [(shows(mark), f"{mark} {FIT}.") for mark in marks]
    with small_assistant(shop, ScriptedModel(rules)) as assistant:
        yield assistant.session("s2")


def shows(mark: str) -> When:
    return lambda request: request.prompt.messages[-1].content.startswith(mark)


def test_said_when_a_model_spoke_then_its_words_in_references_and_no_message(
    talk: Session,
) -> None:
    assert talk.said is None
    reply = talk.ask("please, dear, some milk under 5 dollars")
    said = talk.said
    assert said
    assert [one.by_model for one in reply.sentences] == [True, False]
    (mine,) = said.sentences
    assert (mine.pick_id, mine.raw) == ("P1", f"[P1] {FIT}.")
    assert mine.prompt.startswith("explain/1 ")
    assert [p.product_id for p in said.picks] == [p.candidate.product.id for p in reply.picks]
    assert (said.day, said.need.max_price) == (talk.profile.as_of, 500)
    assert "dear" not in said.as_json()
    assert "s2" not in said.as_json()
    assert Said.read(said.as_json()) == said


def test_said_when_templates_spoke_then_nothing(talk: Session, shop: IndexConfig) -> None:
    talk.ask("milk")
    assert talk.said
    talk.ask("thank you")
    assert talk.said is None
    with small_assistant(shop) as templates:
        session = templates.session("s2")
        assert session.ask("milk").sentences
        assert session.said is None


@pytest.mark.parametrize("purpose", [Purpose.LEARN, Purpose.REMEMBER])
def test_said_when_the_shopper_does_not_want_it_then_nothing_at_once(
    talk: Session, shop: IndexConfig, purpose: Purpose
) -> None:
    talk.ask("milk")
    assert talk.said
    with closing(WishBook.open(shop)) as book:
        book.add("s2", Wish.OFF, purpose)
        assert talk.said is None
        book.take_back("s2", Wish.OFF, purpose)
    assert talk.said


def test_said_when_the_conversation_was_taken_up_then_nothing_as_what_was_typed_is_unknown(
    shop: IndexConfig,
) -> None:
    rules = [(shows(mark), f"{mark} {FIT}.") for mark in ("[P1]", "[P2]")]
    with small_assistant(shop, ScriptedModel(rules)) as assistant:
        talk = assistant.session("s2", keep=True)
        talk.ask("milk, call me Ann Miller")
        assert talk.said
        assert talk.conversation_id
        again = assistant.resume(talk.conversation_id)
        assert again.ask("under 5 dollars").sentences[0].by_model
        assert again.said is None


@pytest.mark.parametrize("text", ["{", '{"day": "2017-12-31"}'])
def test_read_when_it_is_torn_or_of_another_version_then_told(text: str) -> None:
    with pytest.raises(BadData, match="no reply that can be read"):
        Said.read(text)
