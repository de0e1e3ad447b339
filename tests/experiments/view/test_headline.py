"""The answer at the top: who is better off, and the domains at both ends."""

from experiments.view import headline, slow
from experiments.view.map import View
from experiments.view.session import Pair
from simulation.domains import DOMAINS
from simulation.scenario.load import load_scenario


def test_ends_are_those_of_the_domains() -> None:
    pair = Pair(load_scenario("service_circles"), 1, 0.01)
    assert headline.who(slow.read(1, pair, View(), (), None), "zh") == ""
    pair.step()
    seen = slow.read(2, pair, View(lang="en"), (), None)
    changes = {name: pair.policy.series(name)[0] - pair.baseline.series(name)[0] for name, _ in seen.domains}
    assert len(changes) == len(DOMAINS) and dict(seen.domains) == changes
    assert [change for _, change in seen.domains] == sorted(changes.values(), reverse=True)
    assert "0.0% of the residents are better off" in headline.who(seen, "en")
