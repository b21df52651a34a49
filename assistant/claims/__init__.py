"""The claim reader: what a sentence asserts, and whether it is so.

Every word and every reference must find its place in a clause of ``assistant.claims.units``;
a sentence with one that does not is unverifiable as a whole, never claimless. The reader is
deterministic code over typed facts; no model is asked.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from assistant.claims.checks import stated
from assistant.claims.context import Context
from assistant.claims.pattern import openers, regex
from assistant.claims.units import REASONED, SENTENCE, UNITS, Unit
from assistant.lexicon import lexicon
from assistant.references import Parts
from assistant.types import Claim, ClaimKind, Reference, Verdict

__all__ = ["Context", "read_claims"]

MAX_SOFT = 2
"""Taste words in a sentence."""
_MOST_READINGS = 400
_LONGEST_UNIT = 16
_WORD = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*|\S")
_OTHERS = frozenset({"Q", "QPRICE", "QSIZE", "HC", "HS"})
_JOINTS = {"comma": "comma", "and": "and", "but": "and", "so": "so", "rel": "rel"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word or a reference, with its class or role."""

    symbol: str
    text: str
    reference: Reference | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """A unit, or a joint (``unit`` is ``None``), over tokens from ``start`` to ``end``."""

    type: str
    start: int
    end: int
    unit: Unit | None = None


def read_claims(parts: Parts, context: Context) -> tuple[Claim, ...]:
    """Return every claim of a sentence with its verdict; at least one for any sentence.

    Parameters
    ----------
    parts
        The sentence. Its last word ends with the only full stop.
    context
        The pick it is said of.
    """
    tokens, strange = _tokens(parts, context)
    if strange:
        return tuple(strange)
    if not tokens:
        return (_unread("", "an empty sentence"),)
    if twice := _twice(tokens):
        return (_unread(twice, "said twice", parts),)
    raw = " ".join(token.text for token in tokens)
    pieces = _reading(tokens)
    if pieces is None:
        return (_unread(raw, "these words do not make clauses that can be checked", parts),)
    claims = [claim for piece in pieces for claim in _claims(piece, tokens, context)]
    return (*claims, *_soft_alone(claims, raw))


def _tokens(parts: Parts, context: Context) -> tuple[list[Token], list[Claim]]:
    """Words and references with their symbols, and a claim for each that has none."""
    tokens: list[Token] = []
    strange: list[Claim] = []
    for part in _without_stop(parts):
        if isinstance(part, Reference):
            if role := context.role(part):
                tokens.append(Token(role, str(part), part))
            else:
                strange.append(_unread(str(part), "may not be said of this pick", (part,)))
            continue
        for word in _WORD.findall(part):
            symbols = ("comma",) if word == "," else lexicon().symbols.get(_plain(word), ())
            tokens += [Token(s, word) for s in symbols if s != "glue"]
            if not symbols:
                strange.append(_unread(word, "not in the lexicon"))
    return tokens, strange


def _plain(word: str) -> str:
    return word.lower().replace("’", "'")


def _without_stop(parts: Parts) -> Parts:
    if parts and isinstance(parts[-1], str) and parts[-1].endswith("."):
        return (*parts[:-1], parts[-1][:-1])
    return parts


def _unread(text: str, because: str, parts: Parts = ()) -> Claim:
    refs = tuple(p for p in parts if isinstance(p, Reference))
    return Claim(ClaimKind.UNKNOWN, text, refs, Verdict.UNVERIFIABLE, because)


def _twice(tokens: Sequence[Token]) -> str | None:
    """A reference, or the shopper's request, that is said twice."""
    said = Counter(t.text if t.reference else t.symbol for t in tokens if _once(t))
    return next((text for text, n in said.items() if n > 1), None)


def _once(token: Token) -> bool:
    return token.reference is not None or token.symbol == "request"


@cache
def _compiled() -> dict[str, list[tuple[Unit, re.Pattern[str]]]]:
    """First symbol to the units that can start with it."""
    found: dict[str, list[tuple[Unit, re.Pattern[str]]]] = {}
    for unit in UNITS:
        pattern = re.compile(regex(unit.node))
        for symbol in openers(unit.node):
            found.setdefault(symbol, []).append((unit, pattern))
    return found


_SENTENCE = re.compile(regex(SENTENCE))


def _reading(tokens: Sequence[Token]) -> list[_Piece] | None:
    """The first way to cut the tokens into units that make a sentence; longest units first."""
    symbols = [token.symbol for token in tokens]
    pieces = [list(_pieces(symbols, i)) for i in range(len(symbols))]
    tried = 0
    stack: list[list[_Piece]] = [[piece] for piece in reversed(pieces[0])]
    while stack and tried < _MOST_READINGS:
        path = stack.pop()
        if path[-1].end == len(symbols):
            tried += 1
            if _SENTENCE.fullmatch("".join(f"{p.type} " for p in path)) and _binds(path, symbols):
                return path
        else:
            stack += [[*path, piece] for piece in reversed(pieces[path[-1].end])]
    return None


def _pieces(symbols: Sequence[str], start: int) -> Iterator[_Piece]:
    longest = min(len(symbols), start + _LONGEST_UNIT)
    candidates = _compiled().get(symbols[start], [])
    for end in range(longest, start, -1):
        text = "".join(f"{s} " for s in symbols[start:end])
        for unit, pattern in candidates:
            if pattern.fullmatch(text):
                yield _Piece(unit.type, start, end, unit)
    if joint := _JOINTS.get(symbols[start]):
        yield _Piece(joint, start, start + 1)


def _binds(path: Sequence[_Piece], symbols: Sequence[str]) -> bool:
    """Whether everything can only be meant of the pick.

    After another product or an aisle was named, "which" and what follows without "and" would
    be heard of that one; what follows "so" has to be a reason to choose.
    """
    named = False
    joined = False
    for piece in path:
        if named and (piece.type == "rel" or (piece.type == "p" and not joined)):
            return False
        if piece.type == "so" and _next_name(path, piece) not in REASONED:
            return False
        named = named or bool(_OTHERS.intersection(symbols[piece.start : piece.end]))
        named = named and piece.type != "s"
        joined = piece.type == "and"
    return True


def _next_name(path: Sequence[_Piece], piece: _Piece) -> str:
    """Name of the first predicate after a piece."""
    later = (p.unit for p in path if p.start > piece.start and p.unit and p.type != "s")
    return next((unit.name for unit in later), "")


def _claims(piece: _Piece, tokens: Sequence[Token], context: Context) -> Iterator[Claim]:
    """One claim for every reference, and for every word that asserts something here."""
    if piece.unit is None:
        return
    own = tokens[piece.start : piece.end]
    refs = tuple(t.reference for t in own if t.reference)
    text = " ".join(t.text for t in own)
    for token in own:
        check = piece.unit.checks.get(token.symbol)
        if check is None and token.reference and token.symbol not in ("P", "Q"):
            check = stated(token.reference)
        if check:
            found = check(context, refs)
            yield Claim(found.kind, text, refs, found.verdict, found.because)


def _soft_alone(claims: Sequence[Claim], raw: str) -> list[Claim]:
    """What a sentence lacks as a whole: something to check, or restraint."""
    soft = sum(claim.kind is ClaimKind.SOFT for claim in claims)
    if soft == len(claims):
        return [_unread(raw, "nothing in it can be checked")]
    if soft > MAX_SOFT:
        return [_unread(raw, f"{soft} taste words, at most {MAX_SOFT}")]
    return []
