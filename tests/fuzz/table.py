"""All targets by name."""

from __future__ import annotations

from tests.fuzz import client_targets, server_targets

TARGETS = server_targets.TARGETS | client_targets.TARGETS
