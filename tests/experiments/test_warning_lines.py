import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
CODE = """
import warnings
from experiments.warning_lines import use_lines
use_lines()
use_lines()
for _ in range(2):
    warnings.warn("the cache cannot be used", stacklevel=1)
warnings.warn("another: Warning: with a colon", DeprecationWarning, stacklevel=1)
"""


def test_a_warning_is_one_line_once() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert done.stderr == "huitian: the cache cannot be used\nhuitian: another: Warning: with a colon\n"
    assert done.stdout == ""
