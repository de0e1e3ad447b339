"""How well the people meet the marginals: `python -m simulation.district.people.fit [district] [folder]`."""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.district.data.district import District, load_district
from simulation.district.data.figures import is_share
from simulation.district.map.geography import load_geography
from simulation.district.people.population import COMMUTE_RANGE, Population, build_population
from simulation.district.people.stages import ADULT_FROM, COMMUTER, LOCAL_WORKER
from simulation.parameters import Parameters

_LIMITS = {
    "male": "couples are a man and a woman",
    "commute_minutes": f"commutes last {COMMUTE_RANGE[0]} to {COMMUTE_RANGE[1]} minutes",
    "double_report": "party members with a job are fewer",
}
"""Marginals that may be out of reach, though each figure makes sense, and why."""
_LUCK, _ROUNDING = 4.5, 0.05  # standard errors, and share of the target
COLUMNS = ("marginal", "unit", "target", "achieved", "cases", "error", "z", "source")


def fit(population: Population, district: District) -> pd.DataFrame:
    """Targets beside what the population has, one row per marginal.

    Returns
    -------
    DataFrame
        `cases`: those that the mean or share is over. `error`: achieved less target, in percentage points for shares
        and in the unit of the marginal otherwise. `z`: error of a share over its standard error in a simple random
        sample of as many cases, missing for other marginals and where the target is nobody or everybody. `achieved` is
        missing where there are no cases.
    """
    rows = []
    for name, values in _values(population).items():
        known = (district.marginals | district.figures)[name]
        achieved, share = float(values.mean()) if len(values) else np.nan, known.is_share
        gap = achieved - known.value
        error = _standard_error(known.value, len(values)) if share else np.nan
        z = gap / error if error > 0 else np.nan
        rows.append(
            (name, known.unit, known.value, achieved, len(values), 100 * gap if share else gap, z, known.source)
        )
    return pd.DataFrame(rows, columns=list(COLUMNS)).set_index("marginal")


def _standard_error(share: float, cases: int) -> float:
    return float(np.sqrt(share * (1 - share) / max(cases, 1)))


def warn_of_missed(population: Population, district: District) -> None:
    """A warning for each marginal in `_LIMITS` that the people miss by more than luck and rounding, with the size."""
    values = _values(population)
    for name, why in _LIMITS.items():
        known, cases = district.marginals[name], values[name]
        if not len(cases):
            continue
        achieved = float(cases.mean())
        luck = float(cases.std()) / np.sqrt(len(cases))
        if abs(achieved - known.value) > _LUCK * luck + _ROUNDING * known.value:
            warnings.warn(
                f"{district.folder / 'district.yaml'}: marginals.{name}: {known.value:g} ({known.unit}) cannot be met, "
                f"the people have {achieved:.3g}: {why}",
                RuntimeWarning,
                stacklevel=2,
            )


def _values(p: Population) -> dict[str, np.ndarray]:
    """What each marginal is the mean of."""
    works = np.isin(p.status, (LOCAL_WORKER, COMMUTER))
    leaves = p.status == COMMUTER
    return {
        "household_size": np.diff(p.household_ptr),
        "age_0_14": p.age < 15,
        "age_60_plus": p.age >= 60,
        "age_75_plus": p.age >= 75,
        "male": p.sex == 1,
        "workers": works,
        "commuters_of_workers": leaves[works],
        "commute_minutes": p.commute_minutes[leaves],
        "owners": p.household_owner,
        "cars": p.household_car,
        "flat_m2": p.household_area_m2,
        "party_members": p.party_member[p.age >= ADULT_FROM],
        "double_report": p.double_report,
    }


def srmse(table: pd.DataFrame) -> float:
    """Standardised root mean square error over all marginals that are shares: RMSE divided by the mean target.

    0 is a perfect fit (Knudsen & Fotheringham 1986, for tables of counts; here for shares).
    """
    shares = table[table["unit"].map(is_share)]
    gap = shares["achieved"] - shares["target"]
    return float(np.sqrt((gap**2).mean()) / shares["target"].mean())


def markdown(table: pd.DataFrame) -> str:
    """The table for a page; errors of shares in percentage points."""
    lines = ["| marginal | unit | target | achieved | error | z |", "|---|---|---:|---:|---:|---:|"]
    for name, row in table.iterrows():
        points = " pp" if is_share(row["unit"]) else ""
        z = "" if np.isnan(row["z"]) else f"{row['z']:+.1f}"
        lines.append(
            f"| `{name}` | {row['unit']} | {row['target']:g} | {row['achieved']:.4g} | "
            f"{row['error']:+.3f}{points} | {z} |"
        )
    return "\n".join([*lines, "", f"SRMSE of the shares: {srmse(table):.4f}", ""])


def write(table: pd.DataFrame, folder: Path) -> None:
    """Leave `fit.csv` and `fit.md` in a folder, which is made if there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    table.to_csv(folder / "fit.csv", encoding="utf-8")
    (folder / "fit.md").write_text(markdown(table), "utf-8")


def main() -> None:
    """Print the fit at full scale; with a folder as second argument, write it there too."""
    district = load_district(sys.argv[1] if len(sys.argv) > 1 else "huitian")
    table = fit(build_population(load_geography(district), district, Parameters()), district)
    print(markdown(table))
    if len(sys.argv) > 2:
        write(table, Path(sys.argv[2]))


if __name__ == "__main__":
    main()
