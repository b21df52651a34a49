"""The page itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.page.content import Section, section
from eval.runs import RunFolder

_HERE = Path(__file__).parent


def page(folders: Sequence[RunFolder]) -> str:
    """Return one HTML file with a section a run; the same runs give the same bytes."""
    environment = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = lambda value: f"{value:.4g}"
    sections = [section(folder) for folder in folders]
    return environment.get_template("page.html.jinja").render(
        sections=sections, pictures=[_picture(s) for s in sections]
    )


def _picture(found: Section) -> Markup:
    """The one thing that is not escaped: a picture that this program drew."""
    return Markup(found.picture)


def write_page(folders: Sequence[RunFolder], path: Path) -> None:
    """Write the page aside and put it in place."""
    aside = path.with_name(path.name + ".part")
    aside.write_text(page(folders), encoding="utf-8")
    aside.replace(path)
