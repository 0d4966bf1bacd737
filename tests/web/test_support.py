"""The support bundle: enough to help with a box, and nothing of a family, a film, a phone or a person."""

import json

from tests.web.box import WebBox, tap

SECRETS = ("F-017", "She laughed when he waited", "Grandma's phone", "taking-turns")


def test_it_tells_of_the_box_and_of_nobody(box: WebBox) -> None:
    phone = box.browser()
    box.recorder.pen_press()
    assert phone.pair(name=SECRETS[2]).status == 200
    sessions = [box.session(5, ago_s=60), box.session(3, live=True)]
    box.recorder.film = {"session": sessions[1].id, "film_ms": 3_000, "start_us": box.clock.monotonic_us()}
    phone.tag(tap(box, 1, tags=["orion-8@1/taking-turns"], note=SECRETS[1]))
    phone.post("/api/recorder/arm", {"family": SECRETS[0], "purpose": "film"})
    answer = phone.get("/api/support")
    told = answer.json
    assert answer.status == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert told["card"]["sessions"] == {"closed": 1, "open": 1}
    assert told["card"]["ops"]["web"] >= 1
    assert told["card"]["phones"] == 1
    assert told["recorder"]["history"] == [{"ago_s": 3, "code": "lens-covered", "came": True}]
    assert told["versions"]["fieldreel"] != "missing"
    assert told["card"]["free_bytes"] > 0
    own = [*SECRETS, *(session.id for session in sessions), *(path.stem for path in box.home.unlock.glob("*.bin"))]
    own += [op["id"] for op in box.ops()] + [box.clock.boot_id(), phone.cookie("phone") or "-"]
    assert len(own) >= 10
    found = json.dumps(told)
    assert [secret for secret in own if secret in found] == []
    assert phone.get("/api/status").text.count(sessions[1].id) >= 1, "the control: status does name the session"


def test_it_says_which_process_does_not_answer(box: WebBox) -> None:
    phone = box.phone()
    box.recorder.gone = box.courier.gone = True
    told = phone.get("/api/support").json
    assert told["recorder"] == told["courier"] == {"unheard": "recorder-gone"}


def test_the_picture_is_kept_nowhere_and_refused_as_the_recorder_says(box: WebBox) -> None:
    phone = box.paired()
    answer = phone.get("/api/preview")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/jpeg")
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "no-store"
    box.recorder.gone = True
    assert (phone.get("/api/preview").status, phone.get("/api/preview").code) == (503, "recorder-gone")
