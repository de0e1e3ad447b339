"""`docs/validation.md` from a finished validation: `python -m docs.builders.validation FOLDER`, on stdout."""

import sys
from pathlib import Path

import pandas as pd

from experiments.charts.style import tick
from experiments.validation.patterns import USES, VERDICTS
from experiments.validation.runs import RIVALS, RUNS

_INTRODUCTION = """\
# 检验 Validation: does the model show what was observed?

`huitian validate` makes the runs that the patterns need, at full scale and with replicates, measures every pattern
seed by seed, and writes table and figure; `--rivals` adds structures that lack a mechanism. A pattern that fails is
reported with its reason and nothing is tuned to it afterwards. The patterns, with source and accepted range, are rows
of `experiments/validation/patterns.csv`; how each is measured is a function in `experiments/validation/measures/`.

**Use.** {uses}.

**Accepted ranges** follow one rule that was set before the runs: 10 % around a count or a survey of the area, 20 %
around "more than" and around figures of another place, the range itself where the source gives one. Two definitions
were changed after the first full run, no range: P4 was divided into reach and satisfaction, of which one passes, and P7
is measured without the plan, because its figures are those of the whole city.

**Observation.** A survey draws some people, so what it shows differs by chance from what there is. Where a figure comes
from one, "surveyed" is the simulated interval widened by the sampling error of as many persons as the source says
(`survey.sample` where it does not), by quota and cluster (`survey.design_effect`). The accepted range stays; the
verdict is the worse of those without and with that error, so no pattern passes because a survey is small. How each
figure was observed is the column `observation`; the functions are in `experiments/validation/observation.py`.

**Verdicts**: {verdicts}. A slow test fails when a verdict at full scale is no longer the one on record, for better or
worse.

![Patterns observed and simulated](images/validation.png)
"""


def page(table: pd.DataFrame, scale: float, replicates: int) -> str:
    """The page of a validation's table (`Validation.table`)."""
    full = table[table["structure"] == "full"]
    uses = "; ".join(f"{zh} {en}" for zh, en in USES.values())
    verdicts = "; ".join(f"{zh} {name}: {en}" for name, (zh, en) in VERDICTS.items())
    count = full["verdict"].value_counts()
    size = "full scale" if scale >= 1 else f"scale {scale:g}"
    lines = [
        _INTRODUCTION.format(uses=uses, verdicts=verdicts),
        "## 结果 Results",
        "",
        _honest(full),
        "",
        f"{size}, {replicates} replicates, 95 % t intervals: "
        + ", ".join(f"{count.get(name, 0)} {zh} {name}" for name, (zh, _) in VERDICTS.items())
        + ".",
        "",
        "| | 模式 | pattern | use | observed | accepted | simulated | verdict |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [_row(row) for row in full.to_dict("records")]
    lines += ["", "## 不通过与未测者 What does not pass, and why", ""]
    lines += [
        f"- **{row['pattern']}** {row['en']}: {row['note']}."
        for row in full.to_dict("records")
        if row["verdict"] != "pass" and isinstance(row["note"], str) and row["note"]
    ]
    if (table["structure"] != "full").any():
        lines += _rivals(table)
    lines += ["", "## 所用运行 Runs", "", "| run | scenario | fields set |", "|---|---|---|"]
    for name, variation in RUNS.items():
        moved = "; ".join(
            f"`{kind}.{field}: {value}`" for kind, fields in variation.levers.items() for field, value in fields.items()
        )
        lines.append(f"| `{name}` | `{variation.scenario}` | {moved} |")
    return "\n".join(lines) + "\n"


def _honest(full: pd.DataFrame) -> str:
    """How many patterns say anything about a place that the model has not seen."""

    def passed(*uses: str) -> str:
        chosen = full[full["use"].isin(uses) & (full["verdict"] != "absent")]
        return f"{(chosen['verdict'] == 'pass').sum()} of {len(chosen)}"

    return (
        f"**The honest count.** Of the patterns that are measured, {passed('input')} inputs come out as they went in, "
        f"{passed('calibrated')} calibrated ones are met, {passed('verification')} hold by construction (a sign in the "
        f"equations makes them), {passed('soft')} whose figure was known beforehand are met; truly out of sample are "
        f"the held-out ones, of which {passed('held_out')} are met."
    )


def _row(row: dict[str, object]) -> str:
    low, high, value = (float(str(row[name])) for name in ("low", "high", "value"))
    accepted = (
        ""
        if low != low and high != high
        else (f"≤ {tick(high)}" if low != low else f"≥ {tick(low)}" if high != high else f"{tick(low)} – {tick(high)}")
    )
    left, right = (float(str(row[name])) for name in ("ci_low", "ci_high"))
    ends = "" if left != left or tick(left) == tick(right) else f" ({tick(left)} to {tick(right)})"
    simulated = "" if value != value else tick(value) + ends
    if value == value and float(str(row["observation_error"])):
        simulated += f"; surveyed {tick(float(str(row['seen_low'])))} to {tick(float(str(row['seen_high'])))}"
    unit = f" {row['unit_en']}" if simulated else ""
    use, word = str(row["use"]).replace("_", " "), str(row["verdict"])
    return (
        f"| {row['pattern']} | {row['zh']} | {row['en']} | {use} | {row['observed']} ({row['source']}) "
        f"| {accepted} | {simulated}{unit} | {VERDICTS[word][0]} {word} |"
    )


def _rivals(table: pd.DataFrame) -> list[str]:
    """What each structure shows; a mechanism is needed where the pattern passes with it and fails without."""
    others = [name for name in table["structure"].unique() if name != "full"]
    lines = [
        "",
        "## 备选结构 Rival structures",
        "",
        "The held-out and soft patterns in structures that lack one mechanism, by parameters.",
        "",
    ]
    for name in others:
        zh, en, moved = RIVALS[name]
        lines.append(f"- {name}: {zh} {en} (" + ", ".join(f"`{k}: {v:g}`" for k, v in moved.items()) + ")")
    lines += ["", "| pattern | full | " + " | ".join(others) + " |", "|---|---|" + "---|" * len(others)]
    found = {(row["structure"], row["pattern"]): row for row in table.to_dict("records")}
    for pattern in dict.fromkeys(table.loc[table["structure"] != "full", "pattern"]):
        cells = [found[name, pattern] for name in ("full", *others)]
        lines.append(
            f"| {pattern} {cells[0]['en']} | "
            + " | ".join(
                "–" if c["value"] != c["value"] else f"{tick(float(c['value']))} {c['verdict']}" for c in cells
            )
            + " |"
        )
    needed = {
        name: [
            p
            for (structure, p), row in found.items()
            if structure == name and row["verdict"] == "fail" and found["full", p]["verdict"] == "pass"
        ]
        for name in others
    }
    lines += [
        "",
        "Pass in the full model and fail without the mechanism: "
        + "; ".join(f"{name}: {', '.join(rows) or 'none'}" for name, rows in needed.items())
        + ".",
    ]
    return lines


def main() -> None:
    """Print the page of the folder that is given."""
    folder = Path(sys.argv[1])
    runs = sorted(folder.glob("runs/baseline/seed-*/manifest.json"))
    scale = float(pd.read_json(runs[0], typ="series")["scale"])
    print(page(pd.read_parquet(folder / "validation.parquet"), scale, len(runs)), end="")


if __name__ == "__main__":
    main()
