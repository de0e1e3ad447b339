"""The server of the page as a process of its own."""

from collections.abc import Iterator

import pytest

from benchmarks.browser import serve
from tests.experiments.view.server.asking import TOKEN, Client


@pytest.fixture(scope="session")
def client() -> Iterator[Client]:
    """The page without a password."""
    pytest.importorskip("solara")
    with serve("baseline", "--scale", "0.01", "--max-visitors", "2", "--replicates", "0") as served:
        yield Client(served.address)


@pytest.fixture(scope="session")
def behind() -> Iterator[Client]:
    """The page as it stands behind a proxy: below a path, with a password, under another name too."""
    pytest.importorskip("solara")
    more = ("--root-path", "/huitian", "--allowed-origin", "https://lab.example.org", "--token", TOKEN)
    with serve("baseline", "--scale", "0.01", "--replicates", "0", *more) as served:
        yield Client(served.address.removesuffix("huitian/"))
