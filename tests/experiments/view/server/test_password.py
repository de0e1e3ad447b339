"""The password, without a server."""

import pytest

from experiments.view.server.password import Password
from experiments.view.server.rate import Bucket
from experiments.view.server.start import path_of
from simulation.yaml_source import SourceError


def test_only_the_ticket_of_this_process_admits() -> None:
    one, other = Password("long enough"), Password("long enough")
    assert one.admits(one._ticket) and not one.admits(other._ticket)
    assert not one.admits("") and not one.admits("long enough") and not one.admits("\udcff")


def test_a_short_password_is_refused() -> None:
    with pytest.raises(SourceError, match="at least 8"):
        Password("short")


def test_a_bucket_gives_its_burst_and_then_its_rate() -> None:
    now = [0.0]
    bucket = Bucket(2.0, 3, lambda: now[0])
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    now[0] = 0.5
    assert [bucket.take(), bucket.take()] == [True, False]
    now[0] = 100.0
    assert [bucket.delay() for _ in range(5)] == [0, 0, 0, 0.5, 1.0]


@pytest.mark.parametrize(("text", "path"), [("", ""), ("/", ""), ("/huitian", "/huitian"), ("/a/b-1/", "/a/b-1")])
def test_a_root_path(text: str, path: str) -> None:
    assert path_of(text) == path


@pytest.mark.parametrize("text", ["huitian", "//evil.example", "/a b", "/../x", "/a?b", "http://x/", '/"><script>'])
def test_what_is_no_root_path_is_said(text: str) -> None:
    with pytest.raises(SourceError, match="--root-path"):
        path_of(text)
