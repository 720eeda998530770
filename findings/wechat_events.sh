#!/bin/sh
# WeChat: what wechatpy makes of an event that is younger than it.
# Guess: an event that the library has no class for is an event all the same, with its name. Seen with wechatpy 1.8.18
# on the platform's documented messages: `subscribe` is a SubscribeEvent of type "event"; `subscribe_msg_popup_event` and
# `subscribe_msg_sent_event` (since 2021) are an UnknownMessage of type "unknown", without `event`, so that a handler by
# type or by event never hears of the consent that a visitor gave.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q wechatpy==1.8.18 cryptography==50.0.0
"$folder/venv/bin/python" - <<'PY'
import sys
from importlib.metadata import version

from wechatpy import parse_message

print("wechatpy", version("wechatpy"))
MESSAGE = (
    "<xml><ToUserName>hall</ToUserName><FromUserName>visitor</FromUserName><CreateTime>1796074011</CreateTime>"
    "<MsgType>event</MsgType><Event>{event}</Event><{event}><List><TemplateId>T1</TemplateId>"
    "<SubscribeStatusString>accept</SubscribeStatusString></List></{event}></xml>"
)
seen = {}
for event in ("subscribe", "subscribe_msg_popup_event", "subscribe_msg_sent_event"):
    message = parse_message(MESSAGE.format(event=event))
    seen[event] = (type(message).__name__, message.type, getattr(message, "event", None))
    print(f"{event}: {seen[event]}")
unknown = ("UnknownMessage", "unknown", None)
expected = {
    "subscribe": ("SubscribeEvent", "event", "subscribe"),
    "subscribe_msg_popup_event": unknown,
    "subscribe_msg_sent_event": unknown,
}
sys.exit(0 if seen == expected else "wechatpy reads these events otherwise now")
PY
echo "seen: the events of a visitor's consent lose their type and their name"
