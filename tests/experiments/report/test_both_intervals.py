"""A comparison over draws shows both intervals, rests its words on the draws, and says what it does not know."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers.uncertainty import DRAWS, with_totals
from experiments.charts.frames import Frames
from experiments.report import downloads, effects, limits, sureness
from experiments.report.document import Paragraph, Table
from experiments.runs.folders import ComparisonFolder
from experiments.texts import numbers as words
from tests.experiments.report.test_ladder import option

COUNT = 40
STRONG = "parameters.channel.hotline"
METRICS = ("satisfaction", "cost_capital_yuan", "cost_operating_yuan")


def comparison(folder: Path, count: int, spread: float = 1.0) -> ComparisonFolder:
    """Two options against a baseline; one parameter decides whether the dear one, "both", is worth its cost."""
    rng = np.random.default_rng(3)
    names = [STRONG, "parameters.staff.quit_rate", "parameters.trust.rate"]
    points = pd.DataFrame(rng.uniform(-1, 1, (count, 3)), columns=names)
    points.insert(0, "draw", range(1, count + 1))
    points.insert(1, "seed", range(10_001, 10_001 + count))
    capital = {"splits": 24e6, "both": 1_734e6}
    rows, drawn = [], []
    for name, effect, moved in (("splits", 1.0, 0.05), ("both", 2.0, 1.5 * spread)):
        changes = effect + moved * points[STRONG] + 0.05 * rng.standard_normal(count)
        for metric, values in zip(METRICS, (changes, capital[name], 0.0), strict=True):
            mean = effect if metric == "satisfaction" else float(values)  # type: ignore[arg-type]
            rows.append((name, metric, mean, mean - 0.1 * (mean == effect), mean + 0.1 * (mean == effect), 50.0))
            drawn.append(
                pd.DataFrame({"draw": points["draw"], "scenario": name, "metric": metric, "difference": values})
            )
    columns = ["scenario", "metric", "mean_difference", "ci_low", "ci_high", "baseline_value"]
    draws = pd.concat(drawn).assign(seed=0, baseline=50.0, value=50.0)[DRAWS]
    table = with_totals(pd.DataFrame(rows, columns=columns).assign(baseline="base", replicates=2), draws)
    options = [option(folder, name) for name in ("base", "splits", "both")]
    for item in options:
        item.scenario.update(district="huitian", start="2018-01-01", weeks=208)
    about = {"scale": 0.05, "posterior": {"file": "mine.csv", "hash": "-"}}
    empty = pd.DataFrame()
    return ComparisonFolder(folder, options, table, empty, empty, draws, points, about)


@pytest.fixture
def found(tmp_path: Path) -> ComparisonFolder:
    return comparison(tmp_path, COUNT)


def frames_of(found: ComparisonFolder) -> Frames:
    """Frames whose replicates are given: the runs of `option` have no satisfaction."""
    frames = Frames(found)
    rows = [(name, seed, "satisfaction", 1 + 0.01 * seed) for name in ("splits", "both") for seed in (1, 2)]
    frames.__dict__["each"] = pd.DataFrame(rows, columns=["scenario", "seed", "metric", "difference"])
    return frames


def told(blocks: list[object]) -> str:
    cells = [cell.text.en for block in blocks if isinstance(block, Table) for row in block.rows for cell in row]
    return " | ".join([*cells, *(block.text.en for block in blocks if isinstance(block, Paragraph))])


def test_luck_alone_is_sure_and_the_draws_are_not(tmp_path: Path) -> None:
    """The interval of luck leaves out zero; 95 % of the draws do not agree, and the word says so."""
    wide = comparison(tmp_path, COUNT, spread=3.0)
    rows = wide.table[(wide.table["metric"] == "satisfaction") & (wide.table["scenario"] == "both")]
    assert words.verdicts(rows) == [words.BETTER] and words.judged(rows) == [words.UNCLEAR]
    cell = effects.headline_rows(wide).loc[("both", "satisfaction")]
    shown = effects.effect_cell("satisfaction", cell).text.en.split("\n")
    share = 100 * rows["probability_better"].iloc[0]
    assert shown[0] == f"? +2.00 cannot be told (better in {share:.0f} %)"
    assert shown[1] == "luck: 1.90 to 2.10" and shown[2].startswith("both: −")


def test_the_lead_has_both_intervals_and_the_share_of_what_is_held_possible(found: ComparisonFolder) -> None:
    lead = effects.lead(found).text
    assert "luck alone 1.90 to 2.10" in lead.en and "of what we hold possible" in lead.en
    assert "所有被认为可能的参数下" in lead.zh


def test_without_draws_words_rest_on_luck_as_before(found: ComparisonFolder) -> None:
    plain = with_totals(found.table, pd.DataFrame(columns=DRAWS))
    assert words.judged(plain) == words.verdicts(plain)
    row = effects.headline_rows(ComparisonFolder(found.folder, found.options, plain, found.winners, found.winners))
    assert (
        effects.effect_cell("satisfaction", row.loc[("both", "satisfaction")]).text.en == "▲ +2.00 better\n1.90 to 2.10"
    )
    assert not {"draws", "ci_low_total", "verdict_total"} & set(downloads.judged(plain))


def test_the_box_of_limits_says_which_draws_and_what_they_leave_out(found: ComparisonFolder) -> None:
    scenarios = [option.scenario for option in found.options]
    box = " ".join(item.en for item in limits.box(scenarios, 1.0, 2, Frames(found)).items)
    assert "40 draws of 3 parameters from a posterior of one's own (mine.csv), run on 5.0% of the households" in box
    few = comparison(found.folder / "few", 10)
    assert "fewer than 19 draws no verdict" in " ".join(
        item.en for item in limits.box(scenarios, 1.0, 2, Frames(few)).items
    )


def test_the_parameter_that_decides_is_named_with_its_range_and_a_way_to_measure_it(found: ComparisonFolder) -> None:
    frames = frames_of(found)
    split = told(list(sureness.split_blocks(frames)))
    assert "Utility of the 12345 hotline: 9" in split and "trust" not in split.split(" | From")[0]
    first = told(list(sureness.find_out_first(frames)))
    assert "“splits” and “both” are equally good" in first and "Utility of the 12345 hotline" in first
    assert "hotline tickets" in first and "−0.75 to 0.913 (utility)" in first
    assert told(list(sureness.choice_table(frames))).count("million yuan") == 2


def test_an_option_that_saves_money_and_gives_most_leaves_nothing_to_find_out(tmp_path: Path) -> None:
    sure = comparison(tmp_path, COUNT, spread=0.0)
    draws = sure.draws.copy()
    draws.loc[(draws["scenario"] == "both") & (draws["metric"] == "satisfaction"), "difference"] = 0.5
    draws.loc[(draws["scenario"] == "splits") & (draws["metric"] == "cost_capital_yuan"), "difference"] = -1.0
    dominated = ComparisonFolder(
        sure.folder, sure.options, sure.table, sure.winners, sure.winners, draws, sure.draws_points, sure.about_draws
    )
    assert "knowing no parameter would change the choice" in told(list(sureness.find_out_first(frames_of(dominated))))


def test_few_draws_and_none_are_told_of_in_words(tmp_path: Path) -> None:
    few = told(list(sureness.split_blocks(frames_of(comparison(tmp_path, 12)))))
    assert "12 draws are too few" in few and "at least 20" in few


def test_downloads_have_chinese_heads_of_what_the_draws_say(found: ComparisonFolder) -> None:
    table = downloads.in_chinese(downloads.judged(found.table), found.options)
    assert {"含参数的95%区间下限", "更好的抽取比例", "参数抽取次数"} <= set(table)
    heads = set(downloads.in_chinese(found.draws_points, found.options))
    assert "12345热线渠道效用" in heads and "抽取序号" in heads
