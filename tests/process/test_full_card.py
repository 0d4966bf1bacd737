"""The card fills up under the real recorder: the film is closed whole, it is said why, and room mends it."""

from dataclasses import dataclass

from appliance.store.space import FLOOR_BYTES, RESERVE_BYTES, SEGMENT_OVERHEAD_BYTES, SOUND_BITS_PER_S, Space
from appliance.store.verify import Verdict
from tests.process.box import Box, Status, Studio
from tests.process.cards import Ballast, small_card
from tests.process.lanes import stars_ms
from tests.process.playing import Played, play
from tests.process.scenes import scene

BITRATE = 1_000_000
MINUTE_BYTES = 60 * ((BITRATE + SOUND_BITS_PER_S) // 8 + SEGMENT_OVERHEAD_BYTES)
CARD_BYTES = FLOOR_BYTES + RESERVE_BYTES + 2 * MINUTE_BYTES


@dataclass(frozen=True, slots=True)
class Full:
    """`told`: status when the session had been closed; `refused`: state after a press on the full card."""

    told: Status
    verdict: Verdict
    played: Played
    refused: str


@dataclass(frozen=True, slots=True)
class Card:
    slowly: Full
    suddenly: Full
    mended_by_erasing: str
    erased_still_there: bool
    later: Verdict
    star_kept: bool
    mended_by_room: str
    filmed: set[str]
    there: set[str]


def a_card_fills_up(studio: Studio) -> Card:
    """First until less than a minute is left, then, all at once, until nothing is."""
    with small_card(CARD_BYTES) as card:
        box = studio.unstarted("card")
        (box.folder / "home").rename(box.folder / "home-before")
        (box.folder / "home").symlink_to(card, target_is_directory=True)
        (card / "device").mkdir(mode=0o700)
        for path in (box.folder / "home-before" / "device").iterdir():
            (card / "device" / path.name).write_bytes(path.read_bytes())
        try:
            box.start()
            return _fill(box, studio, Ballast(card / "ballast"))
        finally:
            box.stop()


def _fill(box: Box, studio: Studio, ballast: Ballast) -> Card:
    space = Space(box.layout, BITRATE)
    box.start_film(8_000)
    first = box.stop_film()
    erased_bytes = box.sessions()[0].bytes
    box.start_film(2_000)
    ballast.take(space.free_bytes() - MINUTE_BYTES + erased_bytes // 4)
    slowly = _closed(box, studio)
    box.ask("erase", session=first)
    box.press()
    mended = box.state("ready")["state"]
    session = box.start_film(2_000)["film"]["session"]
    star = box.ask("star")["id"]
    ballast.take_all()
    suddenly = _closed(box, studio)
    ballast.give_back()
    by_room = box.state("ready", within_s=20)["state"]
    box.start_film(1_000)
    last = box.stop_film()
    later = box.verdict(last)
    filmed = {slowly.told["last_session"], suddenly.told["last_session"], last}
    there = {facts.id for facts in box.sessions()}
    star_kept = star in stars_ms(box.layout, session, studio.office)
    return Card(slowly, suddenly, mended, box.session(first).exists(), later, star_kept, by_room, filmed, there)


def _closed(box: Box, studio: Studio) -> Full:
    told = box.state("fault")
    session = told["last_session"]
    box.press()
    refused = box.status()["state"]
    return Full(told, box.verdict(session), play(box.session(session), studio.office), refused)


@scene(a_card_fills_up)
def test_the_session_is_closed_sound_and_plays(take: Card) -> None:
    for name, full in (("slowly", take.slowly), ("suddenly", take.suddenly)):
        print(f"\nfull {name}: {full.played.told()}")
        assert full.verdict.findings == ()
        assert full.verdict.facts is not None
        assert full.verdict.facts.reason == "card-full"
        assert full.played.complaints == ""
        assert full.played.film_ms >= 2_000


@scene(a_card_fills_up)
def test_it_is_said_what_to_do(take: Card) -> None:
    for full in (take.slowly, take.suddenly):
        faults = {fault["code"]: fault for fault in full.told["faults"]}
        print(f"\n{faults['card-full']['what']} {faults['card-full']['do']}")
        assert "office" in faults["card-full"]["do"]
        assert "erase" in faults["card-full"]["do"]
        assert full.told["lamp"]["says"] == "fault"
        assert full.refused == "fault"


@scene(a_card_fills_up)
def test_erasing_a_session_or_other_room_mends_it(take: Card) -> None:
    assert (take.mended_by_erasing, take.mended_by_room) == ("ready", "ready")
    assert not take.erased_still_there
    assert take.later.findings == ()


@scene(a_card_fills_up)
def test_a_star_that_was_acknowledged_before_is_kept(take: Card) -> None:
    assert take.star_kept


@scene(a_card_fills_up)
def test_no_film_goes_to_make_room(take: Card) -> None:
    assert take.there == take.filmed, "only what was asked to be erased is gone; the office holds none of it"
