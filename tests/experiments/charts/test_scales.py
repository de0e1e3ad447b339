"""Colours do not lie: every colour on a page is one of its scale, a hue has one meaning, a scale does not move."""

import base64
import colorsys
import io

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import Colormap, to_rgb
from PIL import Image

from experiments.charts import scales, style
from experiments.charts.maps import maps
from experiments.report.document import Figure
from experiments.report.render import image
from experiments.texts.catalogue import same
from experiments.view import layers

NAMES = {"baseline": ("基线", "baseline"), "plan": ("方案", "plan")}


def cells() -> pd.DataFrame:
    """96 communities of a cell each, with as many values over the whole of both scales."""
    x, y = (axis.ravel() for axis in np.meshgrid(np.arange(12), np.arange(8)))
    spread = np.linspace(-1, 1, x.size)
    own = pd.DataFrame({"cell_x": x, "cell_y": y, "community": np.arange(x.size), "clear": True})
    own["value"], own["difference"] = 50 + 20 * spread, 10 * spread
    return pd.concat([own.assign(scenario=name) for name in NAMES])


def drawn(metric: str) -> np.ndarray:
    """Pixels of the map in a report, uint8 (height, width, 3)."""
    figure = Figure("map", lambda: maps(cells(), NAMES, "baseline", metric, style.Runs(3, 1.0)), same("map"))
    data = image(figure, "en").partition(",")[2]
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


def of(scale: Colormap) -> np.ndarray:
    return 255 * scale(np.linspace(0, 1, 256))[:, :3]


def test_every_colour_that_is_drawn_is_one_of_its_scale() -> None:
    pixels, counts = np.unique(drawn("satisfaction").reshape(-1, 3), axis=0, return_counts=True)
    plain = pixels[counts >= 120].astype(float)
    coloured = plain[np.ptp(plain, axis=1) > 12]  # the rest is paper, ink and their mixtures at edges
    known = np.vstack([of(scales.LEVELS), of(scales.of_difference("satisfaction"))])
    distance = np.linalg.norm(coloured[:, None] - known[None], axis=2).min(axis=1)
    assert len(coloured) > 120, "a scale of few colours shows differences that are none"
    assert distance.max() <= 2.0


def hue(colour: str) -> float:
    return 360 * colorsys.rgb_to_hsv(*to_rgb(colour))[0]


@pytest.mark.parametrize("colour", style.COLOURS)
def test_options_do_not_wear_the_colours_of_better_and_worse(colour: str) -> None:
    for taken in (scales.BETTER, scales.WORSE):
        apart = abs(hue(colour) - hue(taken)) % 360
        assert min(apart, 360 - apart) > 25


@pytest.mark.parametrize(("metric", "good"), [("satisfaction", 1.0), ("load_committee", 0.0)])
def test_blue_is_better_whichever_way_a_metric_runs(metric: str, good: float) -> None:
    red, _, blue, _ = scales.of_difference(metric)(good)
    assert blue > 2 * red
    red, _, blue, _ = scales.of_difference(metric)(1 - good)
    assert red > 2 * blue


def test_grey_print_keeps_the_order_and_tells_the_ends_apart() -> None:
    def light(scale: Colormap, where: list[float]) -> np.ndarray:
        return scale(where)[:, :3] @ [0.299, 0.587, 0.114]

    levels = light(scales.LEVELS, list(np.linspace(0, 1, 20)))
    assert (np.diff(levels) < 0).all()
    worse, middle, better = light(scales.of_difference("satisfaction"), [0.0, 0.5, 1.0])
    assert better + 0.2 < worse < middle - 0.2


def test_every_layer_has_a_window() -> None:
    assert set(layers.LAYERS) <= set(scales.WINDOWS)
