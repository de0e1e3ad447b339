"""A command that is told to end stops cleanly, also where Ctrl-C is ignored, as under `nohup` and in batch jobs."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from experiments import cli
from experiments.stopping import in_one_go, stopping


@pytest.fixture(params=[signal.default_int_handler, signal.SIG_IGN], ids=["in front", "in the background"])
def handled(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ctrl-C as a terminal has it, and ignored as a script in the background has it."""
    before = signal.signal(signal.SIGINT, request.param)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("handled")
def test_to_be_told_to_end_is_like_ctrl_c() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), stopping() as came:
        os.kill(os.getpid(), signal.SIGTERM)
    assert came == [signal.SIGTERM] and signal.getsignal(signal.SIGTERM) == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_what_is_done_in_one_go_is_done_before_the_end(number: int) -> None:
    """Ctrl-C in the middle of a queue's `put` left its lock held, and the sweep waited for it for ever."""
    done = []

    def told_meanwhile() -> None:
        with in_one_go():
            os.kill(os.getpid(), number)
            done.append(number)

    with stopping():
        before = signal.getsignal(number)
        with pytest.raises(KeyboardInterrupt):
            told_meanwhile()
        assert done == [number] and signal.getsignal(number) == before


@pytest.mark.usefixtures("handled")
def test_the_exit_code_is_that_of_shells_and_the_line_says_how_to_go_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["huitian", "scenarios", "list"])
    monkeypatch.setattr("simulation.scenario.load.shipped", lambda: os.kill(os.getpid(), signal.SIGTERM))
    with pytest.raises(SystemExit) as ended:
        cli.main()
    said = capsys.readouterr().err
    assert ended.value.code == 143 and "the same command goes on from there" in said and "Traceback" not in said


def test_the_help_names_the_signals(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["huitian", "--help"])
    with pytest.raises(SystemExit):
        cli.main()
    said = capsys.readouterr().out
    assert "Ctrl-C" in said and "SIGTERM" in said
