// The cashier's strip: read at a glance, worked with one key, never in the way.
//
// P Q E N choose for the receipt on top.  E opens a line to type in, inside the
// page; the next sale closes it, so that no key is ever swallowed by the past.

import { Doubt, corrected, meant, underway } from "/static/address.js";
import { icon, placeIcons } from "/static/icons.js";
import { Line, ask } from "/static/live.js";
import { ADDRESS, CASHIER, told } from "/static/words.js";

const $ = (id) => document.getElementById(id);
const TONES = { none: "go", waiting: "wait", done: "go", failed: "needs" };
const SIGNS = { paper: "print", email: "mail", qr: "scan", none: "none" };
const ENTRY = {
  fr: { label: "Adresse e-mail du client", send: "Envoyer", close: "Fermer", other: "English", past: "Derniers tickets" },
  en: { label: "The customer’s e-mail address", send: "Send", close: "Close", other: "Français", past: "Last receipts" },
};
const REMARK_MS = 4000;

let picture = null;
let receipt = null;
let lang = "fr";
let endsAt = null;
let remark = null;      // a refusal or a remark about the list, for a moment
let doubt = new Doubt();

const words = () => CASHIER[lang];

function draw() {
  document.documentElement.lang = lang;
  $("lang").textContent = ENTRY[lang].other;
  $("past-title").textContent = ENTRY[lang].past;
  document.body.classList.toggle("gone", picture === null);
  if (picture === null) return drawAway();
  $("till").textContent = `${picture.shop} · ${picture.till}`;
  drawLamps();
  drawNotice();
  drawCard(picture.shown);
  drawKeys(picture.shown);
  drawRecent();
  $("today").textContent = words().today(picture.printed_today, picture.digital_today);
}

function drawAway() {
  $("notice").hidden = false;
  $("notice-says").textContent = words().away;
  $("notice-remedy").textContent = words().awayMore;
  $("lamps").replaceChildren();
  drawCard(null);
  $("happened").textContent = words().away;
  $("keys").querySelectorAll("button").forEach((button) => { button.disabled = true; });
}

function drawLamps() {
  $("lamps").replaceChildren(...picture.lamps.map((lamp) => {
    const item = document.createElement("li");
    item.className = `lamp ${lamp.state}`;
    const light = document.createElement("span");
    light.className = "light";
    const name = document.createElement("strong");
    name.textContent = lamp.name[lang];
    const says = document.createElement("span");
    says.textContent = lamp.says[lang];
    item.append(light, name, says);
    return item;
  }));
}

function drawNotice() {
  $("notice").hidden = picture.notice === null;
  if (picture.notice === null) return;
  $("notice-says").textContent = picture.notice.says[lang];
  $("notice-remedy").textContent = picture.notice.remedy[lang];
}

function drawCard(shown) {
  const said = words();
  $("title").textContent = shown ? [shown.title[lang], shown.number, shown.at].filter(Boolean).join(" · ") : "";
  $("total").textContent = shown ? shown.total ?? "–" : "";
  $("count").textContent = shown && shown.item_count !== null ? said.articles(shown.item_count) : "";
  $("bar").hidden = !shown || shown.left_ms === null;
  $("figures").hidden = !shown;
  if (!shown) return drawState("idle", null, said.idle, "");
  $("verdict").className = `proof ${shown.verdict}`;
  $("verdict").textContent = said.verdict[shown.verdict];
  if (shown.phase === "settled") {
    const sign = shown.progress === "waiting" ? "wait" : shown.progress === "failed" ? "alert" : SIGNS[shown.choice];
    const title = told(said.happened, shown, picture.notice !== null);
    const whole = title === said.happened[shown.choice].stuck;
    return drawState(TONES[shown.progress], sign, title, whole ? "" : beyond(title, shown));
  }
  const open = shown.left_ms === null ? said.held : said.offered;
  return drawState("open", "hand", open, `${shown.reason[lang]} · ${said.silence[shown.on_silence]}`);
}

// The counter's own sentence, without what the title says already.
function beyond(title, shown) {
  const parts = (shown.outcome?.[lang] ?? "").split(" · ");
  const rest = parts[0] === title ? parts.slice(1) : parts;
  return rest.join(" · ") || shown.reason[lang];
}

function drawState(tone, sign, title, detail) {
  $("state").className = `state ${tone}`;
  $("state-icon").replaceChildren(...(sign ? [icon(sign)] : []));
  $("happened").textContent = title;
  $("detail").textContent = remark?.sentence ?? detail;
  $("detail").className = remark ? `detail remark ${remark.tone}` : "detail";
}

// After the fact only what hands something over still does anything.
function useful(choice, shown) {
  if (!shown || !picture.channels.includes(choice)) return false;
  return shown.phase === "offered" || choice === "paper" || choice === "email";
}

function drawKeys(shown) {
  for (const button of $("keys").children) {
    const choice = button.dataset.choice;
    button.disabled = !useful(choice, shown);
    button.lastElementChild.textContent = words().choice[choice];
    button.setAttribute("aria-pressed", shown?.choice === choice);
  }
  $("address-label").textContent = ENTRY[lang].label;
  $("address").setAttribute("aria-label", ENTRY[lang].label);    // where there is no room for it
  $("send").textContent = ENTRY[lang].send;
  $("close").textContent = ENTRY[lang].close;
}

function drawRecent() {
  const said = words();
  const held = document.activeElement?.dataset?.receipt;
  $("recent").replaceChildren(...picture.recent.map((row) => {
    const item = document.createElement("li");
    const cells = [
      ["at", row.at],
      ["what", row.choice === null ? said.open : said.choice[row.choice]],
      ["sum", row.total ?? "–"],
    ].map(([name, text]) => {
      const cell = document.createElement("span");
      cell.className = name;
      cell.textContent = text;
      return cell;
    });
    if (row.choice) cells[1].prepend(icon(SIGNS[row.choice]));
    if (row.paper_copies > 1) cells[1].append(Object.assign(document.createElement("small"), { textContent: said.copies(row.paper_copies) }));
    const again = document.createElement("button");
    again.type = "button";
    again.className = "again";
    again.dataset.receipt = row.id;
    // Nobody has it yet: that print is the original.
    const original = (row.choice === "none" || row.choice === null) && !row.paper_copies;
    again.textContent = original ? said.first : said.again;
    again.setAttribute("aria-label", (original ? said.firstFor : said.againFor)(row.at, row.total));
    item.append(...cells, again);
    return item;
  }));
  if (held) $("recent").querySelector(`[data-receipt="${CSS.escape(held)}"]`)?.focus();
}

// -- the verbs ---------------------------------------------------------------

function tell(sentence, tone) {
  const told = { sentence, tone };
  remark = told;
  draw();
  setTimeout(() => {
    if (remark === told) { remark = null; draw(); }
  }, REMARK_MS);
}

async function choose(choice, email = null) {
  const asked = receipt;
  const refused = await ask("choice", { receipt, choice, email, by: "cashier" });
  if (asked !== receipt) return;
  if (refused === null) stopTyping();
  else if (choice === "email") $("why").textContent = refused[lang];
  else tell(refused[lang], "needs");
}

async function reprint(id) {
  const refused = await ask("reprint", { receipt: id, by: "cashier" });
  if (refused) tell(refused[lang], "needs");
  else tell(words().asked, "go");
}

function press(choice) {
  if (!useful(choice, picture?.shown)) return;
  if (choice === "email") startTyping();
  else choose(choice);
}

function startTyping() {
  $("entry").hidden = false;
  document.body.classList.add("typing");
  $("address").focus();
  ask("hold", { receipt });
}

function stopTyping() {
  $("entry").hidden = true;
  document.body.classList.remove("typing");
  doubt = new Doubt();
  $("address").value = "";
  $("address").blur();
  checkAddress();
}

function offerMeant(domain) {
  $("meant").hidden = domain === null;
  $("meant").textContent = domain === null ? "" : ADDRESS[lang].meant(domain);
}

function checkAddress() {
  const address = $("address").value.trim();
  $("why").textContent = "";
  offerMeant(underway(address) ? null : meant(address));
}

function submit() {
  const address = $("address").value.trim();
  const why = doubt.about(address);
  if (why === null) return choose("email", address);
  $("why").textContent = ADDRESS[lang][why];
  offerMeant(meant(address));
}

// -- wiring ------------------------------------------------------------------

function tick() {
  const shown = picture?.shown;
  if (!shown || endsAt === null) return;
  const left = Math.max(0, endsAt - performance.now());
  $("bar-left").style.transform = `scaleX(${left / shown.window_ms})`;
}

function arrived(snapshot) {
  const next = snapshot.shown?.id ?? null;
  if (next !== receipt) {
    receipt = next;
    remark = null;
    stopTyping();
  }
  picture = snapshot;
  const left = snapshot.shown?.left_ms ?? null;
  endsAt = left === null ? null : performance.now() + left;
  draw();
  tick();
  document.body.dataset.revision = snapshot.revision;    // what support may ask for
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target === $("address")) return;
  const button = $("keys").querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (!button) return;
  event.preventDefault();       // or the letter would be typed into the entry
  press(button.dataset.choice);
});
$("address").addEventListener("keydown", (event) => {
  if (event.key === "Enter") submit();
  if (event.key === "Escape") stopTyping();
});
$("address").addEventListener("input", checkAddress);
$("send").addEventListener("click", submit);
$("meant").addEventListener("click", () => {
  $("address").value = corrected($("address").value.trim());
  checkAddress();
  $("address").focus();
});
$("close").addEventListener("click", stopTyping);
$("keys").addEventListener("click", (event) => press(event.target.closest("button")?.dataset.choice));
$("recent").addEventListener("click", (event) => {
  const id = event.target.closest("button")?.dataset.receipt;
  if (id) reprint(id);
});
$("lang").addEventListener("click", () => {
  lang = lang === "fr" ? "en" : "fr";
  draw();
});
placeIcons(document);
setInterval(tick, 200);
new Line("cashier", arrived, () => {
  picture = null;
  receipt = null;
  endsAt = null;
  stopTyping();
  draw();
});
