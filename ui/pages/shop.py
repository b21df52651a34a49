"""The shopper's page: components and wiring only; what they show is made in ``ui.events``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import gradio as gr

from ui.counter import GUEST, Counter, Screen
from ui.welcome import EXAMPLES

Updates = tuple[Any, ...]
STORED = "shelftalk"
"""Name of what the browser keeps; it hides nothing from the shopper, whose browser it is."""


def shop_page(counter: Counter, people: list[tuple[str, str]]) -> gr.Blocks:
    """Build the page over a counter, with ``(label, id)`` lines for the shopper picker."""
    ours = {"apply_default_css": False, "js_on_load": None}
    with gr.Blocks(title="Shelftalk", analytics_enabled=False, fill_width=True) as page:
        key, sign = gr.State(""), counter.door_sign()
        # In the shopper's own browser: a reload and a restart go on with the conversation.
        mine = gr.BrowserState({}, storage_key=STORED, secret=STORED)
        with gr.Row(elem_id="head"):
            gr.HTML("<h1>Shelftalk</h1>", elem_id="brand", **ours)
            who = gr.Dropdown(
                [("Guest", GUEST), *people],
                value=GUEST,
                label="Shopping as (pick one, or type a number)",
                elem_id="who",
                filterable=True,
                allow_custom_value=True,
            )
        with gr.Row(elem_id="shop"):
            with gr.Column(elem_id="talk"):
                talk = gr.HTML(sign.talk, elem_id="talk-html", **ours)
                with gr.Row(elem_id="examples", visible=False) as row:
                    tries = [gr.Button("", size="sm") for _ in range(EXAMPLES)]
                with gr.Row(elem_id="ask"):
                    box = gr.Textbox(
                        show_label=False,
                        label="Your message",
                        placeholder="Ask for something …",
                        elem_id="box",
                        max_lines=1,
                        container=False,
                        autofocus=True,
                    )
                    send = gr.Button("Send", variant="primary", elem_id="send")
                    stop = gr.Button("Stop", variant="stop", elem_id="stop", visible=False)
            with gr.Column(elem_id="shelf"):
                dial = gr.Slider(
                    0,
                    1,
                    value=sign.dial,
                    step=0.1,
                    label="How personal (0: the same for everyone)",
                    elem_id="dial",
                    buttons=[],
                )
                shelf = gr.HTML(sign.shelf, elem_id="shelf-html", **ours)
        # Buttons inside our markup write what was tapped here; see assets/shop.js.
        tapped = gr.Textbox(show_label=False, label="Tapped", elem_id="act", container=False)

        shown = [key, talk, shelf, row, send, stop, box, who, dial, mine, *tries]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        begin, ask, act = _wired(counter)

        def back(mine: Any, person: str | None) -> Updates:
            known = mine if isinstance(mine, dict) else {}
            found = counter.back(str(known.get("key", "")), str(known.get("kept", "")))
            return _updates(found, box="", move=True) if found else begin("", person)

        page.load(back, [mine, who], shown, **quiet)
        who.input(begin, [key, who], shown, **quiet)
        gr.on([box.submit, send.click], ask, [box, key, who], shown, **quiet)
        for one in tries:
            one.click(ask, [one, key, who], shown, **quiet)
        tapped.change(act, [tapped, key, who], shown, **quiet)
        dial.release(
            lambda value, key, who: (yield from act(f"dial {value}", key, who)),
            [dial, key, who],
            shown,
            **quiet,
        )
        stop.click(counter.stop, key, None, queue=False, **quiet)
    return page


Answering = Callable[..., Iterator[Updates]]


def _wired(counter: Counter) -> tuple[Callable[..., Updates], Answering, Answering]:
    def begin(key: str, person: str | None) -> Updates:
        return _updates(counter.begin(key, person), box="", move=True)

    def ask(message: str, key: str, person: str | None) -> Iterator[Updates]:
        for number, screen in enumerate(counter.ask(message or "", key, person)):
            first = number == 0 and screen.taken
            yield _updates(screen, box="" if first else gr.skip())

    def act(line: str, key: str, person: str | None) -> Iterator[Updates]:
        for screen in counter.act(line or "", key, person):
            yield _updates(screen, box=gr.skip(), move=screen.key != key)

    return begin, ask, act


def _updates(screen: Screen, box: Any, move: bool = False) -> Updates:
    """A screen as values of ``shown``, in its order."""
    words = [gr.Button(one) for one in screen.examples] or [gr.skip()] * EXAMPLES
    return (
        screen.key,
        screen.talk,
        screen.shelf,
        gr.Row(visible=bool(screen.examples)),
        gr.Button(visible=not screen.busy),
        gr.Button(visible=screen.busy),
        box,
        screen.person if move else gr.skip(),
        screen.dial if move else gr.skip(),
        gr.skip() if screen.busy else {"key": screen.key, "kept": screen.kept},
        *words,
    )
