"""Partners: what nobody reported is settled by those who have what it takes; equation (26).

A coordination platform matches the needs of a community to what its own partners offer, by kind of need; lists match
what is left over district-wide. Offers are finite and typed: a car park settles no dispute. Organisations and advisers
settle issues of their own field. What is settled was latent: it never becomes a request.
"""

import numpy as np
from numpy.typing import NDArray

from simulation.domains import CONVENIENCE, CULTURE, ELDER, ENVIRONMENT, N_DOMAINS, SAFETY, SERVICE, TRAVEL
from simulation.parameters import Parameters
from simulation.processes.quality import hours_by_kind
from simulation.state.organisations import FIELDS, KINDS
from simulation.state.world import World

_PLACES = {"travel": TRAVEL, "convenience": CONVENIENCE, "elder_care": ELDER, "culture": CULTURE}
_HANDS = {"safety": SAFETY, "environment": ENVIRONMENT, "elder_help": ELDER, "community_service": SERVICE}


def places(p: Parameters) -> NDArray[np.float64]:
    """Shares of the domains in what member units have to lend (car parks, canteens, halls), float64 (10,)."""
    return _shares({domain: p[f"partners.place_{name}"] for name, domain in _PLACES.items()})


def hands(p: Parameters) -> NDArray[np.float64]:
    """Shares of the domains in what people of member units can do, float64 (10,)."""
    return _shares({domain: p[f"partners.hand_{name}"] for name, domain in _HANDS.items()})


def _shares(weight: dict[int, float]) -> NDArray[np.float64]:
    shares = np.zeros(N_DOMAINS)
    shares[list(weight)] = list(weight.values())
    return shares / max(shares.sum(), 1e-9)


def settle(world: World) -> None:
    """Take what is settled this week off the latent issues."""
    latent, levers = world.communities.latent, world.levers
    latent -= np.minimum(latent, levers.advised + _by_organisations(world))
    latent -= matched(latent, levers.offers, levers.matching, levers.lists)


def matched(
    needs: NDArray[np.float64],
    offers: NDArray[np.float64],
    platform: NDArray[np.float64],
    lists: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Needs that meet an offer in a week, float64 (n_communities, 10), as are `needs` and `offers` (26).

    `platform` and `lists` are the shares, by community, of what could meet that does: at home, and then district-wide.
    """
    home = np.minimum(platform, 1)[:, None] * np.minimum(needs, offers)
    left, spare = needs - home, (offers - home).sum(axis=0)
    reach = np.minimum(1, spare / np.maximum(left.sum(axis=0), 1e-9))
    return home + np.minimum(lists, 1)[:, None] * left * reach


def _by_organisations(world: World) -> NDArray[np.float64]:
    """Issues that organisations of a field can settle in a week, float64 (n_communities, 10), full scale."""
    settled = np.zeros((len(world.communities), N_DOMAINS))
    hours = hours_by_kind(world)
    for kind, domain in FIELDS.items():
        settled[:, domain] += hours[:, KINDS.index(kind)] / world.params["organisations.issue_hours"]
    return settled
