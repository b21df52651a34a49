"""The labelled sentences, and what agreeing with their reader means."""

from __future__ import annotations

from collections import Counter

import pytest

from assistant.types import Claim, ClaimKind, Verdict
from eval.datasets.files import Provenance
from eval.faithfulness.reader import Judged
from eval.read_sentences import ReadSentence, read_sentences
from eval.report import Row
from eval.tasks.agreement import Agreement, values
from tests.eval.witnessed import WORLD

TRUE = Judged("", (Claim(ClaimKind.ATTRIBUTE, "", (), Verdict.SUPPORTED, ""),))
DOUBTED = Judged("", (Claim(ClaimKind.UNKNOWN, "", (), Verdict.UNVERIFIABLE, ""),))


def sentence(text: str, label: str) -> ReadSentence:
    return ReadSentence.model_validate(
        {"id": text, "source": "by hand", "text": text, "label": label, "shopper": "7",
         "message": "bread", "product": "b", "others": (), "max_price": None, "min_price": None,
         "asked": (), "refused": ()}
    )  # fmt: skip


def test_sentences_when_read_then_two_hundred_different_ones_of_every_label() -> None:
    found = read_sentences()
    assert len(found) == len({s.id for s in found}) == 200
    assert Counter(s.label for s in found).keys() == {"true", "false", "unknown"}
    assert all(s.text and s.product and s.product not in s.others for s in found)


@pytest.mark.parametrize(
    ("label", "judged", "agrees"),
    [("true", TRUE, 1), ("true", DOUBTED, 0), ("false", DOUBTED, 1), ("unknown", TRUE, 0)],
)
def test_values_when_a_label_is_met_then_agreement_and_its_side(
    label: str, judged: Judged, agrees: int
) -> None:
    found = values(label, judged)  # type: ignore[arg-type]
    side = found["let_pass"] if label == "true" else found["caught"]
    assert found["agreement"] == side == agrees


def test_agreement_when_answered_then_the_scorer_is_held_to_the_labels() -> None:
    cases = [
        (sentence("It costs $1.99.", "true"), WORLD),
        (sentence("It costs $2.99.", "false"), WORLD),
        (sentence("It is gluten-free.", "unknown"), WORLD),
        (sentence("It is the talk of the town.", "true"), WORLD),
    ]
    task = Agreement(cases, 3, Provenance("small", "ours", "0" * 64))
    rows = task.answer("shelftalk", range(4))
    assert [row.values["agreement"] for row in rows] == [1, 1, 1, 0]


def test_across_when_sources_differ_in_size_then_every_sentence_counts_once() -> None:
    task = Agreement([], 3, Provenance("small", "ours", "0" * 64))
    rows = [Row("agreement", 1.0, table="a", n=9), Row("agreement", 0.0, table="b", n=1)]
    (overall,) = task.across(rows)
    assert (overall.value, overall.n, overall.table) == (0.9, 10, "")
