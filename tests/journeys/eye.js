// Notes every picture that a page's <video> shows, and reads the number in its marker (capture/marker.py) from it.
(() => {
  const COLUMNS = 17, ROWS = 2, LEAST_CONTRAST = 60, LEAST_CLEARNESS = 0.2;
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });

  const thrice = (cells) => {
    const all = [-0.125, -0.125, -0.125];
    for (let cell = 0; cell < cells; cell += 1) for (const off of [-0.22, 0, 0.22]) all.push(cell + 0.5 + off);
    return [...all, cells + 0.125, cells + 0.125, cells + 0.125];
  };

  const crc8 = (number) => {
    let crc = 0xff;
    for (const byte of [number >> 16, (number >> 8) & 0xff, number & 0xff]) {
      crc ^= byte;
      for (let bit = 0; bit < 8; bit += 1) crc = crc & 0x80 ? ((crc << 1) ^ 0x07) & 0xff : crc << 1;
    }
    return crc;
  };

  /** `corner`: the lower left part of the picture, from row `top` on, so wide. */
  const cellsOf = (corner, unit, width, height, top) => {
    const columns = thrice(COLUMNS).map((at) => Math.floor((1 + at) * unit));
    const rows = thrice(ROWS).map((at) => Math.floor(height - (1 + ROWS - at) * unit) - top);
    const cells = Array.from({ length: ROWS + 2 }, () => new Array(COLUMNS + 2).fill(0));
    rows.forEach((y, row) => columns.forEach((x, column) => {
      const at = 4 * (y * width + x);
      const luma = 0.2126 * corner[at] + 0.7152 * corner[at + 1] + 0.0722 * corner[at + 2];
      cells[Math.floor(row / 3)][Math.floor(column / 3)] += luma / 9;
    }));
    return cells;
  };

  const read = (shown) => {
    const [width, height] = [shown.videoWidth ?? shown.naturalWidth, shown.videoHeight ?? shown.naturalHeight];
    if (!width) return null;
    const unit = width / 64;
    const [wide, high] = [Math.ceil((COLUMNS + 2) * unit), Math.ceil((ROWS + 2) * unit)];
    [canvas.width, canvas.height] = [wide, high];
    pen.drawImage(shown, 0, height - high, wide, high, 0, 0, wide, high);
    const cells = cellsOf(pen.getImageData(0, 0, wide, high).data, unit, wide, height, height - high);
    const [black, white] = [cells[1][1], cells[2][1]];
    const [contrast, middle] = [white - black, (white + black) / 2];
    const rim = [...cells[0], ...cells[ROWS + 1], ...cells.map((row) => row[0]), ...cells.map((row) => row[COLUMNS + 1])];
    if (contrast < LEAST_CONTRAST || rim.some((cell) => cell >= middle)) return null;
    const bits = [...cells[1].slice(2, -1), ...cells[2].slice(2, -1)].map((cell) => (cell - middle) / contrast);
    if (bits.some((bit) => Math.abs(bit) < LEAST_CLEARNESS)) return null;
    const word = bits.reduce((all, bit) => all * 2 + (bit > 0 ? 1 : 0), 0);
    const [number, check] = [Math.floor(word / 256), word % 256];
    return crc8(number) === check ? number : null;
  };

  const eye = { first_ms: null, seen: [], video: null, still: null };
  eye.held = () => eye.still !== null && !eye.still.hidden;
  eye.read = () => read(eye.held() ? eye.still : eye.video);
  /** Whether a picture stands on the screen: the video's, or the one that is held in its place. */
  eye.stands = () => eye.seen.length > 0 && (eye.held() || (!eye.video.seeking && eye.video.readyState >= 2));
  window.eye = eye;
  /** A picture under the curtain of the family's screen is shown to nobody. */
  const covered = () => document.getElementById("curtain")?.hidden === false;
  const watch = (video, still) => {
    [eye.video, eye.still] = [video, still];
    new MutationObserver(() => {
      if (video === eye.video && eye.held() && !covered()) eye.seen.push({ pts: Number(still.dataset.pts), number: read(still) });
    }).observe(still, { attributeFilter: ["hidden"] });
    const each = (_now, picture) => {
      eye.first_ms ??= performance.now();
      const at_ms = picture.expectedDisplayTime;
      if (!covered()) eye.seen.push({ pts: Math.round(picture.mediaTime * 90000), number: read(video), at_ms });
      if (video === eye.video) video.requestVideoFrameCallback(each);
    };
    video.requestVideoFrameCallback(each);
  };
  document.addEventListener("DOMContentLoaded", () => {
    const video = document.getElementById("video");
    if (video !== null) watch(video, document.getElementById("still"));
    const place = document.getElementById("place");
    if (place === null) return;
    new MutationObserver(() => {
      const shown = place.querySelector("video");
      if (shown !== null && shown !== eye.video) watch(shown, place.querySelector("img"));
    }).observe(place, { childList: true });
  });
})();
