"""The grammar that a model writes one pick's sentence under, as Lark text for llguidance.

It is made from the clauses that can be checked (``assistant.claims.units``), cut down to the
references that may be spoken of this pick and to the words that would be true of it. So an
unknown price can't be spelled, and most of what a weak model would get wrong can't either.
It is a help to the model, not the judge: ``assistant.verify`` reads the result afresh.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache
from itertools import product

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
_ALSO = "(comma p_c | comma? and (v_c p_c? | w_c))"
_FIRST = ("s (v p? | w)", "p_a p_a? comma s (v p? | w)")
_NEXT = "(comma? and | comma so) (t_c (v_c p_c? | w_c) | r_c (and? h_c (and? h_c)?)? | z_c)"
_TOLD = "y (comma? h)? (comma? and h)?"
_BRIEF = (*_FIRST, _TOLD)
"""One clause: for a model that has lost its way in two."""
_SHAPES = (
    *(f"{first} ({_ALSO} | {_NEXT})?" for first in _FIRST),
    f"s comma rel r_a (and? h_a)? comma (v p? | w) {_ALSO}?",
    f"{_TOLD} ((comma? and | comma so) (p_a comma?)? t_a (v_a p_a? | w_a) {_ALSO}? |"
    " comma? and z_a)?",
    f"z_a comma? and (p comma)? s (v p? | w) {_ALSO}?",
)
"""Shapes of a sentence, fewer than ``SENTENCE`` admits: at most two clauses, so it stays short.

``_a`` and ``_c`` mark the parts of a sentence that are not its middle. What is said in one part is
said in no other."""
_SHARED_OUT = 5
"""References that are kept to one part, at most: a plan has few, and each may triple the text."""
_SENSES = {"BUYERS": "popular", "MAX": "limit", "SSHARE": "label"}
"""References whose sense can be told without them, and the units that would tell it again."""
_BOUGHT = frozenset({"COUNT", "EVERY", "LAST"})
_ASKED = frozenset({"SEARCH", "NCAT"})
_LABEL = frozenset({"SSHARE"})
_PLANNED = {
    "popular": frozenset({"BUYERS"}),
    "limit": frozenset({"MAX"}),
    "band": frozenset({"HB", "LOW", "HIGH"}),
    "deal": frozenset({"WAS", "PROMO"}),
    "cheapest": frozenset({"Q"}),
    "biggest": frozenset({"Q"}),
    **dict.fromkeys(("words", "asked"), _ASKED),
    **dict.fromkeys(("label", "store"), _LABEL),
    **dict.fromkeys(("bought", "often", "regular", "due", "new"), _BOUGHT),
}
"""Units that have wordings without a reference, and those of which the plan must hold one: what
it does not tell is not told in other words either."""
_LATER = {"t": "s", "r": "y"}
"""Units of a later clause, which names the product no second time, and those they are made of."""
_NAMES = frozenset({"P", "HP"})
_ANYWHERE = _NAMES.union(_OTHERS)


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
    spoken = _spoken(context, only)
    unplanned = {
        name for name, roles in _PLANNED.items() if only is not None and roles.isdisjoint(spoken)
    }
    return _Writer(context, spoken, unplanned).text(_BRIEF if brief else _SHAPES)


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

    def __init__(
        self, context: Context, spoken: Mapping[str, list[str]], unplanned: Collection[str]
    ) -> None:
        self._context = context
        self._spoken = spoken
        self._units = self._sayable(unplanned)
        once = {r for r, refs in spoken.items() if len(refs) == 1 and r not in _ANYWHERE}
        self._roles = {
            type_: frozenset(once & frozenset().union(*(symbols(node) for node, _ in nodes)))
            for type_, nodes in self._units.items()
        }
        """Type of unit to the references that it may say and that are to be said once."""
        self._shared: Mapping[str, str] = {}
        """Such a reference to the part of the sentence that it is kept to."""
        self._here: dict[tuple[str, frozenset[str], frozenset[str]], list[Node]] = {}
        self._rules: dict[str, str] = {}
        self._rule_of: dict[tuple[bool, int], str] = {}

    def text(self, wanted: tuple[str, ...]) -> str:
        starts: dict[str, None] = {}
        for shape in _compiled(wanted):
            for shared in self._shared_out(symbols(shape)):
                self._shared = shared
                alive = prune(shape, lambda name: bool(self._said(name)))
                if head := leading(alive) if alive else None:
                    starts[lark(head, self._unit)] = None
        if not starts:
            raise ValueError(f"nothing can be said of {self._context.pick.id}")
        lines = [f'start: ({" | ".join(starts)}) "."']
        return "\n".join([*lines, *(f"{k}: {v}" for k, v in self._rules.items())]) + "\n"

    def _shared_out(self, shape: Collection[str]) -> Iterator[Mapping[str, str]]:
        """Every way to give the references to the parts of a shape, so that each is said once."""
        parts: dict[str, set[str]] = {}
        for name in shape:
            type_, _, part = name.partition("_")
            for role in self._roles.get(type_, ()):
                parts.setdefault(role, set()).add(part)
        shared = {role: sorted(of_it) for role, of_it in sorted(parts.items()) if len(of_it) > 1}
        shared = dict(list(shared.items())[:_SHARED_OUT])
        for one in product(*shared.values()):
            yield dict(zip(shared, one, strict=True))

    def _said(self, name: str) -> list[Node]:
        """What a unit of a part may say there; a joint says itself."""
        if name in _JOINTS:
            return [Sym(name)]
        type_, _, part = name.partition("_")
        apart = {role for role, of_it in self._shared.items() if of_it != part}
        elsewhere = self._roles.get(type_, frozenset()) & apart
        units = self._units.get(type_, ())
        told = {_SENSES[role] for role in apart & _SENSES.keys()}.intersection(n for _, n in units)
        key = type_, elsewhere, frozenset(told)
        if key not in self._here:
            here = (prune(node, lambda s: s not in elsewhere) for node, n in units if n not in told)
            self._here[key] = [node for node in here if node and symbols(node)]
        return self._here[key]

    def _sayable(self, unplanned: Collection[str]) -> dict[str, list[tuple[Node, str]]]:
        """What can be said, by type, each with the name of its unit."""
        units: dict[str, list[tuple[Node, str]]] = {}
        for unit in (u for u in UNITS if u.name not in unplanned):
            for node in self._true(unit):
                units.setdefault(unit.type, []).append((node, unit.name))
        for later, first in _LATER.items():
            nameless = [
                (prune(node, lambda s: s not in _NAMES), name)
                for node, name in units.get(first, [])
            ]
            if kept := [(node, name) for node, name in nameless if node and symbols(node)]:
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

    def _unit(self, sym: Sym) -> str:
        """Rule of a unit in its part of the sentence, or a joint."""
        if sym.name in _JOINTS:
            return _JOINTS[sym.name]
        nodes = self._said(sym.name)
        key = sym.lead, id(nodes)
        if key not in self._rule_of:
            rule = f"{'first' if sym.lead else 'unit'}_{sym.name}_{len(self._rule_of)}"
            found = [leading(node) if sym.lead else node for node in nodes]
            bodies = dict.fromkeys(lark(node, self._word) for node in found if node)
            self._rule_of[key] = rule
            self._rules[rule] = " | ".join(bodies)
        return self._rule_of[key]

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
