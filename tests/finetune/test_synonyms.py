"""Synonyms: what shoppers type for one another, and never a word that answers."""

from __future__ import annotations

import dataclasses
from datetime import date
from pathlib import Path
from random import Random

import pytest

from assistant.conversation import ConversationState
from assistant.types import Need, Profile
from assistant.understand import Gazetteer, Understander
from assistant.understanding.intent import is_occasion
from finetune.reading import held_messages, is_asked, occasions
from finetune.synonyms import reworded, synonyms
from finetune.wordings import FRAMES, NAMED, worded
from index.errors import BadData
from index.types import Product

SAID = frozenset({"message", "search_text", "asked", "origins"})
"""Fields of a need that hold the words themselves."""
PAIRS = [(word, other) for word, others in synonyms().items() for other in others]


def understood(reader: Understander, message: str) -> dict[str, object]:
    need: Need = reader.read(message, ConversationState(), Profile(None, date.max))
    return {k: v for k, v in dataclasses.asdict(need).items() if k not in SAID}


def test_table_when_read_then_many_and_no_word_for_itself() -> None:
    assert len(synonyms()) >= 60
    assert all(word == word.lower() and word != other for word, other in PAIRS)
    assert all(len(set(others)) == len(others) for others in synonyms().values())


def test_table_when_a_synonym_stands_in_then_an_article_before_it_stays_right() -> None:
    assert not [(w, o) for w, o in PAIRS if (w[0] in "aeiou") != (o[0] in "aeiou")]


def test_table_when_synonyms_are_read_then_they_name_no_aisle_and_set_no_slot() -> None:
    aisles = sorted({aisle for _, named in occasions() for aisle in named})
    products = [Product(f"p{n}", aisle, aisle, kind=aisle) for n, aisle in enumerate(aisles)]
    reader = Understander(Gazetteer.from_products(products))
    # The control: it would see a word that names an aisle or sets a slot.
    for seen in ("milk", "cheap", "store brand"):
        assert understood(reader, f"zzz {seen}") != understood(reader, "zzz yyy")
    for word, other in PAIRS:
        for frame in ("zzz {}", "ideas for {}", "{} zzz"):
            found = understood(reader, frame.format(other))
            alike = [understood(reader, frame.format(one)) for one in (word, "yyy")]
            assert found in alike, (frame, word, other)


def test_reworded_when_a_frame_is_swapped_then_open_requests_and_things_stay_so() -> None:
    for frame in (*FRAMES, *NAMED):
        text = frame.format("zzz")
        for seed in range(20):
            found = reworded(text, Random(seed))
            assert is_occasion(found) == is_occasion(text), (text, found)


def test_reworded_when_made_then_one_word_and_its_case() -> None:
    assert reworded("Broken wine glasses", Random(1)) in {
        "Smashed wine glasses",
        "Shattered wine glasses",
    }
    assert reworded("A POWER CUT", Random(1)) in {"A POWER OUTAGE", "A BLACKOUT"}
    whole = "presentable kids' room"  # a part of a word is none
    assert {reworded(whole, Random(seed)) for seed in range(9)} == {whole}


def test_reworded_when_no_word_is_in_the_table_then_as_it_was() -> None:
    assert reworded("zzz yyy", Random(1)) == "zzz yyy"
    assert reworded("a gıft, a preſent", Random(1)) == "a gıft, a preſent"  # letters alike in re


def test_reworded_when_a_word_is_kept_then_never_swapped_and_never_brought_in() -> None:
    def made(text: str, kept: str) -> set[str]:
        return {reworded(text, Random(seed), kept) for seed in range(30)}

    for word, other in PAIRS:
        text, swapped = f"zzz {word}", f"zzz {other}"
        assert swapped in made(text, kept="")
        assert made(text, kept=f"x {word}") == {text}
        assert swapped not in made(text, kept=f"{other} x")


def test_worded_when_some_words_are_swapped_then_every_other_draw_is_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    things = [use for use, _ in occasions()]

    def drawn() -> list[tuple[str, tuple[str, ...]]]:
        random = Random(5)
        return [worded(random.choice(things), FRAMES, random) for _ in range(600)]

    with_them = drawn()
    monkeypatch.setattr("finetune.wordings.REWORDED", 0.0)
    without = drawn()
    swapped = [new for new, old in zip(with_them, without, strict=True) if new != old]
    assert all("synonym" in done for _, done in swapped)
    assert 0.05 < len(swapped) / 600 < 0.25
    for new, old in zip(with_them, without, strict=True):
        assert tuple(name for name in new[1] if name != "synonym") == old[1]


def test_worded_when_the_answer_quotes_a_word_then_it_stays() -> None:
    def made(kept: str) -> list[str]:
        random = Random(5)
        return [worded("a gift", ("{}",), random, kept)[0].lower() for _ in range(200)]

    assert [text for text in made("") if "present" in text]
    assert not [text for text in made("Gifts and cards") if "present" in text]


def test_occasions_when_their_words_are_swapped_then_mostly_none_of_an_evaluation() -> None:
    """What comes out is checked again when data are made; here that little is lost by it."""
    held, made = held_messages(), [reworded(use, Random(1)) for use, _ in occasions()]
    swapped = [new for new, (old, _) in zip(made, occasions(), strict=True) if new != old]
    assert len(swapped) > 50
    assert sum(is_asked(text, held) for text in swapped) <= 2


def test_table_when_a_line_has_no_synonym_then_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "synonyms.tsv"
    file.write_text("# words\nsore\tscratchy\nlonely\n")
    monkeypatch.setattr("finetune.synonyms.FILE", file)
    with pytest.raises(BadData, match="line 3 has no synonym"):
        synonyms.__wrapped__()
