"""What levers share that hold events: people come, spend time together, and get to know each other."""

from simulation.state.world import World


def attend(world: World, people: float) -> None:
    """`people` attendances of events this week, spread evenly over the residents of the district.

    They make ties, `ties.per_attendance` each, and count as hours of programmes by `culture.attendances_per_hour`.
    """
    p, residents = world.params, world.communities.residents / world.scale
    each = people / max(float(residents.sum()), 1.0)
    world.levers.ties += p["ties.per_attendance"] * each
    world.levers.programme_hours += each * residents / p["culture.attendances_per_hour"]
