"""The documentation as a site: `make docs` builds it offline to `build/docs`, from the pages of this folder."""

import re
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

project = "Huitian"
author = "The Huitian authors"
copyright = f"2026, {author}"
version = release = version_of("huitian-sim")
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["builders", "tour.py", "tour.ipynb"]
suppress_warnings = ["myst.header"]  # pages made from tables begin some sections a level deeper
myst_heading_anchors = 3
default_role = "code"  # docstrings write names in single backticks
autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings say types and shapes
html_theme = "furo"
html_title = f"Huitian {version}"
html_show_sphinx = False
html_copy_source = False

CONTENTS = {
    "Use": ["gallery", "interventions", "measures", "experiments", "view", "report", "charts", "results"],
    "Python": ["api", "extending"],
    "Model": ["model", "population", "parameters", "metrics", "facts", "huaguoyuan", "district"],
    "Trust": ["verification", "validation", "uncertainty", "predictions", "reproducibility"],
    "Build": ["architecture", "performance", "glossary", "decisions/index"],
}
"""Sections of the site; a page that stands in none is a warning, and warnings end the build."""


_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./)+([\w./]+\.md)\)")
"""A link to a page that is not in this folder, such as the README."""


def add_contents(app: Any, page: str, source: list[str]) -> None:
    """The tree of contents stands here and not in the index pages, which are read as plain Markdown, too."""
    source[0] = _OUTSIDE.sub(r"\1 (`\2` in the source)", source[0])
    if page == "decisions/index":
        source[0] += _tree("", [file.stem for file in sorted((ROOT / "docs" / "decisions").glob("0*.md"))])
    if page == "index":
        for caption, pages in CONTENTS.items():
            source[0] += _tree(caption, pages)


def _tree(caption: str, pages: list[str]) -> str:
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["\n\n```{toctree}", *options, "", *pages, "```\n"])


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
