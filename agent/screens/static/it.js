// The screen of store IT: what works, what does not, and which screens may come in.

import { Line, ask, post } from "/static/live.js";
import { IT } from "/static/words/it.js";

const $ = (id) => document.getElementById(id);
const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });
const LOOK_MS = 2000;      // while a code is shown, somebody may be typing it

let picture = null;
let lang = "fr";
let doors = { devices: [], offer: null };
let looking = null;

const words = () => IT[lang];

function draw() {
  const said = words();
  document.documentElement.lang = lang;
  $("lang").textContent = said.other;
  $("lang").lang = lang === "fr" ? "en" : "fr";
  for (const part of ["rooms", "faults", "dead", "versions", "devices"]) $(`${part}-title`).textContent = said[part];
  $("away").hidden = picture !== null;
  $("away").textContent = said.away;
  if (picture !== null) drawRooms(picture.rooms);
  drawDead(picture?.dead ?? []);
  drawDevices();
}

function drawRooms(rooms) {
  $("till").textContent = `${picture.shop} · ${picture.till}`;
  const every = rooms ? [...rooms.doors, rooms.printer, rooms.store, ...rooms.outbox, rooms.sync, rooms.feed, ...rooms.certificates, rooms.disk] : [];
  $("rooms").replaceChildren(...every.filter(Boolean).map((room) => {
    const item = make("li", `lamp ${room.state}`, "");
    const says = make("span", "", room.says[lang]);
    if (room.detail) says.append(make("code", "", room.detail));
    item.append(make("span", "light", ""), make("strong", "", room.name[lang]), says);
    return item;
  }));
  const faults = rooms?.faults ?? [];
  $("no-faults").hidden = faults.length > 0;
  $("no-faults").textContent = words().noFaults;
  $("faults").hidden = !faults.length;
  $("faults").replaceChildren(...faults.map((fault) => {
    const item = document.createElement("li");
    item.append(make("time", "", fault.at), make("strong", "", fault.room), make("span", "", fault.says));
    return item;
  }));
  $("versions").replaceChildren(...(rooms?.versions ?? []).flatMap(({ name, value }) => [make("dt", "", words().version[name] ?? name), make("dd", "", value)]));
}

// Mails and SMS that reached nobody; one whose address is forgotten is the cashier's to type.
function drawDead(letters) {
  const said = words();
  $("no-dead").hidden = letters.length > 0;
  $("no-dead").textContent = said.noDead;
  const held = document.activeElement?.dataset;
  $("dead").replaceChildren(...letters.map((letter) => {
    const item = document.createElement("li");
    const day = new Date(`${letter.day}T12:00`).toLocaleDateString(lang);
    const whom = letter.contact || said.forgotten;
    item.append(make("strong", "", whom), make("span", "", `${said.channels[letter.channel]} · ${day} ${letter.at} · ${letter.says[lang]}`));
    if (!letter.contact) return item;
    const again = make("button", "small", said.replay);
    again.type = "button";
    Object.assign(again.dataset, { receipt: letter.id, channel: letter.channel });
    again.setAttribute("aria-label", said.replayFor(whom, `${day} ${letter.at}`));
    item.append(again);
    return item;
  }));
  if (held?.receipt) $("dead").querySelector(`[data-receipt="${CSS.escape(held.receipt)}"][data-channel="${CSS.escape(held.channel)}"]`)?.focus();
}

function drawDevices() {
  const said = words();
  const { devices, offer } = doors;
  $("no-devices").hidden = devices.length > 0;
  $("no-devices").textContent = said.noDevices;
  $("devices").replaceChildren(...devices.map((device) => {
    const item = document.createElement("li");
    const seen = new Date(device.seen_ms).toLocaleDateString(lang);
    const away = make("button", "small", said.revoke);
    away.type = "button";
    away.dataset.device = device.device;
    away.setAttribute("aria-label", said.revokeFor(device.name));
    item.append(make("strong", "", device.name), make("span", "", `${said.roles[device.role]} · ${said.seen(seen)}`), away);
    return item;
  }));
  $("offer").hidden = offer === null;
  $("pairing").hidden = offer !== null;
  $("name-label").textContent = said.name;
  $("role-label").textContent = said.role;
  for (const option of $("role").options) option.textContent = said.roles[option.value];
  $("pair").textContent = said.pair;
  $("cancel").textContent = said.cancel;
  if (offer === null) return;
  $("offer-says").textContent = said.code(said.roles[offer.role], offer.name, offer.left_s);
  $("offer-code").textContent = `${offer.code.slice(0, 3)} ${offer.code.slice(3)}`;
  $("offer-where").textContent = doors.address ? said.where(doors.address) : said.nowhere;
  $("offer-print").textContent = doors.fingerprint ?? "";
}

async function look() {
  clearTimeout(looking);
  try {
    const answer = await fetch("/api/devices");
    if (answer.ok) doors = await answer.json();
  } catch {
    // the line to the agent says that it is away
  }
  drawDevices();
  if (doors.offer !== null) looking = setTimeout(look, LOOK_MS);
}

async function pair() {
  const name = $("name").value.trim();
  $("why").textContent = name ? "" : words().needsName;
  if (!name) return;
  const answer = await post("pair/open", { role: $("role").value, name });
  if (!answer.done) $("why").textContent = answer.words[lang];
  await look();
}

async function then(refused) {
  $("why").textContent = (await refused)?.[lang] ?? "";
  await look();
}

$("pair").addEventListener("click", pair);
$("cancel").addEventListener("click", () => then(ask("pair/close", {})));
$("devices").addEventListener("click", (event) => {
  const device = event.target.closest("button")?.dataset.device;
  if (device) then(ask("devices/revoke", { device }));
});
$("dead").addEventListener("click", async (event) => {
  const { receipt, channel } = event.target.closest("button")?.dataset ?? {};
  if (!receipt) return;
  const refused = await ask("replay", { receipt, channel, by: "it" });
  $("dead-why").textContent = refused?.[lang] ?? words().replayed;
  $("dead-why").classList.toggle("well", refused === null);
});
$("lang").addEventListener("click", () => {
  lang = lang === "fr" ? "en" : "fr";
  draw();
});
new Line("it", (snapshot) => {
  picture = snapshot;
  draw();
  document.body.dataset.revision = snapshot.revision;    // what support may ask for
}, () => {
  picture = null;
  draw();
});
$("name").value = words().suggested;
look();
