"""The processor of a run stands in its manifest, by the name that the system gives it."""

import platform
from pathlib import Path

import pytest

from simulation import machine

LISTED = "processor\t: 0\nvendor_id\t: Any\nmodel name\t: Any Core 9 @ 2.00GHz\nflags\t\t: fpu\n"


@pytest.mark.parametrize(
    ("text", "name"), [(LISTED, "Any Core 9 @ 2.00GHz"), ("processor\t: 0\n", "arm64"), (None, "arm64")]
)
def test_it_is_the_one_that_the_system_names(
    text: str | None, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / "cpuinfo").write_text(text, "utf-8")
    monkeypatch.setattr(machine, "_LISTED", tmp_path / "cpuinfo")
    monkeypatch.setattr(platform, "processor", lambda: "")
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert machine.processor.__wrapped__() == name
