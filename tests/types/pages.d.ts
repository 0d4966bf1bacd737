/** What the vendored script puts on the window. */
declare const Hls: typeof import("hls.js").default;
