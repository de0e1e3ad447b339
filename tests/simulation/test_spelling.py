"""The word that was meant."""

from simulation.spelling import did_you_mean, half_width, has_full_width, nearest

KNOWN = ("service_circles", "service_rooms", "volunteering")


def test_the_nearest_word_is_offered_if_it_is_near():
    assert nearest("service_circle", KNOWN) == "service_circles"
    assert did_you_mean("volunteers", KNOWN) == "; did you mean 'volunteering'?"
    assert nearest("xyz", KNOWN) is None and did_you_mean("xyz", KNOWN) == ""


def test_without_a_bound_there_is_always_a_nearest():
    assert nearest("v", KNOWN, 0) is not None and nearest("v", (), 0) is None


def test_full_width_characters_are_those_that_have_a_narrow_form():
    assert half_width("：７３％　“a”、") == ':73% "a",'
    assert has_full_width("７３") and has_full_width("0。5") and has_full_width("12，5")
    assert not any(map(has_full_width, ("½", "10 ㎡", "²", "73", "①")))
    assert half_width("½ ㎡") == "½ ㎡" and not has_full_width("社区，7")
