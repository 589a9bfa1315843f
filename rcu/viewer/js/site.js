// What the page fetches: its own static files, and nothing that tells which receipt it reads.

import { opened } from "./trust.js";

const BASE = new URL("../", import.meta.url);
let roots;
let list;

async function load(name, fresh) {
  const answer = await fetch(new URL(name, BASE), { cache: fresh ? "no-cache" : "default", credentials: "omit", redirect: "error" });
  return answer.ok ? answer : null;
}

async function file(name) {
  try {
    roots ??= await (await load("root.json", true)).json();
    return await opened(await (await load(name, true)).json(), roots.keys);
  } catch {
    // No network and nothing kept: said on the page.
    return null;
  }
}

export const site = {
  list: async () => (list ??= await file("keys.json")),
  shard: (digit) => file(`keys-${digit}.json`),
  dictionary: async (number) => {
    try {
      return new Uint8Array(await (await load(`d/${number}.bin`, false)).arrayBuffer());
    } catch {
      return null;
    }
  },
};
