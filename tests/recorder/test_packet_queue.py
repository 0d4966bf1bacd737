"""The queue between camera and card: bounded, never blocking, and honest about what it dropped."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from appliance.capture.packet import AudioPacket, VideoPacket
from appliance.recorder.packet_queue import Begin, Finish, Hole, Item, PacketQueue

FRAME_US = 33_333


def picture(n: int, size: int = 10) -> VideoPacket:
    return VideoPacket(bytes(size), n * FRAME_US, key=n % 30 == 0)


def emptied(queue: PacketQueue) -> list[Item]:
    items = []
    while (item := queue.get(0)) is not None:
        items.append(item)
    return items


def test_what_fits_comes_out_as_it_went_in() -> None:
    queue = PacketQueue()
    items: list[Item] = [Begin(), picture(0), AudioPacket(b"a", 5), picture(1), Hole("pause"), Finish("stop")]
    for item in items:
        queue.order(item) if isinstance(item, Begin | Hole | Finish) else queue.put(item)
    assert emptied(queue) == items


def test_a_card_that_stalls_for_fifteen_seconds_loses_nothing() -> None:
    queue = PacketQueue()
    film = [picture(n, 33_000) for n in range(15 * 30)]  # 8 Mbit/s
    for packet in film:
        queue.put(packet)
    assert emptied(queue) == film
    assert queue.dropped_pictures == 0


def test_past_the_bound_whole_seconds_go_and_a_hole_says_so() -> None:
    queue = PacketQueue(held_us=2_000_000)
    for n in range(150):
        queue.put(picture(n))
    first = emptied(queue)
    for n in range(150, 240):
        queue.put(picture(n))
    second = emptied(queue)
    assert first[-1] == Hole("slow card")
    assert all(isinstance(item, VideoPacket) for item in first[:-1])
    assert isinstance(second[0], VideoPacket)
    assert second[0].key
    kept = sum(isinstance(item, VideoPacket) for item in first + second)
    assert queue.dropped_pictures == 240 - kept


def test_nothing_to_get_is_none_at_once() -> None:
    assert PacketQueue().get(0) is None


@given(
    st.lists(st.tuples(st.sampled_from("vvvvavko"), st.integers(0, 3_000)), max_size=300),
    st.integers(1_000, 40_000),
    st.integers(100_000, 3_000_000),
)
def test_bounded_and_orders_are_sacred(events: list[tuple[str, int]], held_bytes: int, held_us: int) -> None:
    """Whatever comes and however slowly it is fetched: no more is held than promised, orders come out in order."""
    queue = PacketQueue(held_us=held_us, held_bytes=held_bytes)
    now_us, held, out, orders = 0, 0, [], 0
    for kind, size in events:
        now_us += FRAME_US
        if kind == "o":
            queue.order(Finish(str(orders)))
            orders += 1
        elif kind == "a":
            queue.put(AudioPacket(bytes(size), now_us))
        else:
            queue.put(VideoPacket(bytes(size), now_us, key=kind == "k"))
        if size % 3 == 0:
            out += [item] if (item := queue.get(0)) is not None else []
    rest = emptied(queue)
    held = sum(len(item.data) for item in rest if isinstance(item, VideoPacket | AudioPacket))
    assert held <= held_bytes
    out += rest
    assert [item.reason for item in out if isinstance(item, Finish)] == [str(n) for n in range(orders)]
    for before, after in itertools.pairwise(out):
        if before == Hole("slow card") and isinstance(after, VideoPacket):
            assert after.key
