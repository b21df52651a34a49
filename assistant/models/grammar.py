"""Lark grammars over tokens: masks, forced tokens, and whether a text follows one.

llguidance never raises: a bad grammar or a bad token leaves only the end token, which looks
like an empty answer. So every call here is followed by a question, and a bad answer is a
``ModelFailed``.
"""

from __future__ import annotations

import functools
from collections import OrderedDict
from typing import Any, Protocol

import llguidance
import llguidance.numpy
import numpy as np
from numpy.typing import NDArray

from assistant.errors import ModelFailed

KEPT = 64
"""Compiled grammars that are kept."""


class Matcher(Protocol):
    """Where one completion stands: what may come next, and whether it is over."""

    def allowed(self) -> NDArray[np.bool_] | None:
        """Tokens that may come next, ``None`` for any. *Shape:* (vocabulary,)."""

    def accept(self, token: int) -> None:
        """Go on by one token that was allowed."""

    def forced(self) -> list[int]:
        """Tokens that are the only way on, accepted already; the end is never among them."""

    @property
    def done(self) -> bool:
        """Whether the text is complete and nothing can follow."""

    def is_end(self, token: int) -> bool:
        """Whether this token ends the completion."""


class Free:
    """A matcher of free text."""

    done = False

    def __init__(self, ends: frozenset[int]) -> None:
        self._ends = ends

    def allowed(self) -> None:
        return None

    def accept(self, token: int) -> None:
        return None

    def forced(self) -> list[int]:
        return []

    def is_end(self, token: int) -> bool:
        return token in self._ends


class GrammarMatcher:
    """A matcher of one grammar. Its methods raise ``ModelFailed`` where llguidance gives up.

    Parameters
    ----------
    matcher
        An ``llguidance.LLMatcher`` of its own.
    vocabulary
        Number of tokens that the mask covers.
    ends
        Tokens that end a completion.
    """

    def __init__(self, matcher: Any, vocabulary: int, ends: frozenset[int]) -> None:
        self._matcher = matcher
        self._bits = llguidance.numpy.allocate_token_bitmask(1, vocabulary)
        self._vocabulary = vocabulary
        self._ends = ends
        self._check()

    def allowed(self) -> NDArray[np.bool_]:
        llguidance.numpy.fill_next_token_bitmask(self._matcher, self._bits, 0)
        self._check()
        bits = np.unpackbits(self._bits.view(np.uint8)[0], bitorder="little")
        return bits[: self._vocabulary].view(np.bool_)

    def accept(self, token: int) -> None:
        self._matcher.consume_token(token)
        self._check()

    def forced(self) -> list[int]:
        tokens = [int(token) for token in self._matcher.compute_ff_tokens()]
        if tokens:
            self._matcher.consume_tokens(tokens)
        self._check()
        return tokens

    @property
    def done(self) -> bool:
        return bool(self._matcher.is_stopped())

    def is_end(self, token: int) -> bool:
        return token in self._ends

    def _check(self) -> None:
        if self._matcher.is_error():
            raise ModelFailed(f"The grammar can't be applied: {self._matcher.get_error()}")


class Grammars:
    """Compiles Lark grammars for one tokenizer and keeps the latest.

    Parameters
    ----------
    tokenizer
        An ``llguidance.LLTokenizer``.
    ends
        Tokens that end a completion.
    """

    def __init__(self, tokenizer: Any, ends: frozenset[int]) -> None:
        self._tokenizer = tokenizer
        self._ends = ends
        self._compiled: OrderedDict[str, Any] = OrderedDict()

    def matcher(self, lark: str | None) -> Matcher:
        """Return a matcher at the start of ``lark``; ``None`` is free text.

        Raises
        ------
        ModelFailed
            Where the grammar is not valid.
        """
        if lark is None:
            return Free(self._ends)
        if lark in self._compiled:
            self._compiled.move_to_end(lark)
        else:
            self._compiled[lark] = _compile(self._tokenizer, lark)
            if len(self._compiled) > KEPT:
                self._compiled.popitem(last=False)
        fresh = self._compiled[lark].deep_copy()  # microseconds, where building takes 20 ms
        return GrammarMatcher(fresh, self._tokenizer.vocab_size, self._ends)


def _compile(tokenizer: Any, lark: str) -> Any:
    grammar = llguidance.LLMatcher.grammar_from_lark(lark)
    failed, messages = llguidance.LLMatcher.validate_grammar_with_warnings(grammar, tokenizer)
    if failed:
        raise ModelFailed(f"The grammar can't be built: {messages[0].strip()}")
    return llguidance.LLMatcher(tokenizer, grammar, log_level=0)


@functools.cache
def _bytes() -> Any:
    return llguidance.LLTokenizer("byte")


def follows(lark: str, text: str) -> bool:
    """Whether the whole of ``text`` follows the grammar.

    Needs no vocabulary: the text is matched byte by byte.

    >>> follows('start: "a" | "bc"', "bc"), follows('start: "a" | "bc"', "b")
    (True, False)
    """
    matcher = _compile(_bytes(), lark)
    return bool(
        matcher.consume_tokens(_bytes().tokenize_bytes(text.encode())) and matcher.is_accepting()
    )
