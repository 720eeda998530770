"""A display that never reads."""

from __future__ import annotations

import json
import socket

import websocket


class Deaf:
    """A display that signs in, asks for all, and then never reads again."""

    def __init__(self, url: str, hall: str, token: str) -> None:
        address = f"{url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket"
        self.wire = websocket.create_connection(address, sockopt=((socket.SOL_SOCKET, socket.SO_RCVBUF, 4096),))
        self.wire.recv()
        self.wire.send(f"40/display,{json.dumps({'token': token})}")
        self.wire.recv()
        self.wire.send(f'42/display,1["sync",{json.dumps({"hall": hall, "seq": None})}]')
        while not self.wire.recv().startswith("43/display,1"):
            pass
