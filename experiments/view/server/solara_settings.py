"""What Solara does otherwise than the page needs it."""

import solara.settings
from solara.server import patch, settings

from experiments.charts import style


def settle() -> None:
    """Set it, before the first visitor: where the front end comes from, the address of the page, and figures.

    Only Mesa's page (`--mesa`) draws with matplotlib. Solara gives every session a copy of its settings, looked up in
    the session at each drawing: a figure that is drawn while its visitor leaves finds none. The settings here are the
    same for all, so the copies are undone.
    """
    style.apply()
    patch.patch_matplotlib()()  # gives the function that undoes it, and does nothing when called again
    solara.settings.assets.proxy = True  # the page names its files by this server's address, never by the CDN's
    settings.main.base_url = f"http://localhost{settings.main.root_path}/"  # else taken from the first request's Host
