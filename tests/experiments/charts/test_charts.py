import io
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from matplotlib.text import Text

from experiments.charts import style
from experiments.charts.break_even import break_even
from experiments.charts.differences import differences
from experiments.charts.load import last_year_by_community, load
from experiments.charts.maps import maps
from experiments.charts.paths import paths
from experiments.charts.winners import winners
from simulation.interventions.community_splits import CommitteeWork, staffing_curve
from simulation.metrics.table import METRICS

NAMES = {
    "baseline": ("仅背景", "Context only"),
    "circles": ("增设一刻钟服务圈", "More quarter-hour service circles"),
    "splits": ("拆分社区", "Split communities"),
    "both": ("两者并举", "Both together"),
    "more": ("更多", "More of it"),
    "less": ("更少", "Less of it"),
}
RUNS = style.Runs(3, 1.0)
COUNTS = [pytest.param(2, marks=pytest.mark.slow), 6]
"""Options beside each other; with six of them room is scarce."""


@pytest.fixture(autouse=True)
def no_missing_glyph() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def some(count: int) -> dict[str, tuple[str, str]]:
    return dict(list(NAMES.items())[:count])


def drawn_inside(figure: Figure, tmp_path: Path) -> None:
    """All that is drawn, texts too, lies on the page, and both files exist."""
    figure.canvas.draw()
    box, page = figure.get_tightbbox(), figure.bbox_inches.padded(0.01)
    assert (box.x0 >= page.x0, box.y0 >= page.y0, box.x1 <= page.x1, box.y1 <= page.y1) == (True,) * 4
    file = style.save(figure, tmp_path / "chart")
    assert file.stat().st_size > 5000
    assert file.with_suffix(".svg").exists()


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def differences_table(scenarios: list[str]) -> pd.DataFrame:
    rng = np.random.default_rng(2)
    rows = []
    for scenario in scenarios:
        for metric in METRICS:
            mean, half = rng.normal(0, 2), abs(rng.normal(0, 1))
            rows.append((scenario, metric, mean, mean - half, mean + half, 40.0))
    columns = ["scenario", "metric", "mean_difference", "ci_low", "ci_high", "baseline_value"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize("count", COUNTS)
def test_differences(tmp_path: Path, count: int) -> None:
    names = some(count)
    figure = differences(differences_table(list(names)[1:]), names, RUNS)
    text = words(figure)
    shown = [metric for metric in METRICS.values() if metric.unit_en != "yuan"]
    assert all(f"{metric.zh} {metric.en}" in text for metric in shown)
    drawn_inside(figure, tmp_path)


def test_differences_are_in_the_unit_of_their_panel() -> None:
    row = {"scenario": "circles", "ci_low": 1.0, "ci_high": 3.0, "mean_difference": 2.0, "baseline_value": 40.0}
    table = pd.DataFrame([{**row, "metric": metric} for metric in ("satisfaction", "trust", "backlog")])
    axes = differences(table, some(2), RUNS).axes
    first = [next(line.get_xdata()[0] for line in axis.lines if len(line.get_xdata())) for axis in axes]
    assert first == [2, 200, 5]  # points, percentage points, % of 40


def test_quantity_without_baseline_has_no_percentage() -> None:
    table = pd.DataFrame(
        [
            {
                "scenario": "circles",
                "metric": "backlog",
                "ci_low": 1.0,
                "ci_high": 3.0,
                "mean_difference": 2.0,
                "baseline_value": 0.0,
            }
        ]
    )
    (axis,) = differences(table, some(2), RUNS).axes
    assert [len(line.get_xdata()) for line in axis.lines[:2]] == [0, 0]


@pytest.mark.parametrize("count", COUNTS)
def test_paths(tmp_path: Path, count: int) -> None:
    rng = np.random.default_rng(1)
    dates = pd.date_range("2018-01-01", periods=104, freq="7D")
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "date": dates,
                    "scenario": name,
                    "seed": seed,
                    "satisfaction": rng.normal(50, 1, 104),
                    "backlog": rng.normal(9e4, 1e3, 104),
                }
            )
            for name in some(count)
            for seed in (1, 2, 3)
        ]
    )
    starts = {"2018-07-01": ("服务圈", "circles")}
    figure = paths(frame, some(count), "baseline", ("satisfaction", "backlog"), starts, RUNS)
    assert len(figure.axes[0].lines) == count + 1  # and the start of the intervention
    assert "服务圈 circles" in words(figure)
    drawn_inside(figure, tmp_path)


def test_running_totals_are_not_smoothed() -> None:
    dates = pd.date_range("2018-01-01", periods=10, freq="7D")
    frame = pd.DataFrame(
        {
            "date": dates,
            "scenario": "baseline",
            "seed": 1,
            "backlog": np.arange(10.0),
            "cost_operating_yuan": 1e6 * np.arange(10.0),
        }
    )
    cost, backlog = paths(frame, some(1), "baseline", ("cost_operating_yuan", "backlog"), {}, RUNS).axes
    assert cost.lines[0].get_ydata()[-1] == pytest.approx(0.09)  # of 100 million yuan
    assert backlog.lines[0].get_ydata()[-1] == 7.5  # mean of 6, 7, 8, 9


@pytest.mark.parametrize("count", COUNTS)
def test_maps(tmp_path: Path, count: int) -> None:
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(30), np.arange(20)))
    community = x // 10
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "cell_x": x,
                    "cell_y": y,
                    "scenario": name,
                    "community": community,
                    "value": 50.0 + community,
                    "difference": k * (community - 1.0),
                    "clear": community != 1,
                }
            )
            for k, name in enumerate(some(count))
        ]
    )
    figure = maps(frame, some(count), "baseline", "satisfaction", RUNS)
    images = [axis.images[0] for axis in figure.axes if axis.images][1:]
    limits = {image.get_clim() for image in images}
    assert len(limits) == 1
    assert sum(limits.pop()) == 0  # one scale for all, and 0 in its middle
    drawn_inside(figure, tmp_path)


def weeks(tick: list[int], community: int, parent: int, load_committee: list[float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "tick": tick,
            "community": community,
            "parent": parent,
            "kind": "community",
            "households_per_worker": 200.0,
            "load_committee": load_committee,
        }
    )


def test_means_of_the_last_weeks_over_replicates() -> None:
    runs = [weeks([0, 1, 2], 0, -1, [9.0, 1.0, 2.0]), weeks([0, 1, 2], 0, -1, [9.0, 3.0, 4.0])]
    assert last_year_by_community({"baseline": runs}, 2)["load_committee"].tolist() == [2.5]


@pytest.mark.parametrize("count", COUNTS)
def test_load_has_an_arrow_to_each_part(tmp_path: Path, count: int) -> None:
    before = pd.concat([weeks([0], c, -1, [1.0 + c]) for c in (0, 1)])
    after = pd.concat([weeks([0], 0, -1, [0.7]), weeks([0], 1, -1, [2.0]), weeks([0], 2, 0, [0.8])])
    names = some(count)
    frame = last_year_by_community({name: [before if name == "baseline" else after] for name in names}, 1)
    figure = load(frame, names, "baseline", RUNS)
    arrows = [text for text in figure.axes[0].texts if text.arrow_patch is not None]  # type: ignore[attr-defined]
    assert [(arrow.xyann, arrow.xy) for arrow in arrows] == [((200, 1), (200, 0.7)), ((200, 1), (200, 0.8))]
    drawn_inside(figure, tmp_path)


@pytest.mark.parametrize("count", COUNTS)
def test_winners(tmp_path: Path, count: int) -> None:
    labels = {
        "life_stage": {0: ("儿童", "children"), 1: ("青年", "young adults")},
        "subdistrict": {0: ("回龙观街道", "Huilongguan")},
    }
    frame = pd.DataFrame(
        [
            {"scenario": name, "by": by, "group": group, "gain": 0.6, "lose": 0.2, "mean": 1.5}
            for name in list(some(count))[1:]
            for by, groups in labels.items()
            for group in groups
        ]
    )
    figure = winners(frame, some(count), labels, RUNS)
    widths = sorted({round(bar.get_width(), 6) for bar in figure.axes[0].patches})
    assert widths == [-20, 60]
    drawn_inside(figure, tmp_path)


@pytest.mark.parametrize("share", [0.0, 0.2, 1.0])
def test_winners_shows_all_who_lose(share: float) -> None:
    frame = pd.DataFrame(
        [{"scenario": "circles", "by": "life_stage", "group": 0, "gain": 0.0, "lose": share, "mean": -0.001}]
    )
    axis = winners(frame, some(2), {"life_stage": {0: ("儿童", "children")}}, RUNS).axes[0]
    assert axis.get_xlim()[0] < -100 * share
    assert axis.texts[0].get_text() == "+0.00"


def test_break_even_marks_lie_on_their_curves(tmp_path: Path) -> None:
    work = CommitteeWork(overhead=100, per_household=0.1, per_post=30)
    added = [float(posts) for posts in range(13)]
    figure = break_even(staffing_curve(work, [3000, 8000], [13, 20], added))
    curve, mark = figure.axes[0].lines[:2]
    posts, utilisation = mark.get_xdata()[0], mark.get_ydata()[0]
    assert utilisation == pytest.approx(work.utilisation(3000, 13 + posts, 2))
    assert np.interp(posts, curve.get_xdata(), curve.get_ydata()) == pytest.approx(utilisation, rel=0.01)
    drawn_inside(figure, tmp_path)


def test_same_figure_gives_same_files(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        work = CommitteeWork(overhead=100, per_household=0.1, per_post=30)
        style.save(break_even(staffing_curve(work, [3000, 8000], [13, 20], [0.0, 2.0])), tmp_path / folder / "chart")
    for name in ("chart.png", "chart.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_title_is_text_and_no_formula():
    style.apply()
    figure, axis = plt.subplots()
    axis.set_title("$$ cost $x_{$ per head [/bold]")
    figure.savefig(io.BytesIO())
    plt.close(figure)
