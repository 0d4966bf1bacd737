// node pair.mjs: a new key pair of each kind, as JSON
import { generateHybridIdentity, generateX25519Identity, identityToRecipient } from "./age.mjs";

const pair = async (identity) => ({ identity, recipient: await identityToRecipient(identity) });
const pairs = { hybrid: await pair(await generateHybridIdentity()), x25519: await pair(await generateX25519Identity()) };
console.log(JSON.stringify(pairs));
