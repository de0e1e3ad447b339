"""Words for the answers of a sweep: names of tables and columns, sentences, captions of their charts."""

import pandas as pd

from experiments.answers.sweep import Answers
from experiments.charts.factors import factor_name
from experiments.report import options
from experiments.statistics import LEVEL
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, join, phrase, quoted, same, section
from simulation.metrics.table import METRICS

TABLES = section("report.findings.tables")
COLUMNS = section("report.findings.columns")
TEXT = (
    "option",
    "scenario",
    "baseline",
    "metric",
    "by",
    "place",
    "factor",
    "factor_a",
    "factor_b",
    "term",
    "status",
    "outcome",
    "index",
    "dominated_by",
    "compared_with",
)
HIDDEN = (
    "tests",
    "relative_difference",
    "variance_reduction",
    "variance_reduction_low",
    "variance_reduction_high",
    "margin",
    "verdict",
    "draws",
    "median_total",
    "verdict_total",
)
_TERMS = section("report.findings.terms")
_GROUPINGS = section("report.findings.groupings")


def word(column: str, value: str, names: dict[str, tuple[str, str]]) -> Words:
    """An entry of a text column in both languages."""
    if column == "metric":
        return words.label(value) if value in METRICS else same(value)
    if column.startswith("factor"):
        return Words(*factor_name(value))
    if column in ("by", "term", "status", "outcome", "index"):
        return _TERMS.get(value, same(value))
    return Words(*names.get(value, (value, value)))


def in_chinese(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> pd.DataFrame:
    """A table of answers with Chinese heads and labels."""
    found = table.copy()
    for name in (column for column in TEXT if column in found):
        found[name] = [word(name, str(value), names).zh for value in found[name]]
    return found.rename(columns={name: COLUMNS[name].zh for name in found if name in COLUMNS})


def sentences(found: Answers, names: dict[str, tuple[str, str]]) -> list[Words]:
    """What each table says, in a sentence."""
    told = []
    for name, say in (
        ("ranking", _ranking),
        ("frontier", _frontier),
        ("differences_by_place", _by_place),
        ("synergy", _synergy),
        ("one_at_a_time", _tornado),
        ("sensitivity_sobol", _sobol),
        ("sensitivity_morris", _morris),
        ("robustness", _robust),
        ("discovery", _discovery),
    ):
        table = found.tables.get(name)
        if table is None or not len(table):
            continue
        parts = dict(list(table.groupby("scenario", sort=False))) if "scenario" in table else {"": table}
        for scenario, part in parts.items():
            title = Words(*names.get(str(scenario), same(str(scenario))))
            about = phrase("report.findings.about_scenario", title=title) if len(parts) > 1 else Words("", "")
            said = say(part, names)
            told.append(Words(about.zh + said.zh, about.en + said.en))
    return told


_OF_CHART = {
    "ranks": "ranking",
    "cost_effectiveness": "frontier",
    "places": "differences_by_place",
    "synergy": "synergy",
    "tornado": "one_at_a_time",
    "sobol": "sensitivity_sobol",
    "morris": "sensitivity_morris",
    "regret": "robustness",
    "prim": "discovery",
}


def caption(chart: str, found: Answers, names: dict[str, tuple[str, str]]) -> Words:
    """What to see in a chart: the sentence of the table behind it, for the scenario that it shows."""
    kind, _, scenario = chart.partition("_") if chart not in _OF_CHART else (chart, "", "")
    name = _OF_CHART.get(kind, "")
    table = found.tables.get(name)
    if table is None:
        return table_words(name)
    part = table[table["scenario"] == scenario] if scenario and "scenario" in table else table
    part = part[part["metric"] == part["metric"].iloc[0]] if kind == "places" else part  # it shows one outcome
    only = Answers({name: part})
    said = sentences(only, names)
    return join(said) if said else table_words(name)


def table_words(name: str) -> Words:
    """Title of a table as a caption."""
    return TABLES.get(name, phrase("report.findings.a_chart"))


def _first(table: pd.DataFrame) -> tuple[pd.DataFrame, Words]:
    """Rows of the first metric, and its name."""
    metric = str(table["metric"].iloc[0])
    return table[table["metric"] == metric], words.label(metric)


def _ranking(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    best = rows.sort_values("rank", kind="stable").iloc[0]
    name, chance = quoted(names[str(best["option"])]), words.number(100 * float(best["p_best"]), 0)
    if pd.isna(best["p_best"]):  # fewer than three replicates
        return phrase("report.findings.best_in_is_too_few_replicates", label=label, name=name)
    return phrase("report.findings.best_in_is_the_chance_that", label=label, name=name, chance=chance)


def _frontier(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    good = table[table["status"] == "efficient"].sort_values("cost", kind="stable")
    listed = join([quoted(names[str(option)]) for option in good["option"]], phrase("common.list_comma"))
    return phrase(
        "report.findings.of_options_are_efficient_from_the", n_table=len(table), n_good=len(good), listed=listed
    )


def _by_place(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    """For each outcome, the option that changes it most anywhere, and where."""
    told = []
    for outcome, rows in table.groupby("metric", sort=False):
        top = rows.loc[rows["mean_difference"].abs().idxmax()]
        own = rows[rows["option"] == top["option"]]
        low = own.loc[own["mean_difference"].mul(1 if top["mean_difference"] > 0 else -1).idxmin()]
        clear = int(((own["ci_low"] > 0) | (own["ci_high"] < 0)).sum())
        first, last = (Words(*names.get(str(row["place"]), same(str(row["place"])))) for row in (top, low))
        most, least = (words.signed(options.plain(float(row["mean_difference"]))) for row in (top, low))
        told.append(
            phrase(
                "report.findings.by_place",
                outcome=str(outcome),
                by=_GROUPINGS[str(top["by"])],
                name=quoted(names[str(top["option"])]),
                first=first,
                most=most,
                last=last,
                least=least,
                clear=clear,
                count=len(own),
                chance=words.number((1 - LEVEL) * len(own), 1),
            )
        )
    return join(told, Words("", " "))


def _synergy(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    pairs = rows[rows["term"] == "interaction"]
    clear = pairs[[words.matters(said) for said in words.verdicts(pairs)]]
    if clear.empty:
        return phrase("report.findings.in_no_two_measures_clearly_help", label=label)
    top = clear.loc[clear["effect"].abs().idxmax()]
    a, b = (Words(*factor_name(str(top[name]))) for name in ("factor_a", "factor_b"))
    size = words.measured(METRICS[str(top["metric"])], float(top["effect"]))
    verb = (
        phrase("report.findings.reinforce_each_other_by")
        if top["effect"] > 0
        else phrase("report.findings.weaken_each_other_by")
    )
    return phrase("report.findings.in_the_strongest_interaction_and", label=label, a=a, b=b, verb=verb, size=size)


def _leading(table: pd.DataFrame, factor: str, size: str) -> tuple[Words, Words]:
    """The first metric, and the three factors that lead there; `factor` and `size` are columns."""
    rows, label = _first(table)
    top = rows.groupby(factor)[size].max().sort_values(ascending=False, kind="stable").head(3)
    led = [
        phrase(
            "report.findings.factor_with_value",
            factor=Words(*factor_name(str(name))),
            value=options.plain(float(value)),
        )
        for name, value in top.items()
    ]
    return label, join(led, phrase("common.list_comma"))


def _tornado(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    label, led = _leading(table, "factor", "swing")
    return phrase("report.findings.one_at_a_time_the_factors", label=label, led=led)


def _sobol(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    label, led = _leading(table[table["index"] == "total"], "factor_a", "value")
    return phrase("report.findings.what_makes_differ_total_index", label=label, led=led)


def _morris(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    label, led = _leading(table, "factor", "mu_star")
    return phrase("report.findings.the_factors_that_matter_most_for", label=label, led=led)


def _robust(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows, label = _first(table)
    best = rows.sort_values("max_regret", kind="stable").iloc[0]
    name, size = quoted(names[str(best["option"])]), words.measured(METRICS[str(best["metric"])], best["max_regret"])
    share = words.number(100 * float(best["best_share"]), 0)
    return phrase(
        "report.findings.most_robust_in_is_over_cases",
        label=label,
        name=name,
        cases=int(best["cases"]),
        size=size,
        share=share,
    )


def _discovery(table: pd.DataFrame, names: dict[str, tuple[str, str]]) -> Words:
    rows = table[table["box"] == table["box"].iloc[0]]
    limits = join([_limit(row) for row in rows.to_dict("records")], phrase("common.list_comma"))
    first = rows.iloc[0]
    cover, dense = (words.number(100 * float(first[name]), 0) for name in ("coverage", "density"))
    return phrase("report.findings.results_are_bad_where_of_the", limits=limits, cover=cover, dense=dense)


def _limit(row: dict[str, object]) -> Words:
    name = Words(*factor_name(str(row["factor"])))
    low, high = row.get("low"), row.get("high")
    if isinstance(low, float) and isinstance(high, float) and low == low and high == high:
        a, b = options.plain(low), options.plain(high)
        return phrase("report.findings.limit_range", name=name, a=a, b=b)
    return phrase("report.findings.limit_members", name=name, members=row["members"])
