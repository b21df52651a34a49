"""The grammar that a model writes one pick's sentence under, as Lark text for llguidance.

It is made from the clauses that can be checked (``assistant.claims.units``), cut down to the
references that may be spoken of this pick and to the words that would be true of it. So an
unknown price can't be spelled, and most of what a weak model would get wrong can't either.
It is a help to the model, not the judge: ``assistant.verify`` reads the result afresh.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from assistant.claims import Context
from assistant.claims.checks import Check
from assistant.claims.pattern import (
    Node,
    Sym,
    compile_pattern,
    lark,
    leading,
    prune,
    renamed,
    symbols,
)
from assistant.claims.units import UNITS, Unit
from assistant.lexicon import lexicon
from assistant.references import Resolver
from assistant.types import ClaimKind, Pick, Reference, Verdict

_OTHERS = ("Q", "QPRICE", "QSIZE")
_JOINTS = {"comma": '","', "so": '" so"', "rel": '" which"', "and": '" and"'}
_ALSO = "(comma p | comma? and (v p? | w))"
_FIRST = ("s (v p? | w)", "p p? comma s (v p? | w)")
_NEXT = "(comma? and | comma so) (t (v p? | w) | r (and? h)? | z)"
_TOLD = "y (comma? h)? (comma? and h)?"
_BRIEF = (*_FIRST, _TOLD)
"""One clause: for a model that has lost its way in two."""
_SHAPES = (
    *(f"{first} ({_ALSO} | {_NEXT})?" for first in _FIRST),
    f"s comma rel r (and? h)? comma (v p? | w) {_ALSO}?",
    f"{_TOLD} ((comma? and | comma so) (p comma?)? t (v p? | w) {_ALSO}? | comma? and z)?",
    f"z comma? and (p comma)? s (v p? | w) {_ALSO}?",
)
"""Shapes of a sentence, fewer than ``SENTENCE`` admits: at most two clauses, so it stays short."""
_LATER = {"t": "s", "r": "y"}
"""Units of a later clause, which names the product no second time, and those they are made of."""
_NAMES = frozenset({"P", "HP"})


def sentence_grammar(
    pick: Pick,
    resolver: Resolver,
    only: Collection[Reference] | None = None,
    brief: bool = False,
) -> str:
    """Return the Lark grammar of one sentence about this pick.

    Parameters
    ----------
    only
        Speak of no other references than these and the title.
    brief
        One clause, not two.

    Raises
    ------
    ValueError
        Nothing can be said of this pick.
    """
    context = Context(pick, resolver)
    return _Writer(context, _spoken(context, only)).text(_BRIEF if brief else _SHAPES)


def _spoken(context: Context, only: Collection[Reference] | None) -> Mapping[str, list[str]]:
    """Role to the references that stand for it, as the model writes them."""
    found: dict[str, list[str]] = {}
    for ref in context.resolver.available(context.pick):
        role = context.role(ref)
        if role and (only is None or role == "P" or ref in only):
            found.setdefault(role, []).append(str(ref))
    return found


class _Writer:
    """Collects rules; a rule is written when it is first needed."""

    def __init__(self, context: Context, spoken: Mapping[str, list[str]]) -> None:
        self._context = context
        self._spoken = spoken
        self._rules: dict[str, str] = {}

    def text(self, wanted: tuple[str, ...]) -> str:
        units = self._units()
        alive = [prune(n, lambda t: t in units or t in _JOINTS) for n in _compiled(wanted)]
        shapes = [shape for shape in alive if shape]
        if not shapes:
            raise ValueError(f"nothing can be said of {self._context.pick.id}")
        heads = [head for head in map(leading, shapes) if head]
        start = " | ".join(lark(head, lambda s: self._unit(s, units)) for head in heads)
        lines = [f'start: ({start}) "."', *(f"{k}: {v}" for k, v in self._rules.items())]
        return "\n".join(lines) + "\n"

    def _units(self) -> dict[str, list[Node]]:
        """What can be said, by type."""
        units: dict[str, list[Node]] = {}
        for unit in UNITS:
            for node in self._true(unit):
                units.setdefault(unit.type, []).append(node)
        for later, first in _LATER.items():
            nameless = [prune(node, lambda s: s not in _NAMES) for node in units.get(first, [])]
            if kept := [node for node in nameless if node and symbols(node)]:
                units[later] = kept
        return units

    def _true(self, unit: Unit) -> Iterator[Node]:
        """The unit without words and references that would be false or missing here.

        A comparison is written once for every other pick that it holds against.
        """
        others = [p.id for p in self._context.resolver.picks if p is not self._context.pick]
        compares = any(kind in unit.name for kind in ("cheaper", "bigger"))
        for target in others if compares else [""]:
            cited = (Reference(target),) if target else self._cited(unit)
            alive = {
                symbol
                for symbol in symbols(unit.node)
                if self._names(symbol, target) or not symbol.isupper()
                if self._holds(unit.checks.get(symbol), cited)
            }
            node = prune(unit.node, alive.__contains__)
            if node and symbols(node):
                yield _bound(node, target) if target else node

    def _cited(self, unit: Unit) -> tuple[Reference, ...]:
        """What the unit would point at, where that is one thing: one price band of several."""
        spoken = {name for role in symbols(unit.node) for name in self._spoken.get(role, ())}
        targets = {name[1:-1].partition(".")[0] for name in spoken}
        return (Reference(*targets),) if len(targets) == 1 else ()

    def _holds(self, check: Check | None, cited: tuple[Reference, ...]) -> bool:
        if check is None:
            return True
        finding = check(self._context, cited)
        return finding.verdict is Verdict.SUPPORTED and finding.kind is not ClaimKind.UNKNOWN

    def _names(self, symbol: str, target: str) -> list[str]:
        """References of a role; of the other pick alone where one is compared with."""
        names = self._spoken.get(symbol, [])
        if symbol in _OTHERS:
            return [n for n in names if n[1:-1].split(".")[0] == target]
        return names

    def _unit(self, sym: Sym, units: Mapping[str, Sequence[Node]]) -> str:
        """Rule of a unit type, or a joint."""
        if sym.name in _JOINTS:
            return _JOINTS[sym.name]
        rule = f"{'first' if sym.lead else 'unit'}_{sym.name}"
        if rule not in self._rules:
            nodes = [leading(node) if sym.lead else node for node in units[sym.name]]
            bodies = dict.fromkeys(lark(node, self._word) for node in nodes if node)
            self._rules[rule] = " | ".join(bodies)
        return rule

    def _word(self, sym: Sym) -> str:
        """Terminal of a word class or a role."""
        symbol, _, target = sym.name.partition("@")
        rule = f"{'CAP' if sym.lead else 'W'}_{sym.name.replace('@', '_').upper()}_"
        rule += "R" if symbol.isupper() else "C"
        if rule not in self._rules:
            words = self._names(symbol, target) if symbol.isupper() else lexicon().words(symbol)
            space = "" if sym.lead else " "
            texts = (
                w if symbol.isupper() or not sym.lead else w[:1].upper() + w[1:] for w in words
            )
            self._rules[rule] = " | ".join(f'"{space}{text}"' for text in texts)
        return rule


@cache
def _compiled(shapes: tuple[str, ...]) -> tuple[Node, ...]:
    return tuple(map(compile_pattern, shapes))


def _bound(node: Node, target: str) -> Node:
    """Tie the roles of the other pick to one of them: "Q" becomes "Q@P2"."""
    return renamed(node, lambda name: f"{name}@{target}" if name in _OTHERS else name)
