"""Every chart of the library from small frames, in each language: on the page, every glyph, legend beside the data."""

import importlib
import inspect
import pkgutil
import re
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

import experiments.charts as package
from experiments.answers.contributions import COLUMNS, LEFT_OUT, REST, SHAPLEY, TOTAL
from experiments.answers.gains import tally
from experiments.charts import save, style
from experiments.charts.break_even import break_even
from experiments.charts.cost_load import cost_load
from experiments.charts.differences import differences
from experiments.charts.frontier import frontier
from experiments.charts.gains import gains
from experiments.charts.groups import groups
from experiments.charts.load import load
from experiments.charts.maps import maps
from experiments.charts.paths import paths
from experiments.charts.replicates import replicates
from experiments.charts.streets import streets
from experiments.charts.waterfall import waterfall
from experiments.charts.winners import winners
from experiments.statistics import undominated
from simulation.interventions.community_splits import CommitteeWork, staffing_curve
from simulation.metrics.table import METRICS

NAMES: style.Names = {
    "baseline": ("仅背景（无回天行动）", "Context only (no plan)"),
    "circles": ("增设服务圈", "More quarter-hour service circles"),
    "splits": ("拆分5000户以上社区", "Split communities above 5 000 households"),
    "plan": ("回天行动", "The plan"),
}
OTHERS = [name for name in NAMES if name != "baseline"]
RUNS = style.Runs(3, 0.1)
STAGES = {0: ("儿童", "children"), 1: ("中小学生父母", "parents of pupils"), 2: ("高龄老人", "aged 75+")}
STREETS = {0: ("回龙观街道", "Huilongguan"), 1: ("天通苑北街道", "Tiantongyuan North")}


def rng() -> np.random.Generator:
    return np.random.default_rng(4)


def table() -> pd.DataFrame:
    luck = rng()
    rows = [
        {
            "scenario": scenario,
            "metric": metric,
            "mean_difference": mean,
            "ci_low": mean - half,
            "ci_high": mean + half,
            "baseline_value": 40.0,
        }
        for scenario in OTHERS
        for metric in METRICS
        for mean, half in [(luck.normal(0, 2e7 if "yuan" in metric else 0.1), abs(luck.normal(0, 0.1)))]
    ]
    return pd.DataFrame(rows)


def draw_paths() -> Figure:
    luck, dates = rng(), pd.date_range("2018-01-01", periods=60, freq="7D")
    frame = pd.concat(
        [
            pd.DataFrame(
                {
                    "date": dates,
                    "scenario": name,
                    "seed": seed,
                    "satisfaction": luck.normal(50, 1, 60),
                    "cost_operating_yuan": np.arange(60) * 1e6,
                }
            )
            for name in NAMES
            for seed in (1, 2)
        ]
    )
    return paths(
        frame,
        NAMES,
        "baseline",
        ("satisfaction", "cost_operating_yuan"),
        {"2018-07-02": ("一刻钟服务圈", "circles")},
        RUNS,
    )


def draw_maps() -> Figure:
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(40), np.arange(20)))
    return maps(
        pd.concat(
            [
                pd.DataFrame(
                    {
                        "cell_x": x,
                        "cell_y": y,
                        "scenario": name,
                        "community": x // 10,
                        "value": 50.0 + x // 10,
                        "difference": k * (x // 10 - 1.0),
                        "clear": x // 10 != 1,
                    }
                )
                for k, name in enumerate(NAMES)
            ]
        ),
        NAMES,
        "baseline",
        "load_committee",
        RUNS,
    )


def draw_load() -> Figure:
    base = {
        "kind": "community",
        "households_per_worker": [200.0, 300.0],
        "load_committee": [0.9, 1.4],
        "community": [0, 1],
        "parent": [-1, -1],
    }
    after = {
        "kind": "community",
        "households_per_worker": [190.0, 160.0, 150.0],
        "load_committee": [0.9, 0.8, 0.85],
        "community": [0, 1, 2],
        "parent": [-1, -1, 1],
    }
    return load(
        pd.concat([pd.DataFrame({**(base if name == "baseline" else after), "scenario": name}) for name in NAMES]),
        NAMES,
        "baseline",
        RUNS,
    )


def draw_winners() -> Figure:
    kinds = {"life_stage": STAGES, "subdistrict": STREETS}
    return winners(
        pd.DataFrame(
            [
                {"scenario": name, "by": by, "group": code, "gain": 0.99, "lose": 0.3, "mean": -12.5}
                for name in OTHERS
                for by, codes in kinds.items()
                for code in codes
            ]
        ),
        NAMES,
        kinds,
        RUNS,
    )


def draw_frontier() -> Figure:
    cost, effect = np.array([1.1e7, 2.6e7, 2e10]), np.array([1.5, 0.02, 5.1])
    return frontier(
        pd.DataFrame(
            {
                "scenario": OTHERS,
                "cost": cost,
                "effect": effect,
                "low": effect - 0.1,
                "high": effect + 0.1,
                "efficient": undominated(np.column_stack([cost, -effect])),
            }
        ),
        NAMES,
        "satisfaction",
        RUNS,
    )


def draw_replicates() -> Figure:
    luck, metrics = rng(), ("satisfaction", "load_committee", "backlog")
    rows = [
        {"scenario": name, "seed": seed, "metric": metric, "difference": luck.normal(0, 1e3)}
        for name in OTHERS
        for seed in range(3)
        for metric in metrics
    ]
    return replicates(pd.DataFrame(rows), NAMES, metrics, RUNS)


def draw_groups() -> Figure:
    luck = rng()
    return groups(
        pd.DataFrame(
            {
                "life_stage": luck.integers(0, 3, 200),
                "subdistrict": luck.integers(0, 2, 200),
                "overall": luck.normal(50, 9, 200),
            }
        ),
        STAGES,
        STREETS,
        RUNS,
    )


def draw_break_even() -> Figure:
    work = CommitteeWork(overhead=100, per_household=0.1, per_post=30)
    return break_even(staffing_curve(work, [3000, 5000, 8000], [13, 18, 20], [float(k) for k in range(13)]))


def contributions() -> pd.DataFrame:
    """Two groups and the whole; left out, they lack a little of it."""
    parts = {SHAPLEY: {"everyday": 1.4, "size": -0.2}, LEFT_OUT: {"everyday": 1.3, "size": -0.3, REST: 0.2}}
    rows = [
        (reading, group, 6, value, value - 0.5, value + 0.5)
        for reading, values in parts.items()
        for group, value in {**values, TOTAL: 1.2}.items()
    ]
    return pd.DataFrame(rows, columns=COLUMNS)


def draw_waterfall() -> Figure:
    return waterfall(contributions(), "satisfaction", NAMES["plan"], 0.05)


def draw_gains() -> Figure:
    luck = rng()
    parts = [
        tally(luck.normal(50 + 3 * k, 8, 4000), np.full(4000, 50.0)).assign(scenario=name, seed=seed)
        for k, name in enumerate(OTHERS)
        for seed in (1, 2)
    ]
    return gains(pd.concat(parts, ignore_index=True), NAMES, RUNS)


def draw_streets() -> Figure:
    days, luck = pd.date_range("2018-01-01", periods=30, freq="7D"), rng()
    rows = [
        pd.DataFrame({"date": days, "scenario": name, "seed": seed, "subdistrict": street})
        for name in NAMES
        for seed in (1, 2)
        for street in STREETS
    ]
    frame = pd.concat(rows, ignore_index=True)
    return streets(frame.assign(value=luck.normal(50, 1, len(frame))), NAMES, "baseline", "satisfaction", STREETS, RUNS)


GALLERY: dict[str, Callable[[], Figure]] = {
    "break_even": draw_break_even,
    "cost_load": lambda: cost_load(table(), NAMES, RUNS),
    "differences": lambda: differences(table(), NAMES, RUNS),
    "frontier": draw_frontier,
    "gains": draw_gains,
    "groups": draw_groups,
    "load": draw_load,
    "maps": draw_maps,
    "paths": draw_paths,
    "replicates": draw_replicates,
    "streets": draw_streets,
    "waterfall": draw_waterfall,
    "winners": draw_winners,
}


@pytest.fixture(autouse=True)
def no_missing_glyph() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    plt.close("all")


def test_every_chart_of_the_library_is_drawn_here() -> None:
    found = set()
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"{package.__name__}.{info.name}")
        found |= {
            name
            for name, item in inspect.getmembers(module, inspect.isfunction)
            if not name.startswith("_") and inspect.signature(item).return_annotation is Figure
        }
    assert len(found) >= len(GALLERY)
    # charts of answers and of the validation are drawn by the tests of those
    others = "\n".join(file.read_text("utf-8") for file in Path(__file__).parents[1].rglob("test_*.py"))
    assert found - set(GALLERY) <= set(re.findall(r"charts\.(\w+) import", others))


def test_bars_of_a_waterfall_join_and_end_where_the_whole_does() -> None:
    for axis, parts in zip(draw_waterfall().axes, ([1.4, -0.2], [1.3, -0.3, 0.2]), strict=True):
        bars = sorted(axis.patches, key=lambda bar: bar.get_y())
        ends = [bar.get_x() + bar.get_width() for bar in bars]
        assert [bar.get_width() for bar in bars] == pytest.approx([*parts, 1.2])
        assert [bar.get_x() for bar in bars] == pytest.approx([0, *ends[:-2], 0])
        assert ends[-1] == pytest.approx(ends[-2])


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", sorted(GALLERY))
def test_chart_in_one_language(name: str, lang: style.Language) -> None:
    with style.language(lang):
        figure = GALLERY[name]()
    figure.set_layout_engine("none")  # which takes most of the time, and changes no word
    figure.draw_without_rendering()
    _speaks(figure, lang)
    _differs_without_colour(figure)


SLOW = [pytest.param(lang, marks=pytest.mark.slow) for lang in ("zh", "en")]


@pytest.mark.parametrize("lang", [*SLOW, "both"])
@pytest.mark.parametrize("name", sorted(GALLERY))
def test_chart(name: str, lang: style.Language, tmp_path: Path) -> None:
    with style.language(lang):
        figure = GALLERY[name]()
    style.settle(figure)
    figure.draw_without_rendering()
    _on_the_page(figure)
    _legend_beside_the_data(figure)
    _speaks(figure, lang)
    _differs_without_colour(figure)
    if lang == "both":
        file = save(figure, tmp_path / name)
        assert file.read_bytes()[:4] == b"\x89PNG"
        assert file.with_suffix(".svg").read_text("utf-8").startswith("<?xml")


def _texts(figure: Figure) -> list[Text]:
    hidden = {text for axes in figure.axes if not axes.get_visible() for text in axes.findobj(Text)}
    return [
        text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and text not in hidden
    ]


def _on_the_page(figure: Figure) -> None:
    """No text, not even a part of one, lies outside the figure."""
    page = figure.bbox.padded(1.0)
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    for text in _texts(figure):
        box = text.get_window_extent(renderer)
        inside = box.x0 >= page.x0 and box.x1 <= page.x1 and box.y0 >= page.y0 and box.y1 <= page.y1
        assert inside or not _shown(text), (text.get_text(), box)


def _shown(text: Text) -> bool:
    """Tick labels beyond the limits of their axis are not drawn."""
    for axes in text.figure.axes if text.figure is not None else ():
        for axis in (axes.xaxis, axes.yaxis):
            for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
                if text in (tick.label1, tick.label2):
                    low, high = sorted(axis.get_view_interval())
                    return bool(low <= tick.get_loc() <= high)
    return True


def _legend_beside_the_data(figure: Figure) -> None:
    """Title, subtitle, legend and source lie over no panel, and not over one another."""
    renderer = figure.canvas.get_renderer()  # type: ignore[attr-defined]
    boxes = [item.get_window_extent(renderer) for item in (*figure.texts, *figure.legends)]
    for k, box in enumerate(boxes):
        assert not any(box.overlaps(other) for other in boxes[k + 1 :])
        for axes in figure.axes:
            if axes.get_visible():
                assert not box.overlaps(axes.get_window_extent(renderer)), axes.get_title(loc="left")
    assert all(axes.get_legend() is None for axes in figure.axes)


def _speaks(figure: Figure, lang: str) -> None:
    """Chinese figures have no English words, English ones no Chinese; the figure says what it rests on."""
    words = "\n".join(text.get_text() for text in _texts(figure))
    if lang != "en":
        assert "来源：" in words
    if lang != "zh":
        assert "source: Huitian model" in words
    if lang == "zh":
        assert not re.search("[A-Za-z]{3,}", words)
    if lang == "en":
        assert not re.search("[\u3000-\u9fff\uff00-\uffef]", words)
    if "n = " not in words:
        assert "analytic" in words or "解析式" in words


def _differs_without_colour(figure: Figure) -> None:
    """In a legend no two entries look the same in grey: they differ in dashes, marker, filling or hatching."""
    for legend in figure.legends:
        looks = []
        for handle in legend.legend_handles:
            get = {key: getattr(handle, f"get_{key}", lambda: "") for key in ("marker", "hatch", "markerfacecolor")}
            dashes = str(getattr(handle, "_unscaled_dash_pattern", ""))
            looks.append((dashes, get["marker"](), get["hatch"](), str(get["markerfacecolor"]()) == "white"))
        assert len(set(looks)) == len(looks), looks
