"""The API: what each route answers, and to whom."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant.said import Said
from tests.ui.api_parts import ANYBODYS, Site, bearer
from ui.api import secrets
from ui.api.clients import Scope

LINE = {"shopper_id": "1228", "product_id": "p1", "at": "2017-12-31T10:00:00", "quantity": 2}
ROUTES = {
    ("POST", "/v1/ask"): (Scope.ASK, {"message": "yogurt"}, 200),
    ("POST", "/v1/recommend"): (Scope.RECOMMEND, {"shopper": "1228"}, 200),
    ("POST", "/v1/feedback"): (Scope.FEEDBACK, {"session": "none", "kind": "up"}, 404),
    ("POST", "/v1/events"): (Scope.EVENTS, {"events": [LINE]}, 201),
    ("GET", "/v1/products"): (Scope.PRODUCTS, None, 200),
    ("GET", "/v1/products/p1"): (Scope.PRODUCTS, None, 200),
    ("GET", "/metrics"): (Scope.METRICS, None, 200),
}
NOBODIES = ("nothing", "wrong", "garbled", "revoked", "expired")


@pytest.fixture(autouse=True)
def _cheap_seals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_N", 2)
    monkeypatch.setattr("ui.api.clients.NOBODY", secrets.seal("nobody"))


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    found = Site(tmp_path_factory.mktemp("desk"))
    yield found
    found.clients.close()


def roles(site: Site) -> dict[str, str]:
    known = {scope.value: site.token(scope) for scope in ANYBODYS}
    known["page"] = site.token(Scope.PAGE, shopper="s1")
    gone = site.token(*ANYBODYS, name="gone")
    site.clients.revoke("gone")
    late = site.token(*ANYBODYS, name="late", days=1)
    site.now += 2 * 86400
    right = known["ask"]
    wrong = right[:-1] + ("A" if right[-1] != "A" else "B")
    return known | dict(zip(NOBODIES, ("", wrong, "st_é", gone, late), strict=True))


def test_every_route_when_tried_in_every_role_then_only_its_scope_opens_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.api.guard.WRONG_PER_MINUTE", 1000)
    for role, token in roles(site).items():
        for (method, path), (scope, body, good) in ROUTES.items():
            headers = {"authorization": f"Bearer {token}".encode()} if token else {}
            answer = site.http.request(method, path, json=body, headers=headers)
            expected = 401 if role in NOBODIES else good if role == scope else 403
            assert answer.status_code == expected, (role, path, answer.text)


def test_routes_when_listed_then_the_matrix_names_them_all(site: Site) -> None:
    paths = site.http.get("/v1/openapi.json").json()["paths"]
    told = {(m.upper(), f"/v1{p}") for p, methods in paths.items() for m in methods}
    assert told == {(m, p.replace("p1", "{product_id}")) for m, p in ROUTES if p != "/metrics"}


def test_wrong_tokens_when_told_then_all_the_same(site: Site) -> None:
    told = {
        site.http.get("/v1/products", headers={"authorization": f"Bearer {t}".encode()}).text
        for name, t in roles(site).items()
        if name in NOBODIES and t
    }
    assert len(told) == 1


def test_openapi_when_read_then_bodies_have_examples(site: Site) -> None:
    shapes = site.http.get("/v1/openapi.json").json()["components"]["schemas"]
    assert all(shapes[name]["examples"] for name in ("Ask", "Recommend", "Purchase"))


def test_token_when_kept_then_only_its_seal_is_on_disk(site: Site) -> None:
    secret = site.token(Scope.ASK).split("_", 2)[2]
    assert all(secret.encode() not in f.read_bytes() for f in site.folder.iterdir())


def test_ask_when_gone_on_with_then_the_same_conversation_and_shopper(site: Site) -> None:
    token = site.token(Scope.ASK)
    first = site.post("ask", token, message="one", shopper="1228").json()
    second = site.post("ask", token, message="recall two", session=first["session"]).json()
    assert second["reply"]["shopper"] == "1228"
    assert second["reply"]["note"] == "So far you said: one / recall two."
    assert {s["shown"] for s in second["reply"]["sentences"]} == {True}


def test_ask_when_the_shopper_comes_late_then_refused(site: Site) -> None:
    token = site.token(Scope.ASK)
    key = site.post("ask", token, message="one").json()["session"]
    answer = site.post("ask", token, message="two", session=key, shopper="1228")
    assert answer.status_code == 422
    assert "began with" in answer.json()["error"]["what"]


def test_session_when_another_client_has_its_key_then_there_is_none(site: Site) -> None:
    key = site.post("ask", site.token(Scope.ASK), message="one").json()["session"]
    thief = site.token(Scope.ASK, name="thief")
    answers = [site.post("ask", thief, message="recall", session=k) for k in (key, "x", "a.b")]
    assert [a.status_code for a in answers] == [404, 404, 404]
    assert len({a.text for a in answers}) == 1


@pytest.mark.parametrize("shopper", [None, "1228"])
def test_client_when_bound_then_speaks_for_nobody_else(site: Site, shopper: str | None) -> None:
    token = site.token(Scope.ASK, Scope.RECOMMEND, Scope.EVENTS, shopper=shopper)
    other = "77" if shopper else "1228"
    assert site.post("ask", token, message="x", shopper=other).status_code == 403
    assert site.post("recommend", token, shopper=other).status_code == 403
    line = {**LINE, "shopper_id": other}
    assert site.post("events", token, events=[line]).status_code == 403
    assert site.post("ask", token, message="x").status_code == 200
    assert not site.backroom.written


def test_ask_when_streamed_then_events_in_order_and_done_last(site: Site) -> None:
    answer = site.post("ask", site.token(Scope.ASK), message="yogurt", stream=True)
    frames = [f.split("\n") for f in answer.text.strip().split("\n\n")]
    names = [f[0].removeprefix("event: ") for f in frames]
    assert names == ["session", "need", "cards", "sentence", "sentence", "sentence", "done"]
    done = json.loads(frames[-1][1].removeprefix("data: "))
    assert len(done["picks"]) == 3
    assert answer.headers["content-type"].startswith("text/event-stream")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("message", "status", "says"),
    [("refuse", 422, "can't be met"), ("crash", 500, "Something went wrong")],
)
def test_ask_when_it_fails_then_a_sentence_and_no_secret(
    site: Site, stream: bool, message: str, status: int, says: str
) -> None:
    answer = site.post("ask", site.token(Scope.ASK), message=message, stream=stream)
    assert answer.status_code == status
    assert says in answer.json()["error"]["what"]
    assert "secret path" not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        {"message": ""},
        {"message": "x", "dial": 7},
        {"message": "x", "shopper": "a\nb"},
        {"message": "x", "tool": "y"},
        {"message": "x" * 20_001},
    ],
)
def test_ask_when_the_body_is_wrong_then_its_field_is_named(
    site: Site, body: dict[str, object]
) -> None:
    answer = site.post("ask", site.token(Scope.ASK), **body)
    assert answer.status_code == 422
    assert list(body)[-1] in answer.json()["error"]["what"]


def test_ask_when_the_shopper_is_unknown_then_404_in_words(site: Site) -> None:
    answer = site.post("ask", site.token(Scope.ASK), message="x", shopper="nobody")
    assert (answer.status_code, "No purchases" in answer.text) == (404, True)


def test_recommend_when_asked_then_cards_with_evidence_and_no_words(site: Site) -> None:
    answer = site.post("recommend", site.token(Scope.RECOMMEND), shopper="1228").json()
    assert [p["id"] for p in answer["picks"]] == ["P1", "P2", "P3"]
    assert answer["picks"][0]["evidence"]
    assert "sentences" not in answer


def test_products_when_searched_then_found_and_an_unknown_id_is_404(site: Site) -> None:
    token = site.token(Scope.PRODUCTS)
    found = site.get("/v1/products?q=yogurt&limit=5", token).json()["products"]
    assert [p["price"] for p in found] == [349]
    assert site.get("/v1/products/p3", token).json()["title"].startswith("String")
    assert site.get("/v1/products/p9", token).status_code == 404


def test_events_when_one_line_is_wrong_then_nothing_is_written(site: Site) -> None:
    token = site.token(Scope.EVENTS)
    wrong = {**LINE, "product_id": "p9"}
    assert site.post("events", token, events=[LINE, wrong]).status_code == 422
    assert site.post("events", token, events=[LINE, {**LINE, "quantity": 0}]).status_code == 422
    assert not site.backroom.written
    answer = site.post("events", token, events=[LINE])
    assert answer.json() == {"written": 1, "today": "2018-01-01"}
    assert site.backroom.written[0].quantity == 2


def test_feedback_when_given_then_noted_with_what_answered(site: Site) -> None:
    token = site.token(Scope.ASK, Scope.FEEDBACK)
    key = site.post("ask", token, message="yogurt", shopper="1228").json()["session"]
    for kind in ("up", "up", "down", "dwell"):
        answer = site.post("feedback", token, session=key, kind=kind, product_id="p1")
        assert answer.status_code == 201
    (found,) = site.feedback.satisfaction()
    assert (found.prompt, found.ups, found.thumbs) == ("p", 2, 3)
    assert found.ci95[0] < 2 / 3 < found.ci95[1]
    texts = [text for *_, text in site.feedback.thumbs()]
    assert len(set(texts)) == 1
    assert len(Said.read(texts[0]).sentences) == 3
    thief = site.token(Scope.FEEDBACK, name="thief")
    assert site.post("feedback", thief, session=key, kind="down").status_code == 404
    assert site.post("feedback", token, session=key, kind="love").status_code == 422
    assert site.feedback.forget("1228") == 4
    assert site.feedback.satisfaction() == []


def test_body_when_over_the_limit_then_413(site: Site) -> None:
    token = site.token(Scope.ASK)
    assert site.post("ask", token, message="x" * 300_000).status_code == 413

    def chunks() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * 10_000

    headers = bearer(token) | {"content-type": "application/json"}
    assert site.http.post("/v1/ask", content=chunks(), headers=headers).status_code == 413


def test_client_when_too_fast_then_429_says_how_long(site: Site) -> None:
    token = site.token(Scope.PRODUCTS, per_minute=3)
    answers = [site.get("/v1/products", token) for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 21


def test_address_when_it_guesses_then_it_has_to_wait(site: Site) -> None:
    answers = [site.get("/v1/products", f"st_x_{n}").status_code for n in range(22)]
    assert (answers[0], answers[-1]) == (401, 429)


def test_metrics_when_read_then_turns_are_counted_and_nobody_is_named(site: Site) -> None:
    site.post("ask", site.token(Scope.ASK), message="yogurt", shopper="1228")
    text = site.get("/metrics", site.token(Scope.METRICS)).text
    assert 'shelftalk_requests_total{route="/ask",status="200"} 1.0' in text
    assert 'shelftalk_sentences_total{by="model"} 3.0' in text
    assert "shelftalk_turns_waiting 0.0" in text
    assert "1228" not in text
