import pytest

from appliance.segment.fmp4 import PLACE_TICKS
from appliance.segment.sound import SILENCE, SoundGrid

SECOND = 90_000
MS = 90


def grid(begin: int = 0) -> SoundGrid:
    fresh = SoundGrid()
    fresh.begin(begin)
    return fresh


def frames(sound: SoundGrid, end: int, begin: int = 0) -> list[int | None]:
    """What stands in each place: a number given to `hear`, None for silence."""
    return [None if frame == SILENCE else int(frame) for frame in sound.take(begin, end).frames]


def hear(sound: SoundGrid, number: int, at: int) -> None:
    sound.hear(at, b"%d" % number)


def test_steady_sound_lies_place_by_place_whatever_its_offset() -> None:
    for offset in (0, 5 * MS, 10 * MS):
        sound = grid()
        for n in range(10):
            hear(sound, n, offset + n * PLACE_TICKS)
        assert frames(sound, 10 * PLACE_TICKS) == list(range(10))


def test_jitter_within_a_frame_and_a_half_moves_nothing() -> None:
    sound = grid()
    for n in range(40):
        hear(sound, n, n * PLACE_TICKS + 5 * MS + (13 * MS if n % 3 else -4 * MS))
    assert frames(sound, 40 * PLACE_TICKS) == list(range(40))
    assert sound.late_frames == 0


@pytest.mark.parametrize("parts_per_million", [-2000, -100, 100, 2000])
def test_a_drifting_microphone_stays_within_a_frame_and_a_half(parts_per_million: int) -> None:
    sound = grid()
    times = [n * PLACE_TICKS * (1_000_000 + parts_per_million) // 1_000_000 for n in range(20_000)]
    for n, at in enumerate(times):
        hear(sound, n, at)
    placed = [(place, n) for place, n in enumerate(frames(sound, times[-1])) if n is not None]
    assert max(abs(place * PLACE_TICKS - times[n]) for place, n in placed) <= PLACE_TICKS * 3 // 2
    assert len(placed) >= 19_950
    assert [n for _, n in placed] == sorted({n for _, n in placed})


def test_a_frame_that_comes_twice_or_too_late_is_dropped_and_counted() -> None:
    sound = grid()
    for n in (0, 1, 1, 0, 2):
        hear(sound, n, n * PLACE_TICKS)
    assert frames(sound, 4 * PLACE_TICKS) == [0, 1, 2, None]
    hear(sound, 3, 3 * PLACE_TICKS)
    hear(sound, 4, 4 * PLACE_TICKS)
    assert sound.late_frames == 3
    assert frames(sound, 5 * PLACE_TICKS, 4 * PLACE_TICKS) == [4]


def test_after_a_hole_the_nearest_place_counts() -> None:
    sound = grid()
    hear(sound, 0, 0)
    assert frames(sound, 10 * PLACE_TICKS) == [0] + [None] * 9
    hear(sound, 1, 11 * PLACE_TICKS - 15 * MS)
    hear(sound, 2, 12 * PLACE_TICKS - 15 * MS)
    assert frames(sound, 13 * PLACE_TICKS, 10 * PLACE_TICKS) == [1, 2, None]


def test_what_was_heard_before_the_film_goes_on_is_forgotten_and_not_counted() -> None:
    sound = grid()
    hear(sound, 0, 0)
    sound.begin(5 * SECOND)
    hear(sound, 1, 5 * SECOND - 1)
    hear(sound, 2, 5 * SECOND)  # nearest is place 234, which begins before 5 s
    hear(sound, 3, 5 * SECOND + PLACE_TICKS)
    assert frames(sound, 5 * SECOND + PLACE_TICKS, 5 * SECOND) == [3]
    assert sound.late_frames == 0


def test_what_sounds_before_time_0_is_no_part_of_place_0() -> None:
    sound = grid()
    hear(sound, 0, -1)
    hear(sound, 1, PLACE_TICKS - 1)
    assert frames(sound, 2 * PLACE_TICKS) == [None, 1]
    assert sound.late_frames == 0


def test_what_sounds_just_before_film_goes_on_is_no_part_of_its_first_place() -> None:
    sound = grid(235 * PLACE_TICKS)
    hear(sound, 0, 235 * PLACE_TICKS - 1)
    assert frames(sound, 236 * PLACE_TICKS, 235 * PLACE_TICKS) == [None]
    assert sound.late_frames == 0


def test_what_was_heard_ahead_stays_when_the_film_goes_on_at_once() -> None:
    sound = grid()
    for n in range(10):
        hear(sound, n, n * PLACE_TICKS)
    assert frames(sound, 5 * PLACE_TICKS) == [0, 1, 2, 3, 4]
    sound.begin(7 * PLACE_TICKS)
    hear(sound, 10, 10 * PLACE_TICKS)
    assert frames(sound, 12 * PLACE_TICKS, 7 * PLACE_TICKS) == [7, 8, 9, 10, None]
    assert sound.late_frames == 0


def test_a_silence_runs_on_over_a_hole_of_no_length_and_ends_at_a_true_one() -> None:
    for gap, told in ((0, [(0, 6 * PLACE_TICKS)]), (PLACE_TICKS, [])):
        sound = grid()
        assert sound.take(0, 3 * PLACE_TICKS).holes == []
        begin = 3 * PLACE_TICKS + gap
        sound.begin(begin)
        assert sound.take(begin, begin + 3 * PLACE_TICKS).holes == told


def test_it_knows_how_far_it_was_heard() -> None:
    sound = grid()
    assert sound.heard_to(0)
    assert not sound.heard_to(1)
    hear(sound, 0, 0)
    assert sound.heard_to(PLACE_TICKS)
    assert not sound.heard_to(PLACE_TICKS + 1)


def test_holes_are_told_from_100_ms_on() -> None:
    sound = grid()
    for n in (*range(10), *range(14, 20), *range(25, 30)):
        hear(sound, n, n * PLACE_TICKS)
    assert sound.take(0, 30 * PLACE_TICKS).holes == [(20 * PLACE_TICKS, 25 * PLACE_TICKS)]  # 4 places are 85 ms


def test_a_hole_over_several_segments_is_told_in_parts_that_meet() -> None:
    sound = grid()
    for n in (*range(43), *range(100, 150)):  # 43 places: to 917 ms; 100: from 2,133 ms
        hear(sound, n, n * PLACE_TICKS)
    told = [sound.take(second * SECOND, (second + 1) * SECOND).holes for second in range(3)]
    assert told == [[], [(43 * PLACE_TICKS, 2 * SECOND)], [(2 * SECOND, 100 * PLACE_TICKS)]]


def test_a_hole_ends_with_its_last_frame_even_beyond_the_segment_in_which_that_began() -> None:
    sound = grid()
    hear(sound, 0, 5 * PLACE_TICKS)  # silent to 106.7 ms
    assert sound.take(0, 9000).holes == [(0, 9000)]
    assert sound.take(9000, 6 * PLACE_TICKS).holes == [(9000, 5 * PLACE_TICKS)]


def test_the_last_short_part_of_a_told_hole_is_told_too() -> None:
    sound = grid()
    for n in (*range(20), *range(49, 94)):  # silent from 427 to 1,045 ms
        hear(sound, n, n * PLACE_TICKS)
    told = [sound.take(second * SECOND, (second + 1) * SECOND).holes for second in range(2)]
    assert told == [[(20 * PLACE_TICKS, SECOND)], [(SECOND, 49 * PLACE_TICKS)]]
