"""Every locked package may be used beside Apache-2.0, or NOTICE says what to mind."""

import json
from pathlib import Path

import pytest

from docs.builders import licences
from docs.builders.licences import ROOT, Package, bill, locked


@pytest.fixture(scope="module")
def packages() -> list[Package]:
    return locked()


def test_every_line_of_the_lock_is_read(packages: list[Package]) -> None:
    lines = [line for line in licences.LOCK.read_text("utf-8").splitlines() if "==" in line.partition(";")[0]]
    assert len(packages) == len(lines) > 100
    assert all(package.hashes and package.version for package in packages)


def test_every_package_has_a_licence_that_is_compatible_or_named_in_notice(packages: list[Package]) -> None:
    notice = (ROOT / "NOTICE").read_text("utf-8")
    assert [package.name for package in packages if not package.licence] == []
    odd = {package.name: package.licence for package in packages if not package.plain}
    assert {"platypus-opt", "moocore"} <= odd.keys()
    lacking = {name: licence for name, licence in odd.items() if f"{name} ({licence})" not in notice}
    assert not lacking, "NOTICE lacks these"


@pytest.mark.parametrize(
    ("licence", "plain"),
    [("MIT", True), ("MIT OR GPL-3.0-only", True), ("MIT AND GPL-3.0-only", False), ("GPL-2.0-only", False),
     ("", False), ("Apache-2.0 WITH LLVM-exception", True), ("Proprietary", False)],
)  # fmt: skip
def test_what_is_compatible(licence: str, plain: bool) -> None:
    assert Package("x", "1", (), licence).plain is plain


def test_a_package_that_says_nothing_is_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    lock.write_text("no-such-package==1.0 ; sys_platform == 'win32' \\\n    --hash=sha256:ab\n", encoding="utf-8")
    assert locked(lock) == [Package("no-such-package", "1.0", ("ab",), "")]


def test_the_bill_is_the_lock_and_the_same_each_time(packages: list[Package]) -> None:
    found = bill(packages)
    assert (found["bomFormat"], found["specVersion"]) == ("CycloneDX", "1.6")
    references = [component["bom-ref"] for component in found["components"]]
    assert len(set(references)) == len(packages)
    assert all(ref.startswith("pkg:pypi/") for ref in references)
    assert json.dumps(found) == json.dumps(bill(locked()))
