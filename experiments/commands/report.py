"""`huitian report`: the report of a run, a comparison or a sweep, and the same as PDF."""

import json
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from experiments.commands.options import AsJson, Debug
from simulation.whole import new_file
from simulation.yaml_source import SourceError

LANGUAGES = ("zh", "en", "both")
NAMES = ("codes", "real")
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
HEADLESS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
)
"""Options of a Chromium without a window that reaches for nothing by itself."""
_OFFLINE = ("--host-resolver-rules=MAP * ~NOTFOUND", "--no-pdf-header-footer")
_SECONDS = 180


def report(
    folder: Annotated[Path, typer.Argument(help="结果文件夹 / folder of a run, a comparison or a sweep")],
    lang: Annotated[str, typer.Option(help="zh | en | both 语言 / language of the report")] = "both",
    names: Annotated[
        str, typer.Option(help="codes | real 社区用代码或实名 / communities by codes or by name")
    ] = "codes",
    brief: Annotated[
        bool, typer.Option("--brief", help="另存一页简报（Word与PDF）/ a brief on one page too, for Word and as PDF")
    ] = False,
    pdf: Annotated[bool, typer.Option("--pdf", help="另存PDF（需Chromium）/ print to PDF too")] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """生成HTML报告 / write the HTML report of a run, a comparison or a sweep."""
    check(folder, lang, pdf, names, brief)
    from experiments.report import write_brief, write_report

    page = write_report(folder, lang, names)  # type: ignore[arg-type]
    made = [page, print_pdf(page)] if pdf else [page]
    made += write_brief(folder, lang, names) if brief else []  # type: ignore[arg-type]
    if as_json:
        print(json.dumps({"files": [str(file) for file in made]}, ensure_ascii=False))
        return
    for file in made:
        print(f"报告 report: {file} ({file.stat().st_size / 1e6:.1f} MB)")


def check(folder: Path, lang: str, pdf: bool, names: str = "codes", brief: bool = False) -> None:
    """Refuse bad input before the work, and before loading what draws.

    Raises
    ------
    SourceError
        If the folder holds no results, or no comparison for a brief; language or names are unknown, or there is no
        Chromium for the PDF.
    """
    if lang not in LANGUAGES:
        raise SourceError(f"--lang {lang}: must be one of {', '.join(LANGUAGES)}")
    if names not in NAMES:
        raise SourceError(f"--names {names}: must be one of {', '.join(NAMES)}")
    from experiments.runs.folders import kind_of

    kind = kind_of(folder)
    if brief and kind != "comparison":
        raise SourceError(f"--brief is for a comparison, and {folder} holds a {kind}")
    if pdf:
        browser()


def browser() -> str:
    """Path of a Chromium that is installed.

    Raises
    ------
    SourceError
        If there is none.
    """
    for name in _BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    raise SourceError(
        "--pdf needs Chromium, which is not installed (Debian: apt install chromium); "
        "or print report.html from any browser"
    )


def print_pdf(page: Path) -> Path:
    """Print a page to a PDF beside it, without a network; returns the PDF.

    Raises
    ------
    SourceError
        If there is no Chromium.
    OSError
        If it fails.
    """
    pdf = page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix="huitian-browser-") as profile:
        made = Path(profile) / "report.pdf"  # Chromium leaves its target in place when it fails
        flags = (*HEADLESS, *_OFFLINE, f"--user-data-dir={profile}", f"--print-to-pdf={made}")
        command = [browser(), *flags, page.resolve().as_uri()]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise OSError(f"Chromium did not print {page} within {_SECONDS} seconds") from None
        if not made.exists():
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise OSError(f"Chromium could not print {page}: {last}")
        with new_file(pdf) as new:  # another disk may hold the profile
            shutil.copyfile(made, new)
    return pdf
