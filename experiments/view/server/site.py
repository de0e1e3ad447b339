"""The site: the page, its files and its WebSocket, made of Solara's parts without those that ask the outside."""

import html
import secrets
from typing import Any

from solara.server import kernel_context
from solara.server import server as pages
from solara.server import starlette as parts
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from experiments.texts.catalogue import phrase
from experiments.view.server.addresses import Addresses
from experiments.view.server.bundle import Bundle
from experiments.view.server.gate import Gate
from experiments.view.server.password import Password
from experiments.view.server.policy import policy
from experiments.view.server.sockets import Sockets, session_of


def accessible(page: str) -> str:
    """Solara's page with a name for the bar that shows while the server works, for those who do not see it."""
    name = html.escape(" ".join(phrase("page.working")))
    return page.replace("<v-progress-linear ", f'<v-progress-linear aria-label="{name}" ')


async def page(request: Request) -> Response:
    """The page, and a session for who has none."""
    root_path = request.app.state.root_path
    text = pages.read_root("/", root_path)
    if text is None:
        return Response(status_code=404)
    text = accessible(text)
    answer = HTMLResponse(text, headers={"Cache-Control": "no-store"})
    answer.headers["Content-Security-Policy"] = policy(text, request.headers["host"])
    answer.set_cookie(
        pages.COOKIE_KEY_SESSION_ID,
        session_of(request.cookies) or secrets.token_urlsafe(32),
        path=root_path or "/",
        secure=request.state.address.scheme == "https",
        httponly=True,
        samesite="strict",
    )
    return answer


def close(request: Request) -> Response:
    """A tab of the session was closed, as its page says when it goes away."""
    context = kernel_context.contexts.get(request.path_params["kernel_id"])
    tab = request.query_params.get("session_id", "")
    if context is not None and context.session_id == session_of(request.cookies) and tab in context.page_status:
        context.page_close(tab)
    return Response(status_code=204)


async def kernel(request: Request) -> Response:
    """What Jupyter's client asks before it opens the WebSocket; it needs an answer, of which it uses nothing."""
    return JSONResponse({"name": "huitian", "id": request.path_params["kernel_id"]})


async def ready(request: Request) -> Response:
    """The server answers: for those who watch it."""
    return JSONResponse({"status": "ok"})


def site(addresses: Addresses, root_path: str, password: Password | None, sockets: Sockets) -> Gate:
    """The application, behind its gate."""
    routes: list[BaseRoute] = [
        Route("/", page),
        Route("/readyz", ready),
        Route("/jupyter/api/kernels/{kernel_id}", kernel),
        WebSocketRoute("/jupyter/api/kernels/{kernel_id}/channels", sockets),
        Route("/_solara/api/close/{kernel_id}", close, methods=["POST"]),
        Mount("/_solara/cdn", Bundle()),
        Mount("/static/public", parts.StaticPublic()),
        Mount("/static/assets", parts.StaticAssets()),
        Mount("/jupyter/nbextensions", parts.StaticNbFiles()),
        Mount("/static", parts.StaticFilesOptionalAuth(directory=pages.solara_static)),
    ]
    if password is not None:
        routes.append(Route("/login", password.enter, methods=["POST"]))
    application: Any = Starlette(routes=routes, lifespan=parts.lifespan, middleware=parts.middleware)
    application.state.root_path = root_path
    return Gate(application, addresses, root_path, password)
