"""A network that lets requests through and no websockets: found out, and said in words that its administrator needs."""

from __future__ import annotations

import requests

from client.language import Language, words
from client.rest import Unreachable

ANSWER_S = 3.0
#: Too many sockets of one address: the server itself says no.
TOO_MANY = 429
#: A server that is just coming up answers a request a moment after it refused a websocket: once is no proof.
PROOF = 2

ZH = (
    "网络不允许 WebSocket：服务器 {server} 有应答，但实时连接被阻断。"
    "请网络管理员在代理、防火墙或安全网关上对 {server}/socket.io/ 放行 WebSocket（HTTP Upgrade）；"
    "改用 HTTPS 地址通常也可通过。"
)
EN = (
    "The network lets no websocket through: the server {server} answers, but the live connection is stopped. "
    "Ask the network's administrator to let websockets (HTTP Upgrade) pass to {server}/socket.io/ in the proxy, "
    "firewall or security gateway; an HTTPS address often passes as well."
)
#: For one line of a terminal.
BRIEF_ZH = "网络阻断了 WebSocket：请网络管理员放行到 {server}/socket.io/"
BRIEF_EN = "The network stops websockets: let it pass them to {server}/socket.io/"


class StopsWebsockets(Unreachable):
    """The server answers requests and no websocket comes through; the message is a sentence, `brief` one line."""

    def __init__(self, sentence: str, *, brief: str) -> None:
        super().__init__(sentence)
        self.brief = brief


class NetworkWatch:
    """Counts websockets in a row that failed although the server answers."""

    def __init__(self, server: str) -> None:
        self._server, self._count = server.rstrip("/"), 0

    def opened(self) -> None:
        """A websocket came through."""
        self._count = 0

    def failed(self) -> bool:
        """A websocket failed without a word of the server; whether the network stops them."""
        self._count = self._count + 1 if answers(self._server) else 0
        return self._count >= PROOF

    def sentences(self) -> tuple[str, str]:
        """Chinese and English."""
        return ZH.format(server=self._server), EN.format(server=self._server)

    def why(self, language: Language) -> StopsWebsockets:
        """The same as what a link's listener is told."""
        zh, en = self.sentences()
        brief = words(BRIEF_EN, BRIEF_ZH, language).format(server=self._server)
        return StopsWebsockets(words(en, zh, language), brief=brief)


def answers(server: str) -> bool:
    """Whether the server answers requests, and does not itself refuse a socket more of this address."""
    try:
        alive = requests.get(f"{server}/healthz", timeout=ANSWER_S)
        sockets = requests.get(f"{server}/socket.io/?EIO=4&transport=websocket", timeout=ANSWER_S)
    except requests.RequestException:
        return False
    return alive.ok and sockets.status_code != TOO_MANY
