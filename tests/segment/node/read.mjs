// What mp4box makes of a fragmented MP4, as JSON on stdout: node read.mjs FILE
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { Log, createFile } from "mp4box";

const complaints = [];
for (const level of ["warn", "error"]) console[level] = (...words) => complaints.push(words.map(String).join(" "));
Log.setLogLevel(Log.warn);

const file = createFile(true); // keep the samples
let info;
const samples = new Map();
file.onError = (module, message) => complaints.push(`${module}: ${message}`);
file.onSamples = (id, _, some) => samples.get(id).push(...some);
file.onReady = (movie) => {
  info = movie;
  for (const { id } of movie.tracks) {
    samples.set(id, []);
    file.setExtractionOptions(id, null, { nbSamples: 1 });
  }
  file.start();
};
const bytes = readFileSync(process.argv[2]);
const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
buffer.fileStart = 0;
file.appendBuffer(buffer);
file.flush();

const md5 = (data) => createHash("md5").update(data).digest("hex");
const rows = (id) => samples.get(id).map((s) => [s.dts, s.cts, s.duration, s.is_sync, md5(s.data)]);
const tracks = info.tracks.map(({ id, codec, timescale, type }) => ({ id, codec, timescale, type, samples: rows(id) }));
const fragments = file.moofs.map(({ mfhd, trafs }) => [
  mfhd.sequence_number,
  trafs.map(({ tfhd, tfdt }) => [tfhd.track_id, tfdt.baseMediaDecodeTime]),
]);
process.stdout.write(JSON.stringify({ mime: info.mime, fragmented: info.isFragmented, fragments, tracks, complaints }));
