"""The page behind nginx, with the settings that `docs/view.md` gives."""

import re
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from benchmarks.browser import ROOT, serve
from tests.experiments.view.server.asking import TOKEN, Client, cookies, message
from tests.experiments.view.server.test_requests import FORM

NAME = "lab.example.org"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def settings(port: int, served: int, folder: Path) -> str:
    """The recipe of the document, on free ports and without a certificate."""
    (recipe,) = re.findall(r"```nginx\n(.*?)```", (ROOT / "docs" / "view.md").read_text(encoding="utf-8"), re.DOTALL)
    assert "listen 443 ssl;" in recipe and "http://127.0.0.1:8765" in recipe and NAME in recipe
    recipe = re.sub(r" *ssl_\w+ .*\n", "", recipe.replace("listen 443 ssl;", f"listen 127.0.0.1:{port};"))
    recipe = recipe.replace("http://127.0.0.1:8765", f"http://127.0.0.1:{served}")
    own = "".join(
        f"{kind}_temp_path {folder / kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"pid {folder}/pid;\nerror_log stderr;\ndaemon off;\nevents {{}}\nhttp {{\naccess_log off;\n{own}{recipe}}}\n"
    )


@pytest.fixture(scope="module")
def proxied(needs: Callable[[str, str], str]) -> Iterator[tuple[Client, Client]]:
    """The page through nginx, and directly."""
    nginx, port = needs("nginx", "nginx-light"), free_port()
    more = (
        "--replicates",
        "0",
        "--root-path",
        "/huitian",
        "--allowed-origin",
        f"http://{NAME}:{port}",
        "--token",
        TOKEN,
    )
    with (
        serve("baseline", "--scale", "0.01", *more) as served,
        tempfile.TemporaryDirectory() as name,
    ):
        direct = Client(served.address.removesuffix("huitian/"))
        file = Path(name) / "nginx.conf"
        file.write_text(settings(port, int(direct.netloc.partition(":")[2]), Path(name)), encoding="utf-8")
        process = subprocess.Popen([nginx, "-p", name, "-c", str(file)], stderr=subprocess.PIPE, text=True)
        try:
            while process.poll() is None:
                with socket.socket() as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
            assert process.poll() is None, process.stderr and process.stderr.read()
            yield Client(f"http://{NAME}:{port}", ("127.0.0.1", port)), direct
        finally:
            process.terminate()
            process.wait(60)


def test_the_page_works_behind_nginx_whoever_comes_first(proxied: tuple[Client, Client]) -> None:
    through, direct = proxied
    ticket = cookies(direct.ask("/login", FORM, "POST", f"password={quote(TOKEN)}".encode()))
    assert direct.ask("/", {"Cookie": ticket}).status == 200  # a direct visit changes nothing for the others
    assert through.ask("/huitian/").status == 401
    answer = through.ask("/huitian/", {"Cookie": ticket, "X-Script-Name": "/evil"})
    named = re.findall(r'(?:src|href)="(/[^"]*)"', answer.text)
    assert answer.status == 200 and len(named) > 4
    for path in named:
        assert path.startswith("/huitian/"), path
        assert through.ask(path, {"Cookie": ticket}).status == 200, path
    both = f"{ticket}; {cookies(answer)}"
    with through.connect(both, path="/huitian") as ws:
        ws.send(message("kernel_info_request"))
        assert "status" in ws.recv(120)


def test_another_name_is_refused_through_nginx_too(proxied: tuple[Client, Client]) -> None:
    through, _ = proxied
    assert through.ask("/huitian/", {"Host": "evil.example"}).status == 421
    assert through.ask("/huitian/", {"Origin": "http://evil.example"}).status == 403
