"""Which screen or sound card speaks for a zone."""

from display.announcer.loudspeakers import Loudspeakers


def screens(*sounds, zone="A"):
    return [{"id": number, "zone": zone, "sound": sound} for number, sound in enumerate(sounds, 1)]


def test_one_owner_that_stays():
    speakers = Loudspeakers()
    speakers.update(screens("blocked", "on", "on"))
    assert speakers.owner("A", now=0) == 2
    speakers.update(screens("on", "on", "on"))
    assert speakers.owner("A", now=1) == 2
    assert speakers.owner("B", now=1) is None


def test_another_takes_over_when_the_owner_goes_or_fails():
    speakers = Loudspeakers()
    speakers.update(screens("on", "on"))
    assert speakers.owner("A", now=0) == 1
    speakers.failed(1, now=0)
    assert speakers.owner("A", now=1) == 2
    speakers.update(screens("on", "muted"))
    assert speakers.owner("A", now=2) is None
    assert speakers.owner("A", now=31) == 1


def test_a_screen_of_all_zones_stands_in_and_the_card_comes_last():
    speakers = Loudspeakers()
    speakers.card = True
    assert speakers.owner("A", now=0) == "card"
    assert speakers.apart("A", now=0)
    speakers.update([{"id": 9, "zone": None, "sound": "on"}, *screens("off")])
    assert speakers.owner("A", now=0) == 9
    assert speakers.apart("A", now=0)
    speakers.update(screens("on"))
    assert not speakers.apart("A", now=0)
    speakers.update([{"id": 10, "zone": "A", "sound": "on"}])
    assert speakers.owner("A", now=0) == 10
    speakers.update([])
    speakers.failed("card", now=0)
    assert speakers.owner("A", now=1) is None


def on(page, *, sound="on"):
    return {"id": 1, "zone": "A", "sound": sound, "page": page}


def test_a_page_that_was_loaded_anew_ends_the_bench_and_one_whose_line_was_cut_does_not():
    speakers = Loudspeakers()
    assert speakers.update([on("first")]) == []
    speakers.failed(1, now=0)
    speakers.update([])
    assert speakers.update([on("first", sound="off")]) == []
    assert speakers.update([on("first")]) == []
    assert speakers.owner("A", now=1) is None
    speakers.update([])
    assert speakers.update([on("second", sound="off")]) == [], "it has not said yet whether it sounds"
    assert speakers.update([on("second")]) == [1]
    assert speakers.owner("A", now=1) == 1
    assert speakers.update([on("second")]) == [], "it is told once"
    assert speakers.update([on("third")]) == [1], "also when it was never seen to be gone"


def test_a_screen_in_two_windows_is_not_loaded_anew_again_and_again():
    speakers = Loudspeakers()
    speakers.update([on("first")])
    for _ in range(3):
        assert speakers.update([on("first"), on("second")]) == []
    assert speakers.update([on("second")]) == [1]


def test_a_screen_that_does_not_name_its_page_is_new_when_it_comes_back():
    speakers = Loudspeakers()
    speakers.update(screens("on"))
    speakers.failed(1, now=0)
    speakers.update([])
    assert speakers.update(screens("off")) == []
    assert speakers.update(screens("on")) == [1]
    assert speakers.owner("A", now=1) == 1


def test_a_server_out_of_reach_makes_no_page_new():
    speakers = Loudspeakers()
    speakers.update(screens("on"))
    speakers.out_of_reach()
    assert speakers.owner("A", now=1) is None
    assert speakers.update(screens("on")) == []
