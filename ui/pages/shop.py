"""The shopper's page: components and wiring only; what they show is made in ``ui.events``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from typing import Any

import gradio as gr
from fastapi.concurrency import run_in_threadpool

from ui.acts import TURNS, read
from ui.api.line import Line
from ui.counter import Counter
from ui.language import NAMES, language, preferred
from ui.screen import GUEST, Screen
from ui.sign_in import LOGIN, LOGOUT
from ui.templates import render
from ui.waiting import in_line
from ui.welcome import EXAMPLES

Updates = tuple[Any, ...]
STORED = "shelftalk"
"""Name of what the browser keeps; it hides nothing from the shopper, whose browser it is."""
SIGN_OUT = f"""async () => {{
  localStorage.removeItem("{STORED}");
  await fetch("{LOGOUT}", {{ method: "POST" }});
  location.assign("{LOGIN}");
}}"""


def shop_page(
    counter: Counter,
    people: list[tuple[str, str]],
    line: Line | None = None,
    signed_in: bool = False,
) -> gr.Blocks:
    """Build the page over a counter, with ``(label, id)`` lines for the shopper picker.

    Turns wait in ``line``, by default one of the page's own. ``signed_in`` says that every
    request comes with who signed in: they shop as themselves, and there is no picker.
    """
    line = line or Line()
    ours = {"apply_default_css": False, "js_on_load": None}
    with gr.Blocks(title="Shelftalk", analytics_enabled=False, fill_width=True) as page:
        key, sign = gr.State(""), counter.door_sign()
        tongue, words = gr.State(sign.language), language(sign.language)
        # In the shopper's own browser: a reload and a restart go on with the conversation.
        mine = gr.BrowserState({}, storage_key=STORED, secret=STORED)
        with gr.Row(elem_id="head"):
            gr.HTML(render("brand", {"names": NAMES}), elem_id="brand", **ours)
            who = gr.Dropdown(
                [(words("page.guest"), GUEST), *people],
                value=GUEST,
                label=words("page.who"),
                elem_id="who",
                filterable=True,
                allow_custom_value=True,
                visible=not signed_in,
            )
            leave = gr.Button(words("page.leave"), elem_id="leave", size="sm", visible=signed_in)
        with gr.Row(elem_id="shop"):
            with gr.Column(elem_id="talk"):
                talk = gr.HTML(sign.talk, elem_id="talk-html", **ours)
                with gr.Row(elem_id="examples", visible=False) as row:
                    tries = [gr.Button("", size="sm") for _ in range(EXAMPLES)]
                with gr.Row(elem_id="ask"):
                    box = gr.Textbox(
                        show_label=False,
                        label=words("page.message"),
                        placeholder=words("page.placeholder"),
                        elem_id="box",
                        max_lines=1,
                        container=False,
                        autofocus=True,
                    )
                    send = gr.Button(words("page.send"), variant="primary", elem_id="send")
                    stop = gr.Button(
                        words("page.stop"), variant="stop", elem_id="stop", visible=False
                    )
            with gr.Column(elem_id="shelf"):
                dial = gr.Slider(
                    0,
                    1,
                    value=sign.dial,
                    step=0.1,
                    label=words("page.dial"),
                    elem_id="dial",
                    buttons=[],
                )
                shelf = gr.HTML(sign.shelf, elem_id="shelf-html", **ours)
        # Buttons inside our markup write what was tapped here; see assets/shop.js.
        unseen = {"show_label": False, "container": False, "elem_classes": "unseen"}
        tapped = gr.Textbox(label="Tapped", elem_id="act", **unseen)
        looked = gr.Textbox(label="Looked at", elem_id="seen", **unseen)

        shown = [key, tongue, talk, shelf, row, send, stop, box, who, leave, dial, mine, *tries]
        quiet = {"show_progress": "hidden", "api_visibility": "private"}
        whose = _signed(counter) if signed_in else _picked
        begin, ask, act = _wired(counter, people, line, whose)
        turns = {**quiet, "concurrency_limit": None}  # the line has the limit

        def back(mine: Any, person: str | None, request: gr.Request) -> Updates:
            known = mine if isinstance(mine, dict) else {}
            tongue = known.get("language") or preferred(request.headers.get("accept-language", ""))
            key, person = whose(request, str(known.get("key", "")), person)
            only = person if signed_in else None
            found = counter.back(key, str(known.get("kept", "")), str(tongue), only)
            if found:
                return _updates(found, people, box="")
            return begin("", person, str(tongue), request)

        page.load(back, [mine, who], shown, **quiet)
        who.input(begin, [key, who, tongue], shown, **quiet)
        gr.on([box.submit, send.click], ask, [box, key, who, tongue], shown, **turns)
        for one in tries:
            one.click(ask, [one, key, who, tongue], shown, **turns)
        tapped.change(act, [tapped, key, who, tongue], shown, **turns)

        async def turned(
            value: float, key: str, person: str | None, tongue: str, request: gr.Request
        ) -> AsyncIterator[Updates]:
            async for updates in act(f"dial {value}", key, person, tongue, request):
                yield updates

        def dwelt(looked: str, key: str, request: gr.Request) -> None:
            counter.dwelt(looked, whose(request, key, None)[0])

        def halt(key: str, request: gr.Request) -> None:
            counter.stop(whose(request, key, None)[0])

        dial.release(turned, [dial, key, who, tongue], shown, **turns)
        looked.change(dwelt, [looked, key], None, **quiet)
        stop.click(halt, key, None, **turns)  # nobody waits to stop
        leave.click(None, None, None, js=SIGN_OUT)
    return page


Answering = Callable[..., AsyncIterator[Updates]]
People = list[tuple[str, str]]
Whose = Callable[[gr.Request, str, str | None], tuple[str, str | None]]
"""From a request, a conversation's key and the picker: the key, if theirs, and who it is."""


def _picked(_: gr.Request, key: str, person: str | None) -> tuple[str, str | None]:
    return key, person


def _signed(counter: Counter) -> Whose:
    def whose(request: gr.Request, key: str, _: str | None) -> tuple[str, str | None]:
        person: str = request.username
        return key if counter.is_of(person, key) else "", person

    return whose


def _wired(
    counter: Counter, people: People, line: Line, whose: Whose
) -> tuple[Callable[..., Updates], Answering, Answering]:
    def begin(key: str, person: str | None, tongue: str, request: gr.Request) -> Updates:
        key, person = whose(request, key, person)
        return _updates(counter.begin(key, person, tongue), people, box="")

    async def ask(
        message: str, key: str, person: str | None, tongue: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        said, first = message or "", True
        key, person = whose(request, key, person)
        turn = partial(counter.ask, said, key, person, tongue)
        async for screen in in_line(line, counter, key, said, turn):
            yield _updates(screen, box="" if first and screen.taken else gr.skip())
            first = False

    async def act(
        tapped: str, key: str, person: str | None, tongue: str, request: gr.Request
    ) -> AsyncIterator[Updates]:
        key, person = whose(request, key, person)
        turn = partial(counter.act, tapped or "", key, person, tongue)
        async for screen in _acted(tapped or "", key, turn):
            moved = (screen.key, screen.language) != (key, tongue)
            yield _updates(screen, people if moved else None, box=gr.skip())

    async def _acted(
        tapped: str, key: str, turn: Callable[[], Iterator[Screen]]
    ) -> AsyncIterator[Screen]:
        said = read(tapped)
        if said and said.verb in TURNS:
            async for screen in in_line(line, counter, key, "", turn):
                yield screen
            return
        for screen in await run_in_threadpool(lambda: list(turn())):
            yield screen

    return begin, ask, act


def _updates(screen: Screen, people: People | None = None, *, box: Any) -> Updates:
    """A screen as values of ``shown``, in its order.

    With ``people``, the lines of the picker, what stands around the conversation is set too:
    who shops, the dial, and the words on the page's own parts.
    """
    tries = [gr.Button(one) for one in screen.examples] or [gr.skip()] * EXAMPLES
    send: dict[str, Any] = {"visible": not screen.busy}
    stop: dict[str, Any] = {"visible": screen.busy}
    written: dict[str, Any] = {} if isinstance(box, dict) else {"value": box}
    who, leave, dial = gr.skip(), gr.skip(), gr.skip()
    if people is not None:
        words = language(screen.language)
        choices = [(words("page.guest"), GUEST), *people]
        who = gr.Dropdown(choices, value=screen.person, label=words("page.who"))
        leave = gr.Button(words("page.leave"))
        dial = gr.Slider(value=screen.dial, label=words("page.dial"))
        send["value"], stop["value"] = words("page.send"), words("page.stop")
        written |= {"label": words("page.message"), "placeholder": words("page.placeholder")}
    return (
        screen.key,
        screen.language,
        screen.talk,
        screen.shelf,
        gr.Row(visible=bool(screen.examples)),
        gr.Button(**send),
        gr.Button(**stop),
        gr.Textbox(**written) if written else gr.skip(),
        who,
        leave,
        dial,
        gr.skip() if screen.busy else _kept(screen),
        *tries,
    )


def _kept(screen: Screen) -> dict[str, str]:
    """What the browser keeps."""
    return {"key": screen.key, "kept": screen.kept, "language": screen.language}
