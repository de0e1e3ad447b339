"""`docs/measures.md`: from a sentence of the case to lever, mechanism, cost and simulated effect."""

import csv
import inspect
from collections.abc import Iterable
from pathlib import Path

import pandas as pd
from pydantic.fields import FieldInfo

from docs.builders import reach
from docs.builders.figures import of_today
from simulation.interventions.base import Intervention
from simulation.interventions.registry import interventions
from simulation.metrics.table import METRICS

EFFECTS = Path(__file__).parents[1] / "effects.csv"
"""Table that `huitian measures` writes; a checkout has it."""
_OLDER = (
    " **They were measured with an earlier state of the model (before what the changelog says of changed figures): "
    "they show how a measure works, not its size today.** `python -m docs.builders.figures measures pages` makes them "
    "anew."
)
_HEAD = """# 措施 Measures

Made from the classes in `simulation/interventions/` and from `docs/effects.csv` by `python -m docs.builders.reference`;
`huitian measures` measures the effects anew. A lever is named in a scenario under `interventions:`, with `true` for its
defaults or with fields of its own. The claim (H01 …) is the row of the case study that it stands for, the measure
(I01 …) the piece of it that a field switches: put the doses of a measure to 0 to leave it out. A soft measure, whose
strength nobody has observed, still costs at strength 0; put its budget to 0 too. Sources: "assumption" means that no
figure is known. No lever writes satisfaction, trust or another outcome. H06 acts only in scenarios with the context
`epidemic`. No two measures set the same things in the world by different names: what each moves differs from every
other in mechanism, target or place, which `tests/simulation/interventions/test_distinct.py` compares for all pairs.
That is no promise that a survey could tell them apart: many effects are smaller than the luck of a year. I49 is told
from I48 by whom it pays, and after three years by nothing that comes of it.

**Simulated effects.** {basis} A measure's effect is what its lever loses when the measure alone is left out: the
paired difference of the last year's mean (of costs and infections: of the total) with its 95 % interval; H02 and H06
are over by then and are judged by their own last year. `half` is the number of weeks from the first difference until
half of that is reached. Soft measures have their whole prior behind the value, from nil to the most: the evidence does
not move it, so this span, not the interval, is how sure anyone can be.

**What it can change.** Two runs that differ in a measure alone, to the last draw, show which columns differ by a bit
(`docs/reach.csv`, made by `python -m docs.builders.reach`; `tests/docs/test_reach.py` runs them again). Of the domains
of satisfaction, the loads and the costs: what a measure moves by its own mechanism; what it moves only because
residents report more or less (an issue that is open or unreported lowers the quality of its domain, and low quality
raises issues); and what it **never** moves. Doses are those shipped, begun and complete in the first weeks, the runs
30 weeks (118 with the epidemic): a path that takes longer to open is not seen.
{chart}"""

_OF_DOMAIN = "satisfaction: "
Row = dict[str, str]


def measures_page() -> str:
    """The page as Markdown."""
    found = sorted(
        (i for i in interventions().values() if i.__module__.startswith("simulation.")), key=lambda item: item.claim
    )
    effects = list(_effects())
    first = effects[0] if effects else {"scale": "–", "replicates": "–"}
    basis = (
        f"{first['replicates']} replicates with common random numbers on {100 * float(first['scale']):g} % of the "
        "households, doses and calendar of the plan."
        if effects
        else "Not measured yet."
    )
    today = of_today(EFFECTS)
    basis += _OLDER if effects and not today else ""
    chart = "\n![Each lever alone](images/levers.png)\n" if today else ""
    lines = [_HEAD.format(basis=basis, chart=chart), *_head("claim", "lever", "措施", "measure", "类别 group")]
    lines += [
        f"| {i.claim} | [`{i.kind}`](#{i.kind}) | {i.title_zh} | {i.title_en} | {i.group_zh} {i.group_en} |"
        for i in found
    ]
    reached = reach.read()
    for item in found:
        lines += ["", *_section(item, [row for row in effects if row["kind"] == item.kind], reached)]
    return "\n".join([*lines, ""])


def _effects() -> Iterable[Row]:
    if EFFECTS.exists():
        with EFFECTS.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def _section(item: type[Intervention], effects: list[Row], reached: pd.DataFrame) -> list[str]:
    whole = [f"{_metric(row['metric'])} {_interval(row)}" for row in effects if not row["measure"]]
    lines = [
        f"## {item.kind}",
        "",
        f"{item.claim} · {item.title_zh} · {item.title_en}",
        "",
        inspect.cleandoc(item.__doc__ or ""),
        "",
        f"Scenario: [`{item.kind}`](../scenarios/{item.kind}.yaml). Code: "
        f"[`{item.kind}.py`](../simulation/interventions/{item.kind}.py).",
    ]
    if whole:
        lines += [f"The whole lever against its absence, last year or total: {'; '.join(whole)}."]
    lines += [
        "",
        *_head(
            "measure",
            "措施",
            "the case says",
            "mechanism",
            "simulated effect (95 %)",
            "prior, nil to most",
            "half, weeks",
        ),
    ]
    lines += [
        _effect(item, number, [row for row in effects if row["measure"] == number]) for number in sorted(item.measures)
    ]
    lines += ["", *_head("measure", "changes itself", "changes through requests only", "never changes")]
    lines += [_reached(number, reached.loc[number]) for number in sorted(item.measures) if number in reached.index]
    lines += ["", *_head("field", "default", "range", "unit", "measure", "含义", "meaning", "source")]
    return lines + [_row(name, field) for name, field in item.model_fields.items()]


def _head(*columns: str) -> list[str]:
    return [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]


def _effect(item: type[Intervention], number: str, effects: list[Row]) -> str:
    measure, by = item.measures[number], {row["strength"]: row for row in effects}
    shown = f"{_metric(measure.metric)} {_interval(by['plan'])}" if by else "–"
    prior = f"{_value(by['nil'], 'mean_difference')} … {_value(by['most'], 'mean_difference')}" if "most" in by else "–"
    half = by["plan"]["half_weeks"] if by else ""
    return (
        f"| {number} | {measure.zh} · {measure.en} | {measure.figure or 'no number'} | {measure.mechanism} | "
        f"{shown} | {prior} | {half or '–'} |"
    )


def _reached(number: str, row: "pd.Series[str]") -> str:
    told = {how: [] for how in (reach.OWN, reach.REQUESTS, reach.NEVER)}
    for name in reach.OUTCOMES:
        told[row[name]].append(METRICS[name].en)
    return f"| {number} | {' | '.join(_together(names) for names in told.values())} |"


def _together(names: list[str]) -> str:
    """Domains of satisfaction as one list."""
    domains = [name.removeprefix(_OF_DOMAIN) for name in names if name.startswith(_OF_DOMAIN)]
    others = [name for name in names if not name.startswith(_OF_DOMAIN)]
    return "; ".join([_OF_DOMAIN + ", ".join(domains)] * bool(domains) + others) or "–"


def _metric(name: str) -> str:
    row = METRICS[name]
    return f"{row.en} ({row.unit_en})" if row.unit_en else row.en


def _interval(row: Row) -> str:
    shown = f"{_value(row, 'mean_difference')} ({_value(row, 'ci_low')} to {_value(row, 'ci_high')})"
    told = not row["ci_low"] or float(row["ci_low"]) > 0 or float(row["ci_high"]) < 0
    return shown if told else f"{shown}, cannot be told from nil"


def _value(row: Row, column: str) -> str:
    return f"{float(row[column]):+.3g}".replace("-", "−") if row[column] else "–"


def _row(name: str, field: FieldInfo) -> str:
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    span = " – ".join(f"{getattr(m, key):,g}" for key in ("ge", "le") for m in field.metadata if hasattr(m, key))
    default = "" if field.default is None else getattr(field.default, "value", field.default)
    shown = f"{default:,g}" if isinstance(default, float) else default
    soft = " (soft)" if extra["soft"] else ""
    return (
        f"| `{name}` | {shown} | {span} | {extra['unit']} | {extra['measure']}{soft} | {extra['zh']} | "
        f"{extra['en']} | {extra['source']} |"
    )
