"""The command line: whatever words it is given, it ends with a message and its exit code, never with a traceback."""

from pathlib import Path
from typing import Any

import pytest
import typer.main
from hypothesis import strategies as st

from experiments import cli
from tests.experiments.commands.conftest import Command, huitian
from tests.fuzz import odd
from tests.fuzz.case import counts, every

__all__ = ["huitian"]
ODD = (
    "",
    " ",
    "-",
    "--",
    "0",
    "-0",
    "-1",
    "1e3",
    "nan",
    "inf",
    "-inf",
    "1e309",
    "0.0",
    "1_0",
    "0x10",
    "９",
    "१",
    "true",
)
ODD += ("9" * 25, "x" * 5000, "nowhere", "nowhere.yaml", ".", "..", "/", "/dev/null", "/dev/zero", "folder", "a,b")
ODD += ("text.txt", "a\nb", "@file", "%s", "~", "*", *(word for word in odd.HOSTILE if "\x00" not in word))
"""Words in place of any value; none of them makes a command begin to run the model."""
GOOD: dict[str, list[str]] = {
    "run": ["baseline"],
    "compare": ["baseline", "service_circles"],
    "sweep": ["circles_dose"],
    "answers": ["folder"],
    "search": ["nowhere.yaml"],
    "calibrate": ["nowhere.yaml"],
    "report": ["folder"],
    "doctor": ["folder"],
    "rerun": ["folder"],
    "versions": ["folder", "folder"],
    "scenarios show": ["baseline"],
    "scenarios check": ["baseline"],
    "scenarios new": ["Mine!"],
    "district check": ["nowhere"],
    "district draw": ["nowhere"],
    "district new": ["text.txt"],
    "district import": ["nowhere.geojson", "--population", "5000", "--out", "d"],
}
"""Commands, and words with which they would begin or end at once; those that serve or take no words are left out."""


def _options(name: str) -> dict[str, Any]:
    """Options of a command by their word, as typer declares them."""
    command: Any = typer.main.get_command(cli.app)
    for part in name.split():
        command = command.commands[part]
    found = {}
    for one in command.params:
        if one.param_type_name == "option":
            found[one.opts[0]] = one
    return {word: one for word, one in found.items() if word != "--debug"}  # which shows a traceback


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands whose words are all right stop before they work."""

    def stopped(*_: object, **__: object) -> None:
        raise SystemExit(0)

    for where in (
        "simulation.run.simulate",
        "experiments.study.compare.compare",
        "experiments.study.sweep.sweep",
        "experiments.study.estimate.estimate",
    ):
        monkeypatch.setattr(where, stopped)


@st.composite
def words(draw: st.DrawFn) -> list[str]:
    """A command with one odd word: instead of an argument, as the value of an option, or too many."""
    name = draw(st.sampled_from(sorted(GOOD)))
    given, odd_word = list(GOOD[name]), draw(st.sampled_from(ODD))
    kind = draw(st.sampled_from(("argument", "option", "option", "option", "more", "unknown", "none")))
    options = _options(name)
    if kind == "argument":
        given[draw(st.integers(0, len(given) - 1))] = odd_word
    elif kind == "option" and options:
        option = draw(st.sampled_from(sorted(options)))
        given += [option] if options[option].is_flag else [option, odd_word]
    elif kind == "more":
        given.append(odd_word)
    elif kind == "unknown":
        given.append(draw(st.sampled_from(("--sed", "-z", "--out=", "--no-such", "--seed", "--" + "x" * 300))))
    else:
        given = []
    return [*name.split(), *given]


def outcome(run: Command, given: list[str]) -> None:
    code, out, err = run(*given)
    assert code in (0, 1, 2), (given, code, err)
    assert "Traceback" not in err and "fault of the program" not in err, (given, err)
    assert code == 0 or err.strip(), (given, "no message")
    for line in err.splitlines():
        assert "\x1b" not in line and "\u202e" not in line, (given, line)
    assert "\x1b" not in out and "\u202e" not in out, (given, out)


@pytest.mark.usefixtures("still")
@counts(0, 600)
def test_odd_words(cases: int, huitian: Command, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "text.txt").write_text("text", "utf-8")
    every(cases, words(), lambda given: outcome(huitian, given))
    kept = {file.name for file in tmp_path.iterdir()}
    assert "folder" in kept and (tmp_path / "text.txt").read_text("utf-8") == "text"


@pytest.mark.parametrize("word", ["\u202egnp.exe", "\x1b[31mred"])
def test_what_is_wrong_with_the_usage_is_fit_for_a_terminal(huitian: Command, word: str) -> None:
    outcome(huitian, ["scenarios", "show", "baseline", word])
