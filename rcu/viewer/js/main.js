// Reads the address, shows the receipt.  The fragment stays here.

import { decode } from "./decode.js";
import { ekabs } from "./ekabs.js";
import { calmPage, receiptPage } from "./page.js";
import { plain } from "./plain.js";
import { site } from "./site.js";
import { spoken, words } from "./words.js";

const able = () => "DecompressionStream" in window && Boolean(window.crypto?.subtle);
const page = document.createElement("div");
let lang = spoken([...navigator.languages]);
let found = null;

async function read() {
  found = able() ? await decode(location.hash, site) : { problem: "browser" };
  if (found.token && found.trust === "verified") found.original = `/r/${base32(found.token)}`;
  show();
}

function show() {
  const t = words(lang);
  document.documentElement.lang = lang;
  document.documentElement.dir = lang === "ar" ? "rtl" : "ltr";
  const made = found.problem ? calmPage(found.problem, t, lang, does(t)) : receiptPage(found, t, lang, does(t));
  page.replaceChildren(...made);
  page.dataset.ready = found.problem ?? found.trust;
}

function does(t) {
  const { receipt } = found;
  const name = ["ticket", receipt?.date, receipt?.number?.replace(/[^\w-]/g, "")].filter(Boolean).join("-");
  const data = receipt && ekabs(receipt);
  return {
    speak: (event) => {
      lang = event.target.value;
      show();
      page.querySelector("select").focus();
    },
    skip: (event) => {
      // The fragment is the receipt: it must not become #strip.
      event.preventDefault();
      page.querySelector("#strip").focus();
    },
    print: () => window.print(),
    text: () => save(plain(found, t, lang), "text/plain;charset=utf-8", `${name}.txt`),
    data: () => save(`${JSON.stringify(receipt, null, 1)}\n`, "application/json", `${name}.json`),
    ekabs: data && (() => save(`${JSON.stringify(data, null, 1)}\n`, "application/json", `${name}.ekabs.json`)),
  };
}

function save(text, type, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// As page tokens are written (RFC 4648, without padding).
function base32(raw) {
  const bits = [...raw].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  return bits.match(/.{1,5}/g).map((five) => letters[parseInt(five.padEnd(5, "0"), 2)]).join("");
}

document.body.append(page);
window.addEventListener("hashchange", read);
read();

if ("serviceWorker" in navigator) {
  const place = new URL("../sw.js", import.meta.url);
  const policy = window.trustedTypes?.createPolicy("worker", { createScriptURL: (url) => url });
  const worker = policy?.createScriptURL(place.href) ?? place.href;
  // `/r` itself lies outside the folder; a host that sends Service-Worker-Allowed lets us have it.
  const folder = place.pathname.replace(/sw\.js$/, "");
  navigator.serviceWorker.register(worker, { scope: folder.slice(0, -1) || "/" })
    .catch(() => navigator.serviceWorker.register(worker, { scope: folder }))
    .catch(() => {});
}
