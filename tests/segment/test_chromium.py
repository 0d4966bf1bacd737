"""A browser plays the segments as they are, through Media Source Extensions, as hls.js will hand them over."""

import base64
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from appliance.segment.segmenter import Event, Gap, Segmenter
from tests.segment.boxes import read_init
from tests.segment.codecs import FPS, HEIGHT, START_US, WIDTH, Take, arrivals
from tests.segment.fakes import push_all

END_S = 282 * 1024 / 48_000
"""The last sound frame of six seconds begins within them."""
ARGUMENTS = ["--no-sandbox", "--autoplay-policy=no-user-gesture-required", "--disable-gpu", "--disable-dev-shm-usage"]

APPEND = """async ([mime, parts]) => {
    const video = document.body.appendChild(document.createElement("video"));
    const source = new MediaSource();
    video.muted = true;
    video.src = URL.createObjectURL(source);
    await new Promise((done) => source.addEventListener("sourceopen", done, { once: true }));
    const buffer = source.addSourceBuffer(mime);
    for (const part of parts) {
        const bytes = Uint8Array.from(atob(part), (c) => c.charCodeAt(0));
        await new Promise((done, failed) => {
            buffer.addEventListener("updateend", done, { once: true });
            buffer.addEventListener("error", () => failed(new Error("append refused")), { once: true });
            buffer.appendBuffer(bytes);
        });
    }
    source.endOfStream();
    if (video.readyState < 2) await new Promise((done) => video.addEventListener("loadeddata", done, { once: true }));
    const { buffered } = buffer;
    const ranges = [...Array(buffered.length).keys()].map((n) => [buffered.start(n), buffered.end(n)]);
    return { ranges, width: video.videoWidth, height: video.videoHeight, duration: video.duration };
}"""

SHOWN_AT = """async (seconds) => {
    const video = document.querySelector("video");
    const shown = new Promise((done) => video.requestVideoFrameCallback((_, frame) => done(frame.mediaTime)));
    video.currentTime = seconds;
    return await shown;
}"""

PLAY = """async (from) => {
    const video = document.querySelector("video");
    video.currentTime = from;
    video.playbackRate = 4;
    await video.play();
    await new Promise((done, failed) => {
        video.addEventListener("ended", done, { once: true });
        video.addEventListener("error", () => failed(new Error(video.error.message)), { once: true });
    });
    return { at: video.currentTime, frames: video.getVideoPlaybackQuality().totalVideoFrames };
}"""


@pytest.fixture(scope="module")
def browser_page() -> Iterator[Page]:
    executable = shutil.which("chromium")
    assert executable, "Chromium is missing: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser.new_page()
        browser.close()


@pytest.fixture
def page(browser_page: Page) -> Page:
    browser_page.goto("about:blank")
    browser_page.set_default_timeout(30_000)
    return browser_page


def append(page: Page, events: list[Event]) -> dict[str, Any]:
    parts = [event.data for event in events if not isinstance(event, Gap)]
    codec = read_init(parts[0])[0].config[1:4].hex()
    mime = f'video/mp4; codecs="avc1.{codec}, mp4a.40.2"'
    found: dict[str, Any] = page.evaluate(APPEND, [mime, [base64.b64encode(part).decode() for part in parts]])
    return found


def test_it_appends_every_segment_and_plays_to_the_end(page: Page, take: Take) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    found = append(page, push_all(segmenter, take.arrivals()) + segmenter.finish())
    assert found["ranges"] == [[0, pytest.approx(END_S, abs=0.001)]]
    assert (found["width"], found["height"]) == (WIDTH, HEIGHT)
    ended = page.evaluate(PLAY, 0)
    assert ended["at"] == pytest.approx(6, abs=0.03)
    assert ended["frames"] > 0


def test_it_shows_the_exact_picture_after_a_seek(page: Page, take: Take) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    append(page, push_all(segmenter, take.arrivals()) + segmenter.finish())
    for picture in (100, 0, 29, 30, 179, 31):
        middle_s = (take.pictures[picture].pts_us - START_US) / 1_000_000 + 0.5 / FPS
        shown_s = page.evaluate(SHOWN_AT, middle_s)
        assert shown_s == pytest.approx(middle_s - 0.5 / FPS, abs=0.0001), picture


def test_a_hole_in_the_film_is_a_hole_in_its_buffer(page: Page, take: Take) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    events = push_all(segmenter, [p for p in take.arrivals() if p.pts_us < START_US + 2_500_000])
    events += segmenter.hole("pause")
    events += push_all(segmenter, [p for p in take.arrivals() if p.pts_us > START_US + 3_900_000])
    found = append(page, events + segmenter.finish())
    assert [at for span in found["ranges"] for at in span] == [0, *(pytest.approx(s, abs=0.03) for s in (2.5, 4, 6))]
    assert page.evaluate(SHOWN_AT, 4.5 + 0.5 / FPS) == pytest.approx(4.5, abs=0.0001)
    assert page.evaluate(PLAY, 4.1)["at"] == pytest.approx(6, abs=0.03)


def test_a_dead_microphone_never_stalls_it(page: Page, take: Take) -> None:
    segmenter = Segmenter(WIDTH, HEIGHT, FPS)
    heard = [frame for frame in take.sound if frame.pts_us < START_US + 1_300_000]
    found = append(page, push_all(segmenter, arrivals(take.pictures, heard)) + segmenter.finish())
    assert found["ranges"] == [[0, pytest.approx(END_S, abs=0.001)]]
    assert page.evaluate(PLAY, 1)["at"] == pytest.approx(6, abs=0.03)
