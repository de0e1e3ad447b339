"""Packages that only some questions need, and how to get them."""

_EXTRAS = {
    "emcee": "analysis",
    "SALib": "analysis",
    "pymoo": "analysis",
    "sklearn": "analysis",
    "threadpoolctl": "analysis",
    "osmium": "place",
    "shapely": "place",
    "fsspec": "cluster",
}


def missing(error: ModuleNotFoundError) -> str | None:
    """What to install, in one line; None where the module is none of the optional ones."""
    package = (error.name or "").partition(".")[0]
    if package not in _EXTRAS:
        return None
    return f'{package} is not installed; pip install "huitian-sim[{_EXTRAS[package]}]"'
