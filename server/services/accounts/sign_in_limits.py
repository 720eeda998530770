"""How often a password may be guessed: nobody who guesses keeps the right person out.

Tries count for the pair of name and address. A name at which others guess is not locked: each address that it did not
sign in from before has only a few tries a minute then, so that guessing from many addresses stays slow and whoever
knows the password still gets in. An address that guesses many names waits, but for names that it signed in before.
"""

from __future__ import annotations

from collections import OrderedDict
from ipaddress import ip_address, ip_network

from server.domain.rate_limiter import RateLimiter
from server.settings.config import Limits

#: Tries a minute of an address that a name under attack never signed in from.
FEW = 2
MOST_KNOWN = 20_000


class SignInLimits:
    """A deployment's memory of wrong tries, and of where each name signed in from. Times are milliseconds."""

    def __init__(self, limits: Limits) -> None:
        self.by_pair, self.by_user, self.by_stranger = (
            RateLimiter(limits.user),
            RateLimiter(limits.user),
            RateLimiter(FEW),
        )
        self.by_address = RateLimiter(limits.address)
        self._known: OrderedDict[str, None] = OrderedDict()

    def wait(self, name: str, address: str, *, now: int) -> int:
        """Seconds until a name may be tried again from an address, 0 when it may now."""
        net = net_of(address)
        pair = f"{net} {name}"
        waits = [self.by_pair.wait(pair, now=now)]
        if pair not in self._known:
            waits.append(self.by_address.wait(net, now=now) if net else 0)
            if self.by_user.wait(name, now=now):
                waits.append(self.by_stranger.wait(pair, now=now))
        return max(waits)

    def count(self, name: str, address: str, *, now: int) -> None:
        """Count a try, before its outcome is known."""
        for guesses, key in self._counted(name, address):
            guesses.count(key, now=now)

    def right(self, name: str, address: str) -> None:
        """The try was right: it does not count, and the address is known for this name."""
        for guesses, key in self._counted(name, address):
            guesses.take_back(key)
        self._known[f"{net_of(address)} {name}"] = None
        if len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)

    def _counted(self, name: str, address: str) -> list[tuple[RateLimiter, str]]:
        net = net_of(address)
        pair = f"{net} {name}"
        return [(self.by_pair, pair), (self.by_stranger, pair), (self.by_user, name), (self.by_address, net)]


def net_of(address: str) -> str:
    """What counts as one address: of IPv6 the network of a home or an office (/64), which has as many as it likes."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{found}/64", strict=False)) if found.version == 6 else address
