"""Which addresses a URL may lead to that somebody else has chosen."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from socket import inet_aton, inet_ntoa
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import urlsplit

from vlmrun.errors import InputError

# Its last four bytes are an IPv4 address: https://www.rfc-editor.org/rfc/rfc6052#section-2.1
_NAT64 = IPv6Network("64:ff9b::/96")

# All others are reserved: https://www.rfc-editor.org/rfc/rfc4291#section-2.4
_GLOBAL_UNICAST = IPv6Network("2000::/3")

# Older releases of Python take these for addresses of the internet.
_RESERVED = (IPv4Network("192.0.0.0/24"), IPv6Network("3fff::/20"))


class PublicOnly(NamedTuple):
    """A restriction to public addresses, and how to explain it.

    Attributes:
        subject: What leads to the address, as the beginning of a sentence.
        remedy: What to do about it.
    """

    subject: str
    remedy: str

    def error(self, host: str) -> InputError:
        """Return the error for a URL that leads to another than a public address."""
        return InputError(
            f"{self.subject} leads to {host}, which is not a public address",
            suggestion=self.remedy,
        )


def is_public(address: str) -> bool:
    """Return whether an IP address belongs to the internet."""
    found: IPv4Address | IPv6Address = ip_address(address)
    if isinstance(found, IPv6Address):
        # Each of these reaches the IPv4 address in it.
        inner = IPv4Address(found.packed[-4:]) if found in _NAT64 else None
        found = inner or found.ipv4_mapped or found.sixtofour or found
    is_unicast = found in _GLOBAL_UNICAST or (found.version == 4 and not found.is_multicast)
    return is_unicast and found.is_global and not any(found in each for each in _RESERVED)


def is_evidently_private(url: str) -> bool:
    """Return whether a URL names this machine, or an address that is not public, in any notation.

    Names are not looked up: a name may lead to such an address, too.
    """
    # As names are normalized before they are looked up: https://www.rfc-editor.org/rfc/rfc3490
    host = normalize("NFKC", urlsplit(url).hostname or "").replace("\u3002", ".").rstrip(".")
    if host.rpartition(".")[2] == "localhost":
        return True
    try:
        return not is_public(_in_usual_notation(host))
    except ValueError:
        return False


def _in_usual_notation(host: str) -> str:
    """Return the address that the resolver of the system takes a host for.

    It accepts one number, or fewer than four, in decimal, octal or hexadecimal:
    https://pubs.opengroup.org/onlinepubs/9799919799/functions/inet_addr.html
    """
    try:
        return inet_ntoa(inet_aton(host))
    except (OSError, ValueError):  # another address, or a name
        return host
