"""The scorer reads rendered words: what is so passes, what is not is named, all else is unknown."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import eval.faithfulness
from assistant.types import ClaimKind, Verdict
from eval.faithfulness.quantities import Sort, in_digits, quantities
from eval.faithfulness.reader import judge
from tests.eval.witnessed import GUEST, TODAY, WORLD

NAME = "Wheat bread, store brand, 20 oz"
ROLLS = "Rye rolls, 12 oz"
TRUE = [
    f"{NAME} costs $1.99, and you have bought it 6 times, last on December 10.",
    f"You buy {NAME} every 14 days, so it is due again, and it is down from $2.49.",
    f"At $1.99, {NAME} is cheaper than {ROLLS} at $3.99.",
    f"{NAME} is bigger than {ROLLS}, and it is in this week's mailer.",
    "Bread and buns is 75% of what you buy, and you often buy from Bread and buns.",
    f"{NAME} is popular with 120 shoppers, and it stays under your limit of $5.00.",
    f'{NAME} fits "bread", and store brand is 75% of what you buy.',
    "It isn't a national brand, and it has never been more expensive than the others.",
    "You have not bought it since December 10, 2017.",
    "About every two weeks you buy Wheat bread, and it weighs 567 grams.",
    "It is the cheapest of these, $2.00 less than Rye rolls.",
    "You took it home six times, and it leaves $3.01 to spare.",
    'Check the label for "nuts", and it costs roughly two dollars.',
]
FALSE = [
    (f"{NAME} costs $2.19.", "$2.19"),
    ("It holds 24 oz.", "24 oz"),
    ("It is a national brand.", "national brand"),
    ("It does not cost $1.99.", "not cost $1.99"),
    (f"It is more expensive than {ROLLS}.", "more expensive"),
    (f"{ROLLS} is bigger than it.", "bigger"),
    ("You have bought it 7 times.", "7 times"),
    ("You last bought it on December 11.", "december 11"),
    ("You buy it every 21 days.", "every 21 days"),
    ("You have never bought it.", "never bought"),
    ("You have bought from Milk 3 times.", "3 times"),
    (f"{ROLLS} is a name brand.", "rye rolls"),
    ("It is on display this week.", "on display"),
    ("It stays under your limit of $1.50.", "$1.50"),
    ('It fits "yogurt".', "yogurt"),
    ("Bread and buns is 40% of what you buy.", "40%"),
    ("It is bought by 121 shoppers.", "121 shoppers"),
    ("It is in the Milk aisle.", "milk aisle"),
    ("You usually pay $7.00 to $9.00.", "$7.00 to $9.00"),
    ("It is new for you.", "new for you"),
]
UNKNOWN = [
    ("It is gluten-free.", "gluten"),
    ("It has no nuts.", "no nuts"),
    ("It goes well with Nutella.", "nutella"),
    ("It has 24 slices.", "24"),
    ("A good choice.", "nothing in it can be checked"),
    ("", "nothing in it can be checked"),
]


@pytest.mark.parametrize("sentence", TRUE)
def test_judge_when_all_is_so_then_true(sentence: str) -> None:
    judged = judge(sentence, WORLD)
    assert judged.is_true, [c for c in judged.claims if c.verdict is not Verdict.SUPPORTED]


@pytest.mark.parametrize(("sentence", "words"), FALSE)
def test_judge_when_one_thing_is_not_so_then_contradicted_there(sentence: str, words: str) -> None:
    wrong = [c for c in judge(sentence, WORLD).claims if c.verdict is Verdict.CONTRADICTED]
    assert wrong
    assert words.lower() in " ".join(c.text.lower() for c in wrong)


@pytest.mark.parametrize(("sentence", "words"), UNKNOWN)
def test_judge_when_nothing_can_tell_then_unverifiable(sentence: str, words: str) -> None:
    judged = judge(sentence, WORLD)
    assert not judged.is_true
    assert not judged.is_contradicted
    assert words in " ".join(f"{c.text} {c.because}".lower() for c in judged.claims)


def test_judge_when_guest_then_nothing_of_a_history_may_be_said() -> None:
    assert judge("You have bought it 6 times.", GUEST).is_contradicted
    assert judge(f"{NAME} costs $1.99.", GUEST).is_true


def test_judge_when_shelf_names_what_is_denied_then_contradicted() -> None:
    assert judge("It has no wheat.", WORLD).is_contradicted


def test_judge_when_sentence_is_of_another_card_then_contradicted_at_its_own() -> None:
    swapped = replace(WORLD, about=WORLD.others[0], others=(WORLD.about, WORLD.others[1]))
    sentence = f"{NAME} costs $1.99."
    assert judge(sentence, WORLD).is_true
    assert judge(sentence, swapped).is_contradicted


def test_judge_when_another_card_is_called_like_what_fits_then_it_is_not_the_subject() -> None:
    other = WORLD.others[0]
    aisle = replace(other, product=replace(other.product, title=WORLD.about.product.category))
    world = replace(WORLD, others=(aisle, *WORLD.others[1:]))
    found = judge("It is bought by 120 shoppers and fits Bread and buns.", world)
    assert "it speaks of another product than its card" not in {c.because for c in found.claims}


def test_judge_when_more_than_two_taste_words_then_unverifiable() -> None:
    assert judge("It is a good choice at $1.99.", WORLD).is_true
    assert not judge("It is a good, nice, great choice at $1.99.", WORLD).is_true


def test_judge_when_marks_are_typed_then_they_mean_nothing() -> None:
    assert not judge("It costs <pa> and <maa>.", WORLD).is_true


def test_quantities_when_rounding_is_marked_then_the_marks_decide() -> None:
    text = in_digits("almost thirty people, over 100 shoppers, about 9 times, 9 baskets")
    found = {q.text: q for _, q in quantities(text, TODAY)}
    assert found["almost 30 people"].agrees(29)
    assert not found["almost 30 people"].agrees(31)
    assert found["over 100 shoppers"].agrees(140)
    assert found["about 9 times"].agrees(10)
    assert not found["9 baskets"].agrees(10)


@pytest.mark.parametrize(
    ("text", "sort", "value"),
    [
        ("12-ounce", Sort.SIZE, 12 * 28.3495),
        ("4 x 7 oz", Sort.SIZE, 28 * 28.3495),
        ("2 dollars and 49 cents", Sort.MONEY, 249),
        ("every other week", Sort.EVERY, 14),
        ("12 percent", Sort.SHARE, 12),
    ],
)
def test_quantities_when_written_out_then_the_same_figure(
    text: str, sort: Sort, value: float
) -> None:
    ((_, quantity),) = quantities(text, TODAY)
    assert quantity.sort is sort
    assert quantity.value == pytest.approx(value)


WORDS = ("it", NAME, ROLLS, "than", "less", "$1.99", "more", "not", "6 times", "never", "costs",
         "under your limit", "of what you buy", "75%", "every 14 days", ",", "and", "in", "for",
         "Yogurt", '"bread"', "you bought", "cheaper", "bigger", "over", "at", "20 oz", "since",
         "December 10", "120 shoppers", "store brand", "matches", "from", "the", "to")  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_judge_when_words_are_in_any_order_then_an_answer_and_never_a_fault(
    said: list[str],
) -> None:
    assert judge(" ".join(said), WORLD).claims


def test_claims_when_taken_from_a_sentence_then_each_has_its_kind() -> None:
    kinds = [c.kind for c in judge(TRUE[0], WORLD).claims]
    assert kinds == [ClaimKind.ATTRIBUTE, *[ClaimKind.HISTORY] * (len(kinds) - 1)]


ALLOWED = ("eval.faithfulness", "index.", "assistant.types")


def test_scorer_when_imports_are_read_then_none_of_the_gate() -> None:
    """It shares no code with claims, verify, references, lexicon and grammar."""
    folder = Path(eval.faithfulness.__file__).parent
    for path in sorted(folder.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [a.name for a in node.names] if isinstance(node, ast.Import) else []
            ours = [n for n in names if n.split(".")[0] in {"assistant", "eval", "index"}]
            assert all(name.startswith(ALLOWED) for name in ours), (path.name, ours)
