"""The lab's login: who comes in, how a login ends, what is seen from outside."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from index.database import Database
from index.errors import BadData
from ui.api import secrets
from ui.lab.doorman import COOKIE, TRIES_PER_MINUTE, Doorman, LabDoor
from ui.lab.people import People
from ui.logins import IDLE_S, LONGEST_S

PASSWORD = "a long password"
FORM = {"name": "ann", "password": PASSWORD}


class Site:
    def __init__(self, folder: Path) -> None:
        self.now = 0.0
        self.people = People(Database(folder / "desk.sqlite"))
        self.people.add("ann", PASSWORD)
        self.doorman = Doorman(self.people, lambda: self.now)

        def inside(request: Request) -> PlainTextResponse:
            return PlainTextResponse(f"hello {self.doorman.who(request)}")

        app = Starlette(routes=[Route("/lab/{rest:path}", inside), Route("/", inside)])
        self.http = TestClient(LabDoor(app, self.doorman), follow_redirects=False)

    def log_in(self, **form: str):  # type: ignore[no-untyped-def]
        return self.http.post("/lab/login", data=FORM | form)


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(secrets, "_N", 2)
    monkeypatch.setattr("ui.lab.people.NOBODY", secrets.seal("nobody"))
    return Site(tmp_path)


@pytest.mark.parametrize("path", ["/lab/gradio_api/queue/join", "/lab/assets/x.js", "/lab/../lab/"])
def test_everything_under_lab_when_nobody_is_logged_in_then_401(site: Site, path: str) -> None:
    assert site.http.post(path).status_code == 401
    assert site.http.get("/lab/config").status_code == 401


def test_the_page_when_nobody_is_logged_in_then_the_login_page(site: Site) -> None:
    answer = site.http.get("/lab/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/lab/login")
    assert "password" in site.http.get("/lab/login").text
    assert site.http.get("/").text == "hello None"


def test_login_when_right_then_a_strict_cookie_and_the_page(site: Site) -> None:
    answer = site.log_in()
    assert (answer.status_code, answer.headers["location"]) == (303, "/lab/")
    cookie = answer.headers["set-cookie"].lower()
    assert all(word in cookie for word in ("httponly", "samesite=strict", "path=/lab"))
    assert site.http.get("/lab/").text == "hello ann"


def test_cookie_when_served_over_https_then_secure(site: Site) -> None:
    http = TestClient(site.http.app, base_url="https://shop.example", follow_redirects=False)
    assert "secure" in http.post("/lab/login", data=FORM).headers["set-cookie"].lower()


def test_login_when_wrong_then_the_same_words_for_name_and_password(site: Site) -> None:
    answers = [site.log_in(name="eve"), site.log_in(password="another one"), site.log_in(name="")]
    assert [a.status_code for a in answers] == [401] * 3
    assert len({a.text for a in answers}) == 1
    assert COOKIE not in site.http.cookies


def test_login_when_guessed_then_even_the_right_one_waits(site: Site) -> None:
    for _ in range(TRIES_PER_MINUTE):
        site.log_in(password="guess guess")
    assert site.log_in().status_code == 401
    site.now += 60
    assert site.log_in().status_code == 303


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_login_when_sent_from_another_site_then_refused(
    site: Site, headers: dict[str, str]
) -> None:
    answer = site.http.post("/lab/login", data=FORM, headers=headers)
    assert answer.status_code == 403
    assert COOKIE not in site.http.cookies


def test_login_when_the_form_is_huge_then_refused_unread(site: Site) -> None:
    assert site.log_in(name="x" * 10_000).status_code == 413


@pytest.mark.parametrize("way", ["idle", "old", "removed", "new password", "out"])
def test_login_when_it_ends_then_nothing_opens(site: Site, way: str) -> None:
    site.log_in()
    if way == "idle":
        site.now += IDLE_S + 1
    elif way == "old":
        while site.now < LONGEST_S:
            site.now += IDLE_S / 2
            site.http.get("/lab/")
        site.now += 1
    elif way == "removed":
        site.people.remove("ann")
    elif way == "new password":
        site.people.add("ann", "another long one")
    else:
        cookie = site.http.cookies[COOKIE]
        site.http.post("/lab/logout")
        site.http.cookies.set(COOKIE, cookie, path="/lab")
    assert site.http.get("/lab/config").status_code == 401


def test_people_when_the_password_is_short_then_told(site: Site) -> None:
    with pytest.raises(BadData, match="at least 10"):
        site.people.add("bob", "short")
    assert site.people.all() == ["ann"]


def test_logout_when_another_site_asks_for_it_then_the_login_stands(site: Site) -> None:
    site.log_in()
    site.http.get("/lab/logout")
    site.http.post("/lab/logout", headers={"sec-fetch-site": "cross-site"})
    assert site.http.get("/lab/").text == "hello ann"
