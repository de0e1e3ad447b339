"""Names on the map: none covers another, and those that find no room are left out, the least first."""

import itertools

import pytest
from matplotlib.figure import Figure

from simulation.district.map.labels import BESIDE, CENTRED, arrange, label
from simulation.district.map.picture import _round_metres


def test_names_step_aside_and_the_last_has_no_room():
    figure = Figure(figsize=(4, 4))
    axes = figure.add_subplot()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    names = [(label(axes, "street", (0.5, 0.5), 8), CENTRED), (label(axes, "alone", (0.1, 0.1), 8), BESIDE)]
    names += [(label(axes, f"mark {k}", (0.5, 0.5), 8), (*BESIDE, *CENTRED)) for k in range(9)]
    figure.draw_without_rendering()
    arrange(names)
    kept = [text for text, _ in names if text.axes is axes]
    assert kept[:3] == [text for text, _ in names[:3]] and len(kept) < len(names)
    boxes = [text.get_window_extent() for text in kept]
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


@pytest.mark.parametrize(("most", "bar"), [(2490, 2000), (705, 500), (100, 100), (99, 50), (14_000, 10_000)])
def test_the_bar_of_the_scale_is_a_round_length(most, bar):
    assert _round_metres(most) == bar
