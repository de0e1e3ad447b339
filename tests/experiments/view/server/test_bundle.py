"""Files of the front end come from the package that is installed, and from nowhere else."""

from pathlib import Path

import pytest

from experiments.view.server.bundle import bundled
from tests.experiments.view.server.asking import Client


def test_what_the_package_brought_is_there(client: Client) -> None:
    text = client.ask("/").text
    named = {part.split('"')[0] for part in text.split('"/_solara/cdn/')[1:]}
    assert len(named) >= 4
    for name in named:
        assert client.ask(f"/_solara/cdn/{name}").status == 200, name


@pytest.mark.parametrize(
    "path",
    ["left-pad@1.3.0/index.js", "left-pad", "@widgetti/nothing@1.0.0/x.js", "requirejs@2.3.6", "requirejs@2.3.6/",
     "requirejs@2.3.6/%2e%2e/%2e%2e/%2e%2e/pyvenv.cfg", "..%2f..%2f..%2fpyvenv.cfg", "%00", ""],
)  # fmt: skip
def test_nothing_is_fetched_and_nothing_written(client: Client, path: str) -> None:
    """Solara's own route asks a CDN, waits for its answer (or for seven seconds), and keeps what comes."""
    folder = next(iter(bundled().values())).parents[0]
    while folder.name != "cdn":
        folder = folder.parent
    before = listed(folder)
    assert client.ask(f"/_solara/cdn/{path}").status == 404
    assert listed(folder) == before


def listed(folder: Path) -> set[str]:
    return {path.name for path in (*folder.iterdir(), *(folder / "@widgetti").iterdir())}


def test_a_stray_file_beside_the_bundle_is_not_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Earlier versions left what they had fetched in the folder of the package."""
    from experiments.view.server.bundle import Bundle

    bundle = Bundle()
    known = "requirejs@2.3.6/require.js"
    assert bundle.lookup_path(known)[1] is not None
    folder = Path(bundle.lookup_path(known)[0]).parents[1]
    assert (folder / "requirejs@2.3.6").is_dir()
    assert bundle.lookup_path("requirejs@2.3.6/../../../../pyvenv.cfg") == ("", None)
    assert bundle.lookup_path("requirejs@2.3.6") == ("", None)
