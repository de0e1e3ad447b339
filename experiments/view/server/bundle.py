"""Styles and scripts of Solara's front end, as the package `solara-assets` brought them: nothing is fetched."""

import os
from importlib.metadata import distribution
from pathlib import Path

from solara.server.starlette import StaticFilesOptionalAuth
from starlette.responses import Response
from starlette.types import Scope

_PACKAGE, _INSIDE = "solara-assets", "share/solara/cdn/"


def bundled() -> dict[str, Path]:
    """Files by their path below the address of the bundle: those that the package lists, whatever lies beside them.

    Raises
    ------
    PackageNotFoundError
        If the package is not installed (an ImportError).
    """
    found = {}
    for file in distribution(_PACKAGE).files or ():
        _, mark, name = file.as_posix().partition(_INSIDE)
        if mark:
            found[name] = Path(str(file.locate())).resolve()
    return found


class Bundle(StaticFilesOptionalAuth):  # type: ignore[misc]
    """The files of the package; Solara's own class answers for others too, by asking the internet for them."""

    def __init__(self) -> None:
        super().__init__()
        self._files = bundled()

    def lookup_path(self, path: str) -> tuple[str, os.stat_result | None]:
        """Where a file is, and that it is there."""
        file = self._files.get(Path(path).as_posix())
        if file is None or not file.is_file():
            return "", None
        return str(file), file.stat()

    async def get_response(self, path: str, scope: Scope) -> Response:
        """The file, to be kept: its path has the version in it."""
        response = await super().get_response(path, scope)
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
        return response
