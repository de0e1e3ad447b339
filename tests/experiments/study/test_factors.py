"""Factors: priors, dates, dependence, constraints, and what they set in a scenario."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pydantic import ValidationError
from scipy import stats

from experiments.study import unit_cube
from experiments.study.dependence import Condition, correlated
from experiments.study.designs import points_of
from experiments.study.designs.latin_hypercube import nested
from experiments.study.factors import Factor
from experiments.study.file import load_plan
from experiments.study.study import Study
from simulation.run import content_hash
from simulation.scenario.load import load_scenario
from simulation.yaml_source import SourceError

WALK, DETOUR = "parameters.access.walk_speed", "parameters.access.detour"
HEAD = """schema: 1
name: mine
question: {en: question}
scenarios: [baseline, service_circles]
scale: 0.01
weeks: 60
"""


def study(folder: Path, design: str) -> Study:
    (folder / "mine.yaml").write_text(HEAD + design, "utf-8")
    plan = load_plan(str(folder / "mine.yaml"))
    return plan.study(points_of(plan))


def points(folder: Path, design: str) -> pd.DataFrame:
    return study(folder, design).points


SHARES = (np.arange(4000) + 0.5) / 4000


@pytest.mark.parametrize(
    ("factor", "truth"),
    [
        (Factor(low=0.0, high=4.0, prior="normal", mean=1.0, sd=2.0), stats.truncnorm(-0.5, 1.5, 1, 2)),
        (Factor(low=1.0, high=9.0, prior="triangular", mode=3.0), stats.triang(0.25, 1, 8)),
        (Factor(low=1.0, high=5.0), stats.uniform(1, 4)),
    ],
    ids=["normal", "triangular", "uniform"],
)
def test_priors_have_the_quantiles_of_scipy(factor: Factor, truth) -> None:  # type: ignore[no-untyped-def]
    assert [factor.at(share) for share in SHARES[::97]] == pytest.approx(truth.ppf(SHARES[::97]), abs=1e-9)


def test_a_log_normal_prior_is_a_normal_of_the_logarithm() -> None:
    factor = Factor(low=0.5, high=8.0, prior="log_normal", median=2.0, sd=0.7)
    low, high = (np.log(end / 2) / 0.7 for end in (0.5, 8.0))
    truth = 2 * np.exp(0.7 * stats.truncnorm(low, high).ppf(SHARES[::97]))
    assert [factor.at(share) for share in SHARES[::97]] == pytest.approx(truth, rel=1e-9)


def test_weights_of_values_and_whole_numbers() -> None:
    weighted = Factor(values=["a", "b"], weights=[3.0, 1.0])
    assert [weighted.at(share) for share in (0.0, 0.74, 0.76, 1.0)] == ["a", "a", "b", "b"]
    whole = Factor(low=1.0, high=3.0, integer=True)
    assert [sum(whole.at(share) == k for share in SHARES) for k in (1, 2, 3)] == [1333, 1334, 1333]


def test_dates_are_even_over_the_days() -> None:
    factor = Factor(low=date(2018, 1, 1), high=date(2018, 1, 4))
    assert [factor.at(share) for share in (0.0, 0.3, 0.6, 1.0)] == [date(2018, 1, day) for day in (1, 2, 3, 4)]
    assert factor.grid(2) == [date(2018, 1, 1), date(2018, 1, 4)]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"low": 0.0, "high": 1.0, "prior": "normal", "mean": 0.5}, "given by mean and sd"),
        ({"low": 0.0, "high": 1.0, "sd": 0.5}, "given by nothing but low and high"),
        ({"low": 0.0, "high": 1.0, "prior": "triangular", "mode": 2.0}, "mode 2 lies outside"),
        ({"low": date(2018, 1, 1), "high": 3.0}, "both be dates, or both numbers"),
        ({"low": date(2019, 1, 1), "high": date(2018, 1, 1)}, "low 2019-01-01 must be below high 2018-01-01"),
        ({"values": [1, 2], "weights": [1.0]}, "2 positive numbers"),
        ({"low": 0.0, "high": 1.0, "prior": "gamma"}, "Input should be"),
    ],
)
def test_priors_that_are_none(given: dict, said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        Factor(**given)


def test_dates_vary_as_values_and_as_a_range(tmp_path: Path) -> None:
    design = (
        "design:\n  kind: factorial\n  factors:\n"
        "    interventions.service_circles.start: {values: [2018-01-08, 2019-01-07]}\n"
    )
    made = study(tmp_path, design)
    starts = [made.at(k, "service_circles").interventions["service_circles"].start for k in (0, 1)]  # type: ignore[attr-defined]
    assert starts == [date(2018, 1, 8), date(2019, 1, 7)]
    assert made.points.to_csv(index=False).splitlines()[1:] == ["2018-01-08", "2019-01-07"]
    drawn = points(
        tmp_path,
        "design:\n  kind: latin_hypercube\n  samples: 8\n  factors:\n"
        "    interventions.service_circles.start: {low: 2018-01-08, high: 2019-01-07}\n",
    ).iloc[:, 0]
    assert drawn.is_unique and drawn.between(date(2018, 1, 8), date(2019, 1, 7)).all()


def test_a_point_whose_days_are_in_the_wrong_order_is_told(tmp_path: Path) -> None:
    design = (
        "design:\n  kind: factorial\n  factors:\n"
        "    interventions.service_circles.start: {values: [2018-01-08, 2021-01-04]}\n"
        "    interventions.service_circles.finish: {values: [2019-12-30, 2021-06-07]}\n"
    )
    with pytest.raises(SourceError, match="finish 2019-12-30 is before start 2021-01-04; a constraint"):
        study(tmp_path, design).runs()
    rule = "interventions.service_circles.start < interventions.service_circles.finish"
    assert len(study(tmp_path, design + f"  constraints: ['{rule}']\n").runs()) == 3 * 2 * 3


def test_everything_else_that_may_vary(tmp_path: Path) -> None:
    design = (
        "design:\n  kind: factorial\n  factors:\n    context.epidemic: {values: [false, true]}\n"
        "    readings.population: {values: [press_2017, case_2021]}\n    structure: {values: [full, R3]}\n"
        "    population_seed: {values: [1, 2]}\n    scale: {values: [0.01, 0.02]}\n"
    )
    district = load_scenario("baseline").district
    from simulation.district.data.district import load_district

    known = list(load_district(district).readings)
    made = study(tmp_path, design.replace("press_2017, case_2021", ", ".join(known[:2])))
    assert len(made.points) == 32
    last = made.at(31, "service_circles")
    assert last.context.epidemic and last.readings.population == known[1] and last.population_seed == 2
    assert last.parameters["influence.rate"] == 0.0 and made.scale_at(31) == 0.02
    assert last.interventions == load_scenario("service_circles").interventions
    assert made.runs()["run"].nunique() == len(made.runs())
    first = made.at(0, "baseline").model_copy(update={"readings": load_scenario("baseline").readings})
    assert content_hash(first) == content_hash(load_scenario("baseline"))


@pytest.mark.parametrize(
    ("factor", "said"),
    [
        ("context.epidemic: {values: [often]}", "an event happens or does not"),
        ("context.flood: {values: [true]}", "a factor is interventions.KIND"),
        ("readings.population: {values: [press]}", "unknown reading 'press'"),
        ("structure: {values: [R9]}", "unknown structure 'R9'; known are full, R1, R2, R3"),
        ("scale: {values: [0.1, 1.5]}", "above 0 and at most 1, not 1.5"),
        ("population_seed: {values: [-1]}", "a whole number from 0"),
        ("interventions.service_circles.start: {values: [soon]}", "soon is not allowed"),
    ],
)
def test_what_may_not_vary_so(factor: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=said):
        points(tmp_path, f"design:\n  kind: factorial\n  factors:\n    {factor}\n")


BOTH = f"    {WALK}: {{low: 60, high: 90}}\n    {DETOUR}: {{low: 1.2, high: 1.6}}\n"


@pytest.mark.parametrize("rank", [-0.8, 0.5])
def test_rank_correlations_are_those_asked_for(rank: float) -> None:
    """1,024 points: the standard error of a rank correlation is at most 0.03, and ranges stay evenly filled."""
    shares = correlated(nested(1024, 3, 5), ["a", "b", "c"], [(("a", "c"), rank)])
    assert stats.spearmanr(shares[:, 0], shares[:, 2])[0] == pytest.approx(rank, abs=0.06)
    assert abs(stats.spearmanr(shares[:, 0], shares[:, 1])[0]) < 0.12
    assert stats.kstest(shares[:, 2], "uniform").pvalue > 0.01


def test_correlated_points_nest(tmp_path: Path) -> None:
    rest = f"  correlations: [{{factors: [{WALK}, {DETOUR}], rank: 0.7}}]\n"
    small, large = (
        points(tmp_path, f"design:\n  kind: latin_hypercube\n  samples: {n}\n  factors:\n{BOTH}{rest}")
        for n in (16, 32)
    )
    pd.testing.assert_frame_equal(large.iloc[:16], small)
    assert large[WALK].corr(large[DETOUR], method="spearman") > 0.4


@pytest.mark.parametrize(
    ("kind", "rest", "said"),
    [
        ("sobol", f"correlations: [{{factors: [{WALK}, {DETOUR}], rank: 0.7}}]", "sobol varies factors independently"),
        ("morris", "constraints: ['1 < 2']", "come in blocks"),
        ("latin_hypercube", f"correlations: [{{factors: [{WALK}, x], rank: 0.7}}]", "x is no factor"),
        ("latin_hypercube", "constraints: ['walk < 3']", "walk does not vary"),
        ("latin_hypercube", "constraints: ['open(1)']", "only .* may stand in a constraint"),
        ("latin_hypercube", f"constraints: ['{WALK} > 900']", "no point meets them"),
        ("latin_hypercube", f"constraints: ['{'(' * 230}1{')' * 230} < 2']", "is no expression; it may have factors"),
        ("latin_hypercube", f"constraints: ['{'-' * 400}1 < 2']", "nested at most 100 deep"),
        ("latin_hypercube", f"constraints: ['{'+1' * 300} < 2']", "604 letters; an expression has at most 500"),
        ("latin_hypercube", "constraints: ['\"a\" * 99999999999 < 2']", "words are compared, not reckoned with"),
        ("latin_hypercube", f"constraints: ['{'9' * 400} / 2 < 1']", "too large for a float"),
        ("latin_hypercube", f"constraints: ['{WALK} > \"fast\"']", "not supported between"),
    ],
)
def test_dependence_that_cannot_be(kind: str, rest: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=said):
        points(tmp_path, f"design:\n  kind: {kind}\n  samples: 4\n  factors:\n{BOTH}  {rest}\n")


def test_correlations_that_contradict_each_other() -> None:
    pairs = [(("a", "b"), 0.9), (("b", "c"), 0.9), (("a", "c"), -0.9)]
    with pytest.raises(ValueError, match="no distribution has all of these"):
        correlated(np.full((1, 3), 0.5), ["a", "b", "c"], pairs)


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("x.a + 2 * b <= 7", True),
        ("not (x.a > 1 and b < 3) or c == 'norm'", True),
        ("1 < x.a < 3", True),
        ("-b > 0", False),
        ("day >= '2018-03-01'", True),
        ("on", False),
    ],
)
def test_conditions(text: str, holds: bool) -> None:
    point = {"x.a": 2, "b": 2.5, "c": "norm", "day": date(2018, 3, 5), "on": False}
    assert Condition(text, list(point)).holds(point) is holds


def test_constraints_leave_points_out(tmp_path: Path) -> None:
    rest = f"  constraints: ['{WALK} + 100 * {DETOUR} < 215']\n"
    design = f"design:\n  kind: latin_hypercube\n  samples: 32\n  factors:\n{BOTH}"
    every, kept = points(tmp_path, design), points(tmp_path, design + rest)
    meets = every[every[WALK] + 100 * every[DETOUR] < 215]
    assert 0 < len(kept) < 32 and list(kept.index) == list(range(len(kept)))
    pd.testing.assert_frame_equal(kept, meets.reset_index(drop=True).rename_axis("point"), check_index_type=False)


def test_several_designs_are_run_together(tmp_path: Path) -> None:
    """The points of each; what a design does not vary stays as the scenario has it."""
    made = study(
        tmp_path,
        "designs:\n"
        "  - {kind: factorial, factors: {interventions.service_circles.target: {values: [50, 73]}}}\n"
        f"  - {{kind: table, points: [{{{WALK}: 70.0}}, {{{WALK}: 80.0}}]}}\n"
        "  - {kind: factorial, factors: {interventions.service_circles.target: {values: [73, 90]}}}\n",
    )
    assert len(made.points) == 5  # 73 circles stand in two of them
    assert made.at(1, "service_circles").interventions["service_circles"].target == 73  # type: ignore[attr-defined]
    assert made.at(1, "service_circles") == made.at(2, "service_circles").model_copy(update={"parameters": {}})
    assert made.at(2, "baseline").parameters == {"access.walk_speed": 70.0}
    with pytest.raises(SourceError, match="either a design or several designs"):
        points(tmp_path, "design: {kind: table, points: [{}]}\ndesigns: [{kind: table, points: [{}]}]\n")


PLAUSIBLE = pd.DataFrame(
    {"access.walk_speed": [65.0, 75.0, 85.0], "access.detour": [1.3, 1.4, 1.5], "implausibility": [1.0, 2.0, 0.5]}
)


@pytest.mark.parametrize("name", ["plausible.csv", "plausible.parquet"])
def test_draws_of_a_calibration_are_points(name: str, tmp_path: Path) -> None:
    PLAUSIBLE.to_csv(tmp_path / name, index=False) if name.endswith("csv") else PLAUSIBLE.to_parquet(tmp_path / name)
    found = points(tmp_path, f"design: {{kind: table, file: {name}}}\n")
    assert found.columns.tolist() == [WALK, DETOUR] and found[WALK].tolist() == [65.0, 75.0, 85.0]


def test_weighted_draws_come_as_often_as_they_weigh_and_keep_together(tmp_path: Path) -> None:
    PLAUSIBLE.assign(weight=[1.0, 2.0, 1.0]).to_csv(tmp_path / "draws.csv", index=False)
    design = (
        "design:\n  kind: latin_hypercube\n  samples: 16\n  posterior: draws.csv\n  factors:\n"
        "    interventions.service_circles.target: {low: 50, high: 90, integer: true}\n"
    )
    found = points(tmp_path, design)
    assert found[WALK].value_counts().to_dict() == {65.0: 4, 75.0: 8, 85.0: 4}  # one in each part of the range
    pairs = set(zip(found[WALK], found[DETOUR], strict=True))
    assert pairs == {(65.0, 1.3), (75.0, 1.4), (85.0, 1.5)}
    pd.testing.assert_frame_equal(points(tmp_path, design.replace("16", "32")).iloc[:16], found)


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (PLAUSIBLE.assign(weight=-1.0), "weights must be numbers"),
        (PLAUSIBLE.iloc[:0], "has no points"),
        (PLAUSIBLE.assign(**{"access.walk_speed": 900.0}), "allowed are 60 to 90"),
    ],
)
def test_draws_that_are_none(frame: pd.DataFrame, said: str, tmp_path: Path) -> None:
    frame.to_csv(tmp_path / "draws.csv", index=False)
    with pytest.raises(SourceError, match=said):
        points(tmp_path, "design: {kind: latin_hypercube, samples: 4, posterior: draws.csv}\n")


def test_the_posterior_of_the_district_is_called_shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    design = "design: {kind: latin_hypercube, samples: 4, posterior: shipped}\n"
    monkeypatch.setattr(unit_cube, "shipped", lambda district: None)
    with pytest.raises(SourceError, match="shipped: huitian comes with no posterior"):
        points(tmp_path, design)
    PLAUSIBLE.to_parquet(tmp_path / "posterior.parquet")
    monkeypatch.setattr(unit_cube, "shipped", lambda district: tmp_path / "posterior.parquet")
    found = points(tmp_path, design)
    assert len(found) == 4 and set(found[WALK]) <= {65.0, 75.0, 85.0}
