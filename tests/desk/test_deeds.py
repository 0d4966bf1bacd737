"""The audit as it is read: complete, each deed once, page by page, by whoever signed in."""

from tests.desk.desk import Desk


def test_page_by_page_each_deed_comes_once(desk: Desk) -> None:
    for _ in range(7):
        desk.signed_in().done("/api/sign-out")
        desk.clock.advance(ms=1_000)
    desk.signed_in()
    desk.ops += desk.deeds()
    desk.start()
    desk.clock.advance(ms=1_000)
    browser = desk.signed_in()
    found: list[str] = []
    before = 10**14
    while deeds := browser.read(f"/api/audit?count=4&before={before}")["deeds"]:
        found += [deed["id"] for deed in deeds]
        assert [deed["at"] for deed in deeds] == sorted((deed["at"] for deed in deeds), reverse=True)
        before = deeds[-1]["at"]
    assert len(found) == len(set(found)) == 15
    assert set(found) == {op["id"] for op in desk.ops}
    assert browser.read("/api/audit")["all"] == 15


def test_ops_that_are_no_deeds_are_none(desk: Desk) -> None:
    desk.signed_in()
    (good,) = desk.deeds()
    wrong = [
        {**good, "id": "a", "what": "danced"},
        {**good, "id": "b", "subject": "0" * 32},
        {**good, "id": "c", "at": -1},
        {**good, "id": "d", "by": None},
        {**good, "id": "e", "kind": "star"},
        {**good, "id": 7},
    ]
    desk.ops = [*wrong, good, good]
    desk.start()
    assert [deed["id"] for deed in desk.signed_in().read("/api/audit")["deeds"]] == [good["id"]]
