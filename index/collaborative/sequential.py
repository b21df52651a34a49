"""What comes next in a sequence of purchases: a small causal decoder over product numbers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field
from torch.nn.functional import cross_entropy, dropout
from torch.nn.utils.rnn import pad_sequence
from transformers import (
    LlamaConfig,
    LlamaForCausalLM,
    Trainer,
    TrainerCallback,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_pt_utils import LengthGroupedSampler
from transformers.trainer_utils import get_last_checkpoint

from index.collaborative.histories import Floats, Histories
from index.collaborative.numbered import NumberedModel
from index.collaborative.stored import read, write
from index.collaborative.top import NEVER

KIND = "sequential"
PAD = 0
"""Products are numbered from 1."""
SCORED_AT_ONCE = 256
START_SIZE = 0.05
"""Root mean square of the embeddings that training starts from."""
WARM_UP = 0.02
"""Share of the steps in which the rate rises; afterwards it falls along a cosine."""


class SequentialConfig(BaseModel):
    """Settings of the decoder. Dropout is high on purpose: at .3 it learns its lesson by heart.

    It falls on what goes into the layers, on their attention and on what comes out of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    width: int = Field(default=128, ge=4)
    layers: int = Field(default=2, ge=1)
    heads: int = Field(default=2, ge=1)
    dropout: float = Field(default=0.5, ge=0, lt=1)
    length: int = Field(default=50, ge=2)
    """Latest purchases that are looked at."""
    batch: int = Field(default=256, ge=1)
    rate: float = Field(default=2e-3, gt=0)
    """The highest."""
    epochs: int = Field(default=14, ge=1)
    seed: int = Field(default=0, ge=0)


class Sequential(NumberedModel):
    """A ``CollaborativeModel``: transformers' Llama with a tiny configuration.

    Trained to tell each purchase from those before it, by cross-entropy over all products
    (SASRec's task with the full softmax: Kang & McAuley, ICDM 2018; Klenitskiy & Vasilev,
    RecSys 2023). A score is the probability of being next. Products that nobody bought are
    not recommended.
    """

    def __init__(
        self,
        config: SequentialConfig,
        items: Sequence[str],
        network: LlamaForCausalLM,
        known: NDArray[np.bool_],
        finished: bool,
    ) -> None:
        super().__init__(items)
        self.config = config
        self.known = known
        """Whether anyone bought the item in training. *Shape:* (items,)."""
        self.finished = finished
        """Whether all epochs were trained, or a budget ended before."""
        self._network = network.eval()

    @classmethod
    def fit(
        cls,
        train: Histories,
        folder: Path,
        config: SequentialConfig | None = None,
        budget_minutes: float | None = None,
        start: Floats | None = None,
    ) -> Sequential:
        """Train, going on from the last whole epoch that ``folder`` holds.

        Parameters
        ----------
        folder
            Checkpoints of this very lesson and these settings; another lesson needs another.
        budget_minutes
            Training ends with the step in which they pass; call again to go on.
        start
            Vectors of the items' texts, whose leading directions the embeddings start from:
            then it knows before the first purchase what is alike. ``None`` starts at random.
            *Shape:* (items, dimension).
        """
        config = config or SequentialConfig()
        set_seed(config.seed)
        network = _network(config, len(train.items))
        if start is not None:
            _start_from(network, start)
        lesson = [torch.tensor(s) for s in _sequences(train, config.length) if len(s) > 1]
        finished = True
        if lesson:
            trainer = _NextItemTrainer(
                model=network,
                args=_arguments(config, folder),
                train_dataset=lesson,
                data_collator=_batched,
                callbacks=[_Budget(budget_minutes)] if budget_minutes is not None else [],
            )
            last = get_last_checkpoint(str(folder)) if folder.is_dir() else None
            trainer.train(resume_from_checkpoint=last)
            finished = (trainer.state.epoch or 0) >= config.epochs
        return cls(config, train.items, network, train.known(), finished)

    def _scores(self, histories: Histories) -> Floats:
        """Read every history; ``-inf`` for items unknown in training, and without a history."""
        scores = np.full(histories.shape, NEVER, dtype=np.float32)
        pasts = list(_sequences(histories, self.config.length))
        rows = [row for row, past in enumerate(pasts) if len(past)]
        for start in range(0, len(rows), SCORED_AT_ONCE):
            part = rows[start : start + SCORED_AT_ONCE]
            scores[part] = self._next([torch.tensor(pasts[row]) for row in part])
        scores[:, ~self.known] = NEVER
        return scores

    def save(self, folder: Path) -> None:
        """Write the model; see ``index.collaborative.stored``."""
        weights = {name: value.numpy() for name, value in self._network.state_dict().items()}
        config = {**self.config.model_dump(), "finished": self.finished}
        write(folder, KIND, config, {"items": self.items}, {**weights, "known": self.known})

    @classmethod
    def load(cls, folder: Path) -> Sequential:
        """Read it back; ``BadData`` where there is no whole one."""
        found = read(folder, KIND)
        finished = bool(found.config.pop("finished"))
        config = SequentialConfig(**found.config)
        items = found.names["items"]
        arrays = {name: np.array(values) for name, values in found.arrays.items()}
        known = arrays.pop("known")
        network = _network(config, len(items))
        network.load_state_dict({name: torch.from_numpy(v) for name, v in arrays.items()})
        return cls(config, items, network, known, finished)

    def _next(self, pasts: list[torch.Tensor]) -> Floats:
        """Return the probability of every product after each past. *Shape:* (pasts, items)."""
        batch = _batched(pasts)
        last = batch["attention_mask"].sum(dim=1) - 1
        with torch.inference_mode():
            hidden = _hidden(self._network, batch["input_ids"], batch["attention_mask"])
            logits = self._network.lm_head(hidden[torch.arange(len(pasts)), last])
        found: Floats = torch.softmax(logits[:, 1:].float(), dim=1).numpy()
        return found


class _NextItemTrainer(Trainer):  # type: ignore[misc]
    """Counts the loss where there is a next product, and spends nothing on the padding.

    Most sequences are short: over all places the scores of 12,000 products would be seven
    times as many.
    """

    def compute_loss(
        self, model: Any, inputs: dict[str, torch.Tensor], *_: Any, **__: Any
    ) -> torch.Tensor:
        ids, there = inputs["input_ids"], inputs["attention_mask"]
        hidden = _hidden(model, ids, there)
        followed = there[:, 1:].bool()
        logits = model.lm_head(hidden[:, :-1][followed])
        return cross_entropy(logits, ids[:, 1:][followed])

    def _get_train_sampler(self, train_dataset: Any = None) -> LengthGroupedSampler:
        """Put sequences of like length together."""
        lengths = [len(sequence) for sequence in self.train_dataset]
        return LengthGroupedSampler(self.args.train_batch_size, lengths=lengths)


class _Budget(TrainerCallback):  # type: ignore[misc]
    """Ends training, saved, when the minutes have passed."""

    def __init__(self, minutes: float) -> None:
        self._end = time.monotonic() + 60 * minutes

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> Any:
        if time.monotonic() >= self._end:
            control.should_save = control.should_training_stop = True
        return control


def _network(config: SequentialConfig, items: int) -> LlamaForCausalLM:
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=items + 1,
            hidden_size=config.width,
            intermediate_size=2 * config.width,
            num_hidden_layers=config.layers,
            num_attention_heads=config.heads,
            max_position_embeddings=config.length,
            attention_dropout=config.dropout,
            tie_word_embeddings=True,
            pad_token_id=PAD,
            bos_token_id=PAD,
            eos_token_id=PAD,
            use_cache=False,
        )
    )


def _start_from(network: LlamaForCausalLM, vectors: Floats) -> None:
    """Write the leading directions of the items' vectors into the embeddings."""
    centred = vectors - vectors.mean(axis=0)
    left, scale, _ = np.linalg.svd(centred, full_matrices=False)
    width = min(network.config.hidden_size, len(scale))
    found = left[:, :width] * scale[:width]
    found *= START_SIZE / max(float(np.sqrt((found**2).mean())), 1e-9)
    with torch.no_grad():
        network.get_input_embeddings().weight[1:, :width] = torch.from_numpy(found).float()


def _hidden(network: LlamaForCausalLM, ids: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
    """Return what the layers make of each place. *Shape:* (sequences, longest, width)."""
    share, learning = network.config.attention_dropout, network.training
    embedded = dropout(network.get_input_embeddings()(ids), share, learning)
    hidden = network.model(inputs_embeds=embedded, attention_mask=there).last_hidden_state
    return dropout(hidden, share, learning)


def _arguments(config: SequentialConfig, folder: Path) -> TrainingArguments:
    return TrainingArguments(
        output_dir=str(folder),
        num_train_epochs=config.epochs,
        per_device_train_batch_size=config.batch,
        learning_rate=config.rate,
        weight_decay=0.01,
        lr_scheduler_type="cosine",
        warmup_steps=WARM_UP,
        save_strategy="epoch",
        save_total_limit=1,
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
        use_cpu=True,
        remove_unused_columns=False,
        seed=config.seed,
    )


def _sequences(histories: Histories, length: int) -> Iterator[NDArray[np.int64]]:
    """Yield each shopper's latest products, oldest first, numbered from 1."""
    ends = np.searchsorted(histories.row, np.arange(len(histories.shoppers)), side="right")
    starts = np.searchsorted(histories.row, np.arange(len(histories.shoppers)))
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        yield histories.column[max(start, end - length) : end] + 1


def _batched(sequences: list[torch.Tensor]) -> dict[str, torch.Tensor]:
    """Pad to the right. *Shape* of each: (sequences, longest)."""
    ids = pad_sequence(sequences, batch_first=True, padding_value=PAD)
    return {"input_ids": ids, "attention_mask": (ids != PAD).long()}
