"""What must hold of a home after any stop and a recovery, whatever the story was doing."""

from appliance.store.lanes import Lane
from appliance.store.layout import op_name, segment_name
from appliance.store.lines import Opened
from appliance.store.listing import highest_number, list_sessions
from appliance.store.log import read_log
from appliance.store.sums import read_sums
from tests.store.makers import sealed, verify
from tests.store.stopping import StoppingDurable, Story


def broken_promises(story: Story) -> list[str]:
    """In words; empty when all is well."""
    return [*_segments(story), *_soundness(story), *_erasure(story), *_lanes(story), *_numbers(story)]


def _segments(story: Story) -> list[str]:
    found = []
    for session, acknowledged in story.segments.items():
        folder = story.home.session(session)
        if session == story.erasing:
            continue
        sums = read_sums((folder / "SHA256SUMS").read_bytes() if (folder / "SHA256SUMS").exists() else b"") or {}
        for n in acknowledged:
            file = folder / segment_name(n)
            if not file.exists() or file.read_bytes() != sealed(f"second {n}", 100).data:
                found.append(f"acknowledged segment {n} is lost")
            elif file.name not in sums:
                found.append(f"acknowledged segment {n} is not in the sums")
    return found


def _soundness(story: Story) -> list[str]:
    found = []
    for facts in list_sessions(story.home):
        folder = story.home.session(facts.id)
        if facts.state in ("closed", "recovered"):
            found += [f"{finding.file} {finding.what}" for finding in verify(folder).findings]
        elif facts.state == "open":
            found.append("a session is open after recovery")
        elif story.segments.get(facts.id) and facts.id != story.erasing:
            found.append(f"a session with acknowledged film is {facts.state}")
    left = [path.name for path in story.home.sessions.glob("*/*.tmp")]
    return found + [f"{name} was left" for name in left]


def _erasure(story: Story) -> list[str]:
    if story.erased is not None and story.home.session(story.erased).exists():
        return ["an erased session is back"]
    return []


def _lanes(story: Story) -> list[str]:
    lane = Lane(story.home, "recorder", durable=StoppingDurable())
    found = [f"acknowledged op {n} is lost" for n in story.ops if not (lane.folder / op_name(n)).exists()]
    if lane.next_n() != len(list(lane.folder.glob("*.op.age"))):
        found.append("the lane does not go on where it ended")
    if story.lamports and lane.next_lamport() <= max(story.lamports):
        found.append("a lamport is given out twice")
    return found


def _numbers(story: Story) -> list[str]:
    given = [0]
    for facts in list_sessions(story.home):
        log = story.home.session(facts.id) / "log.jsonl"
        first = read_log(log.read_bytes()).lines[:1] if log.exists() else []
        given += [line.number for line in first if isinstance(line, Opened)]
    if highest_number(story.home) < max(*given, len(story.sessions)):
        return ["a session number can be given twice"]
    return []
