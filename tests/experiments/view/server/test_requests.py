"""What the real server answers, request by request."""

import re
from urllib.parse import quote

import pytest

from experiments.view.server.policy import policy
from tests.experiments.view.server.asking import TOKEN, Client, cookies

EVIL = "http://evil.example"


def refused(client: Client, **options: object) -> int:
    """Status with which a WebSocket was refused."""
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus) as answer, client.connect(client.session(), **options):
        pass
    return int(answer.value.response.status_code)


def test_the_page_is_answered_under_its_own_names(client: Client) -> None:
    port = client.netloc.partition(":")[2]
    for host in (client.netloc, f"localhost:{port}"):
        assert client.ask("/", {"Host": host}).status == 200


@pytest.mark.parametrize("path", ["/", "/readyz", "/static/main-vuetify.js", "/_solara/cdn/requirejs@2.3.6/require.js"])
def test_another_host_is_not_answered(client: Client, path: str) -> None:
    answer = client.ask(path, {"Host": "evil.example"})
    assert answer.status == 421
    assert "evil" not in answer.text and re.search("[\u4e00-\u9fff]", answer.text) and "not answer" in answer.text


@pytest.mark.parametrize("origin", [EVIL, "null", "http://localhost:1", "https://127.0.0.1"])
def test_another_origin_is_not_answered(client: Client, origin: str) -> None:
    assert client.ask("/", {"Origin": origin}).status == 403
    assert client.ask("/_solara/api/close/k?session_id=t", {"Origin": origin}, "POST").status == 403
    assert refused(client, origin=origin) == 403


def test_a_websocket_says_where_it_comes_from(client: Client) -> None:
    assert refused(client, origin=None) == 403
    assert refused(client, headers={"Host": "evil.example"}) in (403, 400)  # two Hosts in one request
    with client.let_in():
        pass


def test_a_websocket_belongs_to_the_session_that_opened_it(client: Client) -> None:
    from websockets.exceptions import InvalidStatus

    with client.connect(client.session(), kernel="mine"):
        for cookie in (client.session(), "", "solara-session-id=x"):
            with pytest.raises(InvalidStatus), client.connect(cookie, kernel="mine"):
                pass
    for kernel, tab in (("x" * 65, "t"), ("k", ""), ("k", "x" * 65), ("%2e%2e%2f", "t")):
        assert refused(client, kernel=kernel, tab=tab) in (403, 404)


@pytest.mark.parametrize("header", ["X-Script-Name", "Script-Name", "X-Forwarded-Prefix", "X-Forwarded-Host"])
def test_no_header_moves_the_page(client: Client, header: str) -> None:
    before = client.ask("/").text
    assert client.ask("/", {header: "/evil"}).text == before == client.ask("/").text
    assert "evil" not in before and 'rootPath = ""' in before


def test_the_bar_of_a_working_server_has_a_name(client: Client) -> None:
    text = client.ask("/").text
    assert text.count("<v-progress-linear") == text.count('<v-progress-linear aria-label="') == 1


def test_answers_carry_the_headers_of_a_careful_site(client: Client) -> None:
    for path in ("/", "/static/main-vuetify.js", "/nothing/there", "/jupyter/nbextensions/jupyter-vue/nodeps.js"):
        headers = client.ask(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["Server"] is None


def test_the_policy_lets_nothing_in_from_outside(client: Client) -> None:
    found = client.ask("/").headers["Content-Security-Policy"]
    sources = dict(part.split(" ", 1) for part in found.split("; "))
    assert sources["default-src"] == "'none'" and "'unsafe-inline'" not in sources["script-src"]
    outside = re.findall(r"(?:https?|wss?):[^\s;]*|\*", found)
    assert outside == [f"ws://{client.netloc}", f"wss://{client.netloc}"]


def test_the_policy_knows_the_scripts_of_the_page_by_their_hash() -> None:
    page = '<script>\nlet a = 1\n</script><script src="x.js"></script><script type="module">b</script>'
    assert policy(page, "h").count("'sha256-") == 2


def test_cookies_are_not_for_scripts_and_other_sites(client: Client) -> None:
    (line,) = client.ask("/").headers.get_all("Set-Cookie")
    assert "HttpOnly" in line and "SameSite=strict" in line and "Path=/" in line
    first = client.session()
    assert cookies(client.ask("/", {"Cookie": first})) == first  # a second tab keeps the session of the first
    assert cookies(client.ask("/", {"Cookie": "solara-session-id=../x"})) != "solara-session-id=../x"


@pytest.mark.parametrize(
    "path",
    ["/evil", "/resourcez", "/_solara/api/evict/k", "/jupyter/api/kernels/", "/login", "/static/../../../etc/passwd",
     "/static/public/%2e%2e/%2e%2e/pyproject.toml", "/jupyter/nbextensions/../../../etc/passwd"],
)  # fmt: skip
def test_nothing_else_is_there(client: Client, path: str) -> None:
    assert client.ask(path).status == 404


def test_the_root_path_is_served_with_and_without(behind: Client) -> None:
    ticket = enter(behind, TOKEN)
    for path in ("/", "/huitian", "/huitian/"):
        text = behind.ask(path, {"Cookie": ticket}).text
        assert 'rootPath = "/huitian"' in text and 'src="/huitian/_solara/cdn/requirejs' in text
    for path in ("/huitian/static/ansi.js", "/static/ansi.js"):
        assert behind.ask(path, {"Cookie": ticket}).status == 200
    assert behind.ask("/huitianx/static/ansi.js", {"Cookie": ticket}).status == 404


def enter(client: Client, token: str) -> str:
    """Type the password; the cookie that it gives."""
    answer = client.ask("/huitian/login", FORM, "POST", f"password={quote(token)}".encode())
    return cookies(answer)


FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def test_the_password_is_asked_for(behind: Client) -> None:
    asked = behind.ask("/huitian/")
    assert asked.status == 401 and 'action="/huitian/login"' in asked.text and "口令" in asked.text
    for path in ("/static/ansi.js", "/_solara/cdn/requirejs@2.3.6/require.js", "/nothing"):
        assert behind.ask(path).status == 401
    assert behind.ask("/readyz").status == 200
    assert enter(behind, "wrong") == "" == enter(behind, "")
    ticket = enter(behind, TOKEN)
    assert ticket.startswith("huitian-visitor=")
    assert behind.ask("/huitian/", {"Cookie": ticket}).status == 200
    assert behind.ask("/huitian/", {"Cookie": ticket + "x"}).status == 401


def test_a_websocket_needs_the_password_too(behind: Client) -> None:
    from websockets.exceptions import InvalidStatus

    ticket = enter(behind, TOKEN)
    session = cookies(behind.ask("/huitian/", {"Cookie": ticket}))
    with pytest.raises(InvalidStatus), behind.connect(session, path="/huitian"):
        pass
    with behind.connect(f"{ticket}; {session}", path="/huitian"):
        pass


def test_a_login_of_another_site_is_refused(behind: Client) -> None:
    body = f"password={quote(TOKEN)}".encode()
    assert behind.ask("/login", {**FORM, "Origin": EVIL}, "POST", body).status == 403
    assert behind.ask("/login", {**FORM, "Origin": "https://lab.example.org"}, "POST", body).status == 303
    assert behind.ask("/login", FORM, "POST", b"password=" + b"x" * 5000).status == 413


def test_over_https_cookies_are_secure(behind: Client) -> None:
    answer = behind.ask("/login", {**FORM, "Host": "lab.example.org"}, "POST", f"password={quote(TOKEN)}".encode())
    (line,) = answer.headers.get_all("Set-Cookie")
    assert "Secure" in line and "HttpOnly" in line and "SameSite=lax" in line and "Path=/huitian" in line
