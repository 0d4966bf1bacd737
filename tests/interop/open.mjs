// node open.mjs identity|passphrase WORD IN OUT
import { readFileSync, writeFileSync } from "node:fs";
import { Decrypter } from "./age.mjs";

const [kind, word, source, target] = process.argv.slice(2);
const decrypter = new Decrypter();
if (kind === "passphrase") decrypter.addPassphrase(word);
else decrypter.addIdentity(word);
writeFileSync(target, await decrypter.decrypt(readFileSync(source)));
