"""The command, called in this process: faster than a new one for each of many messages."""

from collections.abc import Callable

import pytest

from experiments import cli

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def huitian(monkeypatch, tmp_path, capsys) -> Command:
    """The command in an empty working folder: exit code, what it prints, what it complains of."""
    monkeypatch.chdir(tmp_path)

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["huitian", *map(str, words)])
        with pytest.raises(SystemExit) as caught:
            cli.main()
        captured = capsys.readouterr()
        return int(caught.value.code or 0), captured.out, captured.err

    return run
