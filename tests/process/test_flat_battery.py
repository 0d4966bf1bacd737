"""The battery of a real recorder that films runs empty: the film is closed whole, and the box goes off by itself."""

from dataclasses import dataclass

from tests.process.box import Box, Studio
from tests.process.scenes import scene


@dataclass(frozen=True, slots=True)
class Flat:
    """`colours`: of the lamp while it warns. `off`: whether the whole box is to be switched off."""

    exit_code: int
    reason: str | None
    findings: tuple[object, ...]
    film_ms: int
    warned: set[str]
    colours: set[str]
    off: bool


def _empties(box: Box, to_percent: int) -> Flat:
    """It films; the battery falls to so much, and everything that follows is the recorder's own doing."""
    box.start_film()
    box.power(battery_percent=to_percent + 1)
    box.until("warned", lambda status: status["faults"])
    warned, colours = box.faults(), box.colours(2.0)
    box.power(battery_percent=to_percent)
    code = box.ended()
    session = box.sessions()[-1]
    verdict = box.verdict(session.id)
    assert verdict.facts is not None
    off = (box.run / "off").exists()
    return Flat(code, verdict.facts.reason, verdict.findings, session.film_ms, warned, colours, off)


def flat(studio: Studio) -> tuple[Flat, Flat]:
    """On its battery alone; and plugged into something that is too weak for it."""
    box = studio.unstarted("flat")
    try:
        box.start()
        alone = _empties(box, 7)
        box.start()
        box.power(plugged_in=True, battery_percent=5)
        return alone, _empties(box, 3)
    finally:
        box.stop()


@scene(flat)
def test_the_film_is_closed_whole_and_the_box_goes_off(take: tuple[Flat, Flat]) -> None:
    for flat in take:
        print(f"\n{flat.film_ms} ms of film, {flat.reason}")
        assert (flat.exit_code, flat.reason, flat.findings) == (0, "power", ())
        assert flat.film_ms >= 1_000
        assert flat.off


@scene(flat)
def test_people_are_told_before(take: tuple[Flat, Flat]) -> None:
    """The double blink of a box that films and wants a look."""
    for flat in take:
        assert "power-low" in flat.warned
        assert flat.colours == {"red", "off"}
