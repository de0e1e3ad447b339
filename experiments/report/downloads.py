"""Tables that the reader may save from the page, as CSV that spreadsheets open."""

import pandas as pd

from experiments.answers.uncertainty import TOTAL
from experiments.charts.comparison import PATHS, group_labels
from experiments.charts.factors import factor_name
from experiments.charts.frames import Frames
from experiments.report.document import Download, Downloads, Section
from experiments.report.effects import HEADLINES
from experiments.runs.folders import Option
from experiments.texts import numbers as words
from experiments.texts.catalogue import Words, phrase, section
from simulation.metrics.table import METRICS

_COMMUNITIES = ("satisfaction", "load_committee", "households_per_worker", "wait_weeks")
_DIGITS = "%.6g"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet takes a text that begins with one for a formula


def csv(frame: pd.DataFrame) -> str:
    """A table as CSV; six significant digits, as in the files of results.

    Texts that a spreadsheet would run get an apostrophe in front (OWASP, CSV injection); numbers stay as they are.
    """
    safe = frame.assign(**{name: frame[name].map(_inert) for name in frame if frame[name].dtype.kind == "O"})
    return safe.to_csv(index=False, float_format=_DIGITS, lineterminator="\r\n")


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def weekly(weeks: dict[str, dict[int, pd.DataFrame]]) -> pd.DataFrame:
    """Means over replicates of the metrics of the paths, by option and week; `weeks`: see `Frames.weeks`."""
    parts = []
    for name, runs in weeks.items():
        mean = pd.concat([table[["date", *PATHS]] for table in runs.values()]).groupby("date", as_index=False).mean()
        mean["date"] = mean["date"].dt.strftime("%Y-%m-%d")
        mean.insert(0, "scenario", name)
        parts.append(mean)
    return pd.concat(parts, ignore_index=True)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """A table of differences with the smallest one that matters and the verdict, in both languages.

    Columns of draws are left out where there were none.
    """
    least = [METRICS[m].least.at(level) for m, level in zip(table["metric"], table["baseline_value"], strict=True)]
    said = words.judged(table)
    drawn = table["draws"].any()
    kept = table.drop(columns=["verdict_total"] if drawn else TOTAL, errors="ignore")
    return kept.assign(smallest_that_matters=least, verdict_zh=[w.zh for w in said], verdict=[w.en for w in said])


_COLUMNS = section("report.downloads.columns")
_ONE_LANGUAGE = {"verdict": "verdict_zh", "name_en": "name_zh"}
"""Columns that the Chinese table leaves out, for it has another that says the same."""


def both(frame: pd.DataFrame, options: list[Option]) -> Words:
    """A table as CSV: with the names of the files of results, and with Chinese heads and labels."""
    return Words(csv(in_chinese(frame, options)), csv(frame.drop(columns=_ONE_LANGUAGE.values(), errors="ignore")))


def in_chinese(frame: pd.DataFrame, options: list[Option]) -> pd.DataFrame:
    """The table with Chinese heads, and titles, metrics, groups and streets by name in place of codes."""
    titles = {option.name: option.title[0] for option in options}
    groups = group_labels(options[0].scenario["district"])
    found = frame.drop(columns=[name for name, other in _ONE_LANGUAGE.items() if other in frame])
    for name in ("scenario", "baseline"):
        if name in found:  # the baseline of a draw is a value
            found[name] = found[name].map(lambda value: titles.get(value, value))
    if "group" in found:
        by = zip(found["by"], found["group"], strict=True)
        found["group"] = [groups[kind][int(code)][0] for kind, code in by]
        found["by"] = found["by"].map({kind: _COLUMNS[kind].zh for kind in groups})
    if "subdistrict" in found:
        found["subdistrict"] = found["subdistrict"].map(lambda code: groups["subdistrict"][int(code)][0])
    if "metric" in found:
        units = [words.unit(METRICS[name], True).zh if name in METRICS else "" for name in found["metric"]]
        found.insert(list(found.columns).index("metric") + 1, "unit", units)
        found["metric"] = found["metric"].map(lambda name: METRICS[name].zh if name in METRICS else name)
    return found.rename(columns=_head)


def _head(name: str) -> str:
    """Chinese head of a column; of a metric its label and unit."""
    if name in METRICS:
        return f"{METRICS[name].zh}（{METRICS[name].unit_zh}）"
    if name.startswith("parameters."):
        return factor_name(name)[0]
    return _COLUMNS[name].zh if name in _COLUMNS else name


def of_comparison(frames: Frames) -> Section:
    """Everything that the figures and tables of a comparison show."""
    found = frames.found
    communities = found.communities[found.communities["metric"].isin(_COMMUNITIES)]
    draws = found.draws[found.draws["metric"].isin(HEADLINES)]
    tables = [
        ("comparison.csv", phrase("report.downloads.differences_and_intervals_of_all_metrics"), judged(found.table)),
        ("replicates.csv", phrase("report.downloads.differences_of_each_replicate"), frames.each),
        ("draws.csv", phrase("report.downloads.differences_at_each_draw"), draws),
        ("draws_points.csv", phrase("report.downloads.parameters_of_each_draw"), found.draws_points),
        ("winners.csv", phrase("report.downloads.gains_and_losses_by_group"), found.winners),
        ("communities.csv", phrase("report.downloads.differences_by_community"), communities),
        ("weekly.csv", phrase("report.downloads.weekly_values_means_over_replicates"), weekly(frames.weeks)),
    ]
    drawn = [item for item in tables if frames.draws or not item[0].startswith("draws")]
    return data([Download(file, title, both(table, found.options)) for file, title, table in drawn])


def data(items: list[Download]) -> Section:
    """The part of the page where tables are saved."""
    return Section("data", phrase("report.downloads.data"), [Downloads(items)])
