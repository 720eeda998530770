from replay.service_times import LONGEST, SHORTEST, UNKNOWN, Call, derive_service_times


def calls(*minutes: float, waited: float = 20.0, open_counters: int = 1) -> list[Call]:
    return [Call(minute, waited, open_counters) for minute in minutes]


def test_one_busy_counter_serves_from_call_to_call() -> None:
    assert derive_service_times(calls(0, 4, 10, 13)) == [4, 6, 3, 4]  # the last one: the median


def test_with_two_counters_the_second_call_after_it_frees_the_counter() -> None:
    assert derive_service_times(calls(0, 2, 6, 9, open_counters=2))[:2] == [6, 7]


def test_an_idle_gap_is_not_a_service() -> None:
    busy = calls(0, 4, 8)
    assert derive_service_times([*busy, Call(40, waited=0, open_counters=1)])[2] == 4


def test_an_idle_gap_shorter_than_the_usual_service_bounds_it() -> None:
    assert derive_service_times([*calls(0, 4, 8), Call(9, waited=0, open_counters=1)])[2] == 1


def test_the_bounds_hold() -> None:
    assert derive_service_times(calls(0, 0.1, 200, 204))[:2] == [SHORTEST, LONGEST]


def test_a_lone_visitor_gets_the_stated_guess() -> None:
    assert derive_service_times(calls(0)) == [UNKNOWN]
