"""The posterior that ships, and tables of `docs/uncertainty.md`: `python -m docs.builders.posterior FOLDER`.

FOLDER is that of a finished calibration. The file that ships says which golden runs the model had that made it; a test
compares them with today's.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from docs.builders.figures import put, results_hash
from experiments.charts.style import tick
from experiments.study.posterior import FILE, Posterior, read_posterior, write_posterior
from experiments.validation.patterns import PATTERNS
from simulation.district.data.district import district_folder
from simulation.parameters import PARAMETERS
from simulation.scenario.load import load_scenario

PAGE = Path(__file__).parents[1] / "uncertainty.md"
CHARTS = ("posterior", "predictive")
DISTRICT, GOLDEN = "huitian", "golden"
_PLACE = r"(<!-- posterior: {} -->\n).*?(<!-- /posterior -->)"


def filled(page: str, folder: Path) -> str:
    """The page with every marked place filled from the folder of a calibration.

    Raises
    ------
    ValueError
        If the page lacks a place.
    """
    for name, table in TABLES.items():
        found = re.compile(_PLACE.format(name), re.S)
        if not found.search(page):
            raise ValueError(f"{PAGE.name} has no place for {name}")
        text = table(folder)
        page = found.sub(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)
    return page


def _made(folder: Path) -> str:
    about = _posterior(folder).about
    plan = about["plan"]
    flat = sum(given.get("prior") == "uniform" for given in plan["parameters"].values())
    return (
        f"{plan['posterior']['draws']} draws of {len(plan['parameters'])} parameters from {len(about['patterns'])} "
        f"patterns, {about['prior']} priors, {flat} of them uniform instead; {len(plan['from_prior'])} more from their "
        "priors. Waves: "
        f"{about['waves']}, {about['points']} points; {about['runs']} runs at "
        f"scale {about['scale']:g}: {about['run_seconds'] / 3600:.1f} hours of one core, then "
        f"{about['sampling_seconds'] / 60:.1f} minutes for the chains. Largest split R-hat {about['r_hat']:.3f}, least "
        f"effective size {about['ess']:,}, {100 * about['acceptance']:.0f} % of steps accepted, "
        f"{100 * about['kept']:.0f} % of the states kept by the exact likelihood. Code `{about['code'][:12]}`."
    )


def _learnt(folder: Path) -> str:
    table = pd.read_csv(folder / "posterior.csv").sort_values("contraction", ascending=False)
    lines = [
        "![Prior and posterior of each parameter](images/posterior.png)",
        "",
        "| 参数 | parameter | range (default) | after: median (5 to 95 %) | variance gone | R-hat |",
        "|---|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        known = PARAMETERS[row["parameter"]]
        mark = "**" if row["identified"] else ""
        lines.append(
            f"| {known.zh} | {mark}`{row['parameter']}`{mark} | {tick(row['prior_low'])} to {tick(row['prior_high'])} "
            f"({tick(known.default)}) | {_range(row, '')} | {_percent(row['contraction'])} | {row['r_hat']:.3f} |"
        )
    return "\n".join(lines)


def _predicted(folder: Path) -> str:
    table = pd.read_csv(folder / "predictive.csv", keep_default_na=False, na_values=[""])
    run = "run_median" in table
    head = ["pattern", "observed", "before: median (5 to 95 %)", "after", *(["draws that were run"] if run else [])]
    lines = [
        "![Patterns before and after calibration](images/predictive.png)",
        "",
        f"| {' | '.join([*head, 'inside', 'p'])} |",
        "|" + "---|" * (len(head) + 2),
    ]
    for row in table.to_dict("records"):
        cells = [_named(row), _observed(row), _range(row, "prior_"), _range(row, "")]
        cells += [_range(row, "run_")] if run else []
        lines.append(f"| {' | '.join([*cells, _percent(row['inside']), format(row['p'], '.2f')])} |")
    return "\n".join(lines)


def _without(folder: Path) -> str:
    table = pd.read_csv(folder / "left_out.csv")
    lines = [
        "| pattern left out | observed | what the others say of it: median (5 to 95 %) | z | held |",
        "|---|---|---|---|---|",
    ]
    for row in table.to_dict("records"):
        z = "" if row["z"] != row["z"] else f"{row['z']:.1f}".replace("-", "−")
        held = "是 yes" if row["covered"] else "**否 no**"
        lines.append(f"| {_named(row)} | {_observed(row)} | {_range(row, '')} | {z} | {held} |")
    return "\n".join(lines)


def _found_again(folder: Path) -> str:
    table = pd.read_csv(folder / "recovery.csv").sort_values("contraction", ascending=False)
    lines = [
        f"{table['truths'].iloc[0]} truths from the prior; the 90 % intervals hold "
        f"{_percent(table['covered'].mean())} of them over all parameters.",
        "",
        "| parameter | variance gone, mean | truths in the 90 % interval | correlation with truth | p of the ranks |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| `{row['parameter']}` | {_percent(row['contraction'])} | {_percent(row['covered'])} | "
        f"{row['correlation']:.2f} | {row['p']:.2f} |".replace("-", "−")
        for row in table.to_dict("records")
    ]
    return "\n".join(lines)


TABLES: dict[str, Callable[[Path], str]] = {
    "how it was made": _made,
    "what is learnt": _learnt,
    "what worlds show": _predicted,
    "a pattern left out": _without,
    "known truths": _found_again,
}
"""What fills a place of the page, by the name in its mark."""


def _posterior(folder: Path) -> Posterior:
    return read_posterior(folder / FILE, load_scenario("baseline"))


def _named(row: dict[str, object]) -> str:
    pattern = PATTERNS[str(row["target"])]
    return f"{pattern.id} {pattern.zh} {pattern.en}"


def _observed(row: dict[str, object]) -> str:
    low, high = float(str(row["low"])), float(str(row["high"]))
    return f"≥ {tick(low)}" if row["censored"] == "above" else f"{tick(low)} – {tick(high)}"


def _range(row: dict[str, object], prefix: str) -> str:
    low, middle, high = (float(f"{float(str(row[prefix + name])):.3g}") for name in ("q05", "median", "q95"))
    return "" if middle != middle else f"{tick(middle)} ({tick(low)} to {tick(high)})"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %".replace("-", "−")


def main() -> None:
    """Ship the draws, fill the page from the folder that is given, and bring its charts."""
    folder = Path(sys.argv[1])
    made = _posterior(folder)
    write_posterior(
        district_folder(DISTRICT) / FILE, pd.read_parquet(folder / FILE), made.about | {GOLDEN: results_hash()}
    )
    PAGE.write_text(filled(PAGE.read_text("utf-8"), folder), "utf-8")
    for name in CHARTS:
        put(folder / "charts" / f"{name}.png", f"{name}.png")


if __name__ == "__main__":
    main()
