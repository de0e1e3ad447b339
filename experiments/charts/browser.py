"""Arrays and colours as the scripts in `experiments/public` read them, on the page and in a report."""

import base64
from functools import cache

import numpy as np
from matplotlib.colors import Colormap
from numpy.typing import ArrayLike, DTypeLike

from experiments.charts import scales


def base64_of(values: ArrayLike, dtype: DTypeLike) -> str:
    """An array as base64 text of its bytes, little-endian."""
    array = np.ascontiguousarray(values, np.dtype(dtype).newbyteorder("<"))
    return base64.b64encode(array.tobytes()).decode()


@cache
def ramps(layer: str) -> dict[str, str]:
    """Colours of levels and of differences of a layer, base64 of uint8 (256, 3)."""

    def colours(of: Colormap) -> str:
        return base64_of(np.round(255 * of(np.linspace(0, 1, 256))[:, :3]), "u1")

    return {"level": colours(scales.LEVELS), "change": colours(scales.of_difference(layer))}
