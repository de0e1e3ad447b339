"""Trouble for the page: served again, or further, it shows the same numbers week by week."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.experiments.faults.matrix import PATIENCE
from tests.experiments.faults.trouble import Begun, Trouble, begin
from tests.experiments.view.server.asking import Client
from tests.experiments.view.server.tab import Tab

WORDS = "view baseline --scale 0.01 --lang en --max-visitors 2 --port"
SAME = "same numbers"


class Page:
    """A place to serve the page from, and the numbers of a week that it shows without trouble."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._number = folder, 0
        with self.served() as (_, client):
            self.right = numbers(client)

    def begin(self, kind: str = "none", point: int = 0, port: int = 0) -> Begun:
        """Start the command."""
        self._number += 1
        root = self._folder / f"try-{self._number}"
        root.mkdir(parents=True)
        said = self._folder / f"said-{self._number}"
        return begin([*WORDS.split(), str(port)], "view", Trouble(kind, root, point), said)

    @contextmanager
    def served(self, kind: str = "none", point: int = 0, ends_with: int = 143) -> Iterator[tuple[Begun, Client]]:
        """The page while it is served, and that nothing went wrong in the eyes of who reads its log."""
        server = self.begin(kind, point)
        try:
            yield server, Client(address(server))
        finally:
            server.process.terminate()
            code = server.end()
        assert code in (ends_with, -15) and "Traceback" not in server.text(), (code, server.text())

    def same(self) -> None:
        """Served again, the page shows the same numbers."""
        with self.served() as (_, client):
            assert numbers(client) == self.right


def address(server: Begun) -> str:
    """Where it is served, when it is."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.process.is_alive():
        found = re.search(r"http://\S+/", server.text())
        if found:
            return found[0]
        time.sleep(0.05)
    raise AssertionError(server.text())


def numbers(client: Client) -> str:
    """What a visitor can save after a week."""
    tab = stepped(client)
    asks = tab.widget_with("asks")
    tab.click(asks, "wanted", "csv")
    while not tab.widgets[asks].get("file"):
        tab.read()
    tab.leave()
    return str(tab.widgets[asks]["file"]["text"])


def stepped(client: Client) -> Tab:
    """A visitor who has seen a week."""
    tab = Tab(client, client.session())
    tab.until("ht-resident")
    tab.click(tab.widget("ht-step"))
    tab.until('"data-week": "1"')
    return tab


def killed(page: Page) -> tuple[int, str]:
    """SIGKILL while a visitor is there."""
    with page.served(ends_with=-9) as (server, client):
        stepped(client)
        server.process.kill()
        server.end()
    page.same()
    return 1, SAME


def terminated(page: Page) -> tuple[int, str]:
    """SIGTERM while a visitor is there."""
    with page.served() as (server, client):
        tab = stepped(client)
        server.process.terminate()
        server.end()
        tab.socket.close()
    page.same()
    return 1, SAME


def disk(page: Page) -> tuple[int, str]:
    """The disk of the cache is full from the beginning."""
    with page.served("disk", 1) as (server, client):
        assert numbers(client) == page.right
        assert server.text().count("cannot be used") == 1, server.text()  # one warning
    return 1, SAME


def memory(page: Page) -> tuple[int, str]:
    """There is no more memory while the models of a visitor are made: the next one has them."""
    with page.served("memory", 1) as (server, client):
        tab = Tab(client, client.session())
        tab.until("out of memory")
        assert "Traceback" not in tab.said and 'File "' not in tab.said
        tab.leave()
        assert numbers(client) == page.right
        assert "no memory for the models of a visitor: give fewer --max-visitors" in server.text()
    return 1, SAME


def clock(page: Page) -> tuple[int, str]:
    """The clock is ten years back, or on."""
    for kind in ("clock_back", "clock_on"):
        with page.served(kind) as (_, client):
            assert numbers(client) == page.right
    return 2, SAME


def network(page: Page) -> tuple[int, str]:
    """Nothing beyond this machine can be reached, and the connection of a visitor is lost."""
    with page.served("network") as (_, client):
        stepped(client).leave(beacon=False)
        assert numbers(client) == page.right
    return 1, SAME


def two(page: Page) -> tuple[int, str]:
    """A second one at the same port."""
    with page.served() as (_, client):
        second = page.begin(port=int(client.netloc.rpartition(":")[2]))
        assert second.end() == 2 and "already in use" in second.text(), second.text()
        assert numbers(client) == page.right
    return 1, f"{SAME}, the second says so"
