"""Levers: the only things that an intervention may move, besides facilities, boundaries and staff.

They return to neutral at the start of every week (`make(Levers, n_communities)`); interventions then scale or add. None
is an outcome: satisfaction, trust and efficacy follow from the processes.
"""

from dataclasses import dataclass, field
from typing import Annotated

import numpy as np

from simulation.domains import N_DOMAINS
from simulation.state.organisations import KINDS
from simulation.state.table import F64, Column


@dataclass
class Levers:
    """Arrays are by community; each is neutral at its default."""

    productivity: Annotated[F64, Column("factor of the hours of committee staff", default=1)]
    administration: Annotated[F64, Column("factor of the hours of lists and reports", default=1)]
    household_management: Annotated[F64, Column("factor of the hours of household management", default=1)]
    extra_hours: Annotated[F64, Column("hours a week that committees owe besides, full scale")]
    misroute: Annotated[F64, Column("share of new tickets that land at the sibling community")]
    campaign: Annotated[F64, Column("strength of sorting campaigns")]
    supervision: Annotated[F64, Column("strength of sorting supervision")]
    invitations: Annotated[F64, Column("factor of the hazard of registering as volunteer", default=1)]
    matching: Annotated[F64, Column("share of unreported issues that meet an offer at home and are settled in a week")]
    lists: Annotated[F64, Column("share of those left that meet an offer elsewhere in the district and are settled")]
    offers: Annotated[F64, Column("issues a week that partners could settle, by domain, full scale", each=(N_DOMAINS,))]
    advised: Annotated[F64, Column("issues a week that advisers settle, by domain, full scale", each=(N_DOMAINS,))]
    unit_hours: Annotated[F64, Column("hours a week that member units give in an epidemic")]
    programme_hours: Annotated[F64, Column("hours a week of programmes besides those of organisations")]
    guarding: Annotated[F64, Column("share of the guard hours that gates need in an epidemic")]
    door_visits: Annotated[F64, Column("visits to each household in a week")]
    disinfection: Annotated[F64, Column("share of the gates that are disinfected")]
    elder_help: Annotated[F64, Column("share of lone elders who are looked after in an epidemic")]
    home_watch: Annotated[F64, Column("share of home isolation that is watched")]
    called_hours: Annotated[F64, Column("hours of each double-reporting member who comes to a call this week")]
    ties: Annotated[F64, Column("ties per resident that are made in a week by other means than events")]
    event_ties: Annotated[F64, Column("ties per resident that events make in a week if all their places are taken")]
    parking: Annotated[F64, Column("places for cars at night besides those of the estates, full scale")]
    norm: Annotated[F64, Column("norm of taking part that messages and examples uphold")]
    activity_hours: Annotated[F64, Column("hours a week that volunteers give at organised activities")]
    unpaid: Annotated[F64, Column("hours of the week without pay: members, cadres and others who are no volunteers")]
    recycling: Annotated[F64, Column("share of households with a recycling point at the door")]
    owners: Annotated[F64, Column("factor of the rate at which owners' committees form", default=1)]
    mediation: Annotated[F64, Column("added share of arrears that come in with a bill that is paid")]
    scrutiny: Annotated[F64, Column("how far a table of all parties looks at the firm's books, 0-1")]
    nursery: Annotated[F64, Column("growth of organisations added by a base nearby, as a share of its rate")]
    clean_up: Annotated[F64, Column("share of the way to spotless bin stations that clean-ups cover")]
    authority_committee: Annotated[F64, Column("authority of committees over whom an issue needs (8)")]
    authority_firm: Annotated[F64, Column("authority over property firms, by the community whose issue it is (8)")]
    street_hours: float = 1.0  # factor of the hours of street offices
    department_hours: float = 1.0  # factor of the hours of departments
    authority_street: float = 0.0  # authority of street offices (8)
    authority_department: float = 0.0  # authority over departments (8)
    incubation: float = 0.0  # share of organisations' growth added by incubation
    enforcement: float = 0.0  # added share of the cars parked in the street that are towed or fined away
    commute_cut: float = 0.0  # share of the commute that roads and transit save
    organisation_room: float = 1.0  # factor of the number of organisations that the area can carry
    street_skill: float = 0.0  # added quality of the staff of street offices
    coordination: float = 1.0  # factor of the staff hours that a volunteer hour takes
    online: float = 0.0  # share of adults on a neighbourhood platform
    markets_closed: float = 0.0  # number of street markets that were closed
    funded: F64 = field(default_factory=lambda: np.zeros(len(KINDS)))
    """Added share of organisations with funds, by kind."""
    announced: dict[str, float] = field(default_factory=dict)
    """Share of residents who hear this week of a coming improvement, by domain."""
