from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest

from eval.baselines.chance import Chance
from eval.baselines.gp_topfreq import GpTopFreq
from eval.baselines.popularity import Popularity
from eval.cases import CaseRow, read_cases, to_frame, write_cases
from eval.compare import compare
from eval.protocol import DifferentProtocols, Protocol, require_same
from eval.ranking import Among, Table
from eval.report import Row
from eval.runs import Plan, RunFolder, answer, execute
from eval.summary import delta_to_best, figures, spread
from eval.tasks.next_purchase import Contender, NextPurchase
from index.errors import BadData, TellPerson
from tests.eval import shop

TABLES = [Table("all", Among.ANY, ""), Table("novel", Among.NOVEL, "")]
TIMES = {"prepare_s", "answer_s"}


def task(seed: int = 0, sha256: str = "0" * 64) -> NextPurchase:
    gp = GpTopFreq()
    contenders = [
        Contender(Chance(seed)),
        Contender(Popularity()),
        Contender(gp),
        Contender(gp, "gp-masked", hides_history=True, tables=frozenset({"all"})),
    ]
    return NextPurchase(shop.split(sha256=sha256), TABLES, contenders, seed)


def run(path: Path, seed: int = 0, limit: int | None = None, sha256: str = "0" * 64) -> RunFolder:
    made = task(seed, sha256)
    plan = Plan.of("small", made, seed, limit)
    folder = RunFolder.start(plan, path)
    execute(made, plan, folder)
    return folder


def timeless(folder: RunFolder) -> str:
    found = json.loads((folder.path / "report.json").read_text())
    found["rows"] = [row for row in found["rows"] if row["metric"] not in TIMES]
    return json.dumps(found)


def test_run_when_finished_then_report_holds_protocol_data_and_intervals(tmp_path: Path) -> None:
    report = run(tmp_path / "a").report()
    assert report.command == "eval run small"
    assert report.protocol["candidates"] == len(shop.ITEMS)
    assert report.protocol["cases"] == 5
    assert report.dataset == {"name": "small", "licence_note": "ours", "sha256": "0" * 64}
    assert "limit: made up" in report.notes
    (hits,) = [
        r
        for r in report.rows
        if (r.table, r.system, r.metric) == ("all", "gp-topfreq", "hit_rate@10")
    ]
    assert hits.n == 5
    assert hits.ci95 is not None
    assert hits.ci95[0] <= hits.value <= hits.ci95[1]
    masked = [r for r in report.rows if r.system == "gp-masked" and r.metric == "repeat_ratio@10"]
    assert [(r.table, r.value) for r in masked] == [("all", 0.0)]
    assert (tmp_path / "a" / "log.txt").read_text().count("report of") == 1


def test_run_when_repeated_with_the_same_seed_then_same_report_but_for_times(
    tmp_path: Path,
) -> None:
    assert timeless(run(tmp_path / "a")) == timeless(run(tmp_path / "b"))
    assert timeless(run(tmp_path / "a")) != timeless(run(tmp_path / "c", seed=1))


def test_run_when_two_processes_share_the_chunks_then_the_same_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = run(tmp_path / "a")
    monkeypatch.setattr("eval.runs.CHUNK", 2)
    made = task()
    plan = Plan.of("small", made, 0, None)
    together = RunFolder.start(plan, tmp_path / "b")
    for job in (0, 1):
        answer(made, plan, RunFolder(together.path, job, 2))
        assert len(list(together.path.glob("cases/popularity/*"))) == (2, 3)[job]
    execute(made, plan, together)
    assert timeless(alone) == timeless(together)


class Killed(Exception):
    pass


class DiesLater(NextPurchase):
    """Answers so many chunks, then dies."""

    left = 3

    def answer(self, system: str, rows: Sequence[int]) -> list[CaseRow]:
        if not self.left:
            raise Killed
        self.left -= 1
        return super().answer(system, rows)


def test_run_when_killed_and_resumed_then_identical(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.runs.CHUNK", 2)
    whole = run(tmp_path / "whole")
    contenders = list(task()._contenders.values())
    dying = DiesLater(shop.split(), TABLES, contenders, 0)
    plan = Plan.of("small", dying, 0, None)
    folder = RunFolder.start(plan, tmp_path / "cut")
    with pytest.raises(Killed):
        execute(dying, plan, folder)
    with pytest.raises(BadData, match="no finished run"):
        RunFolder.find(str(tmp_path / "cut"))
    kept = {p: p.stat().st_mtime_ns for p in (tmp_path / "cut" / "cases").rglob("*.parquet")}
    assert len(kept) == 3
    resumed = run(tmp_path / "cut")
    assert {p: p.stat().st_mtime_ns for p in kept} == kept
    assert timeless(resumed) == timeless(whole)


def test_run_when_all_is_answered_then_nothing_is_fitted_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = timeless(run(tmp_path / "a"))

    def refuse(self: NextPurchase, system: str) -> str:
        raise AssertionError(f"{system} was prepared again")

    monkeypatch.setattr(NextPurchase, "prepare", refuse)
    assert timeless(run(tmp_path / "a")) == first


def test_run_when_folder_holds_another_plan_then_says_what_differs(tmp_path: Path) -> None:
    run(tmp_path / "a")
    with pytest.raises(TellPerson, match="seed differ"):
        run(tmp_path / "a", seed=1)


def test_run_when_system_is_unknown_then_names_the_known_ones(tmp_path: Path) -> None:
    made = task()
    plan = Plan.of("small", made, 0, None)
    with pytest.raises(TellPerson, match=r"oracle.*popularity"):
        execute(made, plan, RunFolder.start(plan, tmp_path / "a"), ["oracle"])


def test_plan_when_anything_that_moves_figures_differs_then_another_fingerprint() -> None:
    prints = {
        Plan.of("small", task(), 0, None).fingerprint,
        Plan.of("small", task(), 1, None).fingerprint,
        Plan.of("small", task(), 0, 2).fingerprint,
        Plan.of("small", task(sha256="1" * 64), 0, None).fingerprint,
    }
    assert len(prints) == 4
    assert Plan.of("small", task(), 0, None).fingerprint in prints


def test_run_when_limited_then_cases_are_spread(tmp_path: Path) -> None:
    folder = run(tmp_path / "a", limit=3)
    cases = folder.cases(["popularity"]).filter(pl.col("table") == "all")
    assert cases["case"].to_list() == ["ann", "cid", "eve"]
    assert spread(3, 10) == [0, 1, 2]


def test_cases_when_written_then_read_back_with_missing_metrics_null(tmp_path: Path) -> None:
    one = CaseRow("", "a", "1", "s", ("x", "y"), {"m": 1.0, "n": None})
    two = CaseRow("", "b", "1", "s", (), {"m": 0.0, "o": 0.5}, defaulted=True)
    write_cases([one], tmp_path / "deep" / "one.parquet")
    write_cases([two], tmp_path / "two.parquet")
    read = read_cases([tmp_path / "deep" / "one.parquet", tmp_path / "two.parquet"])
    assert read["picks"].to_list() == [["x", "y"], []]
    assert read["n"].to_list() == [None, None]
    assert read["o"].to_list() == [None, 0.5]
    assert not list(tmp_path.rglob("*.part"))


def case(system: str, number: int, value: float, shopper: str = "") -> CaseRow:
    values = {"hit_rate@10": float(value > 0), "ndcg@10": value}
    name = f"c{number}"
    return CaseRow("", system, name, shopper or name, ("x",) if value else (), values, not value)


def test_figures_when_nobody_answers_then_counted_with_the_default() -> None:
    rows = figures(to_frame([case("a", 1, 0.5), case("a", 2, 0.0)]))
    (gain,) = [r for r in rows if r.metric == "ndcg@10"]
    assert (gain.value, gain.n, gain.defaulted) == ((0.5 + 0.0) / 2, 2, 1)


def test_figures_when_share_is_zero_then_interval_is_not() -> None:
    alone = figures(to_frame([case("a", n, 0.0) for n in range(20)]))
    of_two = figures(to_frame([case("a", n, 0.0, f"s{n % 2}") for n in range(20)]))
    for rows, shoppers in ((alone, 20), (of_two, 2)):
        ends = next(r.ci95 for r in rows if r.metric == "hit_rate@10")
        assert ends is not None
        assert ends[0] == 0.0
        assert ends[1] > 1 / (shoppers + 5)


def test_delta_to_best_when_ours_is_there_then_paired_with_the_best_other() -> None:
    rows = [case("weak", n, 0.1) for n in range(30)] + [case("best", n, 0.4) for n in range(30)]
    ours = [case("shelftalk", n, 0.5) for n in range(30)]
    found: dict[str, Row] = {r.metric: r for r in delta_to_best(to_frame(rows + ours))}
    assert found["delta_to_best"].value == 0.0
    assert found["delta_to_best_ndcg@10"].value == pytest.approx(0.5 - 0.4)
    assert found["delta_to_best_ndcg@10"].ci95 == pytest.approx((0.1, 0.1))
    assert delta_to_best(to_frame(rows)) == []


def test_figures_when_ours_lacks_a_part_then_held_against_ours_alone() -> None:
    rows = [case("weak", n, 0.1) for n in range(30)] + [
        case("shelftalk", n, 0.5) for n in range(30)
    ]
    less = [case("without-ease", n, 0.7) for n in range(30)]
    found = {(r.system, r.metric): r.value for r in figures(to_frame(rows + less))}
    assert found["shelftalk", "delta_to_best_ndcg@10"] == pytest.approx(0.5 - 0.1)
    assert found["without-ease", "delta_ndcg@10"] == pytest.approx(0.7 - 0.5)
    assert not any(metric.startswith("delta") for system, metric in found if system == "weak")


def test_compare_when_same_protocol_then_counts_and_paired_interval(tmp_path: Path) -> None:
    before, after = run(tmp_path / "a", seed=1), run(tmp_path / "b", seed=2, limit=4)
    found = compare(before, after)
    by = {(r.table, r.system, r.metric): r for r in found.rows}
    assert by["all", "popularity", "delta_ndcg@10"].value == 0.0
    assert by["all", "popularity", "same"].value == 4
    assert by["all", "popularity", "missing"].value == 1
    assert by["all", "popularity", "new"].value == 0
    moved = [by["all", "random", name].value for name in ("improved", "regressed", "same")]
    assert sum(moved) == 4
    assert moved[2] < 4
    only = compare(before, after, "random")
    assert {r.system for r in only.rows} == {"random"}


def test_compare_when_protocols_differ_then_refused_with_the_reason(tmp_path: Path) -> None:
    before, after = run(tmp_path / "a"), run(tmp_path / "b")
    report = json.loads((after.path / "report.json").read_text())
    report["protocol"]["negatives"] = "99 drawn at random"
    (after.path / "report.json").write_text(json.dumps(report))
    with pytest.raises(DifferentProtocols, match="negatives: 'all: full ranking' against '99"):
        compare(before, after)


def test_compare_when_data_differs_then_refused_with_the_reason(tmp_path: Path) -> None:
    before, after = run(tmp_path / "a"), run(tmp_path / "b", sha256="f" * 64)
    with pytest.raises(DifferentProtocols, match="different data"):
        compare(before, after)


def test_compare_when_no_system_is_shared_then_says_so(tmp_path: Path) -> None:
    folder = run(tmp_path / "a")
    with pytest.raises(BadData, match="share no system"):
        compare(folder, folder, "oracle")


def test_protocol_when_round_tripped_then_equal() -> None:
    terms = shop.split().protocol
    again = Protocol.from_json(json.loads(json.dumps({**terms.as_json(), "cases": 3})))
    require_same(terms, again)


def test_find_when_there_is_no_run_then_tells_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHELFTALK_HOME", str(tmp_path))
    with pytest.raises(BadData, match="eval run"):
        RunFolder.find("nothing")
