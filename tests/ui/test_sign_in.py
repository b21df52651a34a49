"""The sign-in of the shopper's page: who comes in, as whom, and that nobody else learns a thing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index.errors import BadData
from tests.eval.small_assistant import small_shop
from tests.ui.lab_parts import open_small
from tests.ui.whole_site import WholeSite, routes
from ui.api import secrets
from ui.api.clients import Scope
from ui.cli import _join, app
from ui.counter import Counter
from ui.gate import OURS, is_lab, is_open
from ui.logins import IDLE_S, LONGEST_S
from ui.loopback import listening
from ui.sign_in import COOKIE, LOGIN, LOGOUT, TRIES_PER_MINUTE, SignIn
from ui.trail import Deed, Trail


@pytest.fixture(autouse=True)
def _cheap_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_N", 2)
    monkeypatch.setattr("ui.api.clients.NOBODY", secrets.seal("nobody"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with WholeSite(tmp_path, signs_in=True) as found:
        yield found


def page_token(site: WholeSite, shopper: str | None = "s1", **more: float) -> str:
    return site.token(f"page {shopper} {more}", Scope.PAGE, shopper=shopper, **more)


def is_elsewhere(path: str) -> bool:
    """Whether a route has a door of its own, or is the sign-in itself."""
    return is_lab(path) or path in (LOGIN, LOGOUT) or OURS.fullmatch(path) is not None


def nobodies(site: WholeSite) -> dict[str, str]:
    """Tokens that open no page, by what is wrong with them."""
    right = page_token(site)
    gone, late = site.token("gone", Scope.PAGE, shopper="s1"), page_token(site, days=1e-9)
    site.clients.revoke("gone")
    return {
        "none": "", "garbled": "st_é", "another secret": right[:-2] + "xy", "revoked": gone,
        "expired": late, "of a program": site.token("till", Scope.ASK, Scope.EVENTS),
    }  # fmt: skip


def test_page_when_nobody_is_signed_in_then_every_route_of_it_is_told_the_same(
    site: WholeSite,
) -> None:
    shop = [(m, p) for m, p in sorted(routes(site.app)) if not is_elsewhere(p)]
    assert len(shop) > 40
    strangers = {"nobody": {}, "a wrong cookie": {"cookie": f"{COOKIE}=wrong"}}
    told = set()
    for method, path in shop:
        for who, headers in strangers.items():
            answer = site.http.request(method, path, headers=headers)
            if (method, path) == ("GET", "/"):
                assert answer.headers["location"] == LOGIN, who
            else:
                assert answer.status_code == 401, (method, path, who)
                told.add(answer.text)
    assert len(told - {""}) == 1


def test_page_when_signed_in_then_what_it_asks_for_and_no_more(site: WholeSite) -> None:
    http = site.signed_in(page_token(site))
    for method, path in sorted(routes(site.app)):
        streams = "heartbeat" in path or "queue/data" in path
        if is_elsewhere(path) or streams:
            continue
        status = http.request(method, path.replace("{path:path}", "x")).status_code
        if is_open(method, path):
            assert status not in (401, 403), (method, path, status)
        elif "{" not in path:
            assert status == 404, (method, path, status)
    assert http.get("/lab/config").status_code == 401
    assert http.post("/v1/ask", json={"message": "milk"}).status_code == 401


def test_token_when_it_opens_the_page_then_no_route_of_the_api(site: WholeSite) -> None:
    headers = {"authorization": f"Bearer {page_token(site)}"}
    assert site.http.post("/v1/ask", json={"message": "milk"}, headers=headers).status_code == 403


def test_token_when_wrong_then_the_same_whatever_is_wrong(site: WholeSite) -> None:
    told = set()
    for why, token in nobodies(site).items():
        answer = site.http.post(LOGIN, data={"token": token})
        assert answer.status_code == 401, why
        assert "set-cookie" not in answer.headers
        told.add((answer.text, tuple(sorted(answer.headers.items()))))
    assert len(told) == 1


def test_token_when_guessed_then_even_the_right_one_waits(tmp_path: Path) -> None:
    now = 0.0
    with WholeSite(tmp_path) as site:
        sign_in = SignIn(site.clients, clock=lambda: now)
        token = page_token(site)
        for _ in range(TRIES_PER_MINUTE):
            assert sign_in.let_in({"token": "st_x_guess"}, "10.0.0.1") is None
        assert sign_in.let_in({"token": token}, "10.0.0.1") is None
        assert sign_in.let_in({"token": token}, "10.0.0.2")
        now += 60
        assert sign_in.let_in({"token": token}, "10.0.0.1")


def test_cookie_when_given_then_strict_and_for_this_site_alone(site: WholeSite) -> None:
    http = TestClient(site.app, base_url="https://shop.example", follow_redirects=False)
    cookie = http.post(LOGIN, data={"token": page_token(site)}).headers["set-cookie"].lower()
    for word in (COOKIE, "httponly", "samesite=strict", "secure", "path=/", "max-age=43200"):
        assert word in cookie
    assert "domain" not in cookie


@pytest.mark.parametrize("way", ["idle", "old", "revoked", "expired", "erased", "out"])
def test_login_when_it_ends_then_nothing_opens(tmp_path: Path, way: str) -> None:
    with WholeSite(tmp_path, signs_in=True) as site:
        now, today = [0.0], [1e9]
        site.sign_in.logins._clock = lambda: now[0]  # type: ignore[union-attr]
        site.clients._clock = lambda: today[0]
        http = site.signed_in(site.token("ann", Scope.PAGE, shopper="s1", days=1))
        assert http.get("/config").status_code == 200
        if way == "idle":
            now[0] += IDLE_S + 1
        elif way == "old":
            while now[0] < LONGEST_S:
                now[0] += IDLE_S / 2
                assert http.get("/theme.css").status_code == 200 or now[0] > LONGEST_S
            now[0] += 1
        elif way == "revoked":
            site.clients.revoke("ann")
        elif way == "expired":
            today[0] += 86_401
        elif way == "erased":
            site.desk.connection.execute("DELETE FROM clients WHERE shopper_id = 's1'")
        else:
            cookie = http.cookies[COOKIE]
            assert http.post(LOGOUT).headers["location"] == LOGIN
            http.cookies.set(COOKIE, cookie)
        assert http.get("/config").status_code == 401


def test_sign_out_when_another_site_asks_for_it_then_the_login_stands(site: WholeSite) -> None:
    http = site.signed_in(page_token(site))
    http.get(LOGOUT)
    http.post(LOGOUT, headers={"sec-fetch-site": "cross-site"})
    assert http.get("/config").status_code == 200
    sent = http.post(LOGIN, data={"token": "x"}, headers={"origin": "https://evil.example"})
    assert sent.status_code == 403


def test_trail_when_somebody_signs_in_then_it_stands_there_by_their_mark(site: WholeSite) -> None:
    site.http.post(LOGIN, data={"token": "st_no_body"})
    site.signed_in(page_token(site)).post(LOGOUT)
    told = [(one.who, one.did) for one in Trail(site.desk).entries()][::-1]
    assert told == [("", Deed.TURNED_AWAY), ("s1", Deed.LET_IN), ("s1", Deed.LEFT)]


def test_token_when_it_would_open_anybodys_page_then_there_is_none(site: WholeSite) -> None:
    with pytest.raises(BadData, match="one shopper's"):
        site.token("anybody", Scope.PAGE)


class Browser:
    """Sends the events of the page as a browser does, and may say in them whatever it likes."""

    def __init__(self, address: str, token: str = "") -> None:
        self.http = httpx.Client(base_url=address, timeout=30)
        if token:
            assert self.http.post(LOGIN, data={"token": token}).status_code == 303
        self.config = self.http.get("/config").json()

    def send(self, name: str, *data: Any) -> str:
        """Send the first event of this name; returns all that came back as text."""
        number = next(
            one["id"] for one in self.config["dependencies"] if one["api_name"].startswith(name)
        )
        body = {"data": data, "fn_index": number, "session_hash": "here"}
        joined = self.http.post("/gradio_api/queue/join", json=body)
        assert joined.status_code == 200, joined.text
        with self.http.stream("GET", "/gradio_api/queue/data?session_hash=here") as stream:
            lines = [line for line in stream.iter_lines() if line.startswith("data:")]
        return json.dumps([json.loads(line[5:]) for line in lines])


def kept_of(answer: str) -> dict[str, str]:
    """What a page told its browser to keep."""
    found = re.findall(r'"key": "([^"]+)", "kept": "([^"]*)"', answer)[-1]
    return dict(zip(("key", "kept"), found, strict=True))


def test_shopper_when_the_page_is_told_another_id_then_who_signed_in_is_served(
    site: WholeSite,
) -> None:
    with listening(site.app) as address:
        ann = Browser(address, page_token(site, "s1"))
        answer = ann.send("begin", "", "s2", "en")
        assert '"s1"' in answer
        assert '"s2"' not in answer


def test_conversation_when_another_has_its_keys_then_they_begin_their_own(
    site: WholeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(site.app) as address:
        ann, bob = (Browser(address, page_token(site, id_)) for id_ in ("s1", "s2"))
        ann.send("begin", "", "s1", "en")
        keys = kept_of(ann.send("ask", "milk", "", "s1", "en"))
        assert all(keys.values())
        for mine in (keys, {"kept": keys["kept"]}):
            answer = bob.send("back", mine, "s1")
            assert '"s2"' in answer
            assert "milk" not in answer
        assert "milk" in ann.send("back", keys, "s1")
        monkeypatch.setattr(Counter, "is_of", lambda *_: True)  # the control
        assert "milk" in bob.send("back", keys, "s1")


def test_control_when_there_is_no_sign_in_then_the_page_is_whoever_it_says(tmp_path: Path) -> None:
    with WholeSite(tmp_path) as site, listening(site.app) as address:
        assert '"s2"' in Browser(address).send("begin", "", "s2", "en")


@pytest.mark.parametrize(
    ("options", "asks"),
    [
        ((), False),
        (("--name", "shop.example"), True),
        (("--sign-in",), True),
        (("--name", "shop.example", "--no-sign-in"), False),
    ],
)
def test_serve_when_it_is_reached_by_a_name_then_it_asks_who_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], asks: bool
) -> None:
    shop, told = small_shop(tmp_path), list[int]()
    monkeypatch.setenv("SHELFTALK_HOME", str(shop.home))
    monkeypatch.setenv("SHELFTALK_INDEX__CATALOGUE", shop.catalogue)
    monkeypatch.setattr("assistant.wiring.open_assistant", lambda _: open_small(shop))

    def run(server: uvicorn.Server, sockets: object) -> None:
        http = TestClient(server.config.app, base_url="http://127.0.0.1", follow_redirects=False)  # type: ignore[arg-type]
        told.append(http.get("/").status_code)

    monkeypatch.setattr(uvicorn.Server, "run", run)
    _join()
    done = CliRunner().invoke(app, ["serve", "--port", "0", *options], catch_exceptions=False)
    assert (done.exit_code, told) == (0, [303 if asks else 200])
