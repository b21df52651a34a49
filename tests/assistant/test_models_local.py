"""The local model: the contract with the real weights, refusals and merging with tiny ones."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadModel, ModelFailed
from assistant.interfaces import ChatModel, Message, Prompt, Request
from tests.contracts.chat_model import BREAD, GRAMMAR, MILK, MILK_BOUND, ChatModelContract, ask

pytestmark = pytest.mark.model

LONG = Message("system", "You help a shopper in a grocery store. Be short, warm and true. " * 4)


@pytest.fixture(scope="module")
def real(folder: Path) -> Iterator[Any]:
    from assistant.models.local import open_local

    model = open_local(folder)
    yield model
    model.close()


class TestLocalContract(ChatModelContract):
    @pytest.fixture(autouse=True)
    def loaded(self, real: Any) -> None:
        self.real = real

    def make(self) -> ChatModel:
        model: ChatModel = self.real
        return model


def adapter_of(tiny: Path, place: Path, norm: float) -> Path:
    """A LoRA adapter for the tiny model whose B matrices have this spread."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    torch.manual_seed(1)
    model = get_peft_model(
        AutoModelForCausalLM.from_pretrained(tiny),
        LoraConfig(r=2, target_modules=["q_proj", "down_proj"], task_type="CAUSAL_LM"),
    )
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "lora_B" in name:
                weight.normal_(std=norm) if norm else weight.zero_()
    model.save_pretrained(place)
    return place


def copied(tiny: Path, place: Path) -> Path:
    shutil.copytree(tiny, place, ignore=shutil.ignore_patterns("precision.json"))
    return place


def test_grammar_when_words_are_forced_then_they_are_counted(real: Any) -> None:
    grammar = 'start: "you buy this at [P1.price] very often" (" and" | " or") " you like it."'
    completion = real.complete([replace(MILK, grammar=grammar, max_tokens=40)])[0]
    assert completion.text.startswith("you buy this at [P1.price] very often ")
    assert completion.finished
    assert completion.tokens - completion.forced == 1
    assert len(real.tokenizer(completion.text)["input_ids"]) == completion.tokens


def test_complete_when_lengths_differ_then_rows_are_as_alone(real: Any) -> None:
    short, long = ask("Milk?"), ask("Is this bread good for sandwiches? " * 6)
    requests = [short, replace(long, grammar=GRAMMAR), MILK_BOUND, replace(BREAD, max_tokens=5)]
    alone = [real.complete([request])[0].text for request in requests]
    assert [completion.text for completion in real.complete(requests)] == alone


def test_logits_when_packed_then_those_of_transformers(real: Any) -> None:
    import torch

    from assistant.models.local_rows import ATTENTION, Row, forward, prefill

    ids = real.tokenizer("Milk is on promotion this week, and you buy it often.")["input_ids"]
    with real.switch.exactly(), torch.inference_mode():
        rows = [Row(40), Row(40)]
        prefill(real.model, rows[0], ids[:3])
        prefill(real.model, rows[1], ids[:7])
        packed = forward(real.model, rows, [ids[3:9], ids[7:8]])
        real.model.set_attn_implementation("sdpa")
        own = real.model(torch.tensor([ids])).logits[0]
        real.model.set_attn_implementation(ATTENTION)
    near = 0.5 if real.verdict.precision == "bfloat16" else 1e-3
    assert torch.allclose(packed, own[[8, 7]].float(), atol=near)


def test_prefix_when_shared_then_cached_and_the_same_text(real: Any) -> None:
    real.close()
    request = Request(Prompt((LONG, Message("user", "Milk?")), 1, "t/1"), GRAMMAR, 12)
    cold, warm = (real.complete([request])[0] for _ in range(2))
    apart = real.complete([replace(request, prompt=replace(request.prompt, stable=0))])[0]
    assert (cold.cached_tokens, apart.cached_tokens) == (0, 0)
    assert 40 < warm.cached_tokens < warm.prompt_tokens
    assert cold.text == warm.text == apart.text


def test_precision_when_checked_then_the_verdict_says_why(real: Any) -> None:
    verdict = real.verdict
    assert verdict.precision in real.fingerprint
    assert verdict.agreement[verdict.precision] >= 0.9
    assert verdict.seconds[verdict.precision] == min(verdict.seconds.values())
    assert verdict.side_by_side


def test_prompt_when_longer_than_the_context_then_failed_with_both_numbers(real: Any) -> None:
    with pytest.raises(ModelFailed, match=r"contract/1 has \d+ tokens.* the 8192"):
        real.complete([ask("milk " * 9000)])


@pytest.mark.parametrize("precision", ["float32", "bfloat16", "int8"])
def test_open_when_a_precision_is_named_then_it_serves(tiny: Path, precision: Any) -> None:
    from assistant.models.local import open_local

    model = open_local(tiny, None, precision)
    assert model.verdict.precision == precision
    request = replace(MILK_BOUND, max_tokens=6)
    together = model.complete([request, replace(BREAD, grammar=GRAMMAR, max_tokens=6), request])
    assert together[0].text == together[2].text == model.complete([request])[0].text


def test_open_when_opened_again_then_the_verdict_is_read_back(tiny: Path, tmp_path: Path) -> None:
    from assistant.models.local import open_local

    place = copied(tiny, tmp_path / "model")
    first = open_local(place)
    notes = json.loads((place / "precision.json").read_text())
    (note,) = notes.values()
    note["seconds"]["float32"] = 123.0
    (place / "precision.json").write_text(json.dumps(notes))
    second = open_local(place)
    assert second.verdict.seconds["float32"] == 123.0
    assert second.fingerprint == first.fingerprint


def test_adapter_when_it_fits_then_merged_and_another_fingerprint(
    tiny: Path, tmp_path: Path
) -> None:
    from assistant.models.local import open_local

    base = open_local(tiny, None, "float32")
    tuned = open_local(tiny, adapter_of(tiny, tmp_path / "a", 2.0), "float32")
    assert tuned.fingerprint != base.fingerprint
    assert tuned.complete([MILK])[0].text != base.complete([MILK])[0].text
    assert not any("lora" in name for name, _ in tuned.model.named_modules())


def test_adapter_when_untrained_then_bad_model(tiny: Path, tmp_path: Path) -> None:
    from assistant.models.local import open_local

    with pytest.raises(BadModel, match="never trained"):
        open_local(tiny, adapter_of(tiny, tmp_path / "a", 0.0))


def test_adapter_when_of_another_model_then_bad_model_names_a_weight(
    tiny: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    from assistant.models.local import open_local

    adapter = adapter_of(tiny, tmp_path / "a", 1.0)
    weights = load_file(adapter / "adapter_model.safetensors")
    renamed = {key.replace("layers.1", "layers.7"): value for key, value in weights.items()}
    save_file(renamed, adapter / "adapter_model.safetensors")
    with pytest.raises(BadModel, match=r"another model: .*layers\.1.*no counterpart"):
        open_local(tiny, adapter)


def test_adapter_when_its_weights_are_cut_off_then_bad_model(tiny: Path, tmp_path: Path) -> None:
    from assistant.models.local import open_local

    adapter = adapter_of(tiny, tmp_path / "half", 0.1)
    weights = adapter / "adapter_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(BadModel, match="half does not load"):
        open_local(tiny, adapter)


def test_adapter_when_files_are_missing_then_bad_model(tiny: Path, tmp_path: Path) -> None:
    from assistant.models.local import open_local

    with pytest.raises(BadModel, match=r"no adapter_config\.json"):
        open_local(tiny, tmp_path)


def edited(place: Path, **changes: Any) -> None:
    config = json.loads((place / "config.json").read_text())
    (place / "config.json").write_text(json.dumps({**config, **changes}))


def only_pickles(place: Path) -> None:
    (place / "model.safetensors").rename(place / "pytorch_model.bin")


def no_template(place: Path) -> None:
    (place / "chat_template.jinja").unlink()


def no_tokenizer(place: Path) -> None:
    (place / "tokenizer.json").unlink()


def an_encoder(place: Path) -> None:
    edited(place, architectures=["BertModel"])


def unknown_kind(place: Path) -> None:
    edited(place, model_type="nothing_known")


def more_layers(place: Path) -> None:
    edited(place, num_hidden_layers=3)


def half_a_file(place: Path) -> None:
    whole = (place / "model.safetensors").read_bytes()
    (place / "model.safetensors").write_bytes(whole[: len(whole) // 2])


def not_json(place: Path) -> None:
    (place / "config.json").write_text("{")


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (only_pickles, r"only pytorch_model\.bin, a pickle"),
        (no_template, "no chat template"),
        (no_tokenizer, r"no tokenizer\.json"),
        (an_encoder, "BertModel, not a causal"),
        (unknown_kind, "does not load"),
        (more_layers, "lacks weights"),
        (half_a_file, "does not load"),
        (not_json, "not JSON"),
    ],
)
def test_folder_when_it_cant_serve_then_bad_model_with_a_remedy(
    tiny: Path, tmp_path: Path, spoil: Any, why: str
) -> None:
    from assistant.models.local import open_local

    place = copied(tiny, tmp_path / "model")
    spoil(place)
    with pytest.raises(BadModel, match=why) as caught:
        open_local(place)
    assert str(place) in caught.value.what
    assert caught.value.remedy


def test_folder_when_it_is_none_then_bad_model(tmp_path: Path) -> None:
    from assistant.models.local import open_local

    with pytest.raises(BadModel, match=r"no config\.json"):
        open_local(tmp_path)
