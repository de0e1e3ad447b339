"""`docs/structures.csv` and the section on rival structures in `docs/uncertainty.md`.

`python -m docs.builders.structures --work FOLDER [--posterior FILE] [--draws K] [--scale S] [--seed N] [--workers W]`
runs every structure over the first K draws of a posterior: the baseline to the end of 2019 and the plan as it happened,
in which the patterns are seen, and the context with the epidemic, from which the plan's effect is measured. The folder
keeps the runs: the same command goes on where it was interrupted. With 50 draws at scale 0.05 that are 600 runs, which
take about half an hour on two cores.
"""

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from docs.builders.figures import DOCS
from docs.builders.made import made
from experiments.answers import structures
from experiments.console import progress
from experiments.runs.job import Job
from experiments.runs.store import RUNS, Store
from experiments.statistics import last_year_values
from experiments.study.posterior import read_posterior, shipped
from experiments.study.settings import STRUCTURES
from experiments.study.study import at_point, point_of
from experiments.validation.measures import MEASURES
from experiments.validation.observe import files, read_run
from experiments.validation.patterns import PATTERNS
from experiments.validation.runs import RIVALS
from experiments.validation.validate import RIVAL_USES, record
from simulation.metrics.metric import Kind
from simulation.metrics.table import METRICS
from simulation.random import replicate_seeds
from simulation.scenario.load import load_scenario

PLAN, CONTEXT, BASELINE = "huitian_history", "epidemic", "baseline"
WEEKS: dict[str, int | None] = {BASELINE: 104, CONTEXT: None, PLAN: None}
"""Scenarios, and the weeks of each: what is observed without the plan ends in 2019."""
USES = (*RIVAL_USES, "calibrated")
SHOWN = ("satisfaction", "load_committee", "backlog")
"""Effects of the plan that the table tells."""
HEAD = "## 竞争结构 Rival structures"
Key = tuple[str, int, str]
"""Structure, draw and scenario of a run."""
_BEGIN_PAGE = "# 不确定性 Uncertainty\n\n"


@dataclass(frozen=True)
class Found:
    """What the runs say.

    Attributes
    ----------
    draws : int
    table : DataFrame
        A row for each structure: score and weight by held-out and soft patterns, the same with the calibrated ones,
        patterns missed, and the plan's effects with 90 % of the draws.
    scores : DataFrame
        Log predictive scores by structure and pattern.
    held : DataFrame
        See `structures.conclusions`.
    """

    draws: int
    table: pd.DataFrame
    scores: pd.DataFrame
    held: pd.DataFrame


def accepted() -> dict[str, tuple[float, float]]:
    """Accepted range of each pattern that the runs show, but for those that were put in."""
    return {
        p.id: (p.low, p.high)
        for p in PATTERNS.values()
        if p.measure and p.use in USES and set(p.runs) <= {BASELINE, PLAN}
    }


def jobs(points: pd.DataFrame, work: Path, scale: float, seed: int, weeks: int | None) -> dict[Key, Job]:
    """Jobs by structure, draw and scenario. A draw has one seed, whatever the structure and the scenario."""
    scenarios = {name: load_scenario(name) for name in WEEKS}
    seeds = dict(zip(points.index, replicate_seeds(seed, len(points)), strict=True))
    return {
        (structure, draw, name): Job(
            at_point(scenario, {**point_of(points, draw), "structure": structure}, switches=False),
            seeds[draw],
            scale,
            weeks or WEEKS[name],
            work / RUNS / structure / f"draw-{draw}" / name,
        )
        for draw in points.index
        for structure in STRUCTURES
        for name, scenario in scenarios.items()
    }


def measured(folders: Mapping[Key, Path]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Values of the patterns and differences that the plan makes, by structure and draw; see `answers.structures`."""
    values, differences = [], []
    for structure, draw in dict.fromkeys(key[:2] for key in folders):
        places = {name: folders.get((structure, draw, name)) for name in WEEKS}
        runs = {name: read_run(place) for name, place in places.items() if place is not None}
        values += [
            (structure, draw, pattern, MEASURES[PATTERNS[pattern].measure](runs))
            for pattern in accepted()
            if set(PATTERNS[pattern].runs) <= set(runs)
        ]
        if {CONTEXT, PLAN} <= set(runs):
            without, plan = (last_year_values(runs[name].district) for name in (CONTEXT, PLAN))
            differences += [
                (structure, draw, metric, plan[metric] - without[metric]) for metric in METRICS if metric in plan
            ]
    return (
        pd.DataFrame(values, columns=["structure", "draw", "pattern", "value"]),
        pd.DataFrame(differences, columns=["structure", "draw", "metric", "difference"]),
    )


def judge(values: pd.DataFrame, differences: pd.DataFrame, seed: int = 1) -> Found:
    """Scores, weights, effects and conclusions from what was measured."""
    ranges, names = accepted(), list(values["structure"].unique())
    scores = structures.log_scores(values, ranges)
    own = scores[[name for name in scores if PATTERNS[name].use in RIVAL_USES]]
    told = structures.effects(differences)
    misses = structures.missed(values, ranges)
    table = pd.DataFrame(
        {
            "structure": names,
            "score": own.sum(axis=1, min_count=1).reindex(names).to_numpy(),
            "weight": structures.weights(own, seed).reindex(names).to_numpy(),
            "score_with_calibrated": scores.sum(axis=1, min_count=1).reindex(names).to_numpy(),
            "weight_with_calibrated": structures.weights(scores, seed).reindex(names).to_numpy(),
            "missed": [" ".join(misses[name]) for name in names],
        }
    )
    for metric in SHOWN:
        rows = told[told["metric"] == metric].set_index("structure").reindex(names)
        for column, end in (("median", ""), ("low", "_low"), ("high", "_high")):
            table[metric + end] = rows[column].to_numpy()
    judged = [m for m, row in METRICS.items() if row.direction and row.kind is not Kind.MONEY]
    held = structures.conclusions(told[told["metric"].isin(judged)], names)
    return Found(int(values["draw"].nunique()), table, scores, held)


def section(found: Found, scale: float) -> str:
    """The section of the page, as Markdown."""
    names = list(found.table["structure"])
    labels = {name: RIVALS["" if name == "full" else name][:2] for name in names}
    lines = [
        HEAD,
        "",
        f"What if the model lacked a mechanism? Each structure ran over the first {found.draws} draws of the "
        f"posterior at scale {scale:g}, with the same seeds (`python -m docs.builders.structures`). The draws are "
        "those of the full model's posterior in every structure: a rival that was calibrated itself would do better by "
        "the patterns that were calibrated to. So weights rest on patterns that nothing was fitted to (held out and "
        "soft); the column “with calibrated” shows what the others would add.",
        "",
        *(f"- **{name}**: {zh} · {en}" for name, (zh, en) in labels.items()),
        "",
        "**Score**: sum over patterns of the log predictive density of what was observed (a normal distribution whose "
        "95 % are the accepted range; where one end is open, the log of the probability that the pattern shows). "
        "**Weight**: pseudo-BMA+ (Yao, Vehtari, Simpson and Gelman 2018), the patterns bootstrapped. **Missed**: 90 % "
        "of the draws lie outside the accepted range. Effects of the plan are differences over the last year between "
        "`huitian_history` and `epidemic`, which have the same context: median and 90 % of the draws.",
        "",
        *_table(found.table),
        "",
        "Score by pattern, less that of the full model (0: as well; above 0: better than it):",
        "",
        *_by_pattern(found.scores),
        "",
        *_conclusions(found.held, names),
    ]
    return "\n".join(lines) + "\n"


def _head(*columns: str) -> list[str]:
    return [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]


def _table(table: pd.DataFrame) -> list[str]:
    shown = [METRICS[name].en for name in SHOWN]
    lines = _head("structure", "score", "weight", "weight with calibrated", "missed", *shown)
    for row in table.to_dict("records"):
        effects = [
            f"{_number(row[name])} ({_number(row[f'{name}_low'])} to {_number(row[f'{name}_high'])})" for name in SHOWN
        ]
        cells = [_number(row["score"]), _share(row["weight"]), _share(row["weight_with_calibrated"]), row["missed"]]
        lines.append(f"| {row['structure']} | {' | '.join(map(str, cells))} | {' | '.join(effects)} |")
    return lines


def _by_pattern(scores: pd.DataFrame) -> list[str]:
    names = [name for name in scores.index if name != "full"]
    lines = _head("pattern", "use", *names)
    for pattern in scores:
        gained = scores.loc[names, pattern] - scores.loc["full", pattern]
        p = PATTERNS[str(pattern)]
        lines.append(f"| {p.id} {p.en} | {p.use} | {' | '.join(map(_number, gained))} |")
    return lines


def _conclusions(held: pd.DataFrame, names: list[str]) -> list[str]:
    everywhere = held[held["count"] == len(names)]
    lines = [
        f"A conclusion is the direction of an effect of the plan on which {structures.AGREE:.0%} of the draws of a "
        f"structure agree. {len(everywhere)} of {len(held)} hold in every structure. The others:",
        "",
        *_head("metric", "the plan", "holds in", ""),
    ]
    for row in held[held["count"] < len(names)].to_dict("records"):
        moves = "raises" if row["sign"] > 0 else "lowers"
        alone = "**in one structure only**" if row["count"] == 1 else ""
        lines.append(f"| {METRICS[row['metric']].en} | {moves} | {row['held']} | {alone} |")
    return lines


def _number(value: float) -> str:
    return "–" if value != value else f"{value:+.3g}".replace("-", "−")


def _share(value: float) -> str:
    return "–" if value != value else f"{value:.2f}"


def put_section(page: Path, text: str) -> None:
    """Write a section into a page, in place of the one with the same heading, else at its end."""
    before = page.read_text("utf-8") if page.exists() else _BEGIN_PAGE
    head, heading, rest = before.partition(text.partition("\n")[0] + "\n")
    if not heading:
        page.write_text(before.rstrip("\n") + "\n\n" + text, "utf-8")
        return
    following = rest.find("\n## ")
    page.write_text(head + text + (rest[following:] if following >= 0 else ""), "utf-8")


def main() -> None:
    """Run, judge, and write table and section."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--posterior", type=Path, help="draws instead of those shipped with the district")
    parser.add_argument("--draws", type=int, default=50)
    parser.add_argument("--scale", type=float, default=0.05)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int)
    parser.add_argument("--weeks", type=int, help="of every run, for a trial")
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder that table and page are written to")
    given = parser.parse_args()
    baseline = load_scenario(BASELINE)
    file = given.posterior or shipped(baseline.district)
    if file is None:
        parser.error(f"{baseline.district} comes with no posterior; give --posterior FILE")
    points = read_posterior(file, baseline).first(given.draws).drop(columns="structure", errors="ignore")
    asked = jobs(points, given.work, given.scale, given.seed, given.weeks)
    with progress("structures", quiet=False) as report:
        done = made(asked, Store(given.work, files()), "structures", record, given.workers, report)
    values, differences = measured(done)
    found = judge(values, differences)
    found.table.to_csv(given.docs / "structures.csv", index=False, float_format="%.6g")
    put_section(given.docs / "uncertainty.md", section(found, given.scale))


if __name__ == "__main__":
    main()
