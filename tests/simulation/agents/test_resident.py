"""ResidentSet and Resident against Mesa's own AgentSet of ordinary agents that hold the same values."""

import copy
from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from simulation.agents.resident import Resident, ResidentSet
from simulation.state.residents import LIFE_STAGES, Residents
from tests.simulation.processes.residents.kernel_case import Case

N = 24
NAMES = ("efficacy", "satisfaction_school", "trust_firm", "community", "life_stage", "renter", "age", "reports")


class Citizen(mesa.Agent):
    """An ordinary agent."""

    def __init__(self, model, **values):
        super().__init__(model)
        self.__dict__.update(values)


def raise_efficacy(agent, by):
    agent.efficacy = agent.efficacy + by
    return agent.efficacy


@pytest.fixture
def ours():
    rng = np.random.default_rng(1)
    columns = Case(n=N, size=6, blocks=1).col
    columns.efficacy[:] = rng.integers(0, 16, N) / 16
    columns.satisfaction[:] = rng.integers(0, 16, (10, N)) / 16
    columns.trust[:] = rng.integers(0, 16, (4, N)) / 16
    residents = Residents(
        columns,
        np.repeat(np.arange(4, dtype=np.int32), 6),
        np.repeat(np.arange(12), 2),
        rng.integers(0, 8, N).astype(np.uint8),
        rng.integers(0, 2, N).astype(np.uint8),
        np.zeros(N, np.uint8),
        rng.integers(0, 90, N).astype(np.uint8),
        reports=rng.integers(0, 2, N).astype(bool),
        **dict.fromkeys(
            ("sex", "status", "commute_minutes", "party_member", "birthday", "keen", "took_part", "since", "donors")
        ),
    )
    gates = SimpleNamespace(community=np.array([0, 0, 1, 2]))
    return ResidentSet(SimpleNamespace(world=SimpleNamespace(residents=residents, gates=gates), rng=rng))


@pytest.fixture
def theirs(ours):
    model = mesa.Model(seed=1)
    for resident in ours:
        Citizen(model, row=resident.row, **{name: getattr(resident, name) for name in NAMES})
    return model.agents


def rows(agents):
    return [agent.row for agent in agents]


def test_length_order_and_indexing(ours, theirs):
    assert len(ours) == len(theirs) == N
    assert rows(ours) == rows(theirs)
    assert ours[3].row == theirs[3].row and ours[-1].row == theirs[-1].row
    assert rows(ours[2:9:3]) == rows(theirs[2:9:3])
    assert ours[5] in ours and ours[5] == ours[5] and ours[5] != ours[6]
    assert ours[5] not in ours.select(lambda r: r.row != 5)
    with pytest.raises(IndexError):
        ours[N]


@pytest.mark.parametrize("name", NAMES)
def test_get(ours, theirs, name):
    assert ours.get(name).tolist() == theirs.get(name)


def test_get_of_several_and_of_missing(ours, theirs):
    assert ours.get(["efficacy", "life_stage"]) == theirs.get(["efficacy", "life_stage"])
    assert ours.get("height", "default", 7).tolist() == theirs.get("height", "default", 7)
    for agents in (ours, theirs):
        with pytest.raises(AttributeError):
            agents.get("height")
        with pytest.raises(ValueError, match="handle_missing"):
            agents.get("efficacy", "ignore")


def test_what_get_returns_is_a_copy(ours):
    ours.get("efficacy")[:] = 9
    assert ours.get("efficacy").max() < 1


@pytest.mark.parametrize(
    "condition",
    [
        lambda a: a.efficacy > 0.5,
        lambda a: a.life_stage == LIFE_STAGES[3],
        lambda a: a.efficacy > 0.25 and a.community == 0,  # needs one agent at a time
        lambda a: a.row % 5 == 0,  # no column
        lambda a: True,
        lambda a: a.trust_firm > 2,  # nobody
    ],
)
@pytest.mark.parametrize("at_most", [float("inf"), 3, 0.125, 1.0, 0])
def test_select(ours, theirs, condition, at_most):
    assert rows(ours.select(condition, at_most)) == rows(theirs.select(condition, at_most))


def test_select_in_place_and_by_type(ours, theirs):
    assert len(ours.select(agent_type=Resident)) == N
    assert len(ours.select(agent_type=Citizen)) == 0
    for agents in (ours, theirs):
        assert agents.select(lambda a: a.row < 4, inplace=True) is agents
        assert rows(agents) == [0, 1, 2, 3]


def test_agg(ours, theirs):
    assert ours.agg("efficacy", max) == theirs.agg("efficacy", max)
    assert ours.agg("efficacy", [min, np.sum]) == pytest.approx(theirs.agg("efficacy", [min, np.sum]))


def test_set_writes_the_columns_of_the_selection_only(ours, theirs):
    for agents in (ours, theirs):
        some = agents.select(lambda a: a.community == 1)
        assert some.set("efficacy", 0.75) is some
    assert ours.get("efficacy").tolist() == theirs.get("efficacy")
    assert ours.model.world.residents.columns.efficacy[12:18].tolist() == [0.75] * 6


def test_do_and_map(ours, theirs):
    assert ours.map(raise_efficacy, by=0.5) == theirs.map(raise_efficacy, by=0.5)
    assert ours.do(raise_efficacy, 0.25) is ours
    theirs.do(raise_efficacy, 0.25)
    assert ours.get("efficacy").tolist() == theirs.get("efficacy")
    assert ours.map("__repr__")[2] == "Resident(2)"


@pytest.mark.parametrize("key", ["efficacy", lambda a: (a.row * 7) % 5])
@pytest.mark.parametrize("ascending", [True, False])
def test_sort(ours, theirs, key, ascending):
    """Equal ones stay in their order, either way."""
    assert rows(ours.sort(key, ascending)) == rows(theirs.sort(key, ascending))
    assert rows(ours) == list(range(N))
    assert ours.sort(key, ascending, inplace=True) is ours
    assert rows(ours) == rows(theirs.sort(key, ascending))


def test_shuffle(ours):
    other = ours.shuffle()
    assert rows(other) != list(range(N)) and sorted(rows(other)) == list(range(N)) == rows(ours)
    met = []
    assert ours.shuffle_do(lambda agent: met.append(agent.row)) is ours
    assert met != list(range(N)) and sorted(met) == list(range(N))


@pytest.mark.parametrize("by", ["life_stage", "community", lambda a: (a.community, a.renter)])
def test_groupby(ours, theirs, by):
    mine, other = ours.groupby(by), theirs.groupby(by)
    assert list(mine.groups) == list(other.groups)
    assert {key: rows(group) for key, group in mine} == {key: rows(group) for key, group in other}
    assert mine.count() == other.count() and len(mine) == len(other)
    assert mine.agg("efficacy", sum) == pytest.approx(other.agg("efficacy", sum))
    assert mine.map(len) == other.map(len)
    as_lists = ours.groupby(by, result_type="list")
    assert as_lists.agg("efficacy", sum) == pytest.approx(mine.agg("efficacy", sum))


def test_a_resident_is_a_view(ours):
    resident = ours[7]
    assert isinstance(resident, mesa.Agent)
    resident.trust_committee = 0.125
    assert ours.model.world.residents.columns.trust[1, 7] == 0.125
    assert resident.trust_committee == 0.125 and isinstance(resident.trust_committee, float)
    assert copy.copy(resident) == resident
    assert len({resident, ours[7]}) == 1


@pytest.mark.parametrize("name", ["community", "life_stage", "gate", "row", "height", "school", "age", "reports"])
def test_what_is_fixed_cannot_be_set(ours, name):
    with pytest.raises(AttributeError, match=name):
        setattr(ours[7], name, 1)
    with pytest.raises(AttributeError, match=name):
        ours.set(name, 1)


def test_ties_are_the_rows_of_the_columns(ours):
    columns = ours.model.world.residents.columns
    columns.near[5] = [1, -1, 2, -2, 3, 4, -5]
    columns.far[5] = 20
    assert rows(ours[5].ties) == [6, 4, 7, 3, 8, 9, 0, 20]
    columns.near[5, 1], columns.far[5] = 0, 5  # empty slots
    assert rows(ours[5].ties) == [6, 7, 3, 8, 9, 0]


def test_residents_cannot_be_removed(ours):
    with pytest.raises(TypeError, match="conserved"):
        ours[0].remove()
    assert len(ours) == N
