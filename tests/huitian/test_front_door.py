"""The front door: loads nothing until asked, is typed, refuses in one line; its examples run."""

import ast
import doctest
import importlib
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

import huitian as ht
from huitian import comparisons
from simulation.yaml_source import SourceError

HEAVY = ("matplotlib", "mesa", "numba", "numpy", "pandas", "pydantic", "scipy", "simulation", "experiments")
DOCUMENTED = (
    "huitian",
    "huitian.one_run",
    "huitian.results",
    "huitian.comparisons",
    "huitian.sweeps",
    "simulation.model",
    "simulation.scenario.load",
)
EXAMPLES = {
    test.name: test
    for module in DOCUMENTED
    for test in doctest.DocTestFinder().find(importlib.import_module(module), module)
    if test.examples
}


def test_importing_it_loads_nothing_else() -> None:
    code = "import sys, huitian; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert "huitian" in loaded
    assert not loaded & set(HEAVY)


def test_every_name_is_there_and_is_told_to_type_checkers() -> None:
    tree = ast.parse(Path(str(ht.__file__)).read_text("utf-8"))
    (block,) = [node for node in tree.body if isinstance(node, ast.If)]
    typed = {(node.names[0].name, node.module) for node in block.body if isinstance(node, ast.ImportFrom)}
    assert typed == set(ht._HOMES.items())
    assert sorted(ht.__all__) == sorted(ht._HOMES)
    assert set(ht.__all__) <= set(dir(ht))
    assert all(getattr(ht, name) is not None for name in ht.__all__)


def test_an_unknown_name_says_what_there_is() -> None:
    with pytest.raises(AttributeError, match="no attribute 'simulat'; it has LEVERS"):
        _ = ht.simulat  # type: ignore[attr-defined]


SLOW = {"huitian.results.Results.report"}  # draws all that the command draws, in both languages


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOW else ()) for name in sorted(EXAMPLES)]
)
def test_examples_say_what_happens(name: str) -> None:
    flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
    told: list[str] = []
    result = doctest.DocTestRunner(optionflags=flags).run(EXAMPLES[name], out=told.append)
    assert not result.failed, "".join(told)


@pytest.mark.parametrize("name", [name for name in ht.__all__ if name.islower()])
def test_every_function_has_errors_and_an_example(name: str) -> None:
    told = str(getattr(ht, name).__doc__)
    assert "Raises\n" in told and "Examples\n" in told
    assert any(example.endswith(f".{name}") for example in EXAMPLES)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: ht.simulate("baseline", scale=0), "scale is 0; it must be above 0 and at most 1"),
        (lambda: ht.simulate("baseline", seed=-1), "seed is -1; allowed are 0 to 9223372036854775807"),
        (lambda: ht.simulate("baseline", weeks=0), "weeks is 0; allowed are 1 to 1040"),
        (lambda: ht.simulate("baselin"), "no such scenario; did you mean 'baseline'"),
        (lambda: ht.compare(["baseline", "service_circles"], draws=-1), "draws is -1; allowed are 0 to 100000"),
        (lambda: ht.compare(["baseline", "service_circles"], draws=2, posterior="none.csv"), "none.csv: "),
        (lambda: ht.compare(["baseline", "service_circles"], replicates=0), "replicates is 0; allowed are 1 to 10000"),
        (lambda: ht.compare(["baseline"]), "needs at least two scenarios"),
        (lambda: ht.sweep("circles_dos"), "no such experiment"),
        (lambda: ht.sweep({"name": "x"}), "specification.yaml: question: is required"),
    ],
)
def test_bad_input_is_one_line(call, message: str) -> None:
    with pytest.raises(ValueError, match=message) as raised:
        call()
    assert "\n" not in str(raised.value)


def test_results_kept_in_a_folder_are_used_again(tmp_path: Path) -> None:
    def compared() -> comparisons.Comparison:
        return ht.compare(
            ["baseline", "service_circles"], replicates=1, scale=0.01, weeks=2, workers=1, out=tmp_path / "circles"
        )

    first = compared()
    files = {file: file.stat().st_mtime_ns for file in tmp_path.rglob("residents.parquet")}
    assert len(files) == 2
    again = compared()
    assert again.table.equals(first.table)
    assert files == {file: file.stat().st_mtime_ns for file in tmp_path.rglob("residents.parquet")}
    with pytest.raises(ValueError, match=r"no chart 'path'; did you mean 'paths'\?; these results have differences"):
        again.plot("path")
    with pytest.raises(ValueError, match="lang is 'fr'"):
        again.plot("paths", lang="fr")  # type: ignore[arg-type]


def test_a_temporary_folder_ends_with_its_results(monkeypatch: pytest.MonkeyPatch) -> None:
    table = pd.DataFrame({"metric": ["satisfaction"]})
    made = SimpleNamespace(failed=[], table=table, winners=table, draws=table, points=table, baseline="baseline")
    monkeypatch.setattr(comparisons.comparisons, "compare", lambda scenarios, **options: made)
    found = ht.compare(["baseline", "service_circles"])
    folder = found.folder
    assert folder.is_dir()
    del found
    assert not folder.exists()


def test_a_comparison_without_a_pair_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = SimpleNamespace(job=SimpleNamespace(scenario=ht.load_scenario("baseline"), seed=7), error="KeyError: x")
    made = SimpleNamespace(failed=[outcome], table=pd.DataFrame())
    monkeypatch.setattr(comparisons.comparisons, "compare", lambda scenarios, **options: made)
    with pytest.raises(RuntimeError, match="no pair of runs could be made: baseline seed 7: KeyError: x"):
        ht.compare(["baseline", "service_circles"])


def test_a_missing_scenario_is_the_error_of_the_command() -> None:
    with pytest.raises(SourceError):
        ht.load_scenario("nowhere")
