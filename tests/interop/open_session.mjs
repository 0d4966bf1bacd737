// AGE_PASSPHRASE=... node open_session.mjs OFFICE_KEY SESSION_FOLDER session.mp4
// What FORMAT.md's shell lines do, with npm age-encryption: no line of Fieldreel has a part in it.
import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { Decrypter } from "./age.mjs";

async function open(path, key) {
  const decrypter = new Decrypter();
  key(decrypter);
  return decrypter.decrypt(readFileSync(path));
}

const [officeKey, folder, target] = process.argv.slice(2);
const identityIn = (file) => new TextDecoder().decode(file).split("\n").find((line) => line.startsWith("AGE-SECRET-KEY-"));
const office = identityIn(await open(officeKey, (d) => d.addPassphrase(process.env.AGE_PASSPHRASE)));
const session = identityIn(await open(join(folder, "key.age"), (d) => d.addIdentity(office)));

const film = createWriteStream(target, { flags: "wx" });
const segments = readdirSync(folder).filter((name) => /^0.*\.m4s\.age$/.test(name));
for (const name of ["init.mp4.age", ...segments.sort()]) {
  film.write(await open(join(folder, name), (d) => d.addIdentity(session)));
}
film.end();
await finished(film);
