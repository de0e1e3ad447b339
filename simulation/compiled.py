"""Where compiled kernels are kept: in a folder of their own for each state of the sources that are compiled.

Numba compiles a function anew when its own file has changed, not when a file has that it takes equations or draws
from. In one folder for all states, a run could come from code that is there no more.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

import platformdirs

PACKAGE = Path(__file__).parent
_SOURCES = ("domains.py", "random.py", "state", "processes")
"""Files and folders that share compiled functions and their constants; what else is compiled stands alone in a file."""


def state(package: Path = PACKAGE) -> str:
    """Hash of the sources of shared compiled functions."""
    digest = hashlib.blake2b(digest_size=8)
    files = (file for name in _SOURCES for file in (package / name).rglob("*.py"))
    for file in sorted([*files, *(package / name for name in _SOURCES if name.endswith(".py"))]):
        digest.update(file.relative_to(package).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def choose_folder() -> None:
    """Tell numba where to keep compiled functions, unless NUMBA_CACHE_DIR does; what older sources left is deleted.

    Best before numba is imported: what it has compiled by then is kept where numba chose.
    """
    if os.environ.get("NUMBA_CACHE_DIR"):
        return
    place = PACKAGE / "__pycache__" if os.access(PACKAGE, os.W_OK) else platformdirs.user_cache_path("huitian")
    folder = place / f"compiled-{state()}"
    if not folder.exists():
        for old in place.glob("compiled-*"):
            shutil.rmtree(old, ignore_errors=True)
    os.environ["NUMBA_CACHE_DIR"] = str(folder)  # worker processes take it over
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)
