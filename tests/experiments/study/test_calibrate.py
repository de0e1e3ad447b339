"""Calibration from file to parameter file, with a model of known parameters in place of the real one."""

from datetime import date
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from experiments.answers.calibration import Target
from experiments.runs.job import Job
from experiments.study.calibrate import PARAMETER_FILE, calibrate
from experiments.study.calibration_file import load_calibration
from experiments.study.full_scale import factors, widened
from experiments.study.posterior import read_posterior
from experiments.validation.observe import files
from experiments.validation.patterns import PATTERNS
from experiments.validation.runs import weeks_until
from simulation.cache import code_hash
from simulation.parameters import PARAMETERS
from simulation.recording import Recording
from simulation.results import write_run
from simulation.run import content_hash
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError
from tests.experiments import fakes

BASE, REFORM, IDLE = "requests.resolve_base", "requests.resolve_reform", "access.detour"
TRUTH = {BASE: -0.8, REFORM: 0.3}
FILE = f"""schema: 1
name: mine
question: {{zh: 问题, en: question}}
patterns: [P7a, P7b]
parameters: {{{BASE}: {{low: -1.5, high: 0.4}}, {REFORM}: {{}}, {IDLE}: {{}}}}
waves: 2
points: 30
replicates: 1
scale: 0.01
"""


def unit(name: str, value: float) -> float:
    return (value - PARAMETERS[name].low) / (PARAMETERS[name].high - PARAMETERS[name].low)


def rates(parameters: dict[str, float]) -> tuple[float, float]:
    """Resolution and satisfied rate: the true values give the middles of both patterns, 0.465 and 0.63."""
    base, reform = (unit(name, parameters[name]) - unit(name, TRUTH[name]) for name in (BASE, REFORM))
    return 0.465 + 0.3 * base, 0.63 + 0.2 * reform + 0.1 * base


@cache
def template() -> Recording:
    """A run without luck: each point's is made from it, for a new one takes longer than all else here."""
    return fakes.recording(load_scenario("baseline"), 1, 0.01, 60)


def patchy(job: Job, threads: int) -> None:
    if job.place.parts[-4:-2] == ("wave-1", "point-4"):
        raise ValueError("this point cannot be run")
    work(job, threads)


def work(job: Job, threads: int) -> None:
    made = template()
    district = made.district
    district["resolution_rate"], district["satisfied_rate"] = rates(job.scenario.parameters)
    keep(job, made)


def keep(job: Job, made: Recording) -> None:
    made.manifest["scenario"] = job.scenario.model_dump(mode="json", by_alias=True)
    made.manifest |= {"weeks": job.weeks, "scale": job.scale, "seed": job.seed}
    made.manifest["hashes"]["scenario"] = content_hash(job.scenario)
    write_run(job.place, made, tables={name: pd.DataFrame({"tick": [0]}) for name in files()}, force=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "mine.yaml").write_text(FILE)
    return tmp_path / "mine.yaml"


@pytest.mark.slow
def test_known_parameters_come_back_as_a_file_that_scenarios_name(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    result = calibrate(load_calibration(file), out=out, workers=1, work=patchy)
    ranges = result.found.ranges.set_index("parameter")
    assert all(ranges.loc[name, "low"] <= truth <= ranges.loc[name, "high"] for name, truth in TRUTH.items())
    assert ranges.loc[BASE, "shrinkage"] > 0.3 and ranges.loc[IDLE, "shrinkage"] < 0.05
    assert {outcome.job.place.parts[-3] for outcome in result.failed} == {"point-4"}
    (tmp_path / "child.yaml").write_text(
        f"schema: 1\nname: child\ntitle: {{zh: 子, en: child}}\nparameters_from: out/{PARAMETER_FILE}\n"
    )
    assert load_scenario(tmp_path / "child.yaml").parameters[BASE] == pytest.approx(ranges.loc[BASE, "best"], rel=1e-3)
    # the same command again runs only what failed, and ends with the same ranges
    before = {path: path.stat().st_mtime_ns for path in out.glob("runs/*/*/*/*/manifest.json")}
    again = calibrate(load_calibration(file), out=out, workers=1, work=patchy)
    assert {path: path.stat().st_mtime_ns for path in out.glob("runs/*/*/*/*/manifest.json")} == before
    pd.testing.assert_frame_equal(again.found.ranges, result.found.ranges)


POSTERIOR = "posterior: {draws: 100, ensembles: 2, settle: 60, steps: 300, check: 3, recovery: 2}\n"


def test_draws_of_the_posterior_and_what_shows_that_they_are_right(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, made = tmp_path / "out", fakes.in_this_process(monkeypatch)
    plain = calibrate(load_calibration(file), out=out, work=work)
    beside = "from_prior: {satisfaction.base: {}, trust.start: {prior: uniform}}\n"
    file.write_text(FILE + beside + POSTERIOR)  # asked for later: the same runs serve
    result = calibrate(load_calibration(file), out=out, work=work)
    assert len(made) == 60 + 3  # of two waves, and the draws that are run
    assert len({job.seed for job in made}) == 63, "every point has its own luck"
    assert {job.weeks for job in made} == {57}, "52 weeks of 2018, and those that begin in January 2019"
    posterior = read_posterior(out / "posterior.parquet", load_scenario("baseline"))
    draws = posterior.points.rename(columns=lambda path: path.removeprefix("parameters."))
    assert list(draws) == [*plain.found.ranges["parameter"], "satisfaction.base", "trust.start"] and len(draws) == 100
    free = draws.pop("satisfaction.base"), draws.pop("trust.start")
    for column, name, peaks in zip(free, ("satisfaction.base", "trust.start"), (1, 0), strict=True):
        p = PARAMETERS[name]  # mean of ends, and of the default where the prior is triangular, four standard errors
        assert abs(column.mean() - (p.low + peaks * p.default + p.high) / (2 + peaks)) < 4 * column.std() / 10
    assert all(job.scenario.parameters["trust.start"] in set(free[1]) for job in made[60:])
    for name, truth in TRUTH.items():
        assert abs(draws[name].mean() - truth) < 2 * draws[name].std(), name
    about = posterior.about
    assert about["plan"]["posterior"]["draws"] == 100 and about["r_hat"] < 1.2 and about["points"] == 60
    assert about["runs"] == 63 and about["code"] == code_hash()
    table = pd.read_csv(out / "posterior.csv", index_col="parameter")
    assert table.loc[BASE, "identified"] and not table.loc[IDLE, "identified"]
    assert table.loc[IDLE, "distance"] < 0.25 < table.loc[BASE, "distance"]
    told = pd.read_csv(out / "predictive.csv", index_col="target")
    assert (told["runs"] == 3).all() and (told["run_inside"] == 1).all() and told["p"].between(0.1, 0.9).all()
    assert list(pd.read_csv(out / "left_out.csv")["target"]) == ["P7a", "P7b"]
    assert (pd.read_csv(out / "recovery.csv")["truths"] == 2).all()
    trace = pd.read_parquet(out / "trace.parquet")
    assert set(trace["ensemble"]) == {0, 1} and trace[BASE].between(-1.5, 0.4).all()
    # the same command makes no run and the same draws
    calibrate(load_calibration(file), out=out, work=work)
    assert len(made) == 63 and result.found.drawn is not None
    again = read_posterior(out / "posterior.parquet", load_scenario("baseline"))
    pd.testing.assert_frame_equal(again.points, posterior.points)


def test_what_a_sample_shows_otherwise_is_taken_off(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample that settles a tenth less than the area: without a correction the base would come out too high."""

    def biased(job: Job, threads: int) -> None:
        made = template()
        resolved, satisfied = rates(job.scenario.parameters)
        made.district["resolution_rate"] = resolved * (1.0 if job.scale == 1 else 0.9)
        made.district["satisfied_rate"] = satisfied
        keep(job, made)

    jobs = fakes.in_this_process(monkeypatch)
    quick = "posterior: {draws: 100, ensembles: 1, settle: 60, steps: 200, check: 0, recovery: 0, full_scale: 2}\n"
    file.write_text(FILE.replace("waves: 2", "waves: 1") + quick)
    drawn = calibrate(load_calibration(file), out=tmp_path / "out", work=biased).found.drawn
    assert sorted(job.scale for job in jobs[30:]) == [0.01] * 8 + [1.0] * 2
    scale = pd.read_csv(tmp_path / "out" / "scale.csv", index_col="target")
    assert scale.loc["P7a", "factor"] == pytest.approx(1 / 0.9, rel=1e-4) and scale.loc["P7b", "factor"] == 1
    assert drawn is not None and drawn.predictive.set_index("target").loc["P7a", "inside"] > 0.8
    base = drawn.marginals.set_index("parameter").loc[BASE]
    assert abs(base["mean"] - TRUTH[BASE]) < 0.12, "without the correction it comes out 0.3 too high"


def test_the_error_of_the_factor_widens_what_was_observed() -> None:
    full = pd.DataFrame({"target": "a", "value": [9.0, 11.0]})
    sample = pd.DataFrame({"target": "a", "value": [7.0, 9.0, 7.0, 9.0]})
    [row] = factors(full, sample).to_dict("records")
    assert (row["factor"], row["full_runs"], row["sample_runs"]) == (10 / 8, 2, 4)
    assert row["error"] == pytest.approx((2 / 2 + 4 / 3 / 4) ** 0.5)
    assert widened(Target(0.0, 3.92), 1.0).variance == pytest.approx(2.0)
    assert widened(Target(1.0, 2.0, "above"), 0.1).low == 1.0


def test_runs_end_with_the_last_day_that_is_asked(file: Path) -> None:
    assert load_calibration(file).runs == {"baseline": PATTERNS["P7b"].last_day}
    baseline = load_scenario("baseline")
    assert weeks_until(baseline, date(2018, 1, 7)) == 1 and weeks_until(baseline, date(2018, 1, 8)) == 2
    assert weeks_until(baseline, date(2040, 1, 1)) == baseline.weeks


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("P7a", "P7", r"mine\.yaml:4: patterns\.0: P7 is no pattern; calibration may use P3"),
        ("P7a", "P10", "P10 is soft"),
        ("P7a", "P23a", "P23a is held_out"),
        (f"{IDLE}: {{}}", "access.detuor: {}", r"did you mean 'access\.detour'"),
        ("low: -1.5", "low: -9", "allowed are -1.5 to 0.4"),
        ("low: -1.5", "low: 0.4", "must be below high"),
        ("points: 30", "points: 29", r"mine\.yaml:7: points: 29 are too few to tell what 3 parameters do; at least 30"),
        ("waves: 2", "wave: 2", "wave: unknown key; known are schema, name"),
        ("[P7a, P7b]", "[P7a, P7a]", "patterns.1: P7a stands twice"),
        ("waves: 2", "posterior: {prior: flat}", "posterior.prior: it should be 'triangular' or 'uniform'"),
        ("waves: 2", f"from_prior: {{{IDLE}: {{}}}}", f"from_prior.{IDLE}: {IDLE} is calibrated as well"),
        ("waves: 2", "from_prior: {trust.star: {}}", "from_prior.trust.star: unknown parameter"),
        ("waves: 2", "waves: 0", "waves: it should be greater than or equal to 1, not 0"),
        ("name: mine\n", "", "name: is required"),
    ],
)
def test_bad_file_is_one_line(file: Path, old: str, new: str, said: str) -> None:
    assert old in FILE
    file.write_text(FILE.replace(old, new))
    with pytest.raises(SourceError, match=said) as caught:
        load_calibration(file)
    assert "mine.yaml" in str(caught.value)
