"""How likely "yes" is against "no", read from a model's last hidden state."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from assistant.errors import BadModel

YES, NO = "yes", "no"


def answer_tokens(tokenizer: Any) -> tuple[int, int]:
    """The first tokens of the two answers.

    Raises
    ------
    BadModel
        They are the same, so that this model can't be asked.
    """
    yes, no = (tokenizer(word, add_special_tokens=False)["input_ids"][0] for word in (YES, NO))
    if yes == no:
        raise BadModel(
            "The tokenizer of this model begins yes and no alike.", "Score with another model."
        )
    return yes, no


def log_odds(model: Any, states: Tensor, answers: tuple[int, int]) -> list[float]:
    """Return log p(yes) - log p(no) in nats; what both have in common cancels.

    The two rows of the head are multiplied in float32: logits in bfloat16 come in steps of an
    eighth and tie.

    Parameters
    ----------
    states
        Last hidden states, normalised. *Shape:* (rows, size).
    """
    head = model.get_output_embeddings()
    with torch.inference_mode():
        yes, no = head.weight[list(answers)].float()
        odds: list[float] = (states.float() @ (yes - no)).tolist()
    return odds
