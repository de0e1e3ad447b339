"""Pages of the documentation that are made from tables: `python -m docs.builders.reference [folder]`."""

import sys
from itertools import groupby
from pathlib import Path

from docs.builders import readings, splits
from docs.builders.marks import put_between
from docs.builders.measures import measures_page
from experiments.place.facts import facts_page
from simulation.district.data.district import load_district
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS
from simulation.parameters import PARAMETERS

_DIRECTION = {1: "↑ 越高越好 more is better", -1: "↓ 越低越好 less is better", 0: "–"}


def _least(metric: Metric) -> str:
    """Smallest difference that matters, in the unit of the metric or as a share of the baseline."""
    least = metric.least
    return (
        f"{100 * least.size:g} %"
        if least.relative
        else f"{least.size:,.3g}"
        if least.size < 1e3
        else f"{least.size:,.0f}"
    )


def metrics_page() -> str:
    """`docs/metrics.md`."""
    lines = [
        "# 指标 Metrics",
        "",
        "Made from the declarations in `simulation/metrics/` by `python -m docs.builders.reference`. The district's "
        "value is the ratio of the sums over its communities, not a mean of their rates. A rate without cases in a "
        "week is missing. "
        "`summary` says how weeks become one number: mean of a level or rate, sum of a flow, last of a running total. "
        "`matters from` is the smallest difference between two options that matters: one whose 95 % interval lies "
        "inside it is told as too small to matter, however sure it is.",
        "",
        "| name | 中文 | English | kind | unit | direction | summary | definition | matters from | why |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| `{m.name}` | {m.zh} | {m.en} | {m.kind} | {m.unit_zh} · {m.unit_en} | {_DIRECTION[m.direction]} | "
        f"{m.summary} | {m.definition_zh}。{m.definition_en} | {_least(m)} | {m.least.zh}。{m.least.en} |"
        for m in METRICS.values()
    ]
    lines += [
        "",
        "`communities.parquet` also has `residents` (in the run), `households` and `workers` (full scale).",
        "",
    ]
    return "\n".join(lines)


def parameters_page() -> str:
    """`docs/parameters.md`."""
    assumed = sum(p.assumed for p in PARAMETERS.values())
    lines = [
        "# 参数 Parameters",
        "",
        "Made from `simulation/parameters.csv` by `python -m docs.builders.reference`. Scenarios override a "
        "parameter by its dotted name under `parameters:`, inside its range, or take the values of a file (as a "
        "calibration writes) with `parameters_from:`, a path beside the scenario. "
        f"{assumed} of {len(PARAMETERS)} defaults are assumptions; their ranges are what sensitivity analyses should "
        'span. "calibrated to" names the pattern that a default was tuned to, by hand and once.',
        "",
    ]
    for group, rows in groupby(sorted(PARAMETERS.values(), key=lambda p: p.name), lambda p: p.name.split(".")[0]):
        lines += [
            f"## {group}",
            "",
            "| name | default | range | unit | 含义 | meaning | source |",
            "|---|---|---|---|---|---|---|",
        ]
        lines += [
            f"| `{p.name}` | {p.default:g} | {p.low:g} – {p.high:g} | {p.unit} | {p.zh} | {p.en} | {p.source} |"
            for p in rows
        ]
        lines.append("")
    return "\n".join(lines)


PAGES = {
    "facts.md": lambda: facts_page(load_district("huitian"), readings.page()),
    "huaguoyuan.md": lambda: facts_page(load_district("huaguoyuan")),
    "measures.md": measures_page,
    "metrics.md": metrics_page,
    "parameters.md": parameters_page,
}


def main() -> None:
    """Write the pages to a folder, `docs` by default."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "docs")
    for name, page in PAGES.items():
        (folder / name).write_text(page(), "utf-8")
    if (folder / "interventions.md").exists():
        put_between(folder / "interventions.md", splits.BEGIN, splits.END, splits.section())


if __name__ == "__main__":
    main()
