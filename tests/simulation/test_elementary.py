"""The same bits on processors with and without wide vectors, and no other way to the functions that differ."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from numpy._core import _multiarray_umath as processor

from simulation import elementary

ROOT = Path(__file__).parents[2]
NAMES = ("exp", "expm1", "log", "log1p", "log10")
DIFFER = {*NAMES, "exp2", "log2", "power", "float_power", "tanh", "sinh", "cosh", "arctan2", "cbrt", "logaddexp"}
"""numpy's functions of float64 whose bits hang on the vector instructions (numpy 2.4 on x86-64, tried one by one)."""
WIDE = [name for name in processor.__cpu_dispatch__ if processor.__cpu_features__[name]]
RUN = """
import hashlib, sys
from simulation.run import simulate
from simulation.scenario.load import load_scenario
made = simulate(load_scenario("baseline"), seed=3, scale=0.01, weeks=30)
digest = hashlib.blake2b()
for table in ("district", "communities", "groups", "residents", "cells"):
    for name, values in getattr(made, table).items():
        array = values.to_numpy()
        digest.update(name.encode() + (str(list(array)).encode() if array.dtype.kind == "O" else array.tobytes()))
print(digest.hexdigest())
"""


def printed(code: str, **environment: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, check=True
    ).stdout


@pytest.mark.skipif(not WIDE, reason="numpy has one implementation for this processor")
def test_a_run_has_the_same_bits_without_wide_vectors(tmp_path: Path) -> None:
    """With caches of their own, so that map, people and burn-in are made twice as well."""
    assert printed(RUN, HUITIAN_CACHE=str(tmp_path / "wide")) == printed(
        RUN, HUITIAN_CACHE=str(tmp_path / "narrow"), NPY_DISABLE_CPU_FEATURES=" ".join(WIDE)
    )


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_as_numpy_to_the_last_bits(name: str, dtype: type) -> None:
    x = np.linspace(0.01, 9, 600).astype(dtype).reshape(20, 30)[:, ::2]
    found = getattr(elementary, name)(x)
    assert found.dtype == dtype and found.shape == x.shape
    assert np.allclose(found, getattr(np, name)(x), rtol=4 * np.finfo(dtype).eps)


def test_power_of_ten_is_exact() -> None:
    assert elementary.power(10.0, np.arange(-20, 21)).tolist() == [float(f"1e{k}") for k in range(-20, 21)]


def test_edges() -> None:
    assert elementary.log(np.array([0.0, -1.0, np.inf])).tolist()[::2] == [-np.inf, np.inf]
    assert np.isnan(elementary.log(np.array([-1.0])))[0] and np.isnan(elementary.log10(-1))
    assert elementary.log1p(-1) == -np.inf and elementary.exp(1000) == np.inf and elementary.expm1(-1000) == -1
    assert elementary.exp(0) == 1 and elementary.exp(0).dtype == np.float64 and elementary.exp(np.zeros(0)).size == 0


def dispatched(tree: ast.AST, compiled: bool = False) -> list[int]:
    """Lines that call one of numpy's functions that differ, or raise to a power that is none of 2 and 0.5, outside of
    compiled functions."""
    lines = []
    for node in ast.iter_child_nodes(tree):
        inside = compiled or (
            isinstance(node, ast.FunctionDef) and any("njit" in ast.unparse(d) for d in node.decorator_list)
        )
        attribute = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "np"
        raised = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
        if not inside and (
            (attribute and node.attr in DIFFER)
            or (raised and not _safe(node.left, node.right))
            or (
                isinstance(node, ast.Call)
                and ast.unparse(node.func).endswith("argsort")
                and "stable" not in ast.unparse(node)
            )
        ):
            lines.append(node.lineno)
        lines += dispatched(node, inside)
    return lines


def _safe(base: ast.expr, exponent: ast.expr) -> bool:
    """Squares and roots are exact; two numbers make a number, which Python raises itself."""
    numbers = [isinstance(part, ast.Constant | ast.UnaryOp) for part in (base, exponent)]
    return all(numbers) or (isinstance(exponent, ast.Constant) and exponent.value in (2, 0.5))


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("np.exp(x)", True),
        ("y = 2 + np.log1p(x)", True),
        ("x ** y", True),
        ("np.argsort(x)", True),
        ("x ** 2 + 2.0**-53", False),
        ("np.argsort(x, kind='stable')", False),
        ("@njit\ndef f(x):\n    return np.exp(x)", False),
        ("np.sqrt(x)", False),
    ],
)
def test_what_is_looked_for(code: str, found: bool) -> None:
    assert bool(dispatched(ast.parse(code))) is found


def test_the_model_calls_none_of_those_that_differ() -> None:
    """Sorting with ties differs as well, unless it is stable."""
    files = sorted((ROOT / "simulation").rglob("*.py"))
    found = {
        f"{file.relative_to(ROOT)}:{line}" for file in files for line in dispatched(ast.parse(file.read_text("utf-8")))
    }
    assert len(files) > 50 and not found
