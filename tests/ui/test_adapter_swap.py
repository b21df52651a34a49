"""Another adapter in a running shop: a conversation goes on with its own, the next has the new."""

from __future__ import annotations

import gc
import logging
import threading
import weakref
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.config import ModelConfig, Settings
from assistant.speaking import open_speaker
from assistant.wiring import Assistant, assemble
from finetune.adapters import Adapters
from index import open_search
from index.config import IndexConfig
from index.weights import locate
from tests.eval.small_assistant import small_shop
from tests.finetune.test_sft import RECIPE
from tests.index.small_shop import WordEncoder
from tests.ui.test_lab_serving import wait_for
from ui.desk import open_desk
from ui.lab.ledger import Kind, Ledger
from ui.lab.serving import Serving

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from finetune import tiny

    return tiny.base(
        tmp_path_factory.mktemp("base"), locate("SmolLM2-135M-Instruct", IndexConfig())
    )


@pytest.fixture(scope="module")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an adapter for it."""
    from finetune import tiny
    from finetune.recipe import Job
    from finetune.sft import train

    folder = tmp_path_factory.mktemp("run")
    recipe = RECIPE.model_copy(update={"base": str(base)})
    return train(Job(recipe, base, tiny.data(folder / "data"), folder / "run"))


@pytest.fixture
def adapters(trained: Path, tmp_path: Path) -> Adapters:
    """Two of them under a home, the first one chosen."""
    found = Adapters(small_shop(tmp_path).home)
    for name in ("one", "two"):
        found.add(trained, name)
    found.use("one")
    return found


def opened(home: Path, base: Path) -> Assistant:
    shop = IndexConfig(home=home, catalogue="small", offline=True)
    settings = Settings(index=shop, model=ModelConfig(backend="local", name=str(base)))
    speaker = open_speaker(settings)
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    found = assemble(settings, search, speaker.model, speaker.template, speaker.tuned)
    found.speaker = speaker  # which knows when its weights were written
    return found


@pytest.fixture
def serving(adapters: Adapters, base: Path) -> Iterator[Serving]:
    with opened(adapters.home, base) as shop, closing(open_desk(shop.settings.index)) as desk:
        yield Serving(shop, Ledger(desk))


def name_of(assistant: Assistant) -> str:
    return assistant.session().parts.hashes["adapter"]


def test_renew_when_another_is_chosen_then_new_conversations_have_it_and_open_ones_go_on(
    serving: Serving, adapters: Adapters
) -> None:
    shop = serving.assistant
    assert not serving.renew()  # it speaks already
    talk = shop.session()
    first = talk.ask("milk")
    adapters.use("two")
    assert serving.renew()
    assert (name_of(shop), talk.parts.hashes["adapter"]) == ("two", "one")
    assert shop.model is not None
    assert talk.parts.explainer.model is not shop.model
    second = talk.ask("under 3 dollars")
    assert first.sentences
    assert second.sentences
    assert second.need.search_text == first.need.search_text  # nothing was forgotten
    assert shop.session().ask("milk").sentences
    adapters.rollback()
    assert serving.renew()
    assert name_of(shop) == "one"


def test_renew_when_the_last_conversation_is_over_then_the_model_before_is_gone(
    serving: Serving, adapters: Adapters
) -> None:
    shop = serving.assistant
    talk = shop.session()
    assert talk.parts.explainer.model
    before = weakref.ref(talk.parts.explainer.model)
    adapters.use("two")
    assert serving.renew()
    assert before() is not None
    del talk
    gc.collect()
    assert before() is None


def test_renew_when_a_prompt_is_published_then_the_new_one_speaks_from_it_too(
    serving: Serving, adapters: Adapters
) -> None:
    plain = "### user\n{{ values[0].mark }}: {{ hints | join('; ') }}\n"
    serving.publish(Kind.PROMPT, plain, "ann", "plainer", serving.seen(Kind.PROMPT))
    adapters.use("two")
    assert serving.renew()
    parts = serving.assistant.session().parts
    assert parts.explainer.template.source == plain
    assert parts.explainer.model is serving.assistant.model


def test_watch_when_the_chosen_one_is_broken_then_told_once_and_the_one_before_goes_on(
    serving: Serving, adapters: Adapters, caplog: pytest.LogCaptureFixture
) -> None:
    adapters.use("two")
    weights = adapters.own / "two" / "adapter_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    stop = threading.Event()
    watcher = threading.Thread(target=serving.watch, args=[stop, 0.01])
    with caplog.at_level(logging.WARNING, "ui.lab.serving"):
        watcher.start()
        wait_for(lambda: bool(caplog.records))
        assert name_of(serving.assistant) == "one"
        weights.write_bytes(whole)
        wait_for(lambda: name_of(serving.assistant) == "two")
        stop.set()
        watcher.join(10)
    assert not watcher.is_alive()
    assert [r.levelname for r in caplog.records if r.name == "ui.lab.serving"] == ["WARNING"]
