"""The word that was meant."""

from simulation.spelling import did_you_mean, nearest

KNOWN = ("service_circles", "service_rooms", "volunteering")


def test_the_nearest_word_is_offered_if_it_is_near():
    assert nearest("service_circle", KNOWN) == "service_circles"
    assert did_you_mean("volunteers", KNOWN) == "; did you mean 'volunteering'?"
    assert nearest("xyz", KNOWN) is None and did_you_mean("xyz", KNOWN) == ""


def test_without_a_bound_there_is_always_a_nearest():
    assert nearest("v", KNOWN, 0) is not None and nearest("v", (), 0) is None
