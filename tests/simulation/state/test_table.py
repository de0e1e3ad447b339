"""Arrays are declared once: tables, their defaults and their rows follow from it."""

from typing import Annotated, NamedTuple

import numpy as np
import pytest

from simulation.state.communities import NEVER, Communities
from simulation.state.facilities import Facilities
from simulation.state.levers import Levers
from simulation.state.offices import Firms, Offices
from simulation.state.organisations import Organisations
from simulation.state.table import F32, I16, Column, columns, make, moving
from simulation.state.tickets import NOT_YET, Tickets
from simulation.state.week import Week


class Sample(NamedTuple):
    plain: Annotated[F32, Column("1")]
    first: Annotated[I16, Column("1", moves=True, default=-1, lead=(2,))]
    last: Annotated[F32, Column("1", moves=True, default=0.5, each=(3, 4))]
    other: str = "not an array"


def test_a_declaration_says_dtype_shape_and_default():
    made = make(Sample, 5, plain=np.arange(5))
    assert [column.shape for column in made[:3]] == [(5,), (2, 5), (5, 3, 4)]
    assert [column.dtype for column in made[:3]] == [np.float32, np.int16, np.float32]
    assert made.plain.tolist() == [0, 1, 2, 3, 4] and (made.first == -1).all() and (made.last == 0.5).all()
    assert moving(Sample) == ("first", "last")


def test_what_is_given_is_copied():
    given = np.arange(3, dtype=np.float32)
    made = make(Sample, plain=given)
    given[:] = 9
    assert made.plain.tolist() == [0, 1, 2] and made.first.shape == (2, 3)


def test_an_unknown_column_is_refused():
    with pytest.raises(KeyError, match=r"Sample has no columns \['height'\]"):
        make(Sample, 2, height=1)


def test_a_table_has_the_columns_of_the_one_it_extends():
    assert list(columns(Firms)) == list(columns(Offices))


def test_levers_are_neutral():
    levers = make(Levers, 2)
    factors = {"productivity", "invitations", "administration", "household_management", "owners"}
    assert all(getattr(levers, name).tolist() == [1, 1] for name in factors)
    others = set(columns(Levers)) - factors
    assert not any(getattr(levers, name).any() for name in others)
    assert levers.street_hours == levers.department_hours == levers.organisation_room == levers.coordination == 1
    assert levers.announced == {} and make(Levers, 2).announced is not levers.announced


def test_what_has_not_happened_yet_is_not_day_nil():
    ticket = make(Tickets, 1)
    assert ticket.closed[0] == ticket.contacted[0] == NOT_YET and not ticket.opened[0]
    assert make(Communities, name_zh=np.array(["甲"], object)).changed_tick[0] == NEVER
    assert not any(column.any() for column in vars(make(Week, 3)).values())


def test_rows_are_appended_with_their_types_and_numbers():
    table = make(Facilities, kind=np.array(["clinic", "school", "clinic"], object), cell=np.arange(3), capacity=100.0)
    new = table.append(
        {
            "kind": "hospital",
            "name_zh": "医院",
            "name_en": "Hospital",
            "cell": np.array([7, 8]),
            "capacity": 50.0,
            "open_adult": 1.0,
            "open_commuter": 0.5,
            "price": 0.0,
            "sought": 0.0,
            "use": 0.0,
            "quality": 0.9,
            "opened": 20,
            "added": True,
        }
    )
    assert new == range(3, 5) and len(table) == 5
    assert table.cell.tolist() == [0, 1, 2, 7, 8] and table.capacity[3:].tolist() == [50, 50]
    assert table.cell.dtype == np.int32 and table.added.dtype == np.bool_
    assert not table.added[:3].any() and table.added[3:].all()
    assert table.kind[4] == "hospital"


@pytest.mark.parametrize("change", [{"height": 1}, {}])
def test_a_row_needs_exactly_the_columns_of_its_table(change):
    table = make(Organisations, kind=np.zeros(2, int), community=0, weeks=0)
    with pytest.raises(KeyError, match="height" if change else "weeks"):
        table.append({"kind": 1, "community": 0, "weeks": 0} | change if change else {"kind": 1, "community": 0})
    assert len(table) == 2


def test_columns_with_more_than_one_axis_grow_along_the_first():
    table = make(
        Communities,
        name_zh=np.array(["甲", "乙"], object),
        name_en="",
        latent=np.ones((2, 10)),
    )
    row = {name: column[0] for name, column in vars(table).items()}
    assert table.append(row) == range(2, 3)
    assert table.latent.shape == (3, 10) and table.latent[2].tolist() == [1] * 10
    assert table.name_zh[2] == "甲"
