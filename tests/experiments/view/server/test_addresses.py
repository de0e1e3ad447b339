"""Which Host and Origin are answered."""

import pytest

from experiments.view.server.addresses import Address, Addresses, origin
from simulation.yaml_source import SourceError


@pytest.mark.parametrize(
    "host", ["localhost:8765", "LOCALHOST:8765", "127.0.0.1:8765", "[::1]:8765", "[0:0:0:0:0:0:0:1]:8765"]
)
def test_loopback_names_are_answered(host: str) -> None:
    assert Addresses("127.0.0.1", 8765).of_host(host) is not None
    assert Addresses("127.0.0.1", 8765).has_origin(f"http://{host}")


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8765", "localhost", "localhost:80", "127.0.0.1.evil.example:8765", "", "localhost:",
     "localhost:8765:8765", "localhost:8765@evil.example", "127.0.0.2:8765", "2130706433:8765", "a/b:8765", "[::1",
     "localhost.:8765", "lo calhost:8765", "localhost:8765\r\n", "::1", "192.0.2.7:8765"],
)  # fmt: skip
def test_others_are_not(host: str) -> None:
    assert Addresses("127.0.0.1", 8765).of_host(host) is None
    assert not Addresses("127.0.0.1", 8765).has_origin(f"http://{host}")


@pytest.mark.parametrize("text", ["null", "", "file://", "https://localhost:8765", "http://localhost:8765/x", "x"])
def test_an_origin_is_scheme_host_and_port(text: str) -> None:
    assert not Addresses("127.0.0.1", 8765).has_origin(text)


def test_the_address_that_was_reached_is_answered() -> None:
    every = Addresses("0.0.0.0", 8765)
    assert every.of_host("192.0.2.7:8765", "192.0.2.7") and every.has_origin(
        "http://192.0.2.7:8765", "::ffff:192.0.2.7"
    )
    assert every.of_host("192.0.2.8:8765", "192.0.2.7") is None
    assert every.of_host("evil.example:8765", "192.0.2.7") is None


def test_an_allowed_origin_is_answered_with_its_own_port() -> None:
    known = Addresses("127.0.0.1", 8765, ("https://Lab.example.org/", "http://other.example.org:8080"))
    assert known.of_host("lab.example.org") == known.of_host("lab.example.org:443")
    assert known.of_host("lab.example.org") == Address("https", "lab.example.org", 443)
    assert known.has_origin("https://lab.example.org") and not known.has_origin("http://lab.example.org")
    assert known.of_host("other.example.org:8080") and not known.of_host("other.example.org")
    assert not known.has_origin("https://lab.example.org.evil.example")


def test_without_a_port_the_scheme_has_one() -> None:
    assert Addresses("127.0.0.1", 80).of_host("localhost")
    assert origin("http://localhost") == origin("http://localhost:80") != origin("https://localhost:80")
    assert str(origin("http://[::1]:8765")) == "http://[::1]:8765"


@pytest.mark.parametrize("text", ["lab.example.org", "https://lab.example.org/huitian", "*", "", "ftp://x", "https://"])
def test_what_is_no_origin_is_said(text: str) -> None:
    with pytest.raises(SourceError, match="--allowed-origin"):
        Addresses("127.0.0.1", 8765, (text,))
