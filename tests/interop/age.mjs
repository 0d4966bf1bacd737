// npm age-encryption, also on Node 18, whose Web Crypto is not yet global.
import { webcrypto } from "node:crypto";

globalThis.crypto ??= webcrypto;
const age = await import("age-encryption");
export const { Decrypter, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } = age;
