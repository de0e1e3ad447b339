"""Make the world of a run: the place and its people become tables and columns."""

from dataclasses import fields
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulation.agents.community import Communities, Workers
from simulation.agents.facility import Facilities
from simulation.agents.property_firm import Estates, Firms
from simulation.agents.social_organisation import KINDS, Organisations
from simulation.agents.street_office import Offices
from simulation.agents.table import Table
from simulation.district.data.district import District
from simulation.district.map.geography import Geography
from simulation.district.people.population import Population
from simulation.domains import DOMAINS
from simulation.parameters import Parameters
from simulation.processes import services, staff
from simulation.processes.access import Grid, Walk
from simulation.processes.property import ALWAYS, NEVER, RESPONSIVE
from simulation.processes.requests.tickets import new_tickets
from simulation.processes.residents.kernels import N_TALLIES
from simulation.random import Stream, uniform
from simulation.scenario.types import Scenario
from simulation.state.columns import Output, Places
from simulation.state.ledger import FEN, Ledger
from simulation.state.levers import neutral
from simulation.state.residents import OLD_FROM, Residents
from simulation.state.world import Gates, Households, World, new_week

_BLOCKS = 64
_NEVER = -(10**6)  # tick of a change that never was
_CELL = 100.0
_COMMUTER_STATUS = 4
_MONTHS_PER_WEEK = 12 / 52
_PUPIL_AGES = (3, 14)


def build_world(
    scenario: Scenario,
    district: District,
    geography: Geography,
    population: Population,
    residents: Residents,
    params: Parameters,
    seed: int,
) -> World:
    """The world before its burn-in. Facilities, posts and firms are full scale; people and capacities are sampled."""
    scale = population.scale
    gates = _gates(geography, population, params, seed)
    communities = _communities(geography, gates, params)
    estates = _estates(geography, gates, population)
    facilities = _facilities(geography)
    return World(
        district=district,
        geography=geography,
        params=params,
        context=scenario.context,
        start=scenario.start,
        seed=seed,
        scale=scale,
        tick=0,
        residents=residents,
        households=_households(gates, estates, population, params, seed),
        gates=gates,
        estates=estates,
        communities=communities,
        workers=_workers(communities, params, scale, seed),
        firms=_firms(geography, estates, params, scale),
        streets=_streets(geography, gates, params, scale),
        departments=_departments(geography, params, scale),
        organisations=_organisations(communities, params, seed),
        facilities=facilities,
        ledger=Ledger(len(geography.firms), len(communities)),
        levers=neutral(len(communities)),
        tickets=new_tickets(0),
        places=_places(gates, population),
        output=_output(gates, population),
        week=new_week(len(communities)),
        grid_index=Grid.from_cells(geography.cell_x, geography.cell_y),
        cell_community=geography.cell_community.astype(np.int64),
        demand=_demand(geography, population),
        department_of_domain=district_departments(geography),
        issue_shares=np.zeros((len(gates), 10), np.float32),
        arrived=np.zeros(0),
        committee_fixed=np.zeros(len(communities)),
        committee_owed=np.zeros(len(communities)),
        mean_awareness=params["sorting.awareness_start"],
        mean_compliance=params["sorting.habit_start"],
        stale=set(services.SERVICES),
    )


def make(table: type[Table], **columns: Any) -> Any:
    """A table from columns; scalars are repeated, dtypes come from the table's annotations."""
    size = max(np.shape(value)[0] for value in columns.values() if np.ndim(value) > 0)
    ready = {}
    for field in fields(table):
        dtype = get_args(get_args(field.type)[1])[0]  # of NDArray[np.x]
        value = np.asarray(columns.get(field.name, 0))
        shape = (size,) if value.ndim == 0 else value.shape
        ready[field.name] = np.array(np.broadcast_to(value, shape), dtype=dtype)
    return table(**ready)


def _distance(geography: Geography, a: NDArray[np.integer], b: NDArray[np.integer]) -> NDArray[np.float64]:
    dx = geography.cell_x[a].astype(float) - geography.cell_x[b]
    dy = geography.cell_y[a].astype(float) - geography.cell_y[b]
    return _CELL * np.hypot(dx, dy)


def _gates(geography: Geography, pop: Population, p: Parameters, seed: int) -> Gates:
    n = len(pop.gate_ptr) - 1
    gate = np.repeat(np.arange(n), np.diff(pop.gate_ptr))
    commuter = pop.status == _COMMUTER_STATUS
    count = np.bincount(gate[commuter], minlength=n)
    total = np.bincount(gate[commuter], pop.commute_minutes[commuter], n)
    mean = total.sum() / max(count.sum(), 1)
    commute = np.where(count > 0, total / np.maximum(count, 1) / mean, 1.0)
    office = geography.communities["office_cell"].to_numpy()[pop.gate_community]
    walk = Walk.from_parameters(p).minutes(_distance(geography, pop.gate_cell, office), 0)
    head = uniform(seed, Stream.INITIAL + 1, np.arange(n)) < p["gate.head_share"]
    return make(
        Gates,
        cell=pop.gate_cell,
        estate=pop.gate_estate,
        community=pop.gate_community,
        subdistrict=pop.gate_subdistrict,
        firm=geography.estates["firm"].to_numpy()[pop.gate_estate],
        residents=np.diff(pop.gate_ptr),
        adults=np.bincount(gate[pop.life_stage != 0], minlength=n),
        households=np.diff(pop.gate_household_ptr),
        commute=commute,
        head=head,
        norm=p["gate.head_norm"] * head,
        compliance=p["sorting.habit_start"] * p["sorting.awareness_start"],
        walk=walk,
    )


def _communities(geography: Geography, gates: Gates, p: Parameters) -> Communities:
    table, n = geography.communities, len(geography.communities)
    rooms = geography.facilities[geography.facilities["kind"] == "service_room"]
    area = np.full(n, p["room.standard"])
    area[geography.cell_community[rooms["cell"].to_numpy()]] = rooms["capacity"].to_numpy()
    return make(
        Communities,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        subdistrict=table["subdistrict"].to_numpy(),
        village=(table["kind"] == "village").to_numpy(),
        parent=-1,
        office_cell=table["office_cell"].to_numpy(),
        residents=np.bincount(gates.community, gates.residents, n),
        households=np.bincount(gates.community, gates.households, n),
        changed_tick=_NEVER,
        room_area=area,
        knowledge=p["staff.knowledge_start"],
        load=p["staff.load_start"],
        load_memory=p["staff.load_start"],
        delay=p["channel.delay_start"],
        volunteer_delay=p["channel.delay_start"],
        latent=np.zeros((n, len(DOMAINS))),
        open_issues=np.zeros((n, len(DOMAINS))),
        norm=np.full((n, len(DOMAINS)), p["satisfaction.norm_start"]),
    )


def _estates(geography: Geography, gates: Gates, pop: Population) -> Estates:
    table, n = geography.estates, len(geography.estates)
    gate_of_household = np.repeat(np.arange(len(gates)), gates.households)
    area = np.bincount(gates.estate[gate_of_household], pop.household_area_m2, n)
    return make(
        Estates,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        firm=table["firm"].to_numpy(),
        fee=table["fee_yuan_m2"].to_numpy(),
        full_cost=table["b0"].to_numpy(),
        station_minutes=table["station_minutes"].to_numpy(),
        area=area,
        households=np.bincount(gates.estate, gates.households, n),
        quality=0.5,
        collection=0.6,
    )


def _workers(communities: Communities, p: Parameters, scale: float, seed: int) -> Workers:
    posts = staff.posts_before_2021(communities.households / scale, p)
    community = np.repeat(np.arange(len(communities)), posts)
    return make(Workers, **staff.new_posts(0, community, np.zeros(len(community), np.int32), p, seed))


def _weekly_hours(p: Parameters) -> float:
    """Hours of one person's week after absence and overtime."""
    return p["staff.day_hours"] * p["staff.work_days"] * (1 - p["staff.absent"]) * (1 + p["staff.overtime"])


def _firms(geography: Geography, estates: Estates, p: Parameters, scale: float) -> Firms:
    n = len(geography.firms)
    households = np.bincount(estates.firm, estates.households, n)
    hours = _weekly_hours(p) * p["staff.firm_posts_per_1000"] * households / 1000
    return make(
        Firms,
        name_zh=geography.firms["name_zh"].to_numpy(),
        name_en=geography.firms["name_en"].to_numpy(),
        hours=np.maximum(hours, scale * _weekly_hours(p)),
        delay=p["channel.delay_start"],
    )


def _streets(geography: Geography, gates: Gates, p: Parameters, scale: float) -> Offices:
    table = geography.subdistricts
    residents = np.bincount(gates.subdistrict, gates.residents, len(table))
    return make(
        Offices,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        hours=_weekly_hours(p) * p["staff.street_posts_per_1000"] * residents / 1000,
        delay=p["channel.delay_start"],
    )


def _departments(geography: Geography, p: Parameters, scale: float) -> Offices:
    table = geography.departments
    return make(
        Offices,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        hours=scale * p["staff.department_hours"],
        delay=p["channel.delay_start"],
    )


def district_departments(geography: Geography) -> NDArray[np.int16]:
    """Department of each domain, int16 (10,): the row whose `domain` column names it."""
    domains = list(geography.departments["domain"])
    return np.array([domains.index(domain) for domain in DOMAINS], np.int16)


def _facilities(geography: Geography) -> Facilities:
    f = geography.facilities
    return make(
        Facilities,
        kind=f["kind"].to_numpy(),
        name_zh=f["name_zh"].to_numpy(),
        name_en=f["name_en"].to_numpy(),
        cell=f["cell"].to_numpy(),
        capacity=f["capacity"].to_numpy(),
        open_adult=f["open_adult"].to_numpy(),
        open_commuter=f["open_commuter"].to_numpy(),
        quality=f["quality"].to_numpy(),
        opened=np.minimum(f["opening_week"].to_numpy(), 10**6),
    )


def _organisations(communities: Communities, p: Parameters, seed: int) -> Organisations:
    n = int(p["organisations.start"])
    share = np.cumsum(communities.residents)
    place = uniform(seed, Stream.INITIAL + 2, np.arange(n)) * share[-1]
    home = np.minimum(np.searchsorted(share, place, side="right"), len(communities) - 1)
    age = uniform(seed, Stream.INITIAL + 3, np.arange(n)) * 4 * p["organisations.mature_weeks"]
    return make(Organisations, kind=np.arange(n) % len(KINDS), community=home, weeks=age)


def _households(gates: Gates, estates: Estates, pop: Population, p: Parameters, seed: int) -> Households:
    gate = np.repeat(np.arange(len(gates)), gates.households)
    estate = gates.estate[gate]
    monthly = pop.household_area_m2 * estates.fee[estate]
    bill = np.rint(FEN * monthly * _MONTHS_PER_WEEK * p["property.bill_weeks"])
    u = uniform(seed, Stream.INITIAL + 4, np.arange(len(gate)))
    always, never = p["property.pay_always"], p["property.pay_never"]
    kind = np.where(u < always, ALWAYS, np.where(u < always + never, NEVER, RESPONSIVE))
    first = np.asarray(pop.household_ptr, np.int64)
    return Households(
        estate.astype(np.int32),
        bill.astype(np.int64),
        kind.astype(np.uint8),
        first[:-1].astype(np.int32),
        np.zeros(len(gate), np.bool_),
        np.zeros(len(gate), np.int64),
        first,
        np.flatnonzero(~pop.household_owner),
    )


def _demand(geography: Geography, pop: Population) -> dict[str, NDArray[np.float64]]:
    cell = np.repeat(pop.gate_cell, np.diff(pop.gate_ptr))
    low, high = _PUPIL_AGES
    needs = {
        "everyone": np.ones(len(cell), np.bool_),
        "pupils": (pop.age >= low) & (pop.age <= high),
        "aged_60": pop.age >= OLD_FROM,
    }
    return {
        name: services.demand(cell, pop.mobility, chosen, len(geography.cell_x), pop.scale)
        for name, chosen in needs.items()
    }


def _places(gates: Gates, pop: Population) -> Places:
    n = len(gates)
    edges = np.searchsorted(pop.gate_ptr, np.linspace(0, pop.gate_ptr[-1], _BLOCKS + 1))
    edges[0], edges[-1] = 0, n
    terms = {
        name: np.zeros(n, np.float32)
        for name in ("efficacy_shift", "sorting", "campaign", "volunteering", "registration")
    }
    return Places(
        blocks=edges.astype(np.int64),
        gate_ptr=np.asarray(pop.gate_ptr, np.int64),
        performance=np.zeros((n, len(DOMAINS), 3), np.float32),
        norm=np.zeros((n, len(DOMAINS)), np.float32),
        issue=np.zeros(n, np.uint32),
        visit=np.zeros(n, np.uint32),
        **terms,
    )


def _output(gates: Gates, pop: Population) -> Output:
    edges = _places(gates, pop).blocks
    first = 2 * np.asarray(pop.gate_ptr)[edges[:-1]] + 2 * np.arange(_BLOCKS)
    return Output(
        np.zeros(2 * (len(pop.age) + _BLOCKS + 1), np.uint32),
        first.astype(np.int64),
        np.zeros(_BLOCKS, np.int64),
        np.zeros((len(gates), N_TALLIES), np.int64),
    )


def summary(world: World) -> pd.Series:
    """Numbers of everything in the world."""
    return pd.Series(
        {
            "residents": len(world.residents),
            "households": len(world.households.estate),
            "communities": len(world.communities),
            "estates": len(world.estates),
            "firms": len(world.firms),
            "workers": len(world.workers),
            "gates": len(world.gates),
        }
    )
