"""Addresses under which the page is opened; requests that name another one are not answered.

A browser sends the name in its address bar as Host, and the site whose script asks as Origin. A site of someone else
that asks for the page in a visitor's browser is known by its Origin, and one that gives its own name the number of
this machine (DNS rebinding) by its Host (OWASP Cheat Sheet Series, "Cross-Site WebSocket Hijacking").
"""

import ipaddress
import re
from dataclasses import dataclass

from simulation.yaml_source import SourceError

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_](?:[a-z0-9._-]*[a-z0-9])?)(?::(\d{1,5}))?")
LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Address:
    """What stands before the path of a URL: scheme, host in lower case without brackets, port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        shown = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{shown}" + ("" if self.port == _PORTS[self.scheme] else f":{self.port}")


def _host_and_port(text: str) -> tuple[str, int | None] | None:
    found = _HOST.fullmatch(text.lower())
    return None if found is None else (_plain(found[1].strip("[]")), int(found[2]) if found[2] else None)


def _plain(host: str) -> str:
    """An IP address in its shortest form, an IPv4 address inside IPv6 as IPv4; a name as it is."""
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host
    return str(getattr(number, "ipv4_mapped", None) or number)


def origin(text: str) -> Address | None:
    """The address in an Origin, None if it is not one of http or https."""
    scheme, mark, rest = text.partition("://")
    found = _host_and_port(rest) if mark and scheme in _PORTS else None
    return Address(scheme, found[0], found[1] or _PORTS[scheme]) if found else None


class Addresses:
    """The addresses that are answered.

    Parameters
    ----------
    host, port : str, int
        Where the page listens. Loopback names are answered too, and so is the address of this machine that a
        connection has reached, which `--host 0.0.0.0` does not tell.
    more : sequence of str
        Further origins, such as that of a reverse proxy: `https://lab.example.org`.

    Raises
    ------
    SourceError
        If one of `more` is not an origin.
    """

    def __init__(self, host: str, port: int, more: tuple[str, ...] = ()) -> None:
        self._port = port
        known = {Address("http", _plain(name.lower()), port) for name in (*LOOPBACK, host)}
        for text in more:
            found = origin(text.rstrip("/").lower())
            if found is None:
                raise SourceError(
                    f"--allowed-origin {text!r}: it should be scheme and host, as https://lab.example.org"
                )
            known.add(found)
        self._known = frozenset(known)

    def _with(self, reached: str | None) -> frozenset[Address]:
        return self._known if reached is None else self._known | {Address("http", _plain(reached), self._port)}

    def of_host(self, header: str, reached: str | None = None) -> Address | None:
        """The address that a Host header names, None if it is not answered; `reached`: own end of the connection."""
        found = _host_and_port(header)
        if found is None:
            return None
        host, port = found
        return next(
            (
                address
                for address in sorted(self._with(reached), key=str, reverse=True)  # https before http
                if address.host == host and address.port in ((port,) if port else (_PORTS[address.scheme],))
            ),
            None,
        )

    def has_origin(self, header: str, reached: str | None = None) -> bool:
        """Whether scripts of this origin may ask."""
        return origin(header.lower()) in self._with(reached)
