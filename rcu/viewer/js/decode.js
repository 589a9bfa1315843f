// An address to a receipt and what is known of its issuer: agent/qr/decode.py, the same steps.
// `site` gives the list of keys, its shards and dictionaries; everything wrong is a value.

import { cbor, fromDigits } from "./bytes.js";
import { read } from "./body.js";
import { inflate, TooLargeError } from "./inflate.js";
import { digest, find, standing, verifies } from "./trust.js";

const HEAD = 6;
const SIGNATURE = 64;
const ALGORITHMS = { 1: "Ed25519", 2: "ES256" };
const CONTEXT = [0x74, 0x6b, 0x74, 0x31]; // "tkt1"

export async function decode(fragment, site) {
  const around = opened(fragment);
  if (around.problem) return around;
  const list = await site.list();
  const { key, shop } = await find(list, around.kid, site.shard);
  if (key && !(await holds(around, key))) return { problem: "changed" };
  const dictionary = await preset(around.dictionary, list, site);
  if (!dictionary) return { problem: "dictionary" };
  const said = await unpacked(around, dictionary);
  if (said.problem) return said;
  if (shop && !said.receipt.merchant) said.receipt.merchant = shop;
  const trust = key ? standing(key, said.receipt) : list ? "unknown_key" : "unchecked";
  return { ...said, trust, key, retailer: list?.retailer ?? "", issued: list?.issued ?? null };
}

function opened(fragment) {
  const digits = fragment.replace(/^#/, "");
  if (!digits) return { problem: "address" };
  let raw;
  try {
    raw = fromDigits(digits);
  } catch {
    return { problem: "digits" };
  }
  if (raw.length <= HEAD + SIGNATURE) return { problem: "digits" };
  if (raw[0] >> 4 !== 1) return { problem: "version" };
  const alg = ALGORITHMS[raw[0] & 3];
  if (!alg) return { problem: "algorithm" };
  return {
    alg,
    text: Boolean(raw[0] & 4),
    truncated: Boolean(raw[0] & 8),
    kid: [...raw.subarray(1, 5)].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    dictionary: raw[5],
    packed: raw.subarray(HEAD, -SIGNATURE),
    told: raw.subarray(0, -SIGNATURE),
    signature: raw.slice(-SIGNATURE),
  };
}

async function holds(around, key) {
  if (around.alg !== key.alg) return false;
  const message = new Uint8Array([...CONTEXT, ...around.told]);
  return verifies(key, message, around.signature);
}

// The signature covers what is compressed: a dictionary must be the one of the list.
async function preset(number, list, site) {
  if (number === 0) return new Uint8Array();
  const content = await site.dictionary(number);
  if (!content || content.length > 32000) return null;
  if (list && (await digest(content)) !== list.dictionaries?.[number]) return null;
  return content;
}

async function unpacked(around, dictionary) {
  try {
    const body = cbor(await inflate(around.packed, dictionary));
    const said = read(body);
    const fits = body.has(12) === around.text && Boolean(said.left) === around.truncated;
    return fits ? said : { problem: "body" };
  } catch (error) {
    // A stranger wrote it: whatever is not as it should be ends here.
    return { problem: error instanceof TooLargeError ? "too_large" : "body" };
  }
}
