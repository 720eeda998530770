from client.rest import Unreachable
from client.stream import Stream


class Kept:
    def __init__(self):
        self.seen, self.sent, self.open = [], [], True

    def take_snapshot(self, snapshot):
        self.seen.append(("snapshot", snapshot["seq"]))

    def apply(self, event):
        self.seen.append(event["seq"])

    def send(self, name, payload, then):
        if not self.open:
            raise Unreachable("gone")
        self.sent.append((name, payload["seq"], then))


def started(seq=10):
    kept = Kept()
    stream = Stream(hall="main", send=kept.send, follower=kept)
    stream.connected()
    kept.sent[0][2]({"ok": True, "seq": seq, "snapshot": {"seq": seq}})
    return stream, kept


def event(seq, prev):
    return {"seq": seq, "prev": prev}


def test_it_knows_nothing_at_first():
    _, kept = started()
    assert [sent[:2] for sent in kept.sent] == [("sync", None)]
    assert kept.seen == [("snapshot", 10)]


def test_the_next_event_is_applied_though_numbers_are_left_out():
    stream, kept = started()
    stream.event(event(14, 10))
    stream.event(event(15, 14))
    assert kept.seen[1:] == [14, 15]
    assert len(kept.sent) == 1


def test_a_gap_asks_for_what_lies_between():
    stream, kept = started()
    stream.event(event(15, 14))
    assert kept.sent[1][:2] == ("sync", 10)
    kept.sent[1][2]({"ok": True, "seq": 15, "events": [event(14, 10), event(15, 14)]})
    assert kept.seen[1:] == [14, 15]


def test_an_event_seen_already_is_dropped():
    stream, kept = started()
    stream.event(event(9, 8))
    assert kept.seen == [("snapshot", 10)]
    assert len(kept.sent) == 1


def test_what_arrives_while_asking_is_kept_for_after():
    stream, kept = started()
    stream.event(event(15, 14))
    stream.event(event(16, 15))
    kept.sent[1][2]({"ok": True, "seq": 15, "events": [event(14, 10), event(15, 14)]})
    assert kept.seen[1:] == [14, 15, 16]


def test_a_heartbeat_tells_of_a_lost_event():
    stream, kept = started()
    stream.heartbeat({"seq": 10})
    assert len(kept.sent) == 1
    stream.heartbeat({"seq": 12})
    assert kept.sent[1][:2] == ("sync", 10)


def test_a_new_connection_asks_from_where_it_was():
    stream, kept = started()
    stream.connected()
    assert kept.sent[1][:2] == ("sync", 10)


def test_a_lost_connection_while_asking_does_not_block_the_next():
    stream, kept = started()
    kept.open = False
    stream.event(event(15, 14))
    kept.open = True
    stream.connected()
    kept.sent[1][2]({"ok": True, "seq": 15, "events": [event(15, 10)]})
    assert kept.seen[1:] == [15]


def test_a_refused_sync_is_asked_again_by_the_next_heartbeat():
    stream, kept = started()
    stream.connected()
    kept.sent[1][2]({"ok": False, "error": {"code": "stopping"}})
    stream.heartbeat({"seq": 12})
    assert len(kept.sent) == 3
