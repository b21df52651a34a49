"""What the assistant is put together from: an adapter brings the prompts of all its jobs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from assistant.asking import NOT_TAUGHT
from assistant.config import ModelConfig, Settings
from assistant.errors import BadModel
from assistant.models.scripted import ScriptedModel
from assistant.prompts import load
from assistant.speaking import asker_of, open_speaker, written
from assistant.tuned import Tuned
from assistant.wiring import WARMING, assemble
from index import open_search
from index.build import catalogue_texts, embed
from index.config import IndexConfig
from tests.index.small_shop import WordEncoder, make_shop

EXPLAINS = Tuned(Path("mine"), "small", {"explain": "explain/2"})
READS_TOO = Tuned(Path("both"), "small", {"explain": "explain/2", "understand": "understand/2"})


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> IndexConfig:
    config = make_shop(tmp_path_factory.mktemp("home"))
    embed(catalogue_texts(config), WordEncoder(), config.vectors, config.text_template)
    return config


@pytest.mark.parametrize(
    ("tuned", "named", "wanted"),
    [
        (EXPLAINS, "understand/1", "understand/1"),
        (READS_TOO, None, "understand/2"),
        (READS_TOO, "understand/1", "understand/1"),
    ],
)
def test_assemble_when_an_adapter_was_taught_to_read_then_by_its_own_template(
    shop: IndexConfig, tuned: Tuned | None, named: str | None, wanted: str
) -> None:
    model = ScriptedModel([])
    settings = Settings(index=shop, model=ModelConfig(backend="none"), prompt_understand=named)
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    with assemble(settings, search, model, load("explain/2"), tuned) as assistant:
        assistant.session().ask(WARMING)
        assert assistant.parts.hashes["adapter"] == (tuned.folder.name if tuned else "none")
    assert model.requests[0].prompt.name == wanted


@pytest.mark.parametrize("tuned", [None, EXPLAINS])
def test_assemble_when_no_adapter_was_taught_to_read_then_code_alone_reads(
    shop: IndexConfig, tuned: Tuned | None
) -> None:
    model = ScriptedModel([])
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    search = open_search(shop, chroma=False, encoder=WordEncoder())
    with assemble(settings, search, model, load("explain/2"), tuned) as assistant:
        assistant.session().ask(WARMING)
    assert {request.prompt.name for request in model.requests} == {"explain/2"}


@pytest.mark.parametrize("model", [ScriptedModel([]), None], ids=["a model", "none"])
def test_asker_when_an_adapter_was_taught_to_ask_then_by_its_own_template(
    model: ScriptedModel | None,
) -> None:
    assert asker_of(model, None) is asker_of(model, EXPLAINS) is NOT_TAUGHT
    asks = Tuned(Path("asks"), "small", {"explain": "explain/2", "ask": "ask/1"})
    found = asker_of(model, asks)
    assert found.template == load("ask/1")
    assert found.speaks is (model is not None)


def test_assemble_when_an_adapter_was_taught_to_ask_then_it_words_the_questions(
    shop: IndexConfig,
) -> None:
    settings = Settings(index=shop, model=ModelConfig(backend="none"))
    asks = Tuned(Path("asks"), "small", {"explain": "explain/2", "ask": "ask/1"})
    for tuned in (asks, EXPLAINS):
        search = open_search(shop, chroma=False, encoder=WordEncoder())
        with assemble(settings, search, ScriptedModel([]), load("explain/2"), tuned) as assistant:
            assert assistant.parts.asker.speaks is (tuned is asks)


@pytest.mark.model
def test_speaker_when_its_adapter_has_no_weights_then_told_by_name(tmp_path: Path) -> None:
    adapter = tmp_path / "adapters" / "mine"
    adapter.mkdir(parents=True)
    base = ModelConfig().name
    told = {"base": base, "data": {"prompts": {"explain/3": ""}}}
    (adapter / "training.json").write_text(json.dumps(told))
    (adapter / "adapter_config.json").write_text("{}")
    model = ModelConfig(backend="local", adapter=adapter)
    with pytest.raises(BadModel, match=r"has no adapter_model\.safetensors"):
        open_speaker(Settings(model=model))


def test_written_when_the_weights_come_then_told_apart_from_none(tmp_path: Path) -> None:
    tuned = Tuned(tmp_path, "small", EXPLAINS.prompts)
    assert written(tuned) == written(None) == ()
    (tmp_path / "adapter_model.safetensors").write_bytes(b"")
    assert written(tuned)
