"""From an experiment file to its answers, with functions of known answers in place of the model.

Only the model is swapped: the design, the engine, the store, its reader and the answers are those of every sweep.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.answers.sweep import Answers, answer
from experiments.runs import run_file
from experiments.runs.job import Job
from experiments.statistics import anytime_half_widths
from experiments.study.file import load_plan
from experiments.study.read import read_sweep
from experiments.study.sweep import Result, sweep
from simulation.parameters import PARAMETERS

WALK, DETOUR, NEAR = NAMES = ("access.walk_speed", "access.detour", "access.catchment_near")
FACTORS = "".join(
    f"    parameters.{name}: {{low: {PARAMETERS[name].low}, high: {PARAMETERS[name].high}}}\n" for name in NAMES
)
HEAD = """schema: 1
name: known
question: {zh: 已知答案, en: known answers}
scenarios: [baseline]
weeks: 1
scale: 0.01
metrics: [satisfaction]
"""
FIRST, TOTAL = [0.3139, 0.4424, 0.0], [0.5576, 0.4424, 0.2437]  # Ishigami & Homma 1990, a = 7, b = 0.1


def shares(job: Job) -> np.ndarray:
    """Place of each parameter in its range, float64 (3,), 0 to 1."""
    return np.array(
        [
            (job.scenario.parameters[name] - PARAMETERS[name].low) / (PARAMETERS[name].high - PARAMETERS[name].low)
            for name in NAMES
        ]
    )


def write(job: Job, satisfaction: float) -> None:
    run_file.write(job, pd.DataFrame({"tick": np.zeros(1, np.int32), "satisfaction": [satisfaction]}))


def ishigami(job: Job, threads: int) -> None:
    x = np.pi * (2 * shares(job) - 1)
    write(job, np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0]))


def box(job: Job, threads: int) -> None:
    """Bad where people walk slowly and detours are long; the third factor does nothing, luck moves all a little."""
    x = shares(job)
    bad = x[0] < 0.4 and x[1] > 0.5
    write(job, (40 if bad else 60) + np.random.default_rng(job.seed).normal())


def ordered(job: Job, threads: int) -> None:
    """Effects 8 and 2 over the range; the third factor acts through the first alone, 3 times its share."""
    x = shares(job)
    write(job, 50 + 8 * x[0] - 2 * x[1] + 3 * x[0] * x[2])


def noisy(job: Job, threads: int) -> None:
    """The lever adds 1 in every pair, give or take a normal draw of its own with standard deviation 1."""
    lever = "service_circles" in job.scenario.interventions
    luck = np.random.default_rng([job.seed, 0]).normal()
    write(job, 50 + 10 * np.random.default_rng(job.seed).normal() + lever * (1 + luck))


def exact(job: Job, threads: int) -> None:
    """The lever adds 1 in every pair, and nothing differs between pairs."""
    write(job, 50 + np.random.default_rng(job.seed).normal() + ("service_circles" in job.scenario.interventions))


def made(text: str, folder: Path, work: Callable[[Job, int], None]) -> Result:
    (folder / "known.yaml").write_text(text, "utf-8")
    result = sweep(load_plan(str(folder / "known.yaml")), out=folder / "out", workers=2, work=work)
    assert not result.failed
    return result


def answered(text: str, folder: Path, work: Callable[[Job, int], None], threshold: float | None = None) -> Answers:
    return answer(read_sweep(made(text, folder, work).folder), threshold)


def test_sobol_indices_of_ishigami(tmp_path: Path) -> None:
    """64 blocks: the error of SALib's estimators is at most 0.05 here, the tolerance 0.08."""
    text = HEAD + f"replicates: 1\ndesign:\n  kind: sobol\n  samples: 64\n  factors:\n{FACTORS}"
    found = answered(text, tmp_path, ishigami)
    table = found.tables["sensitivity_sobol"]
    assert set(table["blocks"]) == {64} and set(table["outcome"]) == {"level"}
    for index, truth in (("first", FIRST), ("total", TOTAL)):
        rows = table[table["index"] == index].set_index("factor_a")
        assert rows["value"].reindex([f"parameters.{n}" for n in NAMES]).to_numpy() == pytest.approx(truth, abs=0.08)
    assert found.charts["sobol_baseline"]().axes


@pytest.mark.slow
def test_known_box_comes_back(tmp_path: Path) -> None:
    """300 points: a border lies between two of them, 0.02 of the range or less apart near it."""
    text = HEAD + f"replicates: 1\ndesign:\n  kind: latin_hypercube\n  samples: 300\n  factors:\n{FACTORS}"
    rows = answered(text, tmp_path, box, threshold=50.0).tables["discovery"]
    first = rows[rows["box"] == 1].set_index("factor")
    assert set(first.index) == {f"parameters.{WALK}", f"parameters.{DETOUR}"}
    span = {name: PARAMETERS[name].high - PARAMETERS[name].low for name in NAMES}
    walk, detour = first.loc[f"parameters.{WALK}"], first.loc[f"parameters.{DETOUR}"]
    assert walk["high"] == pytest.approx(PARAMETERS[WALK].low + 0.4 * span[WALK], abs=0.04 * span[WALK])
    assert detour["low"] == pytest.approx(PARAMETERS[DETOUR].low + 0.5 * span[DETOUR], abs=0.04 * span[DETOUR])
    assert np.isnan(walk["qp_low"]) and np.isnan(detour["qp_high"])  # the other sides stay open
    assert first["coverage"].iloc[0] > 0.9 and first["density"].iloc[0] > 0.9
    assert first["base_rate"].iloc[0] == pytest.approx(0.2, abs=0.03)


@pytest.mark.slow
def test_morris_orders_the_factors(tmp_path: Path) -> None:
    text = HEAD + f"replicates: 1\ndesign:\n  kind: morris\n  samples: 20\n  factors:\n{FACTORS}"
    table = answered(text, tmp_path, ordered).tables["sensitivity_morris"]
    assert list(table["factor"]) == [f"parameters.{name}" for name in (WALK, DETOUR, NEAR)]
    by = table.set_index("factor")
    # the interaction adds 3 times a share on the grid 0, 1/3, 2/3, 1 to the first effect
    assert 8 <= by.loc[f"parameters.{WALK}", "mu"] <= 11
    assert by.loc[f"parameters.{DETOUR}", ["mu", "sigma"]].tolist() == pytest.approx([-2, 0], abs=1e-3)
    assert by.loc[f"parameters.{NEAR}", "sigma"] > 0.5


ADAPTIVE = (
    HEAD.replace("[baseline]", "[baseline, service_circles]")
    + "replicates: {until_half_width: 0.5, metric: satisfaction, at_least: 4, at_most: 60}\n"
)


def widths(folder: Path, count: int) -> float:
    """Half-width of the anytime interval of the first `count` pairs, from the store."""
    values = read_sweep(folder).values.pivot(index="seed", columns="scenario", values="value").sort_index()
    pairs = (values["service_circles"] - values["baseline"]).iloc[:count]
    return float(anytime_half_widths(np.array([count]), np.array([pairs.std()]))[0])


@pytest.mark.slow
def test_replicates_are_added_until_the_paired_interval_is_narrow(tmp_path: Path) -> None:
    """Levels vary ten times as much as pairs: the rule looks at pairs, or it would take all 60 seeds."""
    result = made(ADAPTIVE, tmp_path, noisy)
    count = result.runs["seed"].nunique()
    assert 30 < count < 60  # (3.7 / 0.5)² = 55 pairs, give or take the luck of the fixed seeds
    assert len(run_file.found(result.folder / "runs")[0]) == 2 * count
    assert widths(result.folder, count) <= 0.5 < widths(result.folder, count - 1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("work", "text", "seeds"),
    [
        (exact, ADAPTIVE, 4),  # nothing to wait for
        (noisy, ADAPTIVE.replace("at_most: 60", "at_most: 6"), 6),
        (noisy, ADAPTIVE.replace("0.5", "100"), 4),
    ],
)
def test_replicates_keep_their_limits(work: Callable[[Job, int], None], text: str, seeds: int, tmp_path: Path) -> None:
    assert made(text, tmp_path, work).runs["seed"].nunique() == seeds


@pytest.mark.slow
def test_replicates_of_a_point_that_wavers_come_for_all_points(tmp_path: Path) -> None:
    """Blocks stay whole: pairs and ranks need every point at every seed."""
    text = ADAPTIVE + (
        f"design:\n  kind: table\n  points:\n    - {{parameters.{WALK}: 70.0}}\n    - {{parameters.{WALK}: 80.0}}\n"
    )
    result = made(text, tmp_path, noisy)
    assert result.runs.groupby("point")["seed"].nunique().nunique() == 1
    assert result.runs.groupby(["scenario", "point"]).size().nunique() == 1
