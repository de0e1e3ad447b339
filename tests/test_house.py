"""The house: what may import what. Imports under TYPE_CHECKING and inside functions count as any other."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("simulation", "experiments", "huitian")
LAYERS = (
    (
        "spelling",
        "domains",
        "random",
        "elementary",
        "parameters",
        "cache",
        "compiled",
        "inner",
        "threads",
        "whole",
        "extensions",
        "revision",
        "memory",
        "machine",
        "yaml_source",
    ),
    ("scenario.context",),
    ("district",),
    ("state",),
    ("processes",),
    ("interventions",),
    ("scenario",),
    ("metrics",),
    ("agents",),
    ("model",),
    ("recording",),
    ("results", "fork"),
    ("run",),
)
"""Layers of `simulation`, the lowest first: a module imports from its own layer and from those below."""

Edges = dict[str, set[str]]


def modules() -> dict[str, Path]:
    """File of every module of the project by dotted name."""
    files = (file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py")))
    return {".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file for file in files}


def imported(tree: ast.AST, known: dict[str, Path]) -> Iterator[str]:
    """Modules of the project that a source imports, wherever in the file it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"relative import in line {node.lineno}: name the module in full"
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                if below in known:
                    yield below
                elif node.module in known:
                    yield node.module


def arrows() -> Edges:
    """Imports of every module of the project."""
    known = modules()
    return {name: set(imported(ast.parse(file.read_text("utf-8")), known)) - {name} for name, file in known.items()}


def circle(edges: Edges) -> list[str]:
    """Modules of a circle in its order; empty if there is none."""
    done: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str]:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in done:
            return []
        for below in sorted(edges[name]):
            if found := follow(below, [*way, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(edges) if (found := follow(name, []))), [])


def layer(module: str) -> int:
    """Number of the layer of a module of `simulation`; the longest name decides."""
    name = module.removeprefix("simulation.")
    fits = [
        (len(part), number)
        for number, parts in enumerate(LAYERS)
        for part in parts
        if name == part or name.startswith(f"{part}.")
    ]
    assert fits, f"{module} belongs to no layer: say in LAYERS where it stands"
    return max(fits)[1]


@pytest.fixture(scope="module")
def edges() -> Edges:
    return arrows()


def test_a_circle_is_found() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": {"b"}}) == ["b", "c", "b"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": set()}) == []


def test_hidden_imports_count() -> None:
    known = dict.fromkeys(("p", "p.a", "p.b", "p.c"), ROOT)
    hidden = "if TYPE_CHECKING:\n    from p.a import A\ndef f():\n    import p.b\n    from p import c\n"
    assert set(imported(ast.parse(hidden), known)) == {"p.a", "p.b", "p.c"}


def test_no_module_imports_itself_round_a_circle(edges: Edges) -> None:
    found = circle(edges)
    assert not found, " -> ".join(found)


def test_the_layers_of_the_model_only_look_down(edges: Edges) -> None:
    wrong = [
        f"{name} -> {below}"
        for name, all_below in sorted(edges.items())
        if name.startswith("simulation.")
        for below in sorted(all_below)
        if below.startswith("simulation.") and layer(below) > layer(name)
    ]
    assert not wrong, f"arrows that point up: {wrong}"


def test_the_model_knows_nothing_of_experiments(edges: Edges) -> None:
    wrong = [
        f"{name} -> {below}"
        for name, all_below in sorted(edges.items())
        if name.split(".")[0] == "simulation"
        for below in sorted(all_below)
        if below.split(".")[0] != "simulation"
    ]
    assert not wrong, wrong
