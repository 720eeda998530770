"""A whole print agent in this process."""

import threading
from contextlib import contextmanager

from kiosk.agent.cli import Agent
from kiosk.agent.identity import TokenFile
from printing.address import open_printer


def paper_at(printer):
    """The network printer that the tests play."""
    return open_printer(f"network:127.0.0.1:{printer.port}")


@contextmanager
def at_work(server, printer, folder, token=None):
    agent = Agent(server=server.url, printer=printer, tokens=TokenFile(folder, server.url), language="en")
    thread = threading.Thread(target=agent.run, args=(token,), daemon=True)
    thread.start()
    try:
        yield agent
    finally:
        agent.stop.set()
        thread.join(15)
        assert not thread.is_alive()
