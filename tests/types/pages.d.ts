/** What the vendored script puts on the window, and what it tells of a playlist. */
declare const Hls: typeof import("hls.js").default;
type HlsDetails = import("hls.js").LevelDetails;
