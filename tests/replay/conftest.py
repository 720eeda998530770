"""A running demo hall, one for all tests of the replay, and an administrator of it."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from bench.hall import PASSWORD, TrialHall, trial_hall
from client.sign_in import SignIn


@pytest.fixture(scope="session")
def demo_hall() -> Iterator[TrialHall]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with trial_hall(port=port) as hall:
        yield hall


@pytest.fixture
def admin(demo_hall: TrialHall) -> SignIn:
    return SignIn(server=demo_hall.server, username="admin", password=PASSWORD, language="en")
