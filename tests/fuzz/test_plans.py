"""Files of sweeps, searches, calibrations and points: one thing wrong is refused, or means what it says."""

import re
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import numpy as np
import pandas as pd
import pytest
from hypothesis import strategies as st
from pydantic import BaseModel
from ruamel.yaml import YAML

from experiments.study.calibration_file import Calibration, load_calibration
from experiments.study.designs import points_of
from experiments.study.file import Experiment, Plan, load_plan
from experiments.study.posterior import read_posterior, write_posterior
from experiments.study.search import Portfolio, load_portfolio
from simulation.parameters import PARAMETERS
from simulation.scenario.load import load_scenario
from tests.fuzz import odd
from tests.fuzz.case import answer, at_its_line, counts, every, named
from tests.fuzz.declared import numbers
from tests.fuzz.test_scenarios import plain, same

FACTORS = {
    "interventions.service_circles.target": {"low": 42, "high": 110, "integer": True},
    "interventions.service_circles.siting": {"values": ["coverage", "demand"], "weights": [1.0, 2.0]},
    "interventions.service_circles.start": {"low": date(2018, 1, 8), "high": date(2018, 12, 3)},
    "parameters.access.detour": {"low": 1.25, "high": 1.5, "prior": "triangular", "mode": 1.3},
    "context.epidemic": {"values": [False, True], "default": False},
}
SWEEP = {
    "schema": 1,
    "name": "mine",
    "question": {"zh": "问", "en": "What?"},
    "scenarios": ["baseline", "service_circles"],
    "baseline": "baseline",
    "replicates": {"until_half_width": 0.5, "metric": "satisfaction", "at_least": 3, "at_most": 10},
    "scale": 0.05,
    "weeks": 52,
    "seed": 7,
    "design": {
        "kind": "latin_hypercube",
        "samples": 6,
        "factors": FACTORS,
        "correlations": [{"factors": ["parameters.access.detour", "context.epidemic"], "rank": 0.3}],
        "constraints": ["interventions.service_circles.target > 50"],
    },
    "metrics": ["satisfaction", "load_committee"],
    "outcomes": {"late": {"expression": "satisfaction - 10 * load_committee", "window": 2019, "better": 1}},
}
TABLE = SWEEP | {
    "replicates": 2,
    "design": {
        "kind": "table",
        "points": [{"interventions.service_circles.target": 60, "parameters.access.detour": 1.3} for _ in range(2)],
    },
}
KINDS = [
    SWEEP | {"design": {"kind": kind, "samples": 4, "levels": 4, "factors": FACTORS}}
    for kind in ("factorial", "one_at_a_time", "morris", "sobol")
]
SEARCH = {
    "schema": 1,
    "name": "mine",
    "question": "What for 300 million?",
    "baseline": "baseline",
    "budget_yuan": 3.0e8,
    "levers": {
        "service_circles": {"target": {"low": 42, "high": 110, "integer": True}},
        "community_splits": {"above_households": {"values": [3000, 5000]}},
        "service_rooms": {},
    },
    "population": 8,
    "generations": 2,
    "replicates": 1,
    "confirm": 2,
    "confirm_most": 3,
    "seed": 3,
    "scale": 0.05,
    "weeks": 52,
}
CALIBRATION = YAML(typ="safe", pure=True).load(
    (Path(__file__).parents[2] / "experiments/specs/posterior.yaml").read_text("utf-8")
)
READERS: dict[str, tuple[Any, type[BaseModel], list[dict[str, Any]]]] = {
    "sweep": (lambda file: load_plan(str(file)), Experiment, [SWEEP, SWEEP, TABLE, *KINDS]),
    "search": (load_portfolio, Portfolio, [SEARCH]),
    "calibrate": (load_calibration, Calibration, [CALIBRATION]),
}
BEYOND: dict[odd.Keys, tuple[Any, ...]] = {
    ("scale",): (0, -0.0, 1.0000001, -1),
    ("weeks",): (0, 1041),
    ("seed",): (-1, 2**63),
    ("replicates",): (0, 10_001),
    ("budget_yuan",): (0, -1.0),
    ("population",): (3, 1001),
    ("generations",): (0, 1001),
    ("waves",): (0, 21),
    ("design", "samples"): (1, 1_000_001),
    ("design", "levels"): (1, 101),
    ("design", "factors", "parameters.access.detour", "high"): (1.7,),
    ("design", "factors", "parameters.access.detour", "mode"): (1.2, 1.6),
    ("design", "factors", "interventions.service_circles.target", "high"): (201,),
    ("design", "correlations", 0, "rank"): (1, -1.0),
    ("levers", "service_circles", "target", "low"): (-1,),
}


def echoed(written: Any, read: Any, where: str = "") -> None:
    """See that every value of a plan is what was read."""
    if (where == ".question" or re.fullmatch(r"\.outcomes\..*\.window", where)) and not isinstance(written, dict):
        return  # read as both languages, and a year as the word for it
    if isinstance(written, dict):
        for key, value in written.items():
            echoed(value, read[key], f"{where}.{key}")
    elif isinstance(written, list):
        assert len(written) == len(read), where
        for k, (one, other) in enumerate(zip(written, read, strict=True)):
            echoed(one, other, f"{where}.{k}")
    else:
        if isinstance(read, float) and type(written) is int:
            written = float(written)  # the nearest there is
        assert same(written, read), f"{where}: {written!r} was read as {read!r}"


def judge(kind: str, file: Path, text: str) -> Any:
    """Load a plan: refused in clear lines, or declared, read as it is written, and with points that are allowed."""
    read, model, _ = READERS[kind]
    plan, lines = answer(lambda: read(file))
    assert all(str(file) in line for line in lines), lines
    if plan is None:
        at_its_line(text, lines)
        return None
    written = YAML(typ="safe", pure=True).load(text)
    found = plan.experiment if isinstance(plan, Plan) else plan
    echoed(written, found.model_dump(by_alias=True))
    schema = jsonschema.Draft202012Validator(model.model_json_schema(by_alias=True))
    known = {key: value for key, value in written.items() if key not in ("question", "outcomes")} | {
        "question": {"zh": "a", "en": "b"}
    }
    faults = list(schema.iter_errors(plain(known)))
    assert not faults, f"accepted, but not declared: {faults[0].message[:200]} at {list(faults[0].path)}"
    if isinstance(plan, Plan):
        _points(plan, file)
    return plan


def _points(plan: Plan, file: Path) -> None:
    """Points lie within their factors, whatever the prior."""
    design = plan.experiment.design
    if design is None or design.samples > 64 or design.levels > 6:
        return
    points, lines = answer(lambda: points_of(plan))
    assert all(str(file) in line for line in lines), lines
    for path, factor in design.factors.items() if points is not None else ():
        values = [value for value in points[path] if not pd.isna(value)]
        if factor.values is not None:
            assert all(any(same(value, one) for one in factor.values) for value in map(_plain, values)), path
        else:
            low, high = factor.low, factor.high
            ends = (low.date() if hasattr(low, "date") else low, high)
            assert all(ends[0] <= value <= ends[1] for value in values), (path, values)


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value


@pytest.mark.parametrize("kind", READERS)
def test_the_plans_that_are_spoiled_here_are_sound(tmp_path: Path, kind: str) -> None:
    for tree in READERS[kind][2]:
        text = odd.yaml(tree)
        (tmp_path / "mine.yaml").write_text(text, "utf-8")
        assert judge(kind, tmp_path / "mine.yaml", text) is not None, answer(
            lambda: READERS[kind][0](tmp_path / "mine.yaml")
        )


@pytest.mark.parametrize("kind", READERS)
@counts(3, 300)
def test_one_wrong_value_or_key(cases: int, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "mine.yaml"

    def check(case: tuple[Any, odd.Keys]) -> None:
        tree, keys = case
        text = odd.yaml(tree)
        file.write_text(text, "utf-8")
        if judge(kind, file, text) is None:
            named(keys, answer(lambda: READERS[kind][0](file))[1])

    every(cases, st.sampled_from(READERS[kind][2]).flatmap(lambda tree: odd.one_wrong(tree, BEYOND)), check)


@pytest.mark.parametrize("kind", READERS)
@counts(2, 150)
def test_one_wrong_mark(cases: int, tmp_path: Path, kind: str) -> None:
    file = tmp_path / "mine.yaml"

    def check(data: bytes) -> None:
        file.write_bytes(data)
        judge(kind, file, data.decode("utf-8-sig", "replace"))

    texts = st.sampled_from(READERS[kind][2]).map(odd.yaml)
    wrong = st.one_of(
        texts.flatmap(odd.one_wrong_text).map(lambda text: text.encode("utf-8", "surrogatepass")),
        texts.flatmap(lambda text: odd.one_wrong_bytes(text.encode())),
    )
    every(cases, wrong, check)


@counts(3, 100)
def test_what_is_declared_of_factors_loads(cases: int, tmp_path: Path) -> None:
    """Any range of a parameter within its own, with any prior that fits it."""
    file = tmp_path / "mine.yaml"

    @st.composite
    def factor(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
        name = draw(st.sampled_from([p.name for p in PARAMETERS.values() if p.low < p.high]))
        p = PARAMETERS[name]
        low, high = sorted(draw(st.tuples(numbers(p.low, p.high, False), numbers(p.low, p.high, False))))
        if not low < high:
            low, high = p.low, p.high
        more = {
            "uniform": {},
            "triangular": {"mode": draw(st.floats(low, high))},
            "normal": {"mean": draw(st.floats(low, high)), "sd": draw(st.floats((high - low) / 100, high - low))},
        }
        prior = draw(st.sampled_from(sorted(more)))
        return f"parameters.{name}", {"low": float(low), "high": float(high), "prior": prior, **more[prior]}

    def check(factors: list[tuple[str, dict[str, Any]]]) -> None:
        text = odd.yaml(SWEEP | {"design": {"kind": "latin_hypercube", "samples": 4, "factors": dict(factors)}})
        file.write_text(text, "utf-8")
        assert judge("sweep", file, text) is not None, answer(lambda: load_plan(str(file)))[1]

    every(cases, st.lists(factor(), min_size=1, max_size=4), check)


DRAWS = pd.DataFrame({"access.detour": np.linspace(1.25, 1.55, 6), "access.walk_speed": np.linspace(60.0, 75.0, 6)})


@st.composite
def draws(draw: st.DrawFn, data: bytes) -> tuple[str, bytes]:
    """A file of points with one thing wrong: values or columns, or bytes."""
    end, kind = draw(st.sampled_from(("csv", "parquet"))), draw(st.sampled_from(("cell", "column", "bytes", "text")))
    frame = DRAWS.assign(weight=1.0).astype(object)
    if kind == "cell":
        frame.iat[draw(st.integers(0, 5)), draw(st.integers(0, 2))] = draw(st.sampled_from(odd.VALUES))
    if kind == "column":
        name = draw(st.sampled_from((*odd.HOSTILE, "", "access.detuor", "parameters.access.detour", "weight2", "seed")))
        frame[name] = draw(st.sampled_from((1.3, "x", None, True)))
    text = frame.to_csv(index=False)
    if kind in ("cell", "column") and end == "csv":
        return end, text.encode("utf-8", "surrogatepass")
    if kind == "bytes" or end == "parquet":
        return end, draw(odd.one_wrong_bytes(data if end == "parquet" else text.encode()))
    return end, draw(odd.one_wrong_text(text)).encode("utf-8", "surrogatepass")


@counts(5, 500)
def test_files_of_points(cases: int, tmp_path: Path) -> None:
    write_posterior(tmp_path / "sound.parquet", DRAWS, {"patterns": ["P01"]})
    baseline = load_scenario("baseline")

    def check(case: tuple[str, bytes]) -> None:
        end, data = case
        file = tmp_path / f"mine.{end}"
        file.write_bytes(data)
        found, lines = answer(lambda: read_posterior(file, baseline))
        assert all(str(file) in line for line in lines), lines
        for path in found.points.columns if found is not None else ():
            p = PARAMETERS.get(str(path).removeprefix("parameters."))
            if p is not None:
                assert found.points[path].between(p.low, p.high).all()
        points = TABLE | {"design": {"kind": "table", "file": file.name}}
        (tmp_path / "mine.yaml").write_text(odd.yaml(points), "utf-8")
        plan, _ = answer(lambda: load_plan(str(tmp_path / "mine.yaml")))
        if plan is not None:
            answer(lambda: points_of(plan))

    every(cases, draws((tmp_path / "sound.parquet").read_bytes()), check)
