"""What a teacher adds to examples that are drawn, and what the data card says of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.consent import Purpose, WishBook
from assistant.prompts import PromptTemplate, load
from finetune.examples import MOST_OF_A_SHAPE, Example
from finetune.taught import PASSED, PROMPT, taught
from finetune.teacher import TEMPERATURE, Teacher
from finetune.translated import LANGUAGES, check, translated


@dataclass(frozen=True, slots=True)
class Lessons:
    """Who teaches, and how much.

    Raises
    ------
    BadData
        A language has no name here.
    """

    teacher: Teacher
    share: float
    """Of the examples of the explain job, that the teacher is asked to word."""
    languages: tuple[str, ...] = ()
    """Codes of those through which a share of the messages travels."""

    def __post_init__(self) -> None:
        check(self.languages)

    def words(self, template: PromptTemplate) -> bool:
        """Whether there is something for the teacher to word in examples of a template."""
        if template.job == "explain":
            return self.share > 0
        return template.job == "understand" and bool(self.languages)


def given(
    parts: Sequence[Sequence[Example]],
    mix: Sequence[tuple[PromptTemplate, int]],
    lessons: Lessons,
    seed: int,
    book: WishBook,
) -> tuple[list[Sequence[Example]], dict[str, Any]]:
    """Let the teacher word some of the examples of each job that it can.

    Parameters
    ----------
    parts
        Examples of each template of the mix.
    mix
        Each template, with how many examples of it were wanted.
    book
        A teacher elsewhere hears nothing of who does not want that.

    Returns
    -------
    list, dict
        The examples of each template in their order, and what the card says of the teacher.
    """
    card: dict[str, Any] = {
        "model": lessons.teacher.model.name,
        "host": lessons.teacher.host,
        "temperature": TEMPERATURE,
        "prompts": {PROMPT: load(PROMPT).hash},
        "share": lessons.share,
        "sentences": {},
        "translated": {},
    }
    found: list[Sequence[Example]] = []
    private = set[str]()
    if not lessons.teacher.is_here:
        known = {example.shopper for part in parts for example in part}
        private = known.difference(book.allowing(Purpose.SHARE, known))
    for part, (template, count) in zip(parts, mix, strict=True):
        has_words = lessons.words(template)
        if has_words and template.job == "explain":
            most = max(1.0, MOST_OF_A_SHAPE * count)
            part, counts = taught(
                part, template, lessons.teacher, lessons.share, seed, most, private
            )
            card["sentences"] = _counted(counts)
        elif has_words:
            part, by = translated(part, lessons.teacher, lessons.languages, seed)
            card["translated"] = {code: _counted(n) for code, n in by.items()}
        found.append(part)
    return found, card


def prose(card: Mapping[str, Any]) -> str:
    """Say what the card holds of a teacher, as prose; empty where there was none."""
    if not (teacher := card.get("teacher")):
        return ""
    said = [_told("sentences it was asked for passed", teacher["sentences"])]
    for code, counts in teacher["translated"].items():
        said.append(_told(f"messages came back from {LANGUAGES[code]}", counts))
    return f"Teacher: `{teacher['model']}` at {teacher['host']}; {'; '.join(filter(None, said))}"


def _told(what: str, counts: Mapping[str, Any]) -> str:
    return f"{counts['passed']:,} of {counts['asked']:,} {what}" if counts else ""


def _counted(counts: Counter[str]) -> dict[str, Any]:
    return {
        "asked": counts.total(),
        "passed": counts[PASSED],
        "turned_down": {why: n for why, n in counts.most_common() if why != PASSED},
    }
