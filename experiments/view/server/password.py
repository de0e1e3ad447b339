"""The password of the page: asked once, then a cookie that this process made."""

import hashlib
import hmac
import html
import secrets
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from experiments.texts.catalogue import phrase
from experiments.view.server.rate import Bucket
from simulation.yaml_source import SourceError

COOKIE = "huitian-visitor"
SHORTEST = 8
_LARGEST_FORM = 4096  # bytes
_TRIES, _TRIES_AT_ONCE = 0.5, 10  # a second, all visitors together


class Password:
    """A secret that visitors must know, and the ticket that who knew it carries.

    Raises
    ------
    SourceError
        If it is shorter than `SHORTEST` characters.
    """

    def __init__(self, secret: str) -> None:
        if len(secret) < SHORTEST:
            raise SourceError(f"--token: at least {SHORTEST} characters")
        self._digest = _digest(secret)
        self._ticket = secrets.token_urlsafe(32)
        self._tries = Bucket(_TRIES, _TRIES_AT_ONCE)

    def admits(self, ticket: str) -> bool:
        """Whether a cookie was given by this process."""
        return hmac.compare_digest(_digest(ticket), _digest(self._ticket))

    async def enter(self, request: Request) -> Response:
        """Answer the form: the page with a cookie, or the form again."""
        root_path = request.app.state.root_path
        if not self._tries.take():
            return ask(root_path, 429)
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST_FORM:
                return ask(root_path, 413)
        typed = parse_qs(body.decode("utf-8", "replace"), max_num_fields=4).get("password", [""])[0]
        if not hmac.compare_digest(_digest(typed), self._digest):
            return ask(root_path, 403)
        answer = RedirectResponse(root_path + "/", 303)
        answer.set_cookie(
            COOKIE,
            self._ticket,
            path=root_path or "/",
            secure=request.state.address.scheme == "https",
            httponly=True,
            samesite="lax",  # a link to the page in a letter opens it; scripts of other sites are known by their origin
        )
        return answer


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def ask(root_path: str, status: int) -> HTMLResponse:
    """The form that asks for the password; `status` 401 at first, 403 if it was wrong, 413, 429 too many tries."""
    said = {401: "password_first", 403: "password_wrong", 413: "password_wrong", 429: "too_fast"}[status]
    lines = "".join(f"<p>{html.escape(text)}</p>" for text in phrase(f"page.{said}"))
    button = html.escape(" ".join(phrase("page.enter")))
    body = (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>Huitian</title>'
        f'<main><h1>回天 Huitian</h1>{lines}<form method="post" action="{html.escape(root_path)}/login">'
        f'<input type="password" name="password" autofocus required aria-label="{button}">'
        f"<button>{button}</button></form></main></html>"
    )
    policy = "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    return HTMLResponse(body, status, {"Content-Security-Policy": policy, "Cache-Control": "no-store"})
