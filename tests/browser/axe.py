"""What axe finds on a page."""

from __future__ import annotations

from playwright.sync_api import Page

from tools.places import ROOT

_SOURCE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


# Colours that are still fading in would be measured at half their contrast. What runs for ever is left to run.
_AT_REST = """() => Promise.allSettled(document.getAnimations()
    .filter(one => Number.isFinite(one.effect?.getComputedTiming().endTime ?? Infinity))
    .map(one => one.finished))"""


def at_rest(page: Page) -> None:
    """Wait until everything that moves once has arrived."""
    page.evaluate(_AT_REST)


def violations(page: Page) -> list[str]:
    """Each broken rule with the places that break it, once what moves has come to rest; empty when clean."""
    at_rest(page)
    page.evaluate(_SOURCE.read_text(encoding="utf-8"))
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", _RULES)
    return [f"{rule['id']}: {[node['target'] for node in rule['nodes']]}" for rule in found["violations"]]
