"""The office of the notices' tests and its mail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.server.notices.post_office import (
    Post,
    open_office,
)
from tests.server.small_hall import Desk


@pytest.fixture
def office(make_desk: Callable[..., Desk]) -> Desk:
    """Bookable `pass`, two channels, Alice on duty at counter 1."""
    return open_office(make_desk)


@pytest.fixture
def mail(office: Desk) -> Post:
    return Post(office, "email")
