"""Scenario files: what is declared loads, and one thing wrong in it is refused by key or means what it says."""

from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import strategies as st
from ruamel.yaml import YAML

from simulation.scenario.load import load_scenario
from simulation.scenario.types import Scenario
from tests.fuzz import odd
from tests.fuzz.case import answer, at_its_line, counts, every, named, some
from tests.fuzz.declared import SCENARIO, beyond_scenario, scenarios

_SCHEMA = jsonschema.Draft202012Validator(SCENARIO)
_DRY = {"extends", "parameters_from"}


def plain(tree: Any) -> Any:
    """A tree with days as text, as JSON Schema sees it."""
    if isinstance(tree, dict):
        return {key: plain(value) for key, value in tree.items()}
    if isinstance(tree, list):
        return [plain(value) for value in tree]
    if isinstance(tree, str):
        return tree.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves of a character, as JSON
    return tree.isoformat() if isinstance(tree, date) else tree


def same(written: Any, read: Any) -> bool:
    """Whether what was read is what was written: the same number, text or day, and no other type."""
    if isinstance(written, bool) or isinstance(read, bool):
        return written is read
    if isinstance(written, int | float) and isinstance(read, int | float):
        return written == read
    return plain(written) == plain(read)


def echoed(written: dict[str, Any], read: dict[str, Any], above: str = "") -> None:
    """See that every value of a file is in the scenario that was made of it."""
    for key, value in written.items():
        where = f"{above}.{key}"
        if not above and key in _DRY:
            continue
        if above == ".interventions" and not isinstance(value, dict):
            assert value in (True, False, None), where
            assert (key in read) == (value is not False), where
        elif isinstance(value, dict):
            echoed(value, read[key], where)
        else:
            assert same(value, read[key]), f"{where}: {value!r} was read as {read[key]!r}"


def judge(file: Path, text: str) -> Scenario | None:
    """Load a scenario: refused in clear lines, or declared and read as it is written."""
    scenario, lines = answer(lambda: load_scenario(file))
    assert all(str(file) in line or file.parent.name in line for line in lines), lines
    if scenario is None:
        at_its_line(text, [line for line in lines if line.startswith(f"{file}:")])
        return None
    written = YAML(typ="safe", pure=True).load(text)
    known = {key: value for key, value in written.items() if key != "parameters_from"}
    faults = [] if _DRY & set(known) and "title" not in known else list(_SCHEMA.iter_errors(plain(known)))
    assert not faults, f"accepted, but not declared: {faults[0].message[:200]} at {list(faults[0].path)}"
    echoed(written, scenario.model_dump(by_alias=True))
    return scenario


@counts(10, 500)
def test_what_is_declared_loads(cases: int, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"

    def check(tree: dict[str, Any]) -> None:
        text = odd.yaml(tree)
        file.write_text(text, "utf-8")
        assert judge(file, text) is not None, answer(lambda: load_scenario(file))[1]

    every(cases, scenarios(), check)


@pytest.fixture(scope="module")
def sound() -> st.SearchStrategy[dict[str, Any]]:
    """Some scenarios within what is declared."""
    return st.sampled_from(some(20, scenarios()))


@counts(30, 1500)
def test_one_wrong_value_or_key(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    file = tmp_path / "mine.yaml"

    def check(case: tuple[Any, odd.Keys]) -> None:
        tree, keys = case
        text = odd.yaml(tree)
        file.write_text(text, "utf-8")
        if judge(file, text) is None:
            named(keys, answer(lambda: load_scenario(file))[1])

    every(cases, sound.flatmap(lambda tree: odd.one_wrong(tree, beyond_scenario(tree))), check)


@counts(30, 1000)
def test_one_wrong_mark_of_yaml(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    file = tmp_path / "mine.yaml"

    def check(text: str) -> None:
        file.write_text(text, "utf-8", newline="")
        judge(file, text.removeprefix("\ufeff"))

    every(cases, sound.map(odd.yaml).flatmap(odd.one_wrong_text), check)


@counts(10, 500)
def test_other_bytes(cases: int, tmp_path: Path, sound: st.SearchStrategy[Any]) -> None:
    file = tmp_path / "mine.yaml"

    def check(data: bytes) -> None:
        file.write_bytes(data)
        judge(file, data.decode("utf-8-sig", "replace"))

    every(cases, sound.map(lambda tree: odd.yaml(tree).encode()).flatmap(odd.one_wrong_bytes), check)
