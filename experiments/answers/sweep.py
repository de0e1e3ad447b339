"""All answers that a study can give: which questions its design allows, their tables and their charts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

import pandas as pd

from experiments.answers import outcomes
from experiments.answers.by_place import differences_by_place, means_by_place, told_apart
from experiments.answers.costs import COSTS, YEARLY
from experiments.answers.differences import differences
from experiments.answers.discovery import dated, discovery
from experiments.answers.draws import FEWEST
from experiments.answers.emulated import emulated_sobol
from experiments.answers.frontier import cost_effectiveness
from experiments.answers.given_data import given_data
from experiments.answers.means import means_by_point, means_of_sample
from experiments.answers.outcomes import Outcomes
from experiments.answers.ranking import ranking
from experiments.answers.results import independent, options_of, results_of, words_of
from experiments.answers.robustness import regrets, robustness
from experiments.answers.sensitivity import morris_effects, one_at_a_time, sobol_indices
from experiments.answers.synergy import synergy
from experiments.answers.uncertainty import over_draws, with_totals
from experiments.answers.windows import is_day
from experiments.charts import style
from experiments.extras import missing
from experiments.texts.catalogue import Words, phrase
from simulation.metrics.table import METRICS

CHARTS = ("ranks", "cost_effectiveness", "places", "synergy", "regret", "tornado_", "sobol_", "morris_", "prim_")
"""How the names of their charts begin."""
ENOUGH_CASES = 30
"""Points from which scenario discovery is tried."""
WORST = 0.25
"""Share of cases that count as bad when no threshold is given."""


@dataclass
class Answers:
    """Tables and charts by name, and why a question has no answer."""

    tables: dict[str, pd.DataFrame] = field(default_factory=dict)
    charts: dict[str, style.Drawer] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def answer(sweep: Outcomes, threshold: float | None = None) -> Answers:
    """Answer every question that the design allows.

    Parameters
    ----------
    threshold : float, optional
        Value of the first metric that satisfies: of the effect where a baseline stands beside other scenarios, else
        of the level. Without it the worst quarter of cases counts as bad.
    """
    found = Answers()
    seeds = sweep.values.groupby(["scenario", "point"])["seed"].nunique()
    short = int((seeds < seeds.max()).sum())
    if short:
        found.notes.append(
            f"runs: {short} of {len(seeds)} pairs of scenario and point lack a seed that others have; "
            "sensitivity and discovery leave them out, other answers use the seeds that are shared"
        )
    questions = (
        _means,
        _options,
        _by_place,
        _pairs,
        _one_at_a_time,
        _sensitivity,
        _given_data,
        _robustness,
        _discovery,
    )
    asked = [(q, sweep) for q in questions]
    if sweep.crossed is not None:
        asked += [(_pairs, sweep.crossed), (_robustness, sweep.crossed)]
    for question, measured in asked:
        try:
            question(measured, found, threshold)
        except ValueError as error:  # runs that failed may leave too few for one question and enough for another
            found.notes.append(f"{question.__name__.strip('_')}: {error}")
        except ModuleNotFoundError as error:  # the runs are made; the other questions need not wait
            needed = missing(error)
            if needed is None:
                raise
            found.notes.append(f"{question.__name__.strip('_')}: {needed}")
    return found


def _runs(sweep: Outcomes) -> style.Runs:
    """Replicates and scale, for the charts."""
    return style.Runs(sweep.replicates, sweep.scale)


def _means(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Levels, and effects where there is a baseline; a Morris sample and steps from a base point have no mean."""
    if sweep.kind in ("morris", "one_at_a_time"):
        return
    told = means_of_sample if sweep.sampled else partial(means_by_point, sequential=sweep.sequential)
    parts = [told(sweep.values).assign(outcome="level")]
    if len(sweep.titles) > 1:
        parts.append(told(outcomes.effects(sweep.values, sweep.baseline)).assign(outcome="effect"))
    table = pd.concat(parts, ignore_index=True)
    table = table[table["metric"].isin(sweep.asked)].reset_index(drop=True)
    found.tables["means"] = table.dropna(axis="columns", how="all")
    if len(sweep.titles) == 1 and not sweep.points.shape[1]:
        found.notes.append("differences, ranking: one scenario has nothing to be compared with; add a second one")


def _options(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Differences, ranks and frontier of options, where points are choices and not cases."""
    if sweep.sampled or outcomes.uncertainties(sweep.points):
        return
    values, names, base = options_of(sweep)
    if values["option"].nunique() < 2:
        return
    wanted = values[values["metric"].isin([*sweep.asked, *COSTS])]
    table = differences(wanted, base, own=sweep.own, matters=sweep.matters, sequential=sweep.sequential)
    if len(sweep.draws):
        told = outcomes.as_options(sweep.draws, sweep.points, sweep.acting)
        told = told.drop(columns=["scenario", "point"]).rename(columns={"option": "scenario", "case": "point"})
        table = with_totals(table, over_draws(told, base), sweep.own, sweep.matters)
    found.tables["differences"] = table.rename(columns={"scenario": "option"})
    there = set(values["metric"])  # an outcome may have no value in any run
    judged = [metric for metric in sweep.asked if sweep.direction(metric) and metric in there]
    leagues = {
        metric: ranking(values, metric, sweep.direction(metric), sequential=sweep.sequential) for metric in judged
    }
    if leagues:
        found.tables["ranking"] = pd.concat([league for league, _ in leagues.values()], ignore_index=True)
        found.tables["rank_probabilities"] = pd.concat(
            [places.assign(metric=metric) for metric, (_, places) in leagues.items()], ignore_index=True
        )
    for metric in [metric for metric in judged if metric in METRICS][:1]:
        if _runs(sweep).n >= FEWEST:
            from experiments.charts.ranks import ranks

            found.charts["ranks"] = partial(ranks, *leagues[metric], names, metric, _runs(sweep))
        _frontier(sweep, values, names, base, metric, found)


def _by_place(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Outcomes by place; a Morris sample and steps from a base point have no mean."""
    if not sweep.places or sweep.kind in ("morris", "one_at_a_time"):
        return
    empty = [name for name, placed in sweep.places.items() if not placed.codes]
    if empty:
        found.notes.append(
            f"by place: no run keeps what {', '.join(empty)} is worked out from; the same `huitian sweep` makes them "
            "anew"
        )
        return
    found.tables["means_by_place"] = means_by_place(sweep)
    if not told_apart(sweep):
        return
    from experiments.charts.places import places as chart

    table, first = differences_by_place(sweep), next(iter(sweep.places))
    found.tables["differences_by_place"] = table
    rows = table[table["metric"] == first]
    found.charts["places"] = partial(chart, rows, options_of(sweep)[1], sweep.place_names, first, _runs(sweep))


def _frontier(
    sweep: Outcomes, values: pd.DataFrame, names: style.Names, base: str, metric: str, found: Answers
) -> None:
    if YEARLY not in set(values["metric"]):
        return
    from experiments.charts.cost_effectiveness import cost_effectiveness as chart

    table = cost_effectiveness(values, metric, base, sequential=sweep.sequential)
    found.tables["frontier"] = table
    found.charts["cost_effectiveness"] = partial(chart, table, names, metric, _runs(sweep))


def _pairs(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Interactions of a two-level design."""
    points = sweep.points
    if sweep.kind not in ("factorial", "table") or points.shape[1] < 2 or not (points.nunique() == 2).all():
        return
    from experiments.charts.synergy import synergy as chart

    scenario = list(sweep.titles)[-1]
    values = sweep.values[sweep.values["scenario"] == scenario]
    tables = [synergy(points, values, metric).assign(scenario=scenario) for metric in sweep.metrics]
    found.tables["synergy"] = pd.concat(tables, ignore_index=True)
    found.charts["synergy"] = partial(chart, tables[0], _runs(sweep))


def _one_at_a_time(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    if sweep.kind != "one_at_a_time":
        return
    from experiments.charts.tornado import tornado

    parts = []
    for scenario, what, values in results_of(sweep):
        for metric in sweep.metrics:
            table = one_at_a_time(sweep.points, values, metric, base=sweep.points.index[0])
            parts.append(table.assign(scenario=scenario, outcome=what))
            if metric == sweep.metrics[0]:
                words = words_of(sweep, scenario, what, metric)
                found.charts[f"tornado_{scenario}"] = partial(tornado, table, words, _runs(sweep))
    found.tables["one_at_a_time"] = pd.concat(parts, ignore_index=True)


def _sensitivity(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    if sweep.kind not in ("sobol", "morris"):
        return
    from experiments.charts.morris import morris
    from experiments.charts.sobol import sobol

    parts = []
    for scenario, what, values in results_of(sweep):
        means = outcomes.by_point(values)
        for metric in sweep.metrics:
            result = means[means["metric"] == metric].set_index("point")["value"]
            words = words_of(sweep, scenario, what, metric)
            if sweep.kind == "sobol":
                table = sobol_indices(result, list(sweep.points.columns), second_order=sweep.second_order)
            else:
                table = morris_effects(sweep.factors(scenario)[0], result, levels=sweep.levels)
            parts.append(table.assign(scenario=scenario, outcome=what, metric=metric))
            if metric != sweep.metrics[0]:
                continue
            found.charts[f"{sweep.kind}_{scenario}"] = (
                partial(sobol, table, words[:2], _runs(sweep))
                if sweep.kind == "sobol"
                else partial(morris, table, words, _runs(sweep))
            )
    found.tables[f"sensitivity_{sweep.kind}"] = pd.concat(parts, ignore_index=True)


def _given_data(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Sensitivity from the points as they are; a Sobol design has its own indices, and needs no emulator."""
    if sweep.kind not in ("latin_hypercube", "sobol", "table"):
        return
    sample = independent(sweep)
    asked: dict[str, Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]] = {
        "sensitivity_given": lambda points, rows: given_data(points, rows["value"])
    }
    if sweep.kind != "sobol":
        asked["sensitivity_emulated"] = emulated_sobol
    for name, ask in asked.items():
        parts = []
        for scenario, what, values in results_of(sample):
            points = _factors(sample, scenario, name, found)
            means = outcomes.by_point(values)
            for metric in sample.asked if points.shape[1] else ():
                rows = means[means["metric"] == metric].set_index("point")
                try:
                    table = ask(points, rows)
                except ValueError as error:  # of one metric; another may have its answer
                    found.notes.append(f"{name}: {scenario}, {metric}: {error}")
                    continue
                parts.append(table.assign(scenario=scenario, outcome=what, metric=metric))
        if parts:
            found.tables[name] = pd.concat(parts, ignore_index=True)


def _factors(sweep: Outcomes, scenario: str, question: str, found: Answers) -> pd.DataFrame:
    """Points that a question can be asked of, without the factors that some of them lack; notes say which."""
    points, lacking = sweep.factors(scenario)
    if lacking:
        found.notes.append(
            f"{question}: {scenario}: without {', '.join(lacking)}, which some points leave unset because another "
            "design gave them or the lever is off there"
        )
    return points


def _robustness(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Regret of options over cases; a Morris sample is no picture of what is likely."""
    sweep = independent(sweep)
    judged = [metric for metric in sweep.metrics if METRICS[metric].direction]
    if not judged or not outcomes.uncertainties(sweep.points) or sweep.kind in ("morris", "one_at_a_time"):
        return
    values, names, _ = options_of(sweep)
    if values["option"].nunique() < 2:
        found.notes.append("regret: one option has nothing to regret; add a scenario, or levers as factors")
        return
    if values["case"].nunique() < 2:
        return
    if not (values.groupby("case")["option"].nunique() == values["option"].nunique()).any():
        found.notes.append(
            "regret: no case has every option, for each point draws levers and parameters together; give the options "
            "as scenarios, or cross them with the cases in a factorial or a table"
        )
        return
    from experiments.charts.regret import regret

    parts = []
    satisfies = threshold if len(sweep.titles) == 1 else None  # regret is about levels
    for metric in judged:
        table = regrets(values[values["metric"] == metric], outcomes.better(metric))
        robust = robustness(table, outcomes.better(metric), satisfies if metric == judged[0] else None)
        parts.append(robust.assign(metric=metric))
        if metric == judged[0]:
            found.tables["regret"] = table.assign(metric=metric)
            found.charts["regret"] = partial(regret, table, robust, names, metric, _runs(sweep))
    found.tables["robustness"] = pd.concat(parts, ignore_index=True)


def _discovery(sweep: Outcomes, found: Answers, threshold: float | None) -> None:
    """Where the first judged metric is bad: below the threshold, or in the worst quarter of the cases."""
    sweep = independent(sweep)
    judged = [metric for metric in sweep.metrics if METRICS[metric].direction]
    if not judged or sweep.kind in ("", "morris", "one_at_a_time"):
        return
    if len(sweep.points) < ENOUGH_CASES:
        if sweep.sampled:
            found.notes.append(f"discovery: {len(sweep.points)} independent points are fewer than {ENOUGH_CASES}")
        return
    from experiments.charts.prim_box import prim_box

    metric, parts = judged[0], []
    side = outcomes.better(metric)
    for scenario, what, values in results_of(sweep):
        points = _factors(sweep, scenario, "discovery", found)
        means = outcomes.by_point(values[values["metric"] == metric]).set_index("point")["value"]
        limit = float((side * means).quantile(WORST)) * side if threshold is None else threshold
        bad = side * (means - limit) < 0
        try:
            boxes, path = discovery(points, bad)
        except ValueError as error:  # of one scenario; another may have its answer
            found.notes.append(f"discovery: {scenario}: {error}")
            continue
        sign, zh, en, unit_zh, unit_en = "<" if side > 0 else ">", *words_of(sweep, scenario, what, metric)
        words = phrase(
            "answers.sweep.limit",
            outcome=Words(zh, en),
            sign=sign,
            limit=style.tick(limit),
            unit=Words(unit_zh, unit_en),
        )
        if boxes.empty:
            found.notes.append(f"discovery: no box explains when {words[1]}")
            continue
        days = [name for name in points.columns if is_day(str(name))]
        parts.append(dated(boxes, days).assign(scenario=scenario, outcome=what, metric=metric, threshold=limit))
        found.charts[f"prim_{scenario}"] = partial(prim_box, boxes, path, points, bad, words, _runs(sweep))
    if parts:
        found.tables["discovery"] = pd.concat(parts, ignore_index=True)
