"""The page `docs/predictions.md` from the table of predictions."""

from collections.abc import Mapping

import pandas as pd

from docs.builders.yearly import label
from experiments.charts.style import tick
from simulation.district.data.district import District, load_district

PLAN, BASELINE = "second_plan", "first_plan_only"
EFFECT = f"{PLAN} - {BASELINE}"
YEARS = (2022, 2023, 2024, 2025)
HEADLINES = (
    "hotline_per_resident",
    "response_rate",
    "resolution_rate",
    "satisfied_rate",
    "volunteers",
    "volunteers_register",
    "organisations",
    "organisations_register",
    "waste_sorting_rate",
    "waste_sorting_awareness",
    "births_per_1000",
    "share_60_plus",
    "school_places",
    "school_places_used",
    "primary_school_utilisation",
    "hospital_utilisation",
    "elder_beds",
    "bed_occupancy",
    "parking_shortage",
    "burnout",
    "participation",
    "plan_rating",
    "plan_rating_surveyed",
    "satisfied_five_point",
    "satisfied_surveyed",
)
"""Figures that are most likely to be checked against published ones."""

INTRODUCTION = """\
# 预测 Predictions: 2022 to 2025, before anyone compared

The model was built and compared with what was known until 2021. This page says what it expects of the years after, with
intervals, so that anybody can compare it with what is published. `second_plan` is what happened until 2021 and the
second plan on top (2021 to 2025, 102 projects, nearly 40 billion yuan); `first_plan_only` is the same history without
a second plan. Both run over draws of the [posterior of the parameters](experiments.md), each draw with a seed of its
own and the same in both, so intervals hold what we do not know of the parameters and the luck of the model. They do not
hold what is not in the model.

**How to compare.** A level is right where the published figure lies in the 90 % interval; of many levels nine in ten
should. An effect cannot be observed: it says what the plan changes if the model is right. A survey asks some people in
its own way; rows "as a survey would show it" have its error too (1,000 persons, framing, telephone or paper; parameters
`survey.*`), and registers are shown late. Flows are per week unless they say year; running totals are those at the end
of the year since 2018.

`docs/predictions.csv` has every figure of 2021 to 2025 (`metric, year, scenario, median, q05, q95, q025, q975, unit,
draws`; `second_plan - first_plan_only` is the effect, paired draw by draw).

## 不在模型中 What is not in the model

- The waves of infection of spring and December 2022, and the rules of 2022: the context knows the epidemic of 2020
  alone. What was published of 2022 and early 2023 (calls, volunteers on duty, deaths, attendance) will differ for it.
- Places and beds that opened in 2021, 2022 and 2025: no figure is known, so none is added. Of 2024 it has what was
  planned. What is known and used, and what is known and not used (green space, road density, child care), is in
  [facts](facts.md).
- Elder-care beds, service circles and rooms, and programmes for volunteers and organisations that began after 2020.
- The fall of fertility since 2020, prices of homes, jobs and rents: births follow the ages of the people alone.
- Residents and households: their number is given and stays (moves in replace moves out), so it is no prediction.
- The hours that member units which joined (781 in 2023) give, and how long city and district keep pushing, are
  assumptions.
"""
_LEFT, _RIGHT = "---|---|---|", "---:|"


def page(table: pd.DataFrame | None = None, made_with: Mapping[str, str] | None = None) -> str:
    """The page; without a table it says that the runs are still to be made.

    Parameters
    ----------
    table : DataFrame
        As `predictions.csv`.
    made_with : mapping
        What identifies the runs, by name.
    """
    parts = [INTRODUCTION, "## 已知输入 Given, not predicted", "", _given(load_district("huitian")), ""]
    if table is None:
        parts += [
            "## 结果 Results",
            "",
            "Not made yet: `python -m docs.builders.predictions --work results/predictions` makes them.",
        ]
        return "\n".join(parts) + "\n"
    parts += ["## 由来 Made with", ""]
    parts += [f"- {name}: {value}" for name, value in (made_with or {}).items()]
    metrics = list(dict.fromkeys(table["metric"]))
    first = [name for name in HEADLINES if name in metrics]
    others = [name for name in metrics if name not in first]
    cells = table.set_index(["metric", "scenario", "year"]).sort_index()
    for title, names in (("最可能被核对者 Most likely to be checked", first), ("其余指标 All other metrics", others)):
        parts += ["", f"## {title}", "", "Median and 90 % interval.", ""]
        parts += ["### 水平 Levels under `second_plan`", "", *_rows(cells, names, PLAN), ""]
        parts += ["### 效应 Effect against `first_plan_only`", "", *_rows(cells, names, EFFECT)]
    return "\n".join(parts) + "\n"


def _rows(cells: pd.DataFrame, names: list[str], scenario: str) -> list[str]:
    """A table of metrics by year; metrics without such a figure are left out."""
    lines = ["| 指标 | metric | unit | " + " | ".join(map(str, YEARS)) + " |", "|" + _LEFT + _RIGHT * len(YEARS)]
    for name in names:
        found = [_cell(cells, name, scenario, year) for year in YEARS]
        if any(found):
            zh, en = label(name)
            what = cells.xs(name)["unit"].iloc[0]
            lines.append(f"| {zh} | {en} (`{name}`) | {what} | " + " | ".join(found) + " |")
    return lines


def _cell(cells: pd.DataFrame, name: str, scenario: str, year: int) -> str:
    if (name, scenario, year) not in cells.index:
        return ""
    row = cells.loc[(name, scenario, year)]
    return f"{tick(row['median'])} ({tick(row['q05'])} to {tick(row['q95'])})"


def _given(district: District) -> str:
    """Numbers that the runs are given: residents, households, communities by year, projects that the press counts."""
    changes = district.table("register_changes")
    divided = changes[changes["kind"] == "divided"]
    more = divided["parts_zh"].str.count(";")
    kinds = district.table("communities")["kind"].value_counts()
    year = divided["date"].map(lambda day: day.year)
    counts = [(y, int(kinds["community"] + more[year <= y].sum())) for y in (2020, 2021, *YEARS)]
    households = district.table("communities")["households"].sum()
    projects = district.table("programme").query("item == 'projects_finished'")
    done = ", ".join(f"{row.amount:g} in {row.date.year}" for row in projects.itertuples())
    return "\n".join(
        [
            f"- Residents {district.population:,.0f}, households {households:,.0f}, all years.",
            "- Communities at the end of the year: "
            + ", ".join(f"{y}: {count}" for y, count in counts)
            + "; the register is followed to June 2023 and no division after it is known.",
            f"- Projects finished: {done} (press); of other years no figure is known.",
        ]
    )
