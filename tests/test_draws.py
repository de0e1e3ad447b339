"""Every test that draws has a seed: what fails once fails again."""

import ast
from pathlib import Path

TESTS = Path(__file__).parent
SAMPLERS = ("morris", "saltelli", "sobol", "qmc")
DRAWS = ("sample", "LatinHypercube", "Sobol", "Halton")
GENERATORS = ("default_rng", "RandomState", "SeedSequence", "Random")
WITH_A_STATE = ("random", "np.random", "numpy.random")
OF_THE_STATE = ("random", "choice", "choices", "randint", "shuffle", "rand", "randn", "normal", "uniform", "integers")


def drawn(source: str) -> list[int]:
    """Lines that draw without a seed: generators and samplers without one, and the state that all modules share."""
    tree = ast.parse(source)
    imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _unseeded(node, node.func, imported)
    ]


def _unseeded(call: ast.Call, method: ast.Attribute, imported: set[str]) -> bool:
    owner, name, given = ast.unparse(method.value), method.attr, {word.arg for word in call.keywords}
    if name in GENERATORS:
        return not call.args and not given
    if owner in SAMPLERS and name in DRAWS:
        return not given & {"seed", "rng"}
    # a fixture or a strategy may be called `random` too
    return owner in WITH_A_STATE and name in OF_THE_STATE and (owner != "random" or "random" in imported)


def test_every_test_that_draws_has_a_seed() -> None:
    files = sorted(TESTS.rglob("*.py"))
    assert [f"{file.relative_to(TESTS)}:{line}" for file in files for line in drawn(file.read_text("utf-8"))] == []


def test_what_has_none_is_found() -> None:
    odd = ("np.random.default_rng()", "morris.sample(B, 6)", "random.random()", "qmc.Sobol(2)", "np.random.rand(3)")
    assert drawn("\n".join(("import random", *odd))) == [2, 3, 4, 5, 6]
    fine = ("np.random.default_rng(3)", "morris.sample(B, 6, seed=1)", "random.Random(1).random()")
    assert drawn("\n".join(("import random", *fine, "qmc.LatinHypercube(2, rng=r)"))) == []
