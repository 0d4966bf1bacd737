"""Nothing that is written down can be read without a key: the whole home is searched, byte by byte."""

import base64
import uuid
from dataclasses import dataclass

import pytest

from appliance.clock import SystemClock
from appliance.playback.reader import SessionReader, session_identities
from appliance.sealing import bech32
from appliance.sealing.ops import seal_op
from appliance.sealing.recipients import parse_recipient
from appliance.sealing.signing import WriterKey
from appliance.store.lanes import Lane
from tests.process.box import Box, Studio
from tests.process.lanes import Op, ops_about
from tests.process.scanning import box_heads, files_below, found, spellings, word_spellings
from tests.process.scenes import scene

FAMILY = "F-017"
TAG = "orion-8@1/taking-turns"
NOTE = "Ze wacht tot hij kijkt, zó geduldig"
WORDS = (FAMILY, TAG, "taking-turns", NOTE, "wacht tot")


@dataclass(frozen=True, slots=True)
class AtRest:
    """`files`: all below the home; `keys`, `words`: what must not be in them, by name, in all spellings."""

    files: dict[str, bytes]
    told: str
    keys: dict[str, set[bytes]]
    words: dict[str, set[bytes]]
    opened: bytes
    ops: list[Op]
    key_file: bytes


def an_armed_visit(studio: Studio) -> AtRest:
    """A film for a family, with a star and with a moment in the web process's lane; then one that is cut off."""
    with studio.box("at-rest") as box:
        box.ask("arm", family=FAMILY, purpose="film")
        status = box.start_film(2_000)
        box.press()
        box.until("one star", lambda status: status["film"]["stars"] == 1)
        tag(box, status["film"]["session"], status["film"]["recipient"])
        session = box.stop_film()
        box.ask("arm", family=FAMILY, purpose="review")
        box.start_film(1_000)
        box.kill()
        files, told = files_below(box.home), box.told
        identities = session_identities(box.session(session), studio.office)
        (own,) = identities
        reader = SessionReader(box.session(session), studio.office)
        return AtRest(
            files,
            told,
            {"office": key_spellings(studio.office[0].text), "session": key_spellings(own.text)},  # type: ignore[attr-defined]
            {word: word_spellings(word) for word in WORDS},
            reader.init() + b"".join(reader.segment(line.n) for line in reader.segments),
            [op for lane in ("recorder", "web") for op in ops_about(box.layout, session, studio.office, lane)],
            f"{own.text}\n".encode(),  # type: ignore[attr-defined]
        )


def tag(box: Box, session: str, recipient: str) -> None:
    """What the web process writes for a tap on a tag, with a note."""
    clock, lane = SystemClock("rtc"), Lane(box.layout, "web")
    signer = WriterKey.load(box.layout.device, "web")
    head = {"v": 1, "id": str(uuid.uuid4()), "lane": "web", "n": lane.next_n(), "device": signer.certificate["device"]}
    when = {"lamport": lane.next_lamport(), "at": clock.utc_ms(), "at_source": "rtc"}
    about = {"by": "phone", "subject": session, "kind": "moment", "pts_ms": 1_500, "in_ms": 1_000, "out_ms": 2_000}
    op = head | when | about | {"tags": [TAG], "note": NOTE}
    lane.append(op["n"], seal_op(op, signer, [parse_recipient(recipient)]))


def key_spellings(text: str) -> set[bytes]:
    """An identity's text and its seed."""
    _, seed = bech32.decode(text)
    return {*spellings(seed), *word_spellings(text)}


pytestmark = scene(an_armed_visit)


def test_no_word_about_a_family_stands_anywhere(take: AtRest) -> None:
    size, spelled = sum(map(len, take.files.values())), sum(map(len, take.words.values()))
    print(f"\n{len(take.files)} files, {size / 1e6:.1f} MB, {spelled} spellings of {len(WORDS)} words")
    assert {name: found(data, take.words) for name, data in take.files.items() if found(data, take.words)} == {}
    assert found(take.told.encode(), take.words) == set()


def test_no_opening_key_stands_anywhere(take: AtRest) -> None:
    assert {name: found(data, take.keys) for name, data in take.files.items() if found(data, take.keys)} == {}
    assert found(take.told.encode(), take.keys) == set()


def test_no_film_is_seen_in_any_sealed_file(take: AtRest) -> None:
    heads = {name: box_heads(data) for name, data in take.files.items() if box_heads(data)}
    assert heads == {}
    assert sum(name.endswith(".m4s.age") for name in take.files) >= 3


def test_every_file_of_film_and_every_op_is_sealed(take: AtRest) -> None:
    clear = {name for name, data in take.files.items() if not data.startswith(b"age-encryption.org/v1\n")}
    below = {name for name in clear if name.startswith(("sessions/", "lanes/", "families/"))}
    assert {name.rpartition("/")[2] for name in below} <= {
        "log.jsonl", "SHA256SUMS", "SHA256SUMS.sig", "number", "reserve", "lamport", "subjects.jsonl",
    }  # fmt: skip
    assert set(take.files["sessions/reserve"]) == {0}


def test_the_same_scan_finds_all_of_it_in_what_is_opened(take: AtRest) -> None:
    kinds = [kind for _, kind in box_heads(take.opened)]
    segments = kinds.count("moof")
    assert kinds[:2] == ["ftyp", "moov"]
    assert (kinds.count("mdat"), segments >= 3) == (segments, True)
    print(f"\nthe opened film: {len(kinds)} box heads; the opened ops: {[op['kind'] for op in take.ops]}")
    assert found(repr(take.ops).encode(), take.words) == set(WORDS)
    assert found(take.key_file, take.keys) == {"session"}
    assert found(b"moov" + take.key_file.hex().encode(), take.keys) == {"session"}


@pytest.mark.parametrize("before", [b"", b"x", b"xy"])
def test_the_scan_reads_base64_at_any_place(take: AtRest, before: bytes) -> None:
    hidden = base64.b64encode(before + NOTE.encode() + b"and more")
    assert NOTE in found(hidden, take.words)
