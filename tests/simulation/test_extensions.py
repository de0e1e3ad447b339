"""Entry points of other packages: listed without import, refused in one line that names the package."""

from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from simulation import extensions
from simulation.cache import code_hash
from simulation.yaml_source import SourceError

GROUP = "huitian.engines"
PACKAGE = "experiments.runs.engines"


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A function that lays a distribution with an entry point where Python looks for packages."""

    def lay(name: str, entry: str, code: str = "") -> None:
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[{GROUP}]\n{entry}\n")
        (tmp_path / f"{name}.py").write_text(code)
        extensions.offered.cache_clear()

    monkeypatch.syspath_prepend(str(tmp_path))
    extensions.offered.cache_clear()
    yield lay
    extensions.offered.cache_clear()


def test_names_are_the_files_of_the_folder_and_the_entry_points(site):
    before = extensions.names(GROUP, PACKAGE)
    assert before == ("dask", "local", "ray")
    site("one", "alone = one", "raise RuntimeError('imported')")
    assert extensions.names(GROUP, PACKAGE) == ("alone", "dask", "local", "ray")


def test_a_module_of_another_package_is_found(site):
    site("two", "alone = two", "opened = 7")
    assert extensions.find(GROUP, PACKAGE, "alone").opened == 7
    assert extensions.find(GROUP, PACKAGE, "local").__name__ == f"{PACKAGE}.local"


def test_the_name_of_a_file_of_the_folder_is_taken(site):
    site("three", "local = three", "opened = 7")
    with pytest.raises(SourceError, match=r"three 1.0 offers 'local' in huitian.engines, which is there already"):
        extensions.find(GROUP, PACKAGE, "local")


def test_what_cannot_be_loaded_names_its_package(site):
    site("four", "alone = four", "raise RuntimeError('no licence\\nsecond line')")
    with pytest.raises(SourceError) as raised:
        extensions.find(GROUP, PACKAGE, "alone")
    assert str(raised.value) == ("alone (huitian.engines) of four 1.0 cannot be loaded: RuntimeError: no licence")


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(SourceError, match="unknown engine 'dusk'; did you mean 'dask'"):
        extensions.find(GROUP, PACKAGE, "dusk")


def test_two_packages_with_one_name_are_refused(site):
    site("five", "alone = five")
    site("six", "alone = six")
    with pytest.raises(SourceError, match=r"two packages offer 'alone' in huitian.engines: five 1.0 and six 1.0"):
        extensions.offered(GROUP)


def test_an_instance_of_another_type_is_refused(site):
    site("seven", "alone = seven:thing", "thing = 3")
    with pytest.raises(SourceError, match=r"alone \(huitian.engines\) of seven 1.0 is no str but a int"):
        extensions.instances(GROUP, str)


def test_sources_are_the_files_of_the_package(site, tmp_path):
    assert not extensions.sources()
    site("eight", "alone = eight")
    assert extensions.sources() == [tmp_path / "eight.py"]
    assert extensions.distributions() == {"eight": "1.0"}
    before = code_hash.__wrapped__()
    info = tmp_path / "eight-1.0.dist-info"
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: eight\nVersion: 1.1\n")
    extensions.offered.cache_clear()
    assert code_hash.__wrapped__() != before  # another version may bring other compiled parts or data


@pytest.mark.parametrize("name", ["effect.py", "doses.csv", "doses.json", "doses.parquet", "inner/doses.yaml"])
def test_a_table_of_any_form_beside_the_code_is_part_of_the_results(site, tmp_path, name):
    """A lever may read its doses from there: with other ones, runs that were made before are not its runs."""
    package = tmp_path / "ten"
    (package / "inner").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    site("ten_entry", "alone = ten")
    (package / name).write_bytes(b"1")
    before = code_hash.__wrapped__()
    (package / "__pycache__").mkdir()
    (package / "__pycache__" / "effect.pyc").write_bytes(b"left by Python")
    assert code_hash.__wrapped__() == before
    (package / name).write_bytes(b"2")
    assert code_hash.__wrapped__() != before


def test_an_entry_point_without_a_distribution_is_named_by_its_value():
    assert extensions.origin(EntryPoint("alone", "nine:thing", GROUP)) == "nine:thing"
