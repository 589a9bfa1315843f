// The cashier's strip: read at a glance, worked with one key, never in the way.
//
// P Q E S C N choose for the receipt on top; X corrects the address that it was sent to,
// G prints its gift receipt, T its exit slip, V shows the proofs, R what has to be sent again, F searches.  E and S open a line to type in, inside the page; the next sale
// closes it, so that no key is ever swallowed by the past.

import { correctable, drawCard, drawLamps, drawNotice, drawProofs, isOffered } from "/static/cashier/card.js";
import { Board } from "/static/cashier/board.js";
import { Entry } from "/static/cashier/entry.js";
import { Past, figures } from "/static/cashier/past.js";
import { icon, placeIcons } from "/static/icons.js";
import { Line, ask, post } from "/static/live.js";
import { CASHIER } from "/static/words/cashier.js";
import { sinceThen } from "/static/words/index.js";

const $ = (id) => document.getElementById(id);
const REMARK_MS = 4000;
const TYPED = new Set(["email", "sms"]);
const LATE = new Set(["paper", "email", "sms", "account"]);     // what hands something over after the fact

let picture = null;
let receipt = null;
let lang = "fr";
let endsAt = null;
let remark = null;      // a refusal or a remark about the list, for a moment
let proving = false;    // the cashier looks at what the verdict rests on

const past = new Past();
const entry = new Entry(hand, () => words(), () => board.close());
const words = () => CASHIER[lang];
const board = new Board(words);

function draw() {
  document.documentElement.lang = lang;
  $("lang").textContent = words().other;
  $("lang").lang = lang === "fr" ? "en" : "fr";
  document.body.classList.toggle("gone", picture === null);
  if (picture === null) return drawAway();
  $("till").textContent = `${picture.shop} · ${picture.till}`;
  drawLamps(picture.lamps, lang);
  drawNotice(picture.notice, lang);
  drawCard(picture, words(), lang, remark);
  drawProofs(picture.shown, words().proof, lang, proving);
  drawKeys(picture.shown);
  entry.draw();
  past.draw(words(), lang);
  drawFind();
  for (const [at, text] of figures(picture, words()).entries()) $(at ? "today-more" : "today").textContent = text;
}

function drawAway() {
  $("notice").hidden = false;
  $("notice-says").textContent = words().away;
  $("notice-remedy").textContent = words().awayMore;
  $("lamps").replaceChildren();
  drawCard(null, words(), lang, null);
  $("happened").textContent = words().away;
  for (const button of document.querySelectorAll(".keys button, #last button, #find, #find-go")) button.disabled = true;
}

function useful(choice, shown) {
  if (!shown || !picture.channels.includes(choice)) return false;
  if (picture.ways.some((way) => way.channel === choice && !way.ready && choice !== "paper")) return false;
  return isOffered(shown) || LATE.has(choice);
}

function drawKeys(shown) {
  $("find").disabled = $("find-go").disabled = false;
  const asked = new Set([shown?.choice, ...(shown?.states ?? []).map((each) => each.channel)]);
  for (const button of $("keys").children) {
    const choice = button.dataset.choice;
    const way = picture.ways.find((each) => each.channel === choice);
    button.disabled = !useful(choice, shown);
    button.title = way?.says?.[lang] ?? "";
    button.lastElementChild.textContent = words().choice[choice];
    button.setAttribute("aria-pressed", asked.has(choice));
  }
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

async function deed(verb, body) {
  const refused = await ask(verb, body);
  if (refused !== null) tell(refused[lang], "needs");
  else if (verb in words().asked) tell(words().asked[verb], "go");
}

async function choose(choice) {
  const [asked, typing] = [receipt, entry.target];
  const refused = await ask("choice", { receipt, choice, by: "cashier", lang });
  if (asked !== receipt) return;
  if (refused !== null) tell(refused[lang], "needs");
  else if (entry.target === typing) entry.close();      // not one that was opened since
}

// What was typed goes to the receipt on top, or once more to one of the list.
async function hand({ channel, receipt: about, resend, reason }, contact) {
  const refused = resend
    ? await ask("resend", { receipt: about, channel, contact, reason: reason ?? past.reason })
    : await ask("choice", { receipt: about, choice: channel, contact, by: "cashier", lang });
  if (refused === null && resend) tell(words().asked.resend, "go");
  return refused === null ? null : { says: refused[lang], hint: refused.hint };
}

function type(target) {
  entry.open(target);
  board.open($("address"), target.channel === "sms" ? "phone" : "email", lang);
}

function press(choice) {
  if (!useful(choice, picture?.shown)) return;
  if (!TYPED.has(choice)) return choose(choice);
  type({ channel: choice, receipt, resend: false });
  ask("hold", { receipt });
}

// Nothing goes to the wrong address any more, and the right one is typed.
async function correct() {
  const channel = correctable(picture?.shown);
  if (channel === null) return;
  const asked = receipt;
  const gone = picture.shown.taken_back !== null || picture.shown.states.some((each) => each.channel === channel && each.state === "failed");
  const refused = gone ? null : await ask("notme", { receipt, by: "cashier" });
  if (asked !== receipt) return;
  if (refused !== null) tell(refused[lang], "needs");
  else press(channel);
}

// Of what reached nobody.
const LETTERS = {
  "letters": () => {
    past.letters.toggle();
    draw();
  },
  "letter-replay": (receipt, channel) => deed("replay", { receipt, channel, by: "cashier" }),
  "letter-type": (receipt, channel) => type({ channel, receipt, resend: true, reason: "not_arrived" }),
  "letter-print": (receipt) => deed("reprint", { receipt, by: "cashier", reason: "not_arrived" }),
};

function ofList(id, what, channel) {
  if (what in LETTERS) return LETTERS[what](id, channel);
  if (what === "reprint") deed("reprint", { receipt: id, by: "cashier", reason: past.opened === id ? past.reason : "asked" });
  else if (what === "gift" || what === "exit") deed(what, { receipt: id });
  else if (TYPED.has(what)) type({ channel: what, receipt: id, resend: true });
  else {
    past.toggle(id);
    draw();
    $("recent").querySelector(".further")?.scrollIntoView({ block: "nearest" });
  }
}

async function search() {
  const query = $("find").value.trim();
  board.close();
  if (!query) return forgetSearch();
  const answer = await post("search", { query });
  if ($("find").value.trim() !== query) return;     // something else is looked for by now
  if (answer.found) Object.assign(past, { found: answer.found, query });
  else tell(answer.words[lang], "needs");
  draw();
  $("recent").querySelector("button")?.focus();
}

function forgetSearch() {
  past.found = null;
  $("find").value = "";
  board.close();
  draw();
}

// One button: it searches, and once it has, it clears what was found.
function goFind() {
  if (past.found !== null && past.query === $("find").value.trim()) return forgetSearch();
  if ($("find").value.trim()) return search();
  $("find").focus();
}

function drawFind() {
  const done = past.found !== null && past.query === $("find").value.trim();
  $("find-go").setAttribute("aria-label", done ? words().clear : words().find);
  $("find-go").replaceChildren(icon(done ? "close" : "find"));
}

function prove(open) {
  proving = open && picture?.shown != null;
  draw();
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
    proving = false;
    past.opened = null;
    past.letters.open = false;
    past.found = null;
    $("find").value = "";
    $("find").blur();
    entry.close();
    board.close();
  }
  picture = { ...snapshot, shown: sinceThen(snapshot.shown) };
  past.rows = snapshot.recent;
  past.channels = snapshot.channels;
  past.exits = snapshot.exit_slip;
  past.letters.rows = snapshot.dead;
  const left = snapshot.shown?.left_ms ?? null;
  endsAt = left === null ? null : performance.now() + left;
  draw();
  tick();
  document.body.dataset.revision = snapshot.revision;    // what support may ask for
}

const KEYS = {
  v: () => prove(!proving),
  x: () => correct(),
  g: () => { if (picture?.shown?.gift) deed("gift", { receipt }); },
  t: () => { if (picture?.shown && picture.exit_slip) deed("exit", { receipt }); },
  r: () => {
    if (past.found !== null) forgetSearch();
    LETTERS.letters();
    $("recent").querySelector(".letters button")?.focus();
  },
  f: () => $("find").focus(),
  escape: () => {
    prove(false);
    if (past.found !== null) forgetSearch();
  },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.matches?.("input, select")) return;
  const key = event.key.toLowerCase();
  const button = $("keys").querySelector(`[data-key="${CSS.escape(key)}"]`);
  if (!button && !(key in KEYS)) return;
  event.preventDefault();       // or the letter would be typed into the entry
  if (button) press(button.dataset.choice);
  else KEYS[key]();
});
$("keys").addEventListener("click", (event) => press(event.target.closest("button")?.dataset.choice));
$("undo").addEventListener("click", () => press($("undo").dataset.choice));
$("not-me").addEventListener("click", () => deed("notme", { receipt, by: "cashier" }));
$("correct").addEventListener("click", () => correct());
$("gift").addEventListener("click", () => deed("gift", { receipt }));
$("exit").addEventListener("click", () => deed("exit", { receipt }));
$("verdict").addEventListener("click", () => prove(!proving));
$("proof-close").addEventListener("click", () => {
  prove(false);
  $("verdict").focus();
});
$("recent").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) ofList(button.dataset.receipt, button.dataset.deed, button.dataset.channel);
});
$("find").addEventListener("keydown", (event) => {
  if (event.key === "Enter") search();
  if (event.key !== "Escape") return;
  forgetSearch();
  $("find").blur();
});
$("find").addEventListener("focus", () => {
  entry.close();
  board.open($("find"), "find", lang);
});
$("find").addEventListener("input", () => {
  if (!$("find").value) past.found = null;      // wiped out by hand
  draw();
});
$("find-go").addEventListener("click", goFind);
$("find").addEventListener("search", () => { if (!$("find").value) forgetSearch(); });
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
  entry.close();
  draw();
});
