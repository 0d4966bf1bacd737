"""Every route of the desk with an example of a proper request, and what somebody signed in is answered.

Apart from the test that walks it, because it is the page to read when a route is added.
"""

from tests.web.routes import Example

EXAMPLES = [
    Example("static", "/static/desk.txt", 404),
    Example("entry.front", "/", 302),
    Example("languages.choose", "/api/language", 200, {"language": "nl"}),
    Example("entry.page", "/sign-in"),
    Example("entry.hello", "/api/hello"),
    Example("entry.sign_in", "/api/sign-in", 200, {"staff": "{member}", "passphrase": "plain words for tests"}),
    Example("entry.sign_out", "/api/sign-out", 200, {}),
    Example("entry.status", "/api/status"),
    Example("archive.families", "/families"),
    Example("archive.families_listed", "/api/families"),
    Example("archive.family", "/families/F-017"),
    Example("archive.sessions", "/sessions"),
    Example("archive.sessions_listed", "/api/sessions"),
    Example("archive.about", "/sessions/{session}/about"),
    Example("archive.about_told", "/api/sessions/{session}/about"),
    Example("moments.tag_sets", "/api/tag-sets"),
    Example("moments.of_session", "/api/sessions/{session}/moments"),
    Example("film.player", "/sessions/{session}"),
    Example("film.playlist", "/sessions/{session}/index.m3u8"),
    Example("film.init", "/sessions/{session}/init.mp4"),
    Example("film.segment", "/sessions/{session}/1.m4s"),
    Example("film.frame", "/sessions/{session}/frame.jpg?pts_ms=1500&width=320"),
    Example("film.pts", "/sessions/{session}/pts.json?n=1&count=2"),
    Example("checks.begin", "/api/sessions/{session}/check", 200, {}),
    Example("checks.told", "/api/sessions/{session}/check"),
    Example("consent.confirm", "/api/sessions/{session}/confirm", 200, {"days": 90}),
    Example("consent.hold", "/api/sessions/{session}/hold", 200, {"on": True}),
    Example("consent.erase", "/api/sessions/{session}/erase", 200, {"why": "request"}),
    Example("consent.erase_family", "/api/families/F-017/erase", 200, {"why": "withdrawn"}),
    Example("consent.receipt", "/receipts/{order}"),
    Example("boxes.page", "/boxes"),
    Example("boxes.listed", "/api/boxes"),
    Example("boxes.sheet", "/boxes/{device}/lost"),
    Example("boxes.lost", "/api/boxes/{device}/lost", 200, {}),
    Example("deeds.page", "/audit"),
    Example("deeds.listed", "/api/audit?count=10"),
]
