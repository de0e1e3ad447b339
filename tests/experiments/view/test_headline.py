"""The answer at the top: who, when, where, committees, what did it, and what the numbers cannot say."""

import pytest

from experiments.report.limits import SYNTHETIC, box
from experiments.view import limited, sentences, slow
from experiments.view.kept import played
from experiments.view.map import View
from experiments.view.session import Pair
from simulation.domains import DOMAINS
from simulation.scenario.load import load_scenario


@pytest.fixture(scope="module")
def pair() -> Pair:
    """One week of circles and splits at 1 % of the households."""
    found = Pair(load_scenario("circles_and_splits"), 1, 0.01)
    assert not slow.read(1, found, View(), (), None).told
    found.step()
    return found


def test_ends_are_those_of_the_domains(pair: Pair) -> None:
    seen = slow.read(2, pair, View(), (), None)
    changes = {name: pair.policy.series(name)[0] - pair.baseline.series(name)[0] for name, _ in seen.domains}
    assert len(changes) == len(DOMAINS) and dict(seen.domains) == changes
    assert [change for _, change in seen.domains] == sorted(changes.values(), reverse=True)


def test_every_question_has_its_sentence_in_both_languages(pair: Pair) -> None:
    told = {label.en: text for label, text in slow.read(2, pair, View(), (), None).told}
    assert list(told) == ["Who: ", "When: ", "Where: ", "Committees: ", "What did it: "]
    assert "0.0% of the residents are better off" in told["Who: "].en and told["When: "].zh.startswith(
        "居民满意度：2018 "
    )
    loads = pair.policy.place["load_committee"]
    over = f"over full load: {(loads > 1).sum()} of {len(loads)}; in the baseline"
    assert told["Committees: "].en.startswith(over)
    assert "without splits of large communities the rest keeps 97 % of the gain for 25 %" in told["What did it: "].en


def test_places_at_both_ends_are_those_of_the_map(pair: Pair) -> None:
    gains = slow.read(2, pair, View(), (), None).gains
    assert gains is not None
    assert sentences.where(pair, gains).zh == "街道：各处相同；社区：各处相同"  # no measure has begun
    change = gains.communities.copy()
    world = pair.policy.world
    for row in (3, 5):  # one gains, one loses; the rest stay where they are
        change[row] = 2.5 if row == 3 else -1.25
    at = sentences.where(pair, type(gains)(gains.everybody, gains.groups, change)).en
    assert f"most in {world.communities.name_en[3]} (+2.50), least in {world.communities.name_en[5]} (−1.25)" in at


def test_limits_are_those_of_a_report_and_both_intervals_stand_where_they_are_known(pair: Pair) -> None:
    now = played(pair)
    assert now is not None
    plan = now.scenario.model_dump_json(by_alias=True)
    shown = box([load_scenario("circles_and_splits").model_dump(mode="json")], 0.01, 1, weeks=1)
    assert limited.limits_of(plan, 0.01, 1, 1) == (shown.title, *shown.items) and SYNTHETIC in shown.items
    assert "1 of 3 seeds" in limited.luck(now, "en")
    assert "0.48 to 1.46" in limited.with_parameters(plan, "en") and "5次抽样" in limited.with_parameters(plan, "zh")
    other = load_scenario("elder_care").model_dump_json(by_alias=True)
    told = sentences.did(other)
    assert "only measure: " in told.en and "How to spend a budget" in told.en and "求解" in told.zh
    assert "budget" not in sentences.did(plan).en
    assert "not known here" in limited.with_parameters(other, "en")
