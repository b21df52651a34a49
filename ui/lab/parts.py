"""Small parts of the page that every tab uses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import gradio as gr

from ui.boundary import Trouble, attempt
from ui.lab.room import wrong

T = TypeVar("T")
QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
BUSY: dict[str, Any] = {"show_progress": "minimal", "api_visibility": "private"}


def markup(elem_id: str, value: str = "") -> gr.HTML:
    """A place for our own markup; Gradio adds neither style nor script."""
    return gr.HTML(value, elem_id=elem_id, apply_default_css=False, js_on_load=None)


def guarded_by(call: Callable[[], T], instead: Callable[[str], Any]) -> T | Any:
    """What ``call`` returns; after a failure ``instead`` of its words as markup."""
    found = attempt(call)
    return instead(wrong(found)) if isinstance(found, Trouble) else found


def who(request: gr.Request) -> str:
    """The person who is logged in."""
    return request.username or "somebody"
