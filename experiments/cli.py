"""The command `huitian`: parse, call, print.

Exit codes: 0 done, 1 a run failed, 2 wrong input, 130 interrupted by Ctrl-C, 143 by SIGTERM.
"""

import sys
import traceback
from typing import NoReturn

import typer

from experiments import streams
from experiments.commands import district as districts
from experiments.commands import scenarios
from experiments.commands.answers import answers
from experiments.commands.calibrate import calibrate
from experiments.commands.compare import compare
from experiments.commands.doctor import doctor
from experiments.commands.measures import measures
from experiments.commands.report import report
from experiments.commands.rerun import rerun
from experiments.commands.run import run
from experiments.commands.search import search
from experiments.commands.sweep import sweep
from experiments.commands.validate import validate
from experiments.commands.versions import versions
from experiments.commands.view import view
from experiments.extras import missing
from experiments.runs.damage import DamagedError
from experiments.stopping import INTERRUPTED, TERMINATED, stopping
from experiments.texts.errors import both
from experiments.warning_lines import use_lines
from simulation.compiled import check_environment
from simulation.spelling import shown
from simulation.yaml_source import SourceError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="回天社会治理政策实验室 / Huitian: a policy laboratory for very large housing districts. "
    "Ctrl-C、SIGTERM 均可停止，重复同一命令即继续 / both stop a command; the same one goes on.",
)
app.add_typer(scenarios.app, name="scenarios")
app.add_typer(districts.app, name="district")
app.command(epilog="例 / example: huitian sweep circles_dose --dry-run")(sweep)
app.command(epilog="例 / example: huitian answers results/circles_dose")(answers)
app.command(epilog="例 / example: huitian search experiments/specs/portfolio_search.yaml --out results/search")(search)
app.command(epilog="例 / example: huitian calibrate experiments/specs/calibration.yaml --out results/fit")(calibrate)
app.command(epilog="例 / example: huitian measures --scale 0.1 --replicates 4 --out results/measures")(measures)
app.command(epilog="例 / example: huitian validate --replicates 3 --out results/validation")(validate)
app.command(epilog="例 / example: huitian run service_circles --scale 0.1 --out results/try")(run)
app.command(epilog="例 / example: huitian compare baseline service_circles --replicates 5 --out results/circles")(
    compare
)
app.command(epilog="例 / example: huitian view huitian_plan --port 8765")(view)
app.command(epilog="例 / example: huitian report results/demo --lang zh --pdf")(report)
app.command(epilog="例 / example: huitian doctor results/demo")(doctor)
app.command(epilog="例 / example: huitian rerun results/try")(rerun)
app.command(epilog="例 / example: huitian versions results/before results/after")(versions)

# what typer raises for wrong usage; it does not export the class itself, only its child
_UsageError = typer.BadParameter.__bases__[0].__bases__[0]


def main() -> None:
    """Run the command; every error becomes one message and an exit code, every warning one line."""
    debug = "--debug" in sys.argv
    streams.use_any()
    use_lines()
    try:
        check_environment()
        with stopping() as came:
            result = app(standalone_mode=False)
        if result == INTERRUPTED:  # typer turns Ctrl-C into this code
            _stop(
                "已中断：完成的都保留，重复同一命令即可继续 / interrupted; whatever was finished stays, "
                "the same command goes on from there",
                TERMINATED if came else INTERRUPTED,
            )
        sys.exit(result if isinstance(result, int) else 0)
    except _UsageError as error:  # type: ignore[misc]
        _stop(error.format_message(), 2)
    except DamagedError as error:
        _stop(str(error), 1, debug)
    except SourceError as error:
        _stop("\n".join(error.lines), 2, debug)
    except FileExistsError as error:
        _stop(str(error), 2, debug)
    except OSError as error:
        _stop(f"{error.strerror or error}: {error.filename or 'the results could not be written'}", 1, debug)
    except ModuleNotFoundError as error:
        needed = missing(error)
        _stop(needed or f"{error}: the installation is not whole (huitian doctor)", 2 if needed else 1, debug)
    except MemoryError as error:
        from experiments.runs.engine import one_line

        _stop(one_line(error), 1, debug)
    except Exception as error:
        _stop(f"{type(error).__name__}: {error} (this is a fault of the program; --debug shows where)", 1, debug)


def _stop(message: str, code: int, debug: bool = False) -> NoReturn:
    if debug:
        traceback.print_exc()
    for line in message.split("\n"):
        print(f"huitian: {both(shown(line))}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    main()
