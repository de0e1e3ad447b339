"""Make the world of a run: the place and its people become tables and columns."""

from datetime import date as Date

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from simulation.district.data.district import District
from simulation.district.map.geography import Geography
from simulation.district.people.population import Population
from simulation.district.people.stages import CHILD, COMMUTER, OLD_FROM, STUDENT_FROM
from simulation.domains import DAYTIME, DOMAINS, MONTHS_PER_YEAR, N_DOMAINS, WEEKS_PER_YEAR
from simulation.elementary import exp, log
from simulation.parameters import Parameters
from simulation.random import Stream, uniform
from simulation.scenario.context import Context
from simulation.state.communities import Communities
from simulation.state.estates import NO_COMMITTEE, WORKING, Estates
from simulation.state.facilities import SERVICES, demand, of_geography
from simulation.state.gates import Gates, Places, lone_elders
from simulation.state.grid import CELL_METRES, Grid, Walk
from simulation.state.households import ALWAYS, NEVER, RESPONSIVE, Households
from simulation.state.ledger import FEN, Ledger
from simulation.state.levers import Levers
from simulation.state.members import Members
from simulation.state.offices import Firms, Offices, Streets, firm_hours, weekly_hours
from simulation.state.organisations import KINDS, Organisations, age_at_rest
from simulation.state.output import Output
from simulation.state.residents import Residents
from simulation.state.table import make
from simulation.state.tickets import Tickets
from simulation.state.week import Week
from simulation.state.workers import Workers, new_posts, posts_before_2021
from simulation.state.world import World, copies

_BLOCKS = 64  # of gates, that threads share out
_MONTHS_PER_WEEK = MONTHS_PER_YEAR / WEEKS_PER_YEAR
_ENTRANCE = "bicycle_entrance"


def build_world(
    start: Date,
    context: Context,
    district: District,
    geography: Geography,
    population: Population,
    residents: Residents,
    params: Parameters,
    seed: int,
) -> World:
    """The world before its burn-in. All that serves requests is full scale; people are sampled, and their homes."""
    scale = population.scale
    grid = Grid.from_cells(geography.cell_x, geography.cell_y, geography.streets, params["access.detour"])
    gates = _gates(geography, grid, population, params, seed)
    gates.keen[:] = np.bincount(residents.gate, residents.keen, len(gates))
    nearest_home = _nearest_home(grid, geography.cell_community)
    communities = _communities(geography, nearest_home, gates, params)
    places = _places(gates, population, copies(scale))
    estates = _estates(geography, gates, population, params, seed)
    return World(
        district=district,
        geography=geography,
        params=params,
        context=context,
        start=start,
        seed=seed,
        scale=scale,
        tick=0,
        residents=residents,
        members=make(Members, resident=np.flatnonzero(population.double_report)),
        households=_households(gates, estates, population, params, seed),
        gates=gates,
        estates=estates,
        communities=communities,
        workers=_workers(communities, params, scale, seed),
        firms=_firms(geography, estates, params, scale),
        streets=_streets(geography, gates, params, scale),
        departments=_departments(geography, params, communities.rate_bases(scale)),
        organisations=_organisations(communities, params, scale, seed),
        facilities=of_geography(geography, params),
        ledger=Ledger(len(geography.firms), len(communities)),
        levers=make(Levers, len(communities)),
        tickets=make(Tickets, 0),
        places=places,
        output=_output(places, population, copies(scale)),
        week=make(Week, len(communities)),
        grid_index=grid,
        cell_community=geography.cell_community.astype(np.int64),
        nearest_home=nearest_home,
        demand=demand(
            gates.cell,
            places.gate_ptr,
            population.age,
            population.mobility,
            len(geography.cell_x),
            scale,
            params,
        ),
        department_of_domain=district_departments(geography),
        issue_shares=np.zeros((len(gates), N_DOMAINS), np.float32),
        arrived=np.zeros(0),
        committee_fixed=np.zeros(len(communities)),
        committee_owed=np.zeros(len(communities)),
        mean_awareness=params["sorting.awareness_start"],
        mean_compliance=0.0,
        stale=set(SERVICES),
        venue_uses=np.zeros(len(geography.cell_x)),
    )


def _gates(geography: Geography, grid: Grid, pop: Population, p: Parameters, seed: int) -> Gates:
    n = len(pop.gate_ptr) - 1
    gate = np.repeat(np.arange(n), np.diff(pop.gate_ptr))
    commuter = pop.status == COMMUTER
    count = np.bincount(gate[commuter], minlength=n)
    total = np.bincount(gate[commuter], pop.commute_minutes[commuter], n)
    mean = total.sum() / max(count.sum(), 1)
    commute = np.where(count > 0, total / np.maximum(count, 1) / mean, 1.0)
    office = geography.communities["office_cell"].to_numpy()[pop.gate_community]
    walk = Walk.from_parameters(p).minutes(CELL_METRES * grid.apart(pop.gate_cell, office), DAYTIME)
    rows = np.arange(len(pop.age))
    ties = (pop.near != 0).sum(axis=1) + (pop.far != rows)
    head = uniform(seed, Stream.INITIAL + 1, np.arange(n)) < p["gate.head_share"]
    return make(
        Gates,
        cell=pop.gate_cell,
        estate=pop.gate_estate,
        community=pop.gate_community,
        subdistrict=pop.gate_subdistrict,
        firm=geography.estates["firm"].to_numpy()[pop.gate_estate],
        residents=np.diff(pop.gate_ptr),
        adults=np.bincount(gate[pop.life_stage != CHILD], minlength=n),
        older=np.bincount(gate[pop.age >= OLD_FROM], minlength=n),
        lone_elders=lone_elders(pop.household_ptr, pop.household_ptr[:-1], pop.age >= OLD_FROM, gate, n),
        children=np.bincount(gate[pop.age < STUDENT_FROM], minlength=n),
        households=np.diff(pop.gate_household_ptr),
        ties=np.bincount(gate, ties, n),
        commuters=count,
        commute=commute,
        path=_path(geography, grid, pop.gate_cell, p["bicycle.reach"]),
        head=head,
        order=p["quality.safety"],
        walk=walk,
    )


def _path(geography: Geography, grid: Grid, cell: NDArray[np.integer], reach: float) -> NDArray[np.float64]:
    """Nearness to a bicycle path, exp(-metres to the nearest entrance / `reach`), float64 (n_gates,); 0 without one."""
    entrances = geography.facilities.loc[geography.facilities["kind"] == _ENTRANCE, "cell"].to_numpy(np.int64)
    if not entrances.size:
        return np.zeros(len(cell))
    return exp(-CELL_METRES * grid.apart(entrances[:, None], cell).min(axis=0) / reach)


def _nearest_home(grid: Grid, cell_community: NDArray[np.integer]) -> NDArray[np.int64]:
    """The nearest cell where people live, int64 (n_cells,); a cell where some do is its own."""
    homes = np.flatnonzero(cell_community >= 0)
    where = np.column_stack([grid.x, grid.y])
    return homes[cKDTree(where[homes]).query(where)[1]]


def _communities(geography: Geography, nearest_home: NDArray[np.int64], gates: Gates, p: Parameters) -> Communities:
    table, n = geography.communities, len(geography.communities)
    rooms = geography.facilities[geography.facilities["kind"] == "service_room"]
    area = np.full(n, p["room.standard"])
    home = nearest_home[rooms["cell"].to_numpy()]
    area[geography.cell_community[home]] = rooms["capacity"].to_numpy()
    return make(
        Communities,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        subdistrict=table["subdistrict"].to_numpy(),
        village=(table["kind"] == "village").to_numpy(),
        office_cell=table["office_cell"].to_numpy(),
        residents=np.bincount(gates.community, gates.residents, n),
        households=np.bincount(gates.community, gates.households, n),
        room_area=area,
        knowledge=p["staff.knowledge_start"],
        load=p["staff.load_start"],
        load_memory=p["staff.load_start"],
        delay=p["channel.delay_start"],
        volunteer_delay=p["channel.delay_start"],
        hotline_known=p["channel.hotline_known"],
        hotline_success=p["channel.hotline_success_start"],
        load_usual=p["staff.load_start"],
        norm=p["satisfaction.norm_start"],
    )


def _estates(geography: Geography, gates: Gates, pop: Population, p: Parameters, seed: int) -> Estates:
    table, n = geography.estates, len(geography.estates)
    gate_of_household = np.repeat(np.arange(len(gates)), gates.households)
    area = np.bincount(gates.estate[gate_of_household], pop.household_area_m2, n)
    households = np.bincount(gates.estate, gates.households, n)
    working = uniform(seed, Stream.INITIAL + 5, np.arange(n)) < p["owners.start_share"]
    return make(
        Estates,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        firm=table["firm"].to_numpy(),
        fee=table["fee_yuan_m2"].to_numpy(),
        full_cost=table["b0"].to_numpy(),
        station_minutes=table["station_minutes"].to_numpy(),
        cars=float(pop.household_car.mean()) * households / pop.scale,
        parking=_parking_places(table["fee_yuan_m2"].to_numpy(), households / pop.scale, p),
        area=area,
        households=households,
        quality=0.5,
        collection=0.6,
        owners=np.where(working, WORKING, NO_COMMITTEE),
        owners_strength=working,
    )


def _parking_places(fee: NDArray[np.float64], households: NDArray[np.float64], p: Parameters) -> NDArray[np.float64]:
    """Places by estate, full scale: where the fee is higher estates are newer, and were built with more places."""
    mean = float((fee * households).sum() / max(float(households.sum()), 1.0))
    return p["parking.places"] * households * exp(p["parking.fee"] * log(fee / mean))


def _workers(communities: Communities, p: Parameters, scale: float, seed: int) -> Workers:
    posts = posts_before_2021(communities.households / scale, p)
    community = np.repeat(np.arange(len(communities)), posts)
    return make(Workers, **new_posts(0, community, np.zeros(len(community), np.int32), p, seed))


def _firms(geography: Geography, estates: Estates, p: Parameters, scale: float) -> Firms:
    n = len(geography.firms)
    households = np.bincount(estates.firm, estates.households, n) / scale
    return make(
        Firms,
        name_zh=geography.firms["name_zh"].to_numpy(),
        name_en=geography.firms["name_en"].to_numpy(),
        hours=firm_hours(households, p),
        delay=p["channel.delay_start"],
    )


def _streets(geography: Geography, gates: Gates, p: Parameters, scale: float) -> Streets:
    table = geography.subdistricts
    residents = np.bincount(gates.subdistrict, gates.residents, len(table)) / scale
    return make(
        Streets,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        hours=weekly_hours(p) * p["staff.street_posts_per_1000"] * residents / 1000,
        delay=p["channel.delay_start"],
    )


def _departments(geography: Geography, p: Parameters, bases: float) -> Offices:
    table = geography.departments
    return make(
        Offices,
        name_zh=table["name_zh"].to_numpy(),
        name_en=table["name_en"].to_numpy(),
        hours=p["staff.department_hours"] * bases,
        delay=p["channel.delay_start"],
    )


def district_departments(geography: Geography) -> NDArray[np.int16]:
    """Department of each domain, int16 (n_domains,): the row that names it, else the first that names none."""
    domains = list(geography.departments["domain"])
    return np.array([domains.index(domain if domain in domains else "") for domain in DOMAINS], np.int16)


def _organisations(communities: Communities, p: Parameters, scale: float, seed: int) -> Organisations:
    n = round(p["organisations.start"] * communities.rate_bases(scale))
    share = np.cumsum(communities.residents)
    place = uniform(seed, Stream.INITIAL + 2, np.arange(n)) * share[-1]
    home = np.minimum(np.searchsorted(share, place, side="right"), len(communities) - 1)
    u = uniform(seed, Stream.INITIAL + 3, np.arange(n))
    return make(Organisations, kind=np.arange(n) % len(KINDS), community=home, weeks=age_at_rest(u, p))


def _households(gates: Gates, estates: Estates, pop: Population, p: Parameters, seed: int) -> Households:
    gate = np.repeat(np.arange(len(gates)), gates.households)
    estate = gates.estate[gate]
    monthly = pop.household_area_m2 * estates.fee[estate]
    bill = np.rint(FEN * monthly * _MONTHS_PER_WEEK * p["property.bill_weeks"])
    u = uniform(seed, Stream.INITIAL + 4, np.arange(len(gate)))
    always, never = p["property.pay_always"], p["property.pay_never"]
    kind = np.where(u < always, ALWAYS, np.where(u < always + never, NEVER, RESPONSIVE))
    first = np.asarray(pop.household_ptr, np.int64)
    return make(
        Households,
        len(gate),
        estate=estate,
        bill=bill,
        kind=kind,
        payer=first[:-1],
        first=first,
        member=np.arange(first[-1]),
        renters=np.flatnonzero(~pop.household_owner),
    )


def _places(gates: Gates, pop: Population, persons: int) -> Places:
    edges = np.searchsorted(pop.gate_ptr, np.linspace(0, pop.gate_ptr[-1], _BLOCKS + 1))
    edges[0], edges[-1] = 0, len(gates)
    return make(Places, len(gates), blocks=edges, gate_ptr=pop.gate_ptr, copies=np.array([persons]))


def _output(places: Places, pop: Population, persons: int) -> Output:
    first = 2 * persons * np.asarray(pop.gate_ptr, np.int64)[places.blocks[:-1]] + 2 * np.arange(_BLOCKS)
    found = np.zeros(2 * (persons * len(pop.age) + _BLOCKS + 1), np.uint32)
    return make(Output, len(places.gate_ptr) - 1, found=found, found_ptr=first, found_count=np.zeros(_BLOCKS, np.int64))
