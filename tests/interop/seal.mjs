// node seal.mjs recipient|passphrase WORD IN OUT
import { readFileSync, writeFileSync } from "node:fs";
import { Encrypter } from "./age.mjs";

const [kind, word, source, target] = process.argv.slice(2);
const encrypter = new Encrypter();
if (kind === "passphrase") {
  encrypter.setPassphrase(word);
  encrypter.setScryptWorkFactor(10);
} else {
  for (const recipient of word.split(",")) encrypter.addRecipient(recipient);
}
writeFileSync(target, await encrypter.encrypt(readFileSync(source)));
