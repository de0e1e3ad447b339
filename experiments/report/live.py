"""Charts that answer the pointer: what a browser draws in place of a picture, with the scripts that the page uses."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.charts import paths as drawn_paths
from experiments.charts import style
from experiments.charts.browser import base64_of, ramps
from experiments.charts.comparison import by_week, group_labels, starts_of
from experiments.charts.frames import Frames
from experiments.charts.scales import WINDOWS
from experiments.charts.symbols import NAMES, SHOWN_AT_FIRST, SYMBOLS
from experiments.report.names import ending
from experiments.runs.folders import Option
from experiments.texts import numbers
from experiments.texts.catalogue import LANGUAGES, Lang, Words, capital, phrase
from simulation.district.data.district import load_district
from simulation.district.map.geography import load_geography
from simulation.metrics.metric import Metric
from simulation.metrics.table import METRICS

_PUBLIC = Path(__file__).parents[1] / "public"
_OWN = Path(__file__).parent / "templates"
_SHARED = ("numbers", "charts", "pens", "map")
_SCRIPTS = ("live_paths", "live_map", "live")
_DIGITS = 6
_ESCAPED = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


@dataclass(frozen=True)
class Live:
    """What a browser draws a chart from: numbers once, and texts in each language."""

    kind: Literal["paths", "map"]
    data: dict[str, Any]
    words: dict[Lang, dict[str, Any]]


def paths(frames: Frames, metrics: tuple[str, ...]) -> Live:
    """The chart of paths: what the picture draws, with a week and a value wherever one points."""
    found = frames.found
    weeks, starts = by_week(frames.weeks), starts_of(found.options)
    first = pd.Timestamp(weeks["date"].min())
    options = [found.baseline, *found.others]
    panels = []
    for metric in metrics:
        factor = 100.0 if numbers.is_percent(METRICS[metric]) else 1.0
        wide = [factor * drawn_paths.drawn(weeks, option.name, metric) for option in options]
        places = _places(METRICS[metric], max(float(table.abs().to_numpy().max()) for table in wide))
        panels.append({"places": places, "lines": [_line(table) for table in wide]})
    data = {
        "start": first.date().isoformat(),
        "marks": [int((pd.Timestamp(day) - first).days) // 7 for day in starts],
        "lines": [_pen(k) for k in range(len(options))],
        "panels": panels,
    }
    replicates = found.replicates > 1
    note = [phrase("charts.paths.band_range_of_replicates")] if replicates else []
    note.append(phrase("charts.paths.n_4_week_means_not_of_totals"))
    return Live(
        "paths", data, {lang: _paths_words(lang, options, metrics, list(starts.values()), note) for lang in LANGUAGES}
    )


def _paths_words(
    lang: Lang, options: list[Option], metrics: tuple[str, ...], marks: list[tuple[str, str]], note: list[Words]
) -> dict[str, Any]:
    of = LANGUAGES.index(lang)
    titles = [
        {"title": capital(Words(METRICS[m].zh, METRICS[m].en))[of], "unit": _unit(METRICS[m])[of]} for m in metrics
    ]
    return {
        "options": [option.title[of] for option in options],
        "panels": titles,
        "marks": [mark[of] for mark in marks],
        "note": "".join(part[of] for part in note),
        "week": phrase("page.week_short", week="{week}")[of],
        "help": phrase("report.live.paths_help")[of],
    }


def _line(table: pd.DataFrame) -> dict[str, list[float | None]]:
    """Mean over the seeds, and where there are several the lowest and the highest."""
    found = {"mean": _numbers(table.mean(axis=1))}
    if table.shape[1] > 1:
        found |= {"low": _numbers(table.min(axis=1)), "high": _numbers(table.max(axis=1))}
    return found


def _numbers(values: "pd.Series[float]") -> list[float | None]:
    return [None if np.isnan(value) else float(f"{value:.{_DIGITS}g}") for value in values]


def _pen(k: int) -> dict[str, str]:
    """Colour and dashes of the k-th line, the baseline first, as the picture has them."""
    _, dashes = style.DASHES[k % len(style.DASHES)]
    colour = style.COLOURS[(k - 1) % len(style.COLOURS)] if k else style.BASELINE
    return {"colour": colour, "dash": " ".join(f"{1.6 * dash:g}" for dash in dashes)}


def _places(metric: Metric, largest: float) -> int:
    return 1 if numbers.is_percent(metric) else 2 if largest < 100 else 0


def _unit(metric: Metric) -> Words:
    return numbers.unit(metric) if numbers.is_percent(metric) else drawn_paths.unit(metric.name)


def maps(frames: Frames, first: str) -> Live:
    """The map of a metric, and of the others that have one: each option alone, beside the baseline, or what it adds."""
    found = frames.found
    names = [ending(frames, option) for option in found.others]
    cells = {metric: dict(iter(table.groupby("scenario"))) for metric, table in frames.cells.items()}
    one = cells[first][found.others[0].name]
    streets = group_labels(found.baseline.scenario["district"])["subdistrict"]
    data = {
        "width": int(one["cell_x"].max()) + 1,
        "height": int(one["cell_y"].max()) + 1,
        "x": base64_of(one["cell_x"], "i2"),
        "y": base64_of(one["cell_y"], "i2"),
        "options": [
            _places_of(cells[first][option.name]["community"].to_numpy(), known)
            for option, known in zip(found.others, names, strict=True)
        ],
        "layers": [_layer(metric, [table[option.name] for option in found.others]) for metric, table in cells.items()],
        "first": list(cells).index(first),
    }
    stands = facilities(str(found.baseline.scenario["district"]))
    data |= {"facilities": stands.rows, "symbols": [SYMBOLS[kind] for kind in SHOWN_AT_FIRST]}
    words = {lang: _map_words(lang, found.others, names, list(streets.values()), list(cells)) for lang in LANGUAGES}
    for of, lang in enumerate(LANGUAGES):
        words[lang] |= {"kinds": [kind[of] for kind in stands.kinds], "named": [name[of] for name in stands.names]}
    return Live("map", data, words)


@dataclass(frozen=True)
class Facilities:
    """Facilities that stand before the first week, as the map takes them.

    `rows`: kind (a place in `SHOWN_AT_FIRST`), x and y of each, in cells; `names` what they are called, `kinds` the
    kinds with their numbers. What an option adds is not kept by runs, and not shown.
    """

    rows: list[list[int]]
    names: list[Words]
    kinds: list[Words]


def facilities(district: str) -> Facilities:
    """Those of a district that a map shows."""
    g = load_geography(load_district(district))
    shown = g.facilities[g.facilities["kind"].isin(SHOWN_AT_FIRST) & (g.facilities["opening_week"] <= 0)]
    cell = shown["cell"].to_numpy(int)
    kind = [SHOWN_AT_FIRST.index(name) for name in shown["kind"]]
    rows = [[k, int(x), int(y)] for k, x, y in zip(kind, g.cell_x[cell], g.cell_y[cell], strict=True)]
    names = [Words(str(zh), str(en)) for zh, en in zip(shown["name_zh"], shown["name_en"], strict=True)]
    kinds = [phrase("report.live.kind", name=NAMES[one], count=kind.count(k)) for k, one in enumerate(SHOWN_AT_FIRST)]
    return Facilities(rows, names, kinds)


def _places_of(community: NDArray[np.int16], known: pd.DataFrame) -> dict[str, str]:
    """Place in the list of communities, and street, of each cell; -1 where nobody lives."""
    row = known.index.get_indexer(community)
    street = np.where(row >= 0, known["subdistrict"].to_numpy()[row], -1)
    return {"community": base64_of(row, "i2"), "street": base64_of(street, "i2")}


def _layer(metric: str, options: list[pd.DataFrame]) -> dict[str, Any]:
    window = WINDOWS[metric]
    scale = {"low": window.low, "high": window.high, "change": window.change, "places": 2}
    values = [
        {
            "policy": base64_of(cells["value"], "f4"),
            "baseline": base64_of(cells["value"] - cells["difference"], "f4"),
            "clear": base64_of(cells["clear"], "u1"),
        }
        for cells in options
    ]
    return {"metric": metric, "scale": scale, "ramps": ramps(metric), "values": values}


def _map_words(
    lang: Lang, options: list[Option], names: list[pd.DataFrame], streets: list[tuple[str, str]], layers: list[str]
) -> dict[str, Any]:
    of = LANGUAGES.index(lang)
    said = {
        "option": phrase("common.option"),
        "layer": phrase("page.layer"),
        "compare": phrase("page.compare"),
        "difference": phrase("page.compare_difference"),
        "swipe": phrase("page.compare_swipe"),
        "policy_alone": phrase("page.compare_policy"),
        "cut": phrase("page.swipe"),
        "zoom_in": phrase("page.zoom_in"),
        "zoom_out": phrase("page.zoom_out"),
        "whole_map": phrase("page.whole_map"),
        "baseline": phrase("page.baseline"),
        "policy": phrase("page.policy"),
        "change": phrase("page.change"),
        "nobody": phrase("page.nobody"),
        "facilities": phrase("report.live.facilities"),
        "unclear": phrase("report.live.unclear"),
        "help": phrase("report.live.map_help"),
    }
    return {
        **{key: text[of] for key, text in said.items()},
        "options": [option.title[of] for option in options],
        "communities": [known[f"name_{lang}"].tolist() for known in names],
        "streets": [street[of] for street in streets],
        "layers": [capital(Words(METRICS[m].zh, METRICS[m].en))[of] for m in layers],
        "units": [(METRICS[m].unit_zh, METRICS[m].unit_en)[of] for m in layers],
    }


def as_json(figures: dict[str, Live], languages: list[Lang]) -> str:
    """Everything that the charts of a page are drawn from, as JSON that no text in it can end."""
    found = {
        name: {"kind": live.kind, "data": live.data, "words": {lang: live.words[lang] for lang in languages}}
        for name, live in figures.items()
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return re.sub("[<>&\u2028\u2029]", lambda sign: _ESCAPED[sign.group()], text)


def scripts() -> str:
    """The scripts that draw them, those of the page first, each with its names to itself."""
    files = [_PUBLIC / f"{name}.js" for name in _SHARED] + [_OWN / f"{name}.js" for name in _SCRIPTS]
    return "\n".join(_apart(file.stem, file.read_text("utf-8")) for file in files)


def _apart(name: str, text: str) -> str:
    """A module as a constant of its name that has what it exports."""
    exported = re.findall(r"^export (?:const|class|(?:async )?function) (\w+)", text, re.MULTILINE)
    body = re.sub(r"^export (?=const|class|(?:async )?function)", "", text, flags=re.MULTILINE)
    return f"const {name} = (() => {{\n{body}\nreturn {{ {', '.join(exported)} }};\n}})();"
