"""Tables that the reader may save from the page, as CSV that spreadsheets open."""

import pandas as pd

from experiments.charts.comparison import PATHS, paired_differences
from experiments.report.document import Download, Downloads, Section
from experiments.runs.folders import ComparisonFolder, Option
from experiments.texts import numbers as words
from experiments.texts.catalogue import phrase
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


def weekly(options: list[Option]) -> pd.DataFrame:
    """Means over replicates of the metrics of the paths, by option and week."""
    parts = []
    for option in options:
        frames = [pd.read_parquet(run / "district.parquet", columns=["date", *PATHS]) for run in option.runs.values()]
        mean = pd.concat(frames).groupby("date", as_index=False).mean()
        mean["date"] = mean["date"].dt.strftime("%Y-%m-%d")
        mean.insert(0, "scenario", option.name)
        parts.append(mean)
    return pd.concat(parts, ignore_index=True)


def judged(table: pd.DataFrame) -> pd.DataFrame:
    """A table of differences with the smallest one that matters and the verdict, in both languages."""
    least = [METRICS[m].least.at(level) for m, level in zip(table["metric"], table["baseline_value"], strict=True)]
    said = words.verdicts(table)
    return table.assign(smallest_that_matters=least, verdict_zh=[w.zh for w in said], verdict=[w.en for w in said])


def of_comparison(found: ComparisonFolder) -> Section:
    """Everything that the figures and tables of a comparison show."""
    communities = found.communities[found.communities["metric"].isin(_COMMUNITIES)]
    items = [
        Download(
            "comparison.csv",
            phrase("report.downloads.differences_and_intervals_of_all_metrics"),
            csv(judged(found.table)),
        ),
        Download(
            "replicates.csv", phrase("report.downloads.differences_of_each_replicate"), csv(paired_differences(found))
        ),
        Download("winners.csv", phrase("report.downloads.gains_and_losses_by_group"), csv(found.winners)),
        Download("communities.csv", phrase("report.downloads.differences_by_community"), csv(communities)),
        Download(
            "weekly.csv",
            phrase("report.downloads.weekly_values_means_over_replicates"),
            csv(weekly(found.options)),
        ),
    ]
    return section(items)


def section(items: list[Download]) -> Section:
    """The part of the page where tables are saved."""
    return Section("data", phrase("report.downloads.data"), [Downloads(items)])
