"""Map and charts that the browser draws: Vue components, and the scripts that they load from the page's own server."""

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import solara

_HERE = Path(__file__).parent
PUBLIC = _HERE.parent / "public"
"""Where Solara looks for files to serve: beside the folder of the app."""


@cache
def scripts() -> dict[str, str]:
    """Addresses of the scripts by name, with a hash, so that a browser keeps them until they change.

    So no script imports another: whoever needs it loads it from here.
    """
    return {
        file.stem: f"/static/public/{file.name}?v={hashlib.md5(file.read_bytes()).hexdigest()[:12]}"
        for file in sorted(PUBLIC.glob("*.js"))
    }


@solara.component_vue(str(_HERE / "map.vue"))
def MapView(
    scripts: dict[str, str],
    ramps: dict[str, str],
    ground: dict[str, Any],
    values: dict[str, str | None],
    facilities: list[list[Any]],
    kinds: list[dict[str, Any]],
    view: dict[str, Any],
    scale: dict[str, float],
    words: dict[str, str],
    place: dict[str, float],
    mark: str,
    event_point: Callable[[dict[str, int]], None],
    event_moved: Callable[[dict[str, float]], None],
) -> None:
    """The map; tells which cell was clicked, and where it stands when it was moved: zoom, and cells from the middle."""


@solara.component_vue(str(_HERE / "picker.vue"))
def ScenarioPicker(
    name: str,
    label: str,
    value: str,
    items: list[dict[str, str]],
    nothing: str,
    event_chosen: Callable[[Any], None],
) -> None:
    """A list to search in; `items`: headers of groups, or value, text and a sentence that says what it is."""


@solara.component_vue(str(_HERE / "share.vue"))
def ShareView(
    query: str,
    lang: str,
    asks: bool,
    file: dict[str, Any] | None,
    words: dict[str, str],
    largest: int,
    event_wanted: Callable[[str], None],
    event_opened: Callable[[dict[str, Any]], None],
) -> None:
    """Keeps the address and language of the page, asks before it is left, and saves and opens files."""


@solara.component_vue(str(_HERE / "charts.vue"))
def ChartsView(
    scripts: dict[str, str],
    panels: list[dict[str, Any]],
    start: str,
    axis: int,
    words: dict[str, str],
    name: str,
    mark: str,
    keepable: bool = True,
    narrow: int = 0,
    timeline: tuple[dict[str, Any], ...] = (),
) -> None:
    """Charts over the same weeks; `axis`: weeks that have room.

    `narrow`: least width of one in pixels, beside each other as they fit, or 0 for one above the other; `timeline`:
    what happens when, as bars below charts that stand above each other (`experiments.view.timeline.drawn`).
    """


@solara.component_vue(str(_HERE / "bars.vue"))
def BarsView(
    scripts: dict[str, str],
    bars: list[dict[str, Any]],
    words: dict[str, str],
    kinds: list[dict[str, str]],
    name: str,
    mark: str,
) -> None:
    """A histogram; `kinds`: kinds of its bars with label and colour."""
