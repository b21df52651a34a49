"""Drafts of the prompt for sentences: what they may use, checked before anything is rendered.

Who may edit a prompt may not stop the shop with it. A draft is read as a tree first: loops
over what is given and nothing else, so that it ends; no attribute but those of a value. It is
then tried in a process of its own, with a limit of time and memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from assistant.errors import BadPrompt
from assistant.prompts import PromptTemplate
from ui.lab.render import Ended, Renderer

VARIABLES: Mapping[str, str] = {
    "values": "the references of this pick; each has .mark, as the model writes it, and .text, "
    "as the shopper reads it",
    "hints": "what to say, strongest first, as notes with the references in place",
    "opens": "how the sentence can begin: product, this, you, detail",
}
FIELDS = frozenset({"mark", "text"})
LONGEST = 20_000
"""Characters of a draft."""
SECONDS = 3.0
"""That a draft may take to render its samples."""
_RENDERER = Renderer()
_FILTERS = frozenset(
    {"map", "join", "length", "count", "upper", "lower", "capitalize", "title", "trim", "replace"}
    | {"first", "last", "default", "d", "sort", "unique", "list", "int", "string", "abs", "min"}
    | {"max", "select", "reject", "reverse"}
)
_REFUSED = (
    nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block, nodes.Macro,
    nodes.CallBlock, nodes.Pow, nodes.Call, nodes.FilterBlock, nodes.NSRef, nodes.With,
)  # fmt: skip
_DEEPEST = 2
"""Loops inside loops."""
_MAPPED = frozenset({"upper", "lower", "trim", "capitalize", "length", "string", "int"})
SAMPLES: tuple[Mapping[str, object], ...] = (
    {
        "values": [
            {"mark": "[P1]", "text": "Greek yogurt, vanilla"},
            {"mark": "[H1.count]", "text": "23 times"},
            {"mark": "[H1.every]", "text": "9 days"},
        ],
        "hints": ["you bought it [H1.count], every [H1.every]", "down from [P1.was] to [P1.price]"],
        "opens": ["product", "this", "you"],
    },
    {
        "values": [{"mark": "[P1]", "text": "Bread"}],
        "hints": ["costs [P1.price]"],
        "opens": ["product", "this", "detail"],
    },
)


@dataclass(frozen=True, slots=True)
class Message:
    """A part of the chat as the model reads it."""

    role: str
    content: str


def draft(source: str, name: str = "explain/draft") -> PromptTemplate:
    """Return a draft as a prompt that serves, once it has passed the check.

    Raises
    ------
    BadPrompt
        Names the line and what is wrong with it.
    """
    check(source)
    return PromptTemplate(name, source, Path(f"{name.replace('/', '_')}.jinja"))


def fingerprint(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()[:16]


def check(source: str) -> None:
    """Refuse what does not parse, does not surely end, or reaches for more than is given."""
    if len(source) > LONGEST:
        raise _bad(f"it has {len(source):,} characters, {LONGEST:,} are allowed", 1)
    try:
        tree = SandboxedEnvironment().parse(source)
    except TemplateSyntaxError as error:
        raise _bad(str(error.message), error.lineno) from error
    except RecursionError:
        raise _bad("it is nested too deeply", 1) from None
    numbers = _numbers(tree)
    for node, depth in _walk(tree):
        if why := _wrong(node, depth, numbers):
            raise _bad(why, getattr(node, "lineno", 1))


def preview(source: str, samples: Sequence[Mapping[str, object]] = SAMPLES) -> list[list[Message]]:
    """Render a draft with each sample, in a process of its own.

    Raises
    ------
    BadPrompt
        The check, the rendering or the limits refuse it.
    """
    check(source)
    try:
        told = _RENDERER.ask({"source": source, "samples": list(samples)}, SECONDS)
    except Ended as error:
        if error.hung:
            raise _bad(f"it did not end within {SECONDS:g} seconds", 1) from None
        raise _bad("it needed more memory than a prompt may", 1) from None
    if "wrong" in told:
        raise BadPrompt(told["wrong"], told["remedy"])
    return [[Message(**part) for part in parts] for parts in told["rendered"]]


def _walk(node: nodes.Node, depth: int = 0) -> Iterator[tuple[nodes.Node, int]]:
    """Every node with the number of loops around it."""
    yield node, depth
    inside = depth + isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _walk(child, inside)


def _wrong(node: nodes.Node, depth: int, numbers: frozenset[str]) -> str:
    match node:
        case nodes.For() if depth >= _DEEPEST or node.recursive:
            return f"loops may stand {_DEEPEST} deep, and none may call itself"
        case nodes.Getattr(attr=name) if name not in FIELDS and not _of_loop(node):
            return f"there is no .{name} here; values have .mark and .text"
        case nodes.Getitem(arg=nodes.Const(value=str(name))) if name not in FIELDS:
            return f"there is no [{name!r}] here; values have .mark and .text"
        case nodes.Filter(name=name) if name not in _FILTERS:
            return f"there is no filter {name!r} here"
        case nodes.Filter(name="map", args=[first, *_]) if not _is(first, _MAPPED):
            return "map takes attribute=… or the name of a plain filter"
        case nodes.Filter(kwargs=kwargs) if any(
            pair.key == "attribute" and not _is(pair.value, FIELDS) for pair in kwargs
        ):
            return "attribute can be 'mark' or 'text'"
        case nodes.Mul() | nodes.Mod() if not _counts(node, numbers):
            return "only numbers can be multiplied or divided with a rest"
        case nodes.Const(value=int(number)) if abs(number) > 1_000_000:
            return "that number is too large"
        case _ if isinstance(node, _REFUSED):
            return f"{type(node).__name__.lower()} can't be used here"
    return ""


def _of_loop(node: nodes.Getattr) -> bool:
    """``loop.index``, ``loop.first`` and ``loop.last`` are harmless."""
    name = node.node.name if isinstance(node.node, nodes.Name) else ""
    return name == "loop" and node.attr in ("index", "index0", "first", "last", "length")


def _is(node: nodes.Node, allowed: frozenset[str]) -> bool:
    return isinstance(node, nodes.Const) and node.value in allowed


def _numbers(tree: nodes.Template) -> frozenset[str]:
    """Names that are only ever set to numbers."""
    found: set[str] = set()
    other: set[str] = set()
    for assign in tree.find_all(nodes.Assign):
        if isinstance(assign.target, nodes.Name):
            sort = found if _counts(assign.node, frozenset(found)) else other
            sort.add(assign.target.name)
    bound = [loop.target for loop in tree.find_all(nodes.For)]
    bound += [block.target for block in tree.find_all(nodes.AssignBlock)]
    for target in bound:
        names = (node for node, _ in _walk(target) if isinstance(node, nodes.Name))
        other |= {name.name for name in names}
    return frozenset(found - other - set(VARIABLES))


def _counts(node: nodes.Node, numbers: frozenset[str]) -> bool:
    """Whether an expression is surely a number."""
    match node:
        case nodes.Const(value=int() | float()):
            return True
        case nodes.Filter(name="length" | "count" | "int"):
            return True
        case nodes.Name(name=name):
            return name in numbers
        case nodes.BinExpr(left=left, right=right):
            return _counts(left, numbers) and _counts(right, numbers)
    return False


def _bad(why: str, line: int) -> BadPrompt:
    return BadPrompt(f"The draft does not render: line {line}: {why}.", "Correct that line.")
