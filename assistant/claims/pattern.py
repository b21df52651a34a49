"""A small pattern language over symbols: what a clause may look like.

A pattern is symbols in a row, with ``( | )``, ``?`` and ``*``: "be (at | for)? PRICE now?".
One pattern serves twice: as a regular expression for the claim reader, and as rules of the
grammar that a model decodes under.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

_TOKEN = re.compile(r"\s*([A-Za-z_]+|[()|?*])")


@dataclass(frozen=True, slots=True)
class Sym:
    """A word class (lower case), or the role of a reference (upper case)."""

    name: str
    lead: bool = False
    """Whether it opens the sentence: no space before it, a capital."""


@dataclass(frozen=True, slots=True)
class Seq:
    """One after the other."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Alt:
    """Any one of these."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Rep:
    """The item, optional; or any number of times."""

    item: Node
    many: bool


Node = Sym | Seq | Alt | Rep


def compile_pattern(text: str) -> Node:
    """Parse a pattern.

    Raises
    ------
    ValueError
        It is malformed.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != re.sub(r"\s+", "", text):
        raise ValueError(f"not a pattern: {text!r}")
    node, rest = _alternatives(tokens)
    if rest:
        raise ValueError(f"not a pattern: {text!r}, at {rest[0]!r}")
    return node


def _alternatives(tokens: list[str]) -> tuple[Node, list[str]]:
    items = []
    while True:
        item, tokens = _sequence(tokens)
        items.append(item)
        if not tokens or tokens[0] != "|":
            return (items[0] if len(items) == 1 else Alt(tuple(items))), tokens
        tokens = tokens[1:]


def _sequence(tokens: list[str]) -> tuple[Node, list[str]]:
    items: list[Node] = []
    while tokens and tokens[0] not in ")|":
        if tokens[0] == "(":
            item, tokens = _alternatives(tokens[1:])
            if not tokens:
                raise ValueError("not a pattern: a bracket stays open")
        else:
            item = Sym(tokens[0])
        tokens = tokens[1:]
        if tokens and tokens[0] in "?*":
            item = Rep(item, tokens[0] == "*")
            tokens = tokens[1:]
        items.append(item)
    return (items[0] if len(items) == 1 else Seq(tuple(items))), tokens


def regex(node: Node) -> str:
    """Return a regular expression over symbols that are each followed by one space."""
    match node:
        case Sym(name):
            return f"(?:{name} )"
        case Seq(items):
            return "".join(map(regex, items))
        case Alt(items):
            return f"(?:{'|'.join(map(regex, items))})"
        case Rep(item, many):
            return f"(?:{regex(item)}){'*' if many else '?'}"


def prune(node: Node, alive: Callable[[str], bool]) -> Node | None:
    """Leave out what needs a symbol that is not alive; ``None`` where nothing remains."""
    match node:
        case Sym(name):
            return node if alive(name) else None
        case Seq(items):
            kept = [prune(item, alive) for item in items]
            if any(item is None for item in kept):
                return None
            return Seq(tuple(item for item in kept if item and item != Seq(())))
        case Alt(items):
            left = [item for item in (prune(item, alive) for item in items) if item]
            return (left[0] if len(left) == 1 else Alt(tuple(left))) if left else None
        case Rep(item, many):
            inner = prune(item, alive)
            return Rep(inner, many) if inner else Seq(())


def leading(node: Node) -> Node | None:
    """Mark the first symbol of every reading; ``None`` where only nothing can be read."""
    match node:
        case Sym(name):
            return Sym(name, lead=True)
        case Alt(items):
            left = [item for item in map(leading, items) if item]
            return Alt(tuple(left)) if left else None
        case Rep(item, many):
            first = leading(item)
            return Seq((first, node)) if first and many else first
        case Seq(items):
            found = []
            for i, item in enumerate(items):
                if first := leading(item):
                    found.append(Seq((first, *items[i + 1 :])))
                if not optional(item):
                    break
            return Alt(tuple(found)) if found else None


def optional(node: Node) -> bool:
    """Whether the node can be read from nothing."""
    match node:
        case Sym():
            return False
        case Seq(items):
            return all(map(optional, items))
        case Alt(items):
            return any(map(optional, items))
        case Rep():
            return True


def lark(node: Node, name: Callable[[Sym], str], most: int = 2) -> str:
    """Return the body of a Lark rule; a repetition is bounded by ``most``."""
    match node:
        case Sym():
            return name(node)
        case Seq(items):
            return " ".join(lark(item, name, most) for item in items) or '""'
        case Alt(items):
            return f"({' | '.join(lark(item, name, most) for item in items)})"
        case Rep(item, many):
            inner = lark(item, name, most)
            return f"({inner}){{0,{most}}}" if many else f"({inner})?"


def symbols(node: Node) -> frozenset[str]:
    """Every symbol that occurs."""
    match node:
        case Sym(name):
            return frozenset((name,))
        case Seq(items) | Alt(items):
            return frozenset().union(*map(symbols, items))
        case Rep(item):
            return symbols(item)


def openers(node: Node) -> frozenset[str]:
    """Every symbol that a reading can start with."""
    match node:
        case Sym(name):
            return frozenset((name,))
        case Alt(items):
            return frozenset().union(*map(openers, items))
        case Rep(item):
            return openers(item)
        case Seq(items):
            found: frozenset[str] = frozenset()
            for item in items:
                found |= openers(item)
                if not optional(item):
                    break
            return found


def renamed(node: Node, name: Callable[[str], str]) -> Node:
    """Give every symbol another name."""
    match node:
        case Sym(old, lead):
            return Sym(name(old), lead)
        case Seq(items):
            return Seq(tuple(renamed(item, name) for item in items))
        case Alt(items):
            return Alt(tuple(renamed(item, name) for item in items))
        case Rep(item, many):
            return Rep(renamed(item, name), many)
