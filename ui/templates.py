"""Markup from ``assets/*.html``: every value is escaped, a missing one is an error."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from ui.language import ENGLISH, Language

ASSETS = Path(__file__).parent / "assets"


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=FileSystemLoader(ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(f"{name}.html")


def render(name: str, values: Mapping[str, Any], words: Language = ENGLISH) -> str:
    """The template ``assets/<name>.html`` with these values; ``t`` are the words of the page.

    The result goes into a ``gr.HTML`` whose own template is ``${value}``: Gradio compiles that
    template as JavaScript, and only the template, so ``${…}`` in a title stays text. (With
    ``{{value}}`` it would run.)
    """
    return _template(name).render(values, t=words)
