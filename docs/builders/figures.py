"""`make figures`: every picture and measured table of README and docs, made anew from the code as it is.

`python -m docs.builders.figures [STEP ...] [--work FOLDER]` runs all steps, or those that are named, and takes hours at
full scale. Results are kept in the work folder, where a step that was interrupted goes on. Each picture carries two
hashes: of the code that made it, and of the golden runs, to which a test holds that code bit for bit. Another test
compares the second with today's, so no picture can be older than what the model does; a change that moves no result
(a comment, a faster loop) leaves the pictures as they are.
"""

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from docs.builders.marks import put_between
from simulation.cache import code_hash

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
IMAGES = DOCS / "images"
GOLDEN = ROOT / "tests" / "simulation" / "golden.json"
MARK, CODE = "huitian-golden", "huitian-code"
"""Keys of the two hashes in the metadata of a picture."""
DEMO = ("baseline", "service_circles", "community_splits", "circles_and_splits", "huitian_plan")
_WIDTH, _COLOURS = 1650, 128
_BEGIN, _END = "<!-- demo: made by `make figures` -->", "<!-- end of demo -->"
_ROWS = (  # metric, Chinese, English, how it is written
    ("satisfaction", "居民满意度（分）", "satisfaction, points of 100", "interval"),
    ("satisfaction_convenience", "便民服务满意度（分）", "satisfaction with everyday services", "interval"),
    ("load_committee", "居委会负荷（1为满负荷）", "committee load (1 = full)", "interval"),
    ("backlog", "未结诉求", "open requests", "relative"),
    (
        "circle_coverage_residents",  # of the same people: a split makes other communities to count
        "服务圈覆盖的居民（百分点）",
        "residents within reach of a circle, points",
        "share",
    ),
    ("cost_capital_yuan", "建设费（百万元）", "capital, million yuan", "millions"),
    ("cost_operating_yuan", "运行费（百万元）", "running cost to the end of 2021, million yuan", "millions"),
)


@dataclass(frozen=True)
class Step:
    """One step: the pictures that it puts in place, and what makes them, given its work folder."""

    pictures: tuple[str, ...]
    make: Callable[[Path], None]


def results_hash() -> str:
    """Hash of what the model does: of the hashes of its golden runs."""
    return hashlib.blake2b(GOLDEN.read_bytes(), digest_size=8).hexdigest()


def sign(table: Path) -> None:
    """Note beside a table which golden runs the model had that it was measured with."""
    table.with_suffix(".golden").write_text(results_hash() + "\n", "utf-8")


def of_today(table: Path) -> bool:
    """Whether a table was measured with the model as it is; one that is not signed was not."""
    told = table.with_suffix(".golden")
    return told.exists() and told.read_text("utf-8").strip() == results_hash()


def put(source: Path, name: str, *, colours: int | None = _COLOURS) -> None:
    """A picture in `docs/images`, no wider than a page, with both hashes; few colours unless None."""
    image = Image.open(source).convert("RGB")
    image.thumbnail((_WIDTH, 10 * _WIDTH))
    if colours is not None:
        image = image.quantize(colours, dither=Image.Dither.NONE)
    told = PngInfo()
    told.add_text(MARK, results_hash())
    told.add_text(CODE, code_hash())
    image.save(IMAGES / name, "png", pnginfo=told, optimize=True)


def mark(file: Path) -> str | None:
    """Hash of the golden runs of the model that made a picture; None where it carries none."""
    with Image.open(file) as image:
        found = image.info.get(MARK)
    return str(found) if found is not None else None


def huitian(*arguments: str) -> None:
    """A command of the project, in its root."""
    subprocess.run([sys.executable, "-m", "experiments.cli", *arguments], cwd=ROOT, check=True)


def builder(name: str, *arguments: str) -> None:
    """A module beside this one, in a process of its own."""
    subprocess.run([sys.executable, "-m", f"docs.builders.{name}", *arguments], cwd=ROOT, check=True)


def draw_place(_: Path) -> None:
    """The map of README."""
    from simulation.district.data.district import load_district
    from simulation.district.map.geography import load_geography
    from simulation.district.map.picture import draw_map

    district = load_district("huitian")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "map.png"
        draw_map(district, load_geography(district), file)
        put(file, "map.png", colours=None)  # few marks of a colour would lose it


CHARTS = (
    "paths",
    "differences",
    "cost_load",
    "load",
    "map_satisfaction",
    "map_load_committee",
    "winners",
    "frontier",
    "replicates",
    "break_even",
)
"""Charts of the demo that the docs show."""


def put_charts(folder: Path) -> None:
    """The charts of the demo; maps keep all their colours, for a scale with few of them lies."""
    for name in CHARTS:
        put(folder / f"{name}.png", f"{name}.png", colours=None if name.startswith("map_") else _COLOURS)


def compare_demo(work: Path) -> None:
    """The demo at full scale: its charts, and the table of both README files."""
    huitian("compare", *DEMO, "--baseline", DEMO[0], "--replicates", "3", "--out", str(work))
    put_charts(work / "charts")
    table = pd.read_parquet(work / "comparison.parquet")
    for file, lang in (("README.md", "en"), ("README.zh.md", "zh")):
        put_between(ROOT / file, _BEGIN, _END, demo_table(table, lang))


def demo_table(table: pd.DataFrame, lang: str) -> str:
    """Differences of the demo from its baseline as Markdown; intervals are of luck and parameters where it had draws.

    `table`: as `comparison.parquet`.
    """
    from simulation.scenario.load import load_scenario

    others = [name for name in DEMO[1:] if name in set(table["scenario"])]
    titles = [getattr(load_scenario(name).title, lang) for name in others]
    lines = [f"| | {' | '.join(titles)} |", "|" + "---|" * (len(others) + 1)]
    cells = table.set_index(["scenario", "metric"])
    for metric, zh, en, how in _ROWS:
        told = [_cell(cells.loc[(name, metric)], how, "～" if lang == "zh" else " to ") for name in others]
        lines.append(f"| {zh if lang == 'zh' else en} | {' | '.join(told)} |")
    return "\n".join(lines)


def _cell(row: "pd.Series[float]", how: str, to: str) -> str:
    mean = float(row["mean_difference"])
    low, high = (row[f"ci_{end}_total" if row["draws"] else f"ci_{end}"] for end in ("low", "high"))
    made = {
        "interval": f"{mean:+.2f} ({low:.2f}{to}{high:.2f})",
        "relative": f"{100 * float(row['relative_difference']):+.1f} %",
        "share": f"{100 * mean:+.0f}",
        "millions": f"{mean / 1e6:,.1f}",
    }[how]
    return made.replace("-", "−")


def photograph_report(work: Path) -> None:
    """First screens of the report of the demo, Chinese beside English, in a real browser."""
    from benchmarks.browser import chromium

    demo = work.parent / "demo"
    halves = []
    for lang in ("zh", "en"):
        huitian("report", str(demo), "--lang", lang)
        driver = chromium(1000, 1400)
        try:
            driver.get((demo / "report.html").resolve().as_uri())
            work.mkdir(parents=True, exist_ok=True)
            driver.save_screenshot(str(work / f"{lang}.png"))
        finally:
            driver.quit()
        halves.append(Image.open(work / f"{lang}.png").convert("RGB"))
    huitian("report", str(demo))
    both = Image.new("RGB", (sum(half.width for half in halves) + 16, max(half.height for half in halves)), "#999999")
    both.paste(halves[0], (0, 0))
    both.paste(halves[1], (halves[0].width + 16, 0))
    both.save(work / "report.png")
    put(work / "report.png", "report.png")


def measure_samples(work: Path) -> None:
    """Levels and effects of samples beside those of the demo."""
    builder("scales", str(work.parent / "demo"), str(work))


def measure_levers(work: Path) -> None:
    """Effects of every lever and measure, and their chart."""
    huitian("measures", "--scale", "0.05", "--replicates", "4", "--out", str(work))
    shutil.copyfile(work / "effects.csv", DOCS / "effects.csv")
    sign(DOCS / "effects.csv")
    put(next(work.rglob("levers.png")), "levers.png")


def screen_factors(work: Path) -> None:
    """Screening of the plan's parameters."""
    huitian("sweep", "plan_sensitivity", "--out", str(work))
    put(next((work / "charts").glob("morris_*.png")), "sensitivity.png")


def search_portfolios(work: Path) -> None:
    """Search of portfolios."""
    huitian("search", "experiments/specs/portfolio_search.yaml", "--out", str(work))
    put(work / "charts" / "pareto.png", "portfolios.png")


def validate(work: Path) -> None:
    """Observed patterns and their page; rival structures are judged over draws, by `rival_structures`."""
    huitian("validate", "--replicates", "3", "--out", str(work))
    put(work / "charts" / "validation.png", "validation.png")
    command = [sys.executable, "-m", "docs.builders.validation", str(work)]
    page = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    (DOCS / "validation.md").write_text(page, "utf-8")


def calibrate(work: Path) -> None:
    """Draws of the posterior: the tables and charts of their page."""
    huitian("calibrate", "experiments/specs/posterior.yaml", "--out", str(work))
    builder("posterior", str(work))


def photograph_view(work: Path) -> None:
    """The page in the browser, in both languages."""
    subprocess.run([sys.executable, "docs/builders/view.py", str(work)], cwd=ROOT, check=True)
    for name in ("view_zh.png", "view_en.png"):
        put(work / name, name, colours=None)


def read_sources(_: Path) -> None:
    """Which conclusions depend on how sources are read."""
    builder("readings")


def staff_splits(_: Path) -> None:
    """What divided communities are like by how they are staffed."""
    builder("splits")


def screen_all(work: Path) -> None:
    """Which of all parameters matter, the ground on which those of the calibration were chosen."""
    builder("screening", str(work))


def rival_structures(work: Path) -> None:
    """What rival structures foretell and conclude."""
    builder("structures", "--work", str(work), "--draws", "10")


def prepare_runs(work: Path) -> None:
    """Runs that ship for questions about a budget, three budgets confirmed, and what each measure contributes."""
    builder("portfolios", str(work / "portfolios"))
    builder("budgets", str(work / "budgets"))
    builder("contributions", str(work / "contributions"))
    put(work / "contributions" / "waterfall.png", "waterfall.png")


def reach_of_measures(_: Path) -> None:
    """What each measure can change and what it never can."""
    builder("reach")


def predict(work: Path) -> None:
    """What the model says of 2022 to 2025."""
    builder("predictions", "--work", str(work), "--draws", "39")


def tour(_: Path) -> None:
    """The notebook, executed."""
    builder("tour")


def pages(_: Path) -> None:
    """Pages that are made from tables; last, for they show what the other steps measured."""
    builder("reference")


STEPS = {
    "map": Step(("map.png",), draw_place),
    "demo": Step(tuple(f"{name}.png" for name in CHARTS), compare_demo),
    "report": Step(("report.png",), photograph_report),
    "scales": Step((), measure_samples),
    "measures": Step(("levers.png",), measure_levers),
    "sensitivity": Step(("sensitivity.png",), screen_factors),
    "portfolios": Step(("portfolios.png",), search_portfolios),
    "validation": Step(("validation.png",), validate),
    "screening": Step((), screen_all),
    "posterior": Step(("posterior.png", "predictive.png"), calibrate),
    "view": Step(("view_zh.png", "view_en.png"), photograph_view),
    "readings": Step((), read_sources),
    "splits": Step((), staff_splits),
    "structures": Step((), rival_structures),
    "reach": Step((), reach_of_measures),
    "prepared": Step(("waterfall.png",), prepare_runs),
    "predictions": Step((), predict),
    "tour": Step((), tour),
    "pages": Step((), pages),
}
"""In order: the report is that of the demo, the pages show what was measured before."""


def main() -> None:
    """Make all, or the steps that are named."""
    parser = argparse.ArgumentParser(prog="python -m docs.builders.figures", description=__doc__)
    parser.add_argument("steps", nargs="*", metavar="STEP", help=f"of {', '.join(STEPS)}; all if none is named")
    parser.add_argument("--work", type=Path, default=ROOT / "results" / "figures")
    options = parser.parse_args()
    unknown = [name for name in options.steps if name not in STEPS]
    if unknown:
        parser.error(f"unknown step '{unknown[0]}'; known are {', '.join(STEPS)}")
    for name in options.steps or STEPS:
        print(f"== {name}", flush=True)
        STEPS[name].make(options.work.resolve() / name)


if __name__ == "__main__":
    main()
