"""Money moves and never appears: the ledger under any series of payments."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulation.state.ledger import PUBLIC, SECTORS, Kind, Ledger

N_FIRMS, N_COMMUNITIES = 3, 4
sums = st.integers(0, 10**12)
sector = st.sampled_from(SECTORS)
private = st.sampled_from([name for name in SECTORS if name not in PUBLIC])
kind = st.sampled_from(list(Kind))
payments = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), sector, sector, sums, kind),
        st.tuples(st.just("pay_for"), sector, sector, st.lists(sums, min_size=4, max_size=4), kind),
        st.tuples(st.just("pay_firms"), private, st.lists(st.integers(-(10**9), 10**9), min_size=3, max_size=3)),
    ),
    max_size=40,
)


def settle(ledger, payment):
    name, *rest = payment
    if name == "pay":
        payer, payee, fen, what = rest
        ledger.pay(payer, payee, fen, "purpose", what)
    elif name == "pay_for":
        payer, payee, fen, what = rest
        ledger.pay_for(payer, payee, np.array(fen), "purpose", what)
    else:
        ledger.pay_firms(rest[0], np.array(rest[1]))


@given(payments)
def test_the_sum_over_all_accounts_stays_nil(series):
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    for payment in series:
        settle(ledger, payment)
        assert int(ledger.balance.sum()) == 0


@given(payments)
def test_the_journal_is_what_left_the_public_purse(series):
    """Every fen that public accounts lost went to others, less what others paid in."""
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    received = 0
    for payment in series:
        settle(ledger, payment)
        if payment[0] != "pay_firms" and payment[2] in PUBLIC and payment[1] not in PUBLIC:
            received += int(np.sum(payment[3]))
    public = sum(int(ledger.balance[ledger.account(name)]) for name in PUBLIC)
    assert public == received - ledger.spent(Kind.CAPITAL) - ledger.spent(Kind.OPERATING)


def test_one_payment_by_hand():
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    ledger.pay_for("district", "supplier", np.array([100, 0, 25, 1]), "service room", Kind.CAPITAL)
    assert ledger.balance[ledger.account("district")] == -126
    assert ledger.balance[ledger.account("supplier")] == 126
    assert ledger.journal == {("service room", Kind.CAPITAL): 126}
    assert ledger.placed[Kind.CAPITAL].tolist() == [100, 0, 25, 1]
    assert ledger.placed[Kind.OPERATING].tolist() == [0, 0, 0, 0]
    assert ledger.spent(Kind.CAPITAL) == 126 and ledger.spent(Kind.OPERATING) == 0


def test_firms_receive_and_pay():
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    ledger.pay_firms("household", np.array([500, 0, 7]))
    ledger.pay_firms("supplier", np.array([-480, 0, 0]))
    assert ledger.balance[len(SECTORS) :].tolist() == [20, 0, 7]
    assert ledger.balance[ledger.account("household")] == -507


def test_new_communities_get_a_place_of_their_own():
    ledger = Ledger(N_FIRMS, 2)
    ledger.pay_for("street", "supplier", np.array([1, 2]), "works")
    ledger.pay_for("street", "supplier", np.array([1, 2, 3]), "works")
    assert ledger.placed[Kind.OPERATING].tolist() == [2, 4, 3]


def test_transfers_between_public_purses_are_no_spending():
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    ledger.pay("city", "district", 1000, "grant")
    assert not ledger.journal


def test_a_new_start_forgets_spending_but_no_money():
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    ledger.pay_for("district", "employee", np.array([9, 9, 9, 9]), "wages")
    ledger.restart()
    assert ledger.spent(Kind.OPERATING) == 0 and not ledger.placed[Kind.OPERATING].any()
    assert ledger.balance[ledger.account("district")] == -36


@pytest.mark.parametrize(
    ("payer", "payee", "fen"), [("district", "supplier", -1), ("nobody", "supplier", 1), ("district", "nobody", 1)]
)
def test_impossible_payments_change_nothing(payer, payee, fen):
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    with pytest.raises(ValueError, match=r"negative|tuple\.index"):
        ledger.pay(payer, payee, fen, "purpose")
    assert not ledger.balance.any() and not ledger.journal


def test_a_negative_sum_for_one_community_is_refused():
    ledger = Ledger(N_FIRMS, N_COMMUNITIES)
    with pytest.raises(ValueError, match="negative"):
        ledger.pay_for("district", "supplier", np.array([10, -4, 0, 0]), "works")
    assert not ledger.balance.any() and not ledger.placed[Kind.OPERATING].any()


def test_firms_get_no_public_money_without_a_purpose():
    with pytest.raises(ValueError, match="street"):
        Ledger(N_FIRMS, N_COMMUNITIES).pay_firms("street", np.array([1, 0, 0]))
