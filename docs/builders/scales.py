"""Levels and effects of samples against full scale: the table of `docs/verification.md`.

`python -m docs.builders.scales DEMO WORK` compares baseline and plan at `SCALES` with `SEEDS` replicates each (folders
in WORK are gone on with) and sets them beside the comparison of the demo at full scale in DEMO.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from docs.builders.marks import put_between
from experiments.runs.folders import open_comparison
from experiments.runs.run_folder import last_year as last_year_of
from experiments.study.compare import compare
from simulation.metrics.table import METRICS
from simulation.scenario.load import load_scenario

PAGE = Path(__file__).parents[1] / "verification.md"
BEGIN, END = "<!-- scales: made by `make figures` -->", "<!-- end of scales -->"
SCALES, SEEDS = (0.1, 0.05, 0.02), 20
BASELINE, PLAN = "baseline", "huitian_plan"
SHOWN = (
    "satisfaction",
    "satisfaction_convenience",
    "satisfaction_community_service",
    "satisfaction_gini",
    "share_satisfied",
    "load_committee",
    "load_property",
    "load_street",
    "backlog",
    "wait_weeks",
    "requests",
    "response_rate",
    "resolution_rate",
    "satisfied_rate",
    "circle_coverage_residents",
    "volunteers",
    "volunteer_hours",
    "waste_sorting_rate",
    "trust",
    "fee_payment_rate",
    "participation",
    "bed_occupancy",
    "burnout",
    "organisations",
)
APART = 1.96
"""Standard errors of the difference between a sample and full scale from which it is marked."""

Values = dict[str, NDArray[np.float64]]


def of_comparison(folder: Path) -> tuple[Values, Values]:
    """Last year of the baseline and effect of the plan by metric, one value per seed, of a finished comparison."""
    options = {option.name: option for option in open_comparison(folder).options}
    years = {name: {seed: last_year_of(run) for seed, run in options[name].runs.items()} for name in (BASELINE, PLAN)}
    seeds = sorted(set(years[BASELINE]) & set(years[PLAN]))
    level = {metric: np.array([years[BASELINE][seed][metric] for seed in seeds]) for metric in SHOWN}
    effect = {metric: np.array([years[PLAN][seed][metric] for seed in seeds]) - level[metric] for metric in SHOWN}
    return level, effect


def cell(values: NDArray[np.float64], full: NDArray[np.float64] | None, signed: bool) -> str:
    """Mean with its standard error; a star where it is off full scale by more than chance."""
    mean, error = float(values.mean()), _error(values)
    size = 0 if abs(float(values.mean())) >= 1000 else 4 if abs(mean) < 2 else 2
    text = f"{mean:{'+' if signed else ''},.{size}f} ({error:,.{size}f})".replace("-", "−")
    if full is None:
        return text
    apart = np.hypot(error, _error(full))
    return f"{text}{' *' if abs(mean - full.mean()) > APART * apart else ''}"


def _error(values: NDArray[np.float64]) -> float:
    return float(values.std(ddof=1) / np.sqrt(len(values)))


def table(found: Mapping[str, tuple[Values, Values]]) -> str:
    """Markdown of both tables; the first folder is full scale."""
    parts = []
    for which, title in enumerate(("基线 Level of the baseline", "整套行动的效果 Effect of the plan")):
        parts += [f"| {title} | {' | '.join(found)} |", f"|---|{'---:|' * len(found)}"]
        first = next(iter(found))
        for metric in SHOWN:
            full = found[first][which][metric]
            cells = [
                cell(values[which][metric], None if name == first else full, signed=which == 1)
                for name, values in found.items()
            ]
            row = METRICS[metric]
            parts.append(f"| {row.zh} {row.en} | {' | '.join(cells)} |")
        parts.append("")
    return "\n".join(parts).strip()


def main(argv: Sequence[str] | None = None) -> None:
    """Run the samples and write the page."""
    parser = argparse.ArgumentParser(prog="python -m docs.builders.scales", description=__doc__)
    parser.add_argument("demo", type=Path, help="folder of the demo's comparison, full scale")
    parser.add_argument("work", type=Path, help="folder for the comparisons of samples")
    given = parser.parse_args(argv)
    found = {"1": of_comparison(given.demo)}
    scenarios = [load_scenario(name) for name in (BASELINE, PLAN)]
    for scale in SCALES:
        folder = given.work / f"{scale:g}"
        compare(scenarios, out=folder, baseline=BASELINE, replicates=SEEDS, scale=scale)
        found[f"{scale:g}"] = of_comparison(folder)
    put_between(PAGE, BEGIN, END, table(found))


if __name__ == "__main__":
    main()
