// The retailer's list of keys, and what it says of a signature: agent/qr/keylist.py.

const TYPE = "qr-keys+json";
const DAY_MS = 86400000;
const ALGORITHMS = {
  ES256: [{ name: "ECDSA", namedCurve: "P-256" }, { name: "ECDSA", hash: "SHA-256" }],
  Ed25519: [{ name: "Ed25519" }, { name: "Ed25519" }],
};

export async function verifies(key, message, signature) {
  const [kind, way] = ALGORITHMS[key.alg] ?? [];
  if (!kind) return false;
  try {
    const loaded = await crypto.subtle.importKey("spki", base64(key.public), kind, false, ["verify"]);
    return await crypto.subtle.verify(way, loaded, signature, message);
  } catch {
    // Not the key that its algorithm says, or an algorithm that this browser lacks.
    return false;
  }
}

// The list, if one of the roots has signed it; null otherwise.
export async function opened(file, roots) {
  try {
    const head = JSON.parse(utf8(base64(file.protected)));
    const root = roots.find((each) => each.kid === head.kid && each.alg === head.alg);
    if (!root || head.typ !== TYPE) return null;
    const message = new TextEncoder().encode(`${file.protected}.${file.payload}`);
    if (!(await verifies(root, message, base64(file.signature)))) return null;
    const list = JSON.parse(utf8(base64(file.payload)));
    return list.schema_version === "qr-keys/1" ? list : null;
  } catch {
    return null;
  }
}

// A key by its first four bytes, in hex, from the list or from its shard.
export async function find(list, short, shard) {
  const part = list?.shards ? await shard(short[0]) : list;
  const key = part?.keys?.find((each) => each.kid.slice(0, 8) === short) ?? null;
  return { key, shop: key ? part.stores?.[key.store] ?? null : null };
}

export function standing(key, receipt) {
  if (key.revoked) return "revoked";
  if (!receipt.date) return "verified";
  const at = Date.parse(`${receipt.date}T${receipt.time ?? "12:00:00"}Z`);
  const late = key.valid_to && at > Date.parse(key.valid_to) + DAY_MS;
  return late || at < Date.parse(key.valid_from) - DAY_MS ? "out_of_term" : "verified";
}

export async function digest(content) {
  const raw = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
  return [...raw].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

const utf8 = (raw) => new TextDecoder("utf-8", { fatal: true }).decode(raw);
