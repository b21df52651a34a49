"""Every route of the whole application in every role: who may do what, and who learns nothing.

The routes are read from the application. One that is new and has no row here fails, and one
that Gradio brings and our pages do not ask for is not there, for anybody.
"""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from tests.ui.api_parts import ANYBODYS
from tests.ui.fake_assistant import FakeAssistant
from tests.ui.whole_site import FORM, WholeSite, routes
from ui.api import secrets
from ui.api.clients import Scope
from ui.app import HEADERS, HTTPS, build_app
from ui.gate import PageGate, is_open
from ui.lab.doorman import COOKIE, LOGIN, LOGOUT

LINE = {"shopper_id": "s1", "product_id": "oat", "at": "2017-12-31T10:00:00", "quantity": 2}
OPEN, LAB = "anybody", "who is logged in at the lab"
ROWS: dict[tuple[str, str], tuple[str, dict[str, object] | None]] = {
    ("GET", "/healthz"): (OPEN, None),
    ("GET", "/metrics"): (Scope.METRICS, None),
    ("POST", "/v1/ask"): (Scope.ASK, {"message": "milk"}),
    ("POST", "/v1/recommend"): (Scope.RECOMMEND, {"request": "milk"}),
    ("POST", "/v1/feedback"): (Scope.FEEDBACK, {"session": "none", "kind": "up"}),
    ("POST", "/v1/events"): (Scope.EVENTS, {"events": [LINE]}),
    ("GET", "/v1/products"): (Scope.PRODUCTS, None),
    ("GET", "/v1/products/{product_id}"): (Scope.PRODUCTS, None),
    ("GET", "/v1/openapi.json"): (OPEN, None),
    ("HEAD", "/v1/openapi.json"): (OPEN, None),
}
"""Our own routes, with whom they open for and a body. The lab's login is before all routes."""
PAGE = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/config/"), ("GET", "/theme.css"),
    ("GET", "/favicon.ico"), ("GET", "/robots.txt"), ("GET", "/manifest.json"),
    ("GET", "/pwa_icon"), ("GET", "/static/{path:path}"), ("GET", "/assets/{path:path}"),
    ("GET", "/svelte/{path:path}"), ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"), ("GET", "/gradio_api/startup-events"),
    ("POST", "/gradio_api/queue/join"),
}  # fmt: skip
"""What Gradio serves to our pages: the shop's to anybody, the lab's to who is logged in."""
LAB_ALSO = {
    ("POST", "/gradio_api/upload"), ("GET", "/gradio_api/upload_progress"),
    ("GET", "/gradio_api/file={path_or_url:path}"), ("HEAD", "/gradio_api/file={path_or_url:path}"),
}  # fmt: skip
NOBODIES = ("nothing", "wrong", "garbled", "revoked", "expired", "another prefix")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    patch = pytest.MonkeyPatch()
    patch.setattr(secrets, "_N", 2)
    patch.setattr("ui.api.clients.NOBODY", secrets.seal("nobody"))
    patch.setattr("ui.lab.people.NOBODY", secrets.seal("nobody"))
    patch.setattr("ui.api.guard.WRONG_PER_MINUTE", 100_000)
    patch.setattr("ui.lab.doorman.TRIES_PER_MINUTE", 100_000)
    with WholeSite(tmp_path_factory.mktemp("site")) as found:
        yield found
    patch.undo()


@pytest.fixture(scope="module")
def roles(site: WholeSite) -> dict[str, dict[str, str]]:
    """Headers by role: nobodies, a batch client of each scope, a shopper's own program."""
    tokens = {scope.value: site.token(scope.value, scope) for scope in ANYBODYS}
    tokens["page"] = site.token("page", Scope.PAGE, shopper="s1")
    own = (Scope.ASK, Scope.RECOMMEND, Scope.FEEDBACK, Scope.PRODUCTS)
    tokens["shopper"] = site.token("their phone", *own, shopper="s1")
    gone, right = site.token("gone", *ANYBODYS), tokens["ask"]
    site.clients.revoke("gone")
    late = site.token("late", *ANYBODYS, days=1e-9)
    time.sleep(0.01)
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    tokens |= dict(zip(NOBODIES, ("", wrong, "st_é", gone, late, "x" + right), strict=True))
    return {
        role: {"authorization": f"Bearer {token}".encode()} if token else {}  # type: ignore[misc]
        for role, token in tokens.items()
    }


def opens(role: str, who: str) -> bool:
    own = {Scope.ASK, Scope.RECOMMEND, Scope.FEEDBACK, Scope.PRODUCTS}
    return who == OPEN or role == who or (role == "shopper" and who in own)


def filled(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "oat", path.replace("{api_name}", "predict"))


def ask(http: TestClient, method: str, path: str, headers, body=None):  # type: ignore[no-untyped-def]
    return http.request(method, filled(path), json=body, headers=headers)


def test_routes_when_read_from_the_application_then_each_has_a_row(site: WholeSite) -> None:
    under = {"/lab": PAGE | LAB_ALSO, "": PAGE}
    for method, path in sorted(routes(site.app)):
        if (method, path) in ROWS:
            continue
        prefix = "/lab" if path.startswith("/lab/") or path == "/lab" else ""
        if path in (LOGIN, LOGOUT):
            continue  # answered before any route, by the lab's door
        known = (method, path.removeprefix(prefix)) in under[prefix]
        assert is_open(method, filled(path)) == known, (method, path)
    for row in ROWS:
        assert row in routes(site.app), f"{row} is no route any more"


@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_our_route_when_tried_in_every_role_then_only_its_own_open_it(
    site: WholeSite, roles: dict[str, dict[str, str]], row: tuple[str, str]
) -> None:
    who, body = ROWS[row]
    for role, headers in roles.items():
        status = ask(site.http, *row, headers, body).status_code
        if opens(role, who):
            assert status not in (401, 403, 405), (role, status)
        else:
            assert status == (401 if role in NOBODIES else 403), (role, status)
    as_merchandiser = ask(site.logged_in(), *row, {}, body).status_code
    assert as_merchandiser == (200 if who == OPEN else 401)


def test_the_page_when_asked_by_anybody_then_only_what_it_needs_is_there(
    site: WholeSite, roles: dict[str, dict[str, str]]
) -> None:
    for method, path in sorted(routes(site.app)):
        if (method, path) in ROWS or path.startswith("/lab"):
            continue
        if (method, path) in PAGE:
            if "heartbeat" not in path and "queue/data" not in path:  # streams without an end
                assert ask(site.http, method, path, {}).status_code not in (401, 403), path
            continue
        for role in ("nothing", "ask", "metrics", "shopper"):
            answer = ask(site.http, method, path, roles[role])
            assert answer.status_code == 404, (method, path, role)
            assert method == "HEAD" or answer.json()["error"]["what"] == "There is no such page."


def test_the_lab_when_nobody_is_logged_in_then_everything_under_it_is_told_the_same(
    site: WholeSite, roles: dict[str, dict[str, str]]
) -> None:
    under = [(m, p) for m, p in sorted(routes(site.app)) if p.startswith("/lab/")]
    under = [(m, p) for m, p in under if p not in (LOGIN, LOGOUT)]
    assert len(under) > 40
    for method, path in under:
        for role in ("nothing", "wrong", "ask", "metrics", "shopper"):
            answer = ask(site.http, method, path, roles[role])
            if path == "/lab/" and method == "GET":
                assert answer.headers["location"] == "/lab/login"
            else:
                assert answer.status_code == 401, (method, path, role)


def test_the_lab_when_logged_in_then_what_its_page_asks_for_and_no_more(site: WholeSite) -> None:
    http = site.logged_in()
    for method, path in sorted(routes(site.app)):
        rest = path.removeprefix("/lab")
        streams = "heartbeat" in path or "queue/data" in path
        if not path.startswith("/lab/") or streams or path in (LOGIN, LOGOUT):
            continue
        status = ask(http, method, path, {}).status_code
        if (method, rest) not in PAGE | LAB_ALSO:
            assert status == 404, (method, path, status)
        elif rest in ("/", "/config", "/theme.css"):
            assert status == 200, (method, path, status)


def test_event_when_it_is_asked_past_the_line_then_refused(site: WholeSite) -> None:
    config = site.http.get("/config").json()
    waits = [one["id"] for one in config["dependencies"] if one["queue"] is not False]
    assert len(waits) > 3
    for number in waits:
        body = {"data": [], "fn_index": number, "session_hash": "x"}
        answer = site.http.post("/gradio_api/run/predict", json=body)
        assert answer.status_code == 404, (number, answer.text)
    assert not is_open("POST", "/gradio_api/run/begin")
    assert not is_open("POST", "/gradio_api/call/predict")


def test_control_when_the_gate_is_away_then_gradio_serves_more(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def through(self, scope, receive, send):  # type: ignore[no-untyped-def]
        await self.app(scope, receive, send)

    monkeypatch.setattr(PageGate, "__call__", through)
    with WholeSite(tmp_path_factory.mktemp("open")) as site:
        told = {p: site.http.get(p).status_code for p in ("/gradio_api/info", "/gradio_api/app_id")}
    assert 200 in told.values()


def test_file_when_asked_for_by_path_then_nobody_reads_the_disk(site: WholeSite) -> None:
    secret = site.shop.shop / "desk.sqlite"
    paths = [f"/gradio_api/file={secret}", f"/lab/gradio_api/file={secret}",
             f"/gradio_api/file=../{secret}", "/static/../../etc/passwd",
             f"/assets/..%2f..{secret}"]  # fmt: skip
    for http in (site.http, site.logged_in()):
        for path in paths:
            answer = http.get(path)
            assert answer.status_code >= 400, path
            assert b"SQLite" not in answer.content


def test_every_answer_when_sent_then_carries_the_headers(
    site: WholeSite, roles: dict[str, dict[str, str]]
) -> None:
    answers = [ask(site.http, *row, roles["ask"], ROWS[row][1]) for row in ROWS]
    answers += [site.http.get(p) for p in ("/", "/lab/", "/lab/login", "/lab/config", "/none")]
    answers += [site.http.post("/lab/login", data=FORM), site.http.options("/v1/ask")]
    answers.append(site.http.post("/v1/ask", content=b"x" * 300_000))
    assert {a.status_code for a in answers} >= {200, 303, 401, 403, 404, 405, 413}
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS, answer.url
        assert "strict-transport-security" not in answer.headers
    over_tls = TestClient(site.app, base_url="https://shop.example").get("/healthz")
    assert over_tls.headers["strict-transport-security"] == HTTPS["strict-transport-security"]


@pytest.mark.parametrize(
    "path", ["/", "/v1/ask", "/v1/products", "/lab/", "/gradio_api/queue/join"]
)
def test_another_site_when_it_asks_then_no_door_is_opened_to_it(site: WholeSite, path: str) -> None:
    origin = {"origin": "https://evil.example", "access-control-request-method": "POST"}
    for answer in (site.http.options(path, headers=origin), site.http.get(path, headers=origin)):
        assert answer.headers.get("access-control-allow-origin") in (None, "")
        assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}]
)
def test_another_site_when_it_posts_to_a_page_then_refused(
    site: WholeSite, headers: dict[str, str]
) -> None:
    body = {"data": [], "fn_index": 0, "session_hash": "x"}
    for http, path in ((site.http, ""), (site.logged_in(), "/lab")):
        answer = http.post(f"{path}/gradio_api/queue/join", json=body, headers=headers)
        assert answer.status_code == 403


def test_name_when_it_is_another_sites_then_nothing_is_served() -> None:
    app = build_app(FakeAssistant(), hosts=["127.0.0.1", "shop.example"])
    for name, status in (("127.0.0.1", 200), ("shop.example", 200), ("evil.example", 400)):
        answer = TestClient(app, base_url=f"http://{name}:7860").get("/healthz")
        assert answer.status_code == status, name
        assert answer.headers["x-frame-options"] == "DENY"
    bare = TestClient(build_app(FakeAssistant()), base_url="http://evil.example")
    assert bare.get("/healthz").status_code == 200  # the control: no names, no refusal


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/v1/ask"])
def test_body_when_too_long_then_413_told_or_counted(
    site: WholeSite, roles: dict[str, dict[str, str]], path: str
) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    headers = roles["ask"] | {"content-type": "application/json"}
    for content in (b"x" * 400_000, chunks()):
        assert site.http.post(path, content=content, headers=headers).status_code == 413


def test_upload_when_too_long_then_413_and_at_the_shop_there_is_none(site: WholeSite) -> None:
    files = {"files": ("a.csv", b"x" * (4 * 2**20), "text/csv")}
    assert site.http.post("/gradio_api/upload", files=files).status_code == 404
    assert site.logged_in().post("/lab/gradio_api/upload", files=files).status_code == 413


def test_cookies_when_set_then_one_and_strict(site: WholeSite) -> None:
    http = TestClient(site.app, base_url="https://shop.example", follow_redirects=False)
    for path in ("/", "/healthz", "/lab/", "/lab/login", "/config"):
        assert "set-cookie" not in http.get(path).headers, path
    told = http.post("/lab/login", data=FORM).headers["set-cookie"]
    assert told.startswith(f"{COOKIE}=")
    for word in ("HttpOnly", "SameSite=strict", "Secure", "Path=/lab"):
        assert word.lower() in told.lower()


def test_shopper_when_their_program_names_another_then_refused_everywhere(
    site: WholeSite, roles: dict[str, dict[str, str]]
) -> None:
    own = roles["shopper"]
    for path, body in (("ask", {"message": "milk"}), ("recommend", {})):
        mine = site.http.post(f"/v1/{path}", json={**body, "shopper": "s1"}, headers=own)
        other = site.http.post(f"/v1/{path}", json={**body, "shopper": "s2"}, headers=own)
        assert (mine.status_code, other.status_code) == (200, 403)
    begun = site.http.post("/v1/ask", json={"message": "milk", "shopper": "s1"}, headers=own)
    key = begun.json()["session"]
    body = {"message": "bread", "session": key, "shopper": "s2"}
    assert site.http.post("/v1/ask", json=body, headers=own).status_code == 422


def test_wrong_token_when_told_then_the_same_whatever_is_wrong(
    site: WholeSite, roles: dict[str, dict[str, str]]
) -> None:
    told = {
        (a.status_code, a.text, tuple(sorted(a.headers.items())))
        for a in (site.http.get("/v1/products", headers=roles[role]) for role in NOBODIES)
    }
    assert len(told) == 1


def test_wrong_token_when_timed_then_a_known_id_takes_no_longer(site: WholeSite) -> None:
    """With the real cost of a seal, so that a short cut for unknown ids would show."""
    cost = 2**12
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_N", cost)
        patch.setattr("ui.api.clients.NOBODY", secrets.seal("nobody"))
        known = site.token("timed", Scope.ASK).split("_")[1]

        def seconds(id_: str) -> float:
            found = []
            for n in range(15):
                start = time.perf_counter()
                assert site.clients.prove(f"st_{id_}_{n}") is None
                found.append(time.perf_counter() - start)
            return statistics.median(found)

        for _ in range(3):  # a busy machine may spoil one try
            right, unknown = seconds(known), seconds("nobodyXX")
            if 0.5 < right / unknown < 2:
                return
    pytest.fail(f"a known id takes {right:.4f} s, an unknown one {unknown:.4f} s")
