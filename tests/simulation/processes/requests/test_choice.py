"""Issues and the channels that residents choose: rates, the multinomial logit, the draws behind each report."""

import numpy as np
import pytest

from simulation.parameters import Parameters
from simulation.processes.requests import choice as choices
from simulation.processes.requests.choice import COMMITTEE, FIRM, HOTLINE, N_CHANNELS, NEIGHBOUR, SILENCE, VOLUNTEER
from simulation.random import Stream, bits, uniform
from simulation.state.output import VISIT_FLAG

N = 40_000
GATES = 4
VALUES = {
    "channel.silence": 1.2,
    "channel.neighbour": 0.2,
    "channel.volunteer": -1.6,
    "channel.firm": -0.9,
    "channel.committee": -0.8,
    "channel.hotline": -0.3,
    "channel.delay": 0.08,
    "channel.walk": 0.1,
    "channel.efficacy": 1.0,
    "channel.trust": 1.0,
    "channel.severity": 0.5,
    "channel.renter_bias": -0.4,
    "channel.older_bias": 0.3,
    "requests.urgent_share": 0.1,
}


def reporters(**columns):
    gate = np.arange(GATES, dtype=np.int32)
    values = {
        "copies": 1,
        "gate": (np.arange(N) % GATES).astype(np.int32),
        "renter": np.zeros(N, np.uint8),
        "older": np.zeros(N, np.uint8),
        "efficacy": np.full(N, 0.5, np.float32),
        "trust": np.full((4, N), 0.5, np.float32),
        "gate_community": gate,
        "gate_firm": gate,
        "issue_weights": np.tile(np.cumsum(np.full(10, 0.1, np.float32)), (GATES, 1)),
        "walk": np.full(GATES, 10, np.float32),
        "delay_volunteer": np.full(GATES, 5.0),
        "delay_firm": np.full(GATES, 5.0),
        "delay_committee": np.full(GATES, 5.0),
        "known_hotline": np.zeros(GATES),
        "delay_hotline": np.full(GATES, 5.0),
    }
    return choices.Reporters(**(values | columns))


def report(who=None, found=None, tick=3, seed=1, overrides=None):
    found = np.arange(N, dtype=np.uint32) if found is None else found
    n = len(found)
    out = np.empty(n, np.int8), np.empty(n, np.int8), np.empty(n, np.bool_), np.empty(n, np.int32)
    choice = choices.coefficients(Parameters(VALUES | (overrides or {})))
    choices.choose(seed, tick, found, reporters() if who is None else who, choice, *out)
    return out


def shares(channel):
    return np.bincount(channel, minlength=N_CHANNELS) / len(channel)


def softmax(u):
    return np.exp(u) / np.exp(u).sum()


def test_shares_of_the_channels_are_the_logit():
    """Utilities by hand at efficacy and trust 0.5, 5 days, 10 minutes; severity does not count."""
    _, channel, _, _ = report(overrides={"channel.severity": 0.15})
    severity = 0.15 * np.arange(256)[:, None] / 255
    acting = 0.5 + 0.5 - 0.08 * 5 + severity
    u = np.hstack(
        [
            np.full_like(severity, 1.2),
            np.full_like(severity, 0.2 + 0.5),
            -1.6 + acting,
            -0.9 + acting,
            -0.8 + acting - 0.1,
            -0.3 + acting,
        ]
    )
    expected = (np.exp(u) / np.exp(u).sum(1, keepdims=True)).mean(0)
    # 40,000 draws, standard error at most 0.0025; five of it are passed once in a million seeds
    assert shares(channel) == pytest.approx(expected, abs=5 * 0.0025)


def test_the_channel_is_the_draw_of_the_resident():
    """With one alternative of overwhelming utility less, the choice falls at the cumulated share of the draw."""
    who = reporters(efficacy=np.full(N, -60, np.float32), trust=np.full((4, N), 0.5, np.float32))
    _, channel, _, _ = report(who)
    silence = softmax(np.array([1.2, 0.7]))[0]
    u = uniform(1, Stream.CHANNEL, np.arange(N), 3)
    assert np.array_equal(channel, np.where(u < silence, SILENCE, NEIGHBOUR))


def test_domain_weekday_and_urgency_are_bits_of_one_draw():
    domain, _, urgent, weekday = report()
    word = bits(1, Stream.ISSUE_DETAIL, np.arange(N), 3)
    x = uniform(1, Stream.ISSUE_DETAIL, np.arange(N), 3)
    edges = np.cumsum(np.full(10, 0.1, np.float32))[:9]
    assert np.array_equal(domain, np.searchsorted(edges.astype(float), x, side="right"))
    assert np.array_equal(weekday, ((word >> np.uint64(8)).astype(np.int64) & 0xFFFF) * 5 >> 16)
    assert np.array_equal(urgent, (word & np.uint64(255)).astype(float) / 255 > 0.9)
    assert set(weekday.tolist()) == set(range(5))


def test_domains_come_in_their_shares():
    weights = np.cumsum(np.array([0.4, 0, 0, 0.3, 0, 0, 0, 0.2, 0, 0.1], np.float32))
    domain, *_ = report(reporters(issue_weights=np.tile(weights, (GATES, 1)).astype(np.float32)))
    found = np.bincount(domain, minlength=10) / N
    assert found == pytest.approx([0.4, 0, 0, 0.3, 0, 0, 0, 0.2, 0, 0.1], abs=5 * 0.0025)


def test_a_visit_goes_to_the_committee():
    rows = np.arange(100, dtype=np.uint32) | np.uint32(VISIT_FLAG)
    domain, channel, urgent, _ = report(found=rows)
    assert (domain == 9).all() and (channel == COMMITTEE).all() and not urgent.any()


def test_a_report_does_not_depend_on_the_others():
    some = np.array([5, 77, 1234, 39_999], np.uint32)
    for together, alone in zip(report(), report(found=some), strict=True):
        assert np.array_equal(together[some], alone)


@pytest.mark.parametrize(
    ("columns", "channel", "sign"),
    [
        ({"efficacy": np.full(N, 0.9, np.float32)}, SILENCE, -1),  # the effective speak up (pattern P6)
        ({"renter": np.ones(N, np.uint8)}, SILENCE, 1),
        ({"older": np.ones(N, np.uint8)}, SILENCE, -1),
        ({"delay_committee": np.full(GATES, 30.0)}, COMMITTEE, -1),
        ({"delay_hotline": np.full(GATES, 30.0)}, HOTLINE, -1),
        ({"delay_firm": np.full(GATES, 30.0)}, FIRM, -1),
        ({"delay_volunteer": np.full(GATES, 1.0)}, VOLUNTEER, 1),
        ({"walk": np.full(GATES, 30, np.float32)}, COMMITTEE, -1),
    ],
)
def test_what_moves_a_choice(columns, channel, sign):
    before, after = shares(report()[1]), shares(report(reporters(**columns))[1])
    assert sign * (after[channel] - before[channel]) > 0.001


@pytest.mark.parametrize(("row", "channel"), [(0, FIRM), (1, COMMITTEE), (2, HOTLINE), (3, NEIGHBOUR)])
def test_trust_in_an_actor_leads_to_its_channel(row, channel):
    trust = np.full((4, N), 0.5, np.float32)
    trust[row] = 0.9
    before, after = shares(report()[1]), shares(report(reporters(trust=trust))[1])
    assert after[channel] > before[channel] + 0.005


def test_the_odds_of_the_hotline_are_those_who_know_it():
    """Odds of the hotline against silence are 0.3 of what they are where everyone knows it."""
    few = shares(report(reporters(known_hotline=np.full(GATES, np.log(0.3))))[1])
    all_know = shares(report()[1])
    odds = (few[HOTLINE] / few[SILENCE]) / (all_know[HOTLINE] / all_know[SILENCE])
    assert odds == pytest.approx(0.3, rel=0.08)  # the rarer share has a relative standard error of 1.7 %
