"""Sentence forms: hand-written wordings over roles, filled with what is true of a pick.

A form says one reason of a plan; a sentence is a main form alone, with a tail after it, or with
a front or a lead before it. Which forms are tried first is read off the style line of the
prompt, so that the same prompt always teaches the same sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from assistant.claims import Context
from assistant.interfaces import Prompt
from assistant.opening import DETAIL, PRODUCT, THIS, YOU
from assistant.plan import Plan, Reason
from index.errors import BadData

FILE = Path(__file__).parent / "data" / "forms.yaml"
_ROLE = re.compile(r"\[([A-Z]+)\]")
_MARKS = re.compile(r"\b(due|new)\b")
_CLOSED = re.compile(r", (and|so) (?!\[P\]|this|it)| and (is|it|holds|makes|sells|stays|costs)\b")
"""A second clause that is not about the product, or a second predicate."""
_STYLE = re.compile(r"^Style: (\w+), (\w+), (\w+), (\w+)$", re.MULTILINE)
_JOINS = {"front": ", ", "lead": ", and "}
_PARTS = ("main", "tail", "front", "lead")


@dataclass(frozen=True, slots=True)
class Style:
    """The words of the prompt's last line, which the sentence takes up where it can."""

    opening: str
    """"product", "you", "this" or "detail": how the sentence begins."""
    noun: str
    taste: str
    often: str

    @classmethod
    def of(cls, prompt: Prompt) -> Style:
        """Read the style line.

        Raises
        ------
        BadData
            The prompt has none: it is of another template.
        """
        found = _STYLE.search(prompt.messages[-1].content)
        if found is None:
            raise BadData(
                f"The prompt {prompt.name} has no style line, so no form can be chosen for it.",
                "Set the prompts of the recipe to explain/3, or another with a style line.",
            )
        return cls(*found.groups())

    def turn(self, salt: int) -> int:
        """A number that depends on the words alone."""
        return sum(map(ord, self.noun)) * (salt + 1) + sum(map(ord, self.taste))


@dataclass(frozen=True, slots=True)
class Form:
    """One wording of one reason."""

    kind: str
    part: str
    """"main", "tail", "front" or "lead"."""
    text: str

    @property
    def roles(self) -> frozenset[str]:
        """Roles that it fills, the product's own title left out."""
        return frozenset(_ROLE.findall(self.text)) - {"P"}

    @property
    def opening(self) -> str:
        """How it begins, in the words of ``Style.opening``."""
        return begins(self.text, "[P]")

    @property
    def takes(self) -> str:
        """Which tails may follow: "any", "short" (a predicate more) or "none"."""
        if _CLOSED.search(self.text):
            return "none"
        return "short" if re.search(r", (which|last|and|so)\b", self.text) else "any"

    @property
    def is_short(self) -> bool:
        """Whether, as a tail, it is no more than one predicate."""
        return bool(re.match(r",? (and (?!you|it|this|at)|cheaper)", self.text))


def begins(sentence: str, mark: str) -> str:
    """Say how a sentence about what the mark stands for begins, in the words of a style line.

    >>> begins("[P1] is down from [P1.was].", "[P1]"), begins("At [P1.price], it is.", "[P1]")
    ('product', 'detail')
    """
    head = sentence.split(" ", 1)[0].strip(",")
    return {mark: PRODUCT, "You": YOU, "This": THIS}.get(head, DETAIL)


@cache
def forms() -> tuple[Form, ...]:
    """Return the forms that ship, in the order of the file."""
    return read(FILE)


def read(path: Path) -> tuple[Form, ...]:
    """Read a file of forms: kind, part, list of texts.

    Raises
    ------
    BadData
        A kind holds an unknown part, or a text stands twice.
    """
    found: dict[tuple[str, str], Form] = {}
    for kind, parts in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        if unknown := set(parts) - set(_PARTS):
            raise BadData(
                f"{path.name}: {kind} has {sorted(unknown)[0]!r}.", "Use main, tail, front."
            )
        for part, texts in parts.items():
            for text in texts:
                if (part, text) in found:
                    raise BadData(f"{path.name}: {text!r} stands twice.", "Take one of them out.")
                found[part, text] = Form(kind, part, text)
    return tuple(found.values())


def sentences(plan: Plan, context: Context, style: Style) -> Iterator[tuple[str, tuple[Form, ...]]]:
    """Yield wordings of the plan with the forms that made them, the style's choice first.

    Both reasons are said before one alone. Nothing is checked yet: a form may claim what does
    not hold ("due"), and the caller asks the verifier.
    """
    if not plan.reasons:
        return
    roles = _roles(plan, context)
    for wording in _wordings(plan, context, style):
        text = "".join(wording_text(wording))
        text = text.format(n=style.noun, soft=style.taste, freq=style.often)
        raw = _ROLE.sub(lambda m: roles[m[1]], text)
        yield raw[:1].upper() + raw[1:] + ".", wording


def wording_text(wording: Sequence[Form]) -> Iterator[str]:
    """Text of forms in the order in which they are spoken, with what joins them."""
    for before, form in zip((None, *wording), wording, strict=False):
        if before and before.part in _JOINS:
            yield _JOINS[before.part] + _lowered(form.text)
        else:
            yield form.text


def _lowered(text: str) -> str:
    return text if text.startswith("[") else text[:1].lower() + text[1:]


def _roles(plan: Plan, context: Context) -> Mapping[str, str]:
    """Role to the reference that fills it: those of the plan, and the title."""
    own = [r for r in context.available if context.role(r) == "P"]
    found: dict[str, str] = {}
    for ref in (*plan.references, *own):
        if role := context.role(ref):
            found.setdefault(role, str(ref))
    return found


def _wordings(plan: Plan, context: Context, style: Style) -> Iterator[tuple[Form, ...]]:
    first, *others = plan.reasons
    said = _needed(first, context)
    mains = _turned(_fitting(first, "main", said), style.turn(1))
    for second in others[:1]:
        yield from _two(first, second, mains, context, style)
    yield from ((main,) for main in _preferred(mains, style.opening))


def _two(
    first: Reason, second: Reason, mains: Sequence[Form], context: Context, style: Style
) -> Iterator[tuple[Form, ...]]:
    """Wordings of both reasons, those that open as the style asks first, a few of each.

    The second reason comes first only where no wording of the first opens that way.
    """
    said, all_ = _needed(first, context), _needed(second, context)
    tails = _turned(_fitting(second, "tail", all_ - said), style.turn(2))
    fronts = _turned(_fitting(second, "front", all_ - said), style.turn(3))
    leads = _turned(_fitting(first, "lead", said), style.turn(4))
    bodies = _bodies(mains)
    pairs = [(a, b) for a in fronts[:2] for b in bodies[:2]]
    pairs += [(a, b) for a in mains for b in _tails(a, tails)[:2]]
    if not said & all_:
        ends = _bodies(_turned(_fitting(second, "main", all_), style.turn(5)))
        back = _turned(_fitting(first, "tail", said), style.turn(6))
        ahead = _turned(_fitting(second, "lead", all_), style.turn(7))
        pairs[4:4] = [(a, b) for a in leads[:4] for b in _after(a, ends)[:2]]
        pairs += [(a, b) for a in ahead[:4] for b in _after(a, bodies)[:2]]
        pairs += [(a, b) for a in ends for b in _tails(a, back)[:2]]
    yield from sorted(pairs, key=lambda pair: pair[0].opening != style.opening)


def _bodies(mains: Sequence[Form]) -> list[Form]:
    """Those that another clause may stand before or after."""
    return [f for f in mains if f.takes == "any" and f.opening in ("product", "this")]


def _after(lead: Form, bodies: Sequence[Form]) -> list[Form]:
    """Bodies that may follow a lead: what you bought is named there, and is "this" from then on."""
    return [b for b in bodies if lead.kind != "repeat" or b.opening == "this"]


def _tails(main: Form, tails: Sequence[Form]) -> list[Form]:
    return [t for t in tails if main.takes == "any" or (main.takes == "short" and t.is_short)]


def _needed(reason: Reason, context: Context) -> frozenset[str]:
    roles = {context.role(ref) for ref in reason.references}
    return frozenset(role for role in roles if role and role != "P")


def _fitting(reason: Reason, part: str, roles: frozenset[str]) -> list[Form]:
    """Forms that say this reason and all of its roles; "due" and "new" as the note has them."""
    kind = str(reason.kind) if reason.kind else "plain"
    marks = set(_MARKS.findall(reason.hint)) if part == "main" else set()
    return [
        form
        for form in forms()
        if form.kind == kind
        and form.part == part
        and _covers(form, roles)
        and (part not in ("main", "lead") or marks == set(_MARKS.findall(form.text)))
    ]


def _covers(form: Form, roles: frozenset[str]) -> bool:
    """All roles are said; of a repeat purchase one of two is enough, the grammar takes no more."""
    if form.kind == "repeat" and form.part == "main" and form.opening in ("product", "this"):
        return bool(form.roles) and form.roles <= roles
    return form.roles == roles


def _turned(items: Sequence[Form], by: int) -> list[Form]:
    start = by % len(items) if items else 0
    return [*items[start:], *items[:start]]


def _preferred(items: Sequence[Form], opening: str) -> list[Form]:
    return sorted(items, key=lambda form: form.opening != opening)
