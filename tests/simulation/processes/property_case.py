"""Estates with a firm, alike but for what a test gives: the part of a world that fees, firms and owners live in."""

from types import SimpleNamespace

import numpy as np

from simulation.domains import N_ACTORS, N_DOMAINS
from simulation.parameters import Parameters
from simulation.processes import fees
from simulation.processes import property as service
from simulation.state.communities import Communities
from simulation.state.estates import Estates
from simulation.state.gates import Gates
from simulation.state.households import ALWAYS, NEVER, RESPONSIVE, Households
from simulation.state.ledger import Ledger
from simulation.state.levers import Levers
from simulation.state.offices import Firms
from simulation.state.output import FIXED, N_TALLIES, T_EFFICACY
from simulation.state.table import make
from simulation.state.tickets import Tickets
from tests.simulation.processes.part import part_of_world

VALUES = {
    "property.pay_always": 0.22,
    "property.pay_never": 0.03,
    "property.pay_base": 0,
    "property.pay_quality": 6,
    "property.pay_neighbours": 3.5,
    "property.pay_reference": 0.6,
    "property.quality_memory": 13,
    "property.exit_margin": -0.1,
    "property.exit_weeks": 26,
    "property.emergency_quality": 0.3,
    "property.tender_weeks": 26,
    "property.bill_weeks": 4,
    "property.recovery": 0.1,
    "property.recovery_old": 0.03,
    "property.recovery_left": 0.1,
    "property.court": 0.0,
    "property.fixed_cost": 0.25,
    "property.margin": 0.12,
    "property.margin_checked": 0.06,
    "property.reserve_weeks": 8,
    "property.credit_weeks": 13,
    "owners.pay": 0.3,
}  # whatever calibration makes of the defaults
P = Parameters(VALUES)


def place(households, ratio=1.25, collection=0.6, quality=0.5, estates=1, firms=2, law=False, overrides=None):
    """`estates` estates with as many households each, flats of 100 m2, full service at 1 yuan per m2 and month."""
    n = households * estates
    estate = np.repeat(np.arange(estates, dtype=np.int32), households)
    u = np.random.default_rng(1).random(n)
    kind = np.where(u < P["property.pay_always"], ALWAYS, np.where(u > 1 - P["property.pay_never"], NEVER, RESPONSIVE))
    table = make(
        Estates,
        estates,
        name_zh="",
        name_en="",
        fee=ratio,
        full_cost=1.0,
        area=100.0 * households,
        households=households,
        quality=quality,
        collection=collection,
    )
    bill = round(100 * 100 * ratio * 4 * 12 / 52)
    columns = make(Households, n, estate=estate, bill=bill, kind=kind, payer=np.arange(n), renters=np.zeros(0))
    tallies = np.zeros((estates, N_TALLIES), np.int64)
    tallies[:, T_EFFICACY] = round(0.45 * FIXED) * n // estates
    world = part_of_world(
        Parameters(VALUES | (overrides or {})),
        estates=table,
        households=columns,
        firms=make(Firms, firms, name_zh="甲", name_en="A"),
        residents=SimpleNamespace(
            gate=estate,
            columns=SimpleNamespace(
                trust=np.full((N_ACTORS, n), 0.5, np.float32), provider=np.zeros((N_DOMAINS, n), np.int8)
            ),
        ),
        communities=make(
            Communities,
            1,
            name_zh="",
            name_en="",
            households=n,
            latent=np.zeros((1, N_DOMAINS)),
            open_issues=np.zeros((1, N_DOMAINS)),
            norm=np.zeros((1, N_DOMAINS)),
        ),
        gates=make(Gates, estates, estate=np.arange(estates), households=households, residents=households),
        output=SimpleNamespace(tallies=tallies),
        levers=make(Levers, 1),
        tickets=make(Tickets, 0),
        ledger=Ledger(firms, 1),
        context=SimpleNamespace(property_law=law, demography=False),
        in_force=lambda event: True,
        scale=1.0,
    )
    world.estates.income[:] = 1e12  # no loss before the first bill
    return world


def run(world, weeks, *more):
    """Weeks of fees and service, and of whatever else is given; no yuan and no claim may be lost."""
    for _ in range(weeks):
        for step in (*more, fees.step, service.step):
            step(world)
        world.tick += 1
        assert int(world.ledger.balance.sum()) == 0
        e, h = world.estates, world.households
        owed = int(h.arrears.sum() + h.old_arrears.sum())
        assert int((e.billed - e.settled - e.written_off).sum()) == owed
    return world
