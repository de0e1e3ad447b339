"""Distribution of gains: what counts as a gain, and that its bars and shares hold everybody once."""

import numpy as np
import pytest

from experiments.answers.gains import Spread, spread_of, spreads, tally, together

BEFORE = np.array([50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0])
CHANGE = np.array([1.0, 1.1, -1.0, -1.1, 0.0, 12.3, -0.1, 2.0])


def all_of(change: np.ndarray) -> Spread:
    (found,) = spreads(BEFORE[: len(change)] + change, BEFORE[: len(change)], np.zeros(len(change), np.int64), 1)
    return found


def test_a_change_of_just_a_point_is_small() -> None:
    found = all_of(CHANGE)
    assert [found.share(kind) for kind in ("better", "worse", "small")] == [3 / 8, 1 / 8, 4 / 8]  # type: ignore[arg-type]
    assert found.mean == pytest.approx(CHANGE.mean()) and found.quantile(0.5) == 0.0


def test_bars_hold_everybody_once_and_agree_with_the_shares() -> None:
    found = all_of(CHANGE)
    bars = found.bars()
    assert sum(bar.share for bar in bars) == pytest.approx(1)
    for kind in ("better", "worse", "small"):
        assert sum(bar.share for bar in bars if bar.kind == kind) == pytest.approx(found.share(kind))  # type: ignore[arg-type]
    of = {bar.low: bar.share * 8 for bar in bars if bar.share}
    assert of == {-2: 1, -1: 2, 0: 2, 1: 2, 12: 1}
    assert [bar.low for bar in all_of(np.zeros(3)).bars()] == list(range(-5, 5))


def test_the_last_bars_take_in_who_is_far_out() -> None:
    far = np.concatenate([np.zeros(2000), [90.0, -90.0]])
    (found,) = spreads(far + 5, np.full(2002, 5.0), np.zeros(2002, np.int64), 1)
    bars = found.bars()
    assert len(bars) == 10 and bars[0].share == bars[-1].share == 1 / 2002


def test_groups_come_apart_and_together_and_through_a_table() -> None:
    group = np.array([0, 1, 0, 1, 2, 2, 0, 1])
    parts = spreads(BEFORE + CHANGE, BEFORE, group, 4)
    assert [part.residents for part in parts] == [3, 3, 2, 0] and np.isnan(parts[3].mean)
    whole, table = together(parts), tally(BEFORE + CHANGE, BEFORE)
    np.testing.assert_array_equal(whole.counts, all_of(CHANGE).counts)
    again = spread_of(table["change"].to_numpy(), table["residents"].to_numpy())
    np.testing.assert_array_equal(again.counts, whole.counts)
