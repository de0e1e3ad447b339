"""Land shared by area: what is kept of a division is the division, and land or areas that differ are divided anew."""

from pathlib import Path

import numpy as np
import pytest

from simulation.district.map import power
from simulation.district.map.power import share_cells

Y, X = np.divmod(np.arange(600), 30)
AT = np.array([[3.0, 4.0], [20.0, 6.0], [11.0, 15.0]])
AREAS = np.array([100.0, 200.0, 300.0])


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUITIAN_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def divided(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Cells of each division that is made."""
    calls, shared = [], power._shared

    def counted(x, y, positions, areas):  # type: ignore[no-untyped-def]
        calls.append(len(x))
        return shared(x, y, positions, areas)

    monkeypatch.setattr(power, "_shared", counted)
    return calls


def test_a_division_is_made_once_and_is_the_same(place: Path, divided: list[int]) -> None:
    first, again = share_cells(X, Y, AT, AREAS), share_cells(X, Y, AT, AREAS)
    assert divided == [600] and np.array_equal(first, again)
    assert np.bincount(first).tolist() == [100, 200, 300]
    share_cells(X, Y, AT, AREAS[::-1].copy())
    share_cells(X, Y, AT + 1, AREAS)
    share_cells(X[:-30], Y[:-30], AT, AREAS)
    assert divided == [600, 600, 600, 570]


def test_a_kept_division_that_leaves_a_unit_out_is_not_used(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(power, "_shared", lambda *_: np.zeros(600, np.int64))
        share_cells(X, Y, AT, AREAS)
    with pytest.warns(RuntimeWarning, match="damaged"):
        assert np.bincount(share_cells(X, Y, AT, AREAS)).tolist() == [100, 200, 300]


def test_little_land_is_not_kept(place: Path, divided: list[int]) -> None:
    few = X < 2
    for _ in range(2):
        assert np.bincount(share_cells(X[few], Y[few], AT[:2], AREAS[:2])).tolist() == [13, 27]
    assert divided == [40, 40] and not place.exists()
