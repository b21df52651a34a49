"""Pairs: the better one may be shown, the worse one may not."""

from __future__ import annotations

from itertools import repeat

from assistant.prompts import load
from assistant.references import parse
from assistant.types import Verdict
from assistant.verify import verify
from finetune.examples import shape
from finetune.preferences import pairs
from tests.assistant.sentences import context
from tests.finetune.test_examples import Plain


def test_pairs_when_made_then_the_better_passes_and_the_worse_lacks_what_it_says() -> None:
    found = context()
    made = list(pairs(Plain(), load("explain/2"), repeat(found), 8))
    assert {pair.why for pair in made} >= {"mixed up", "uncited", "vague"}
    for pair in made:
        assert pair.shoppers == ("1228",)
        assert verify(parse(pair.chosen), found).ok
        assert pair.rejected != pair.chosen
        worse = verify(parse(pair.rejected), found)
        if pair.why != "one reason of two":
            assert not worse.ok
        if pair.why == "contradicted":
            assert any(c.verdict is Verdict.CONTRADICTED for c in worse.claims)
        if pair.why == "mixed up":
            assert shape(pair.rejected) == shape(pair.chosen)
        if pair.why == "uncited":
            assert "[" not in pair.rejected
