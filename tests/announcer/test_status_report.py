"""When the announcer reports its status, and what an overload does."""

from display.announcer.clips import ClipStore
from display.announcer.providers import ToneVoice
from display.announcer.status_report import StatusReport
from display.announcer.voice_fallback import VoiceFallback


def test_the_status_is_told_when_it_changes_and_every_half_minute(tmp_path):
    ladder = VoiceFallback([ToneVoice()], store=ClipStore(tmp_path))
    condition = StatusReport(began=0)

    def due(now, waiting=0):
        return condition.due(now=now, ladder=ladder, languages=["zh-CN"], waiting={"A": waiting}, card=False)

    first = due(100)
    assert (first["state"], first["voices"], first["queue"], first["overloaded"]) == ("ok", ["zh-CN"], {"A": 0}, [])
    assert due(110) is None
    assert due(110.5, waiting=1)["queue"] == {"A": 1}
    assert due(110.6, waiting=2) is None  # not more than one a second
    assert due(141)["queue"] == {"A": 0}
    assert due(172)
    condition.forget()
    assert due(173)


def test_an_overload_is_named_and_logged_once(tmp_path, caplog):
    condition = StatusReport(began=0)
    for at in range(0, 900, 10):
        condition.sounds("A", at=at, seconds=7)
    ladder = VoiceFallback([], store=ClipStore(tmp_path))
    for now in (900, 935):
        told = condition.due(now=now, ladder=ladder, languages=[], waiting={}, card=True)
        assert told["overloaded"] == ["A"]
        assert told["load"]["A"] in (0.65, 0.7)
    assert len([text for text in caplog.messages if "zone A" in text]) == 1
