"""Levers: the only things that an intervention may move, besides facilities, boundaries and staff.

They return to neutral at the start of every week; interventions then scale or add. None is an outcome: satisfaction,
trust and efficacy follow from the processes.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass
class Levers:
    """Neutral values in brackets."""

    productivity: NDArray[np.float64]  # [1] of committee staff, by community
    extra_hours: NDArray[np.float64]  # [0] hours a week that committees owe besides, by community, full scale
    misroute: NDArray[np.float64]  # [0] share of new tickets that land at the sibling community, by community
    campaign: NDArray[np.float64]  # [0] strength of sorting campaigns, by community
    supervision: NDArray[np.float64]  # [0] strength of sorting supervision, by community
    invitations: NDArray[np.float64]  # [1] factor of the hazard of registering as volunteer, by community
    matching: NDArray[np.float64]  # [0] share of unreported issues that partners solve in a week, by community
    programme_hours: NDArray[np.float64]  # [0] hours a week of programmes besides those of organisations, by community
    guarding: NDArray[np.float64]  # [0] share of the guard hours that gates need in an epidemic, by community
    door_visits: NDArray[np.float64]  # [0] visits to each household a week, by community
    disinfection: NDArray[np.float64]  # [0] share of the gates that are disinfected, by community
    elder_help: NDArray[np.float64]  # [0] share of lone elders who are looked after in an epidemic, by community
    home_watch: NDArray[np.float64]  # [0] share of home isolation that is watched, by community
    called_hours: NDArray[np.float64]  # [0] hours of each member called up, by community
    ties: NDArray[np.float64]  # [0] ties a resident that activities make in a week, by community
    norm: NDArray[np.float64]  # [0] norm of taking part that messages and examples uphold, by community
    activity_hours: NDArray[np.float64]  # [0] hours a week that volunteers give at organised activities, by community
    recycling: NDArray[np.float64]  # [0] share of households with a recycling point at the door, by community
    clean_up: NDArray[np.float64]  # [0] share of the way to spotless bin stations that clean-ups cover, by community
    street_hours: float = 1.0  # [1] factor of the hours of street offices
    department_hours: float = 1.0  # [1] factor of the hours of departments
    authority: float = 0.0  # [0] authority of committees and street offices (AUTH)
    incubation: float = 0.0  # [0] share of organisations' growth added by incubation
    commute_cut: float = 0.0  # [0] share of the commute that roads and transit save
    funded_share: float = 0.0  # [0] added share of organisations with funds
    organisation_room: float = 1.0  # [1] factor of the number of organisations that the area can carry
    street_skill: float = 0.0  # [0] added quality of the staff of street offices
    coordination: float = 1.0  # [1] factor of the staff hours that a volunteer hour takes
    online: float = 0.0  # [0] share of adults on a neighbourhood platform
    markets_closed: float = 0.0  # [0] number of street markets that were closed
    announced: dict[str, float] = field(default_factory=dict)
    # [none] share of residents who hear this week of a coming improvement, by domain


def neutral(n_communities: int) -> Levers:
    """Levers that change nothing."""

    def all_of(value: float) -> NDArray[np.float64]:
        return np.full(n_communities, value, np.float64)

    return Levers(
        productivity=all_of(1),
        extra_hours=all_of(0),
        misroute=all_of(0),
        campaign=all_of(0),
        supervision=all_of(0),
        invitations=all_of(1),
        matching=all_of(0),
        programme_hours=all_of(0),
        guarding=all_of(0),
        door_visits=all_of(0),
        disinfection=all_of(0),
        elder_help=all_of(0),
        home_watch=all_of(0),
        called_hours=all_of(0),
        ties=all_of(0),
        norm=all_of(0),
        activity_hours=all_of(0),
        recycling=all_of(0),
        clean_up=all_of(0),
    )
