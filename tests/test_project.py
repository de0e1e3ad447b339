"""The project as a whole: lock file, version, documents, layers."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PACKAGES = ("huitian", "simulation", "experiments", "benchmarks")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
TEXT_SUFFIXES = {".py", ".md", ".yaml", ".csv", ".toml", ".txt", ".lock", ".html", ".j2", ""}
# homes, temporary folders and mount points of somebody's machine; written in pieces so as not to match this file
_PLACES = "|".join(("home", "Users", "root", "tmp", "work", "opt", "mnt"))
MACHINE_PATH = re.compile(rf"(?<![\w.])/(?:{_PLACES})/\w")


def project_files() -> list[Path]:
    """Text files that git would publish: tracked, or new and not ignored."""
    command = ["git", "-C", str(ROOT), "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\0")
    paths = (ROOT / name for name in listed if name)
    return [path for path in paths if path.is_file() and path.suffix in TEXT_SUFFIXES]


def lock_entries() -> list[str]:
    """Requirements of the lock, each with its continuation lines."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    return re.split(r"\n(?=\S)", lines.strip())


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_lock_pins_and_hashes_every_package() -> None:
    for entry in lock_entries():
        assert re.match(r"[A-Za-z0-9._-]+==[\w.+!]+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


def test_lock_names_no_address() -> None:
    text = (ROOT / "requirements.lock").read_text("utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_lock_covers_the_declared_dependencies() -> None:
    project = PYPROJECT["project"]
    declared = project["dependencies"] + project["optional-dependencies"]["dev"]
    names = {canonical(re.match(r"[A-Za-z0-9._-]+", text)[0]) for text in declared}
    locked = {canonical(entry.split("==")[0]) for entry in lock_entries()}
    assert names - {canonical(project["name"])} <= locked


def test_changelog_starts_with_the_version() -> None:
    headings = re.findall(r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == PYPROJECT["project"]["version"]


@pytest.mark.parametrize("document", ["README.md", "README.zh.md", "CONTRIBUTING.md", "docs/index.md"])
def test_documents_name_only_targets_of_the_makefile(document: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / document).read_text("utf-8")))
    assert named <= targets


@pytest.mark.parametrize("document", ["README.md", "README.zh.md", "CONTRIBUTING.md", "docs/index.md"])
def test_documents_link_to_files_that_exist(document: str) -> None:
    path = ROOT / document
    links = re.findall(r"\]\((?!\w+:|#)([^)#]+)", path.read_text("utf-8"))
    missing = [link for link in links if not (path.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_module_has_a_docstring(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def imported(path: Path) -> set[str]:
    """Top-level packages that a module imports, at any depth of nesting."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


def test_simulation_knows_nothing_of_experiments() -> None:
    offenders = [path for path in (ROOT / "simulation").rglob("*.py") if "experiments" in imported(path)]
    assert not offenders


def test_no_path_of_a_machine() -> None:
    found = {
        path.relative_to(ROOT).as_posix(): match[0]
        for path in project_files()
        if (match := MACHINE_PATH.search(path.read_text("utf-8")))
    }
    assert not found


def test_the_page_of_verification_names_tests_that_exist():
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", (ROOT / "docs" / "verification.md").read_text("utf-8"))
    assert len(named) > 40
    for file, test in named:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"
