// The customer's display: one question at a time, already answered.
//
// It draws the last snapshot and nothing else.  What a person is doing here and
// now (the language, an address half typed) belongs to one receipt: when the
// next sale comes, it is gone at once.  A language that was chosen before the sale
// is kept for it.

import { Entry } from "/static/display/entry.js";
import { drawLeft, drawSale, isOffered } from "/static/display/sale.js";
import { icon, placeIcons } from "/static/icons.js";
import { Line, ask, strip } from "/static/live.js";
import { fit, place } from "/static/paper.js";
import { chime, want, wanted } from "/static/sound.js";
import { LANGUAGES, RIGHT_TO_LEFT, sinceThen } from "/static/words/index.js";

const $ = (id) => document.getElementById(id);
const LONG_SHOP = 26;
const TYPED = new Set(["email", "sms"]);
const REMARK_MS = 6000;
const ABOVE_GOODS_PX = 8;
const IDLE_LANG_MS = 60000;     // whoever chose a language and left

let picture = null;
let receipt = null;     // the id that lang and what is typed belong to
let lang = "fr";
let langTimer = null;
let endsAt = null;      // performance.now() at which silence speaks, or the receipt leaves
let windowMs = 1;
let remark = null;      // why something was not done, for a moment
let paperOf = null;     // the id of the receipt whose paper is here or on its way

const entry = new Entry((channel, contact) => choose(channel, contact), () => stopTyping(), (sentence) => say(sentence));

function stateOf(snapshot) {
  if (!snapshot) return "away";
  if (!snapshot.shown) return "idle";
  return entry.channel === null ? "sale" : "entry";
}

function draw() {
  const state = stateOf(picture);
  document.documentElement.lang = lang;
  document.documentElement.dir = RIGHT_TO_LEFT.has(lang) ? "rtl" : "ltr";
  document.body.dataset.state = state;
  document.body.dataset.phase = picture?.shown?.phase ?? "";
  for (const name of ["idle", "sale", "entry", "away"]) $(name).hidden = name !== state;
  if (state === "idle" || state === "away") forget();
  if (state === "idle") drawIdle();
  if (state === "sale") drawCounter();
  if (state === "entry") entry.draw(lang, picture?.ways.find((way) => way.channel === entry.channel)?.asks ?? null);
  if (state === "away") say(LANGUAGES.fr.away);
}

function drawCounter() {
  const happened = drawSale(picture, lang, remark);
  if (isOffered(picture.shown)) bringPaper(picture.shown.id);
  else say(happened);
  tick();
}

// -- nobody there --------------------------------------------------------------

function drawIdle() {
  $("shop").textContent = picture.shop;
  $("shop").classList.toggle("long", picture.shop.length > LONG_SHOP);
  const notice = $("idle-notice");
  notice.hidden = !picture.notice;
  notice.querySelector("span").textContent = picture.notice?.says[lang] ?? "";
  $("ways").hidden = picture.notice !== null;
  $("ways").textContent = LANGUAGES[lang].ways(picture.channels.map((choice) => LANGUAGES[lang].way[choice]));
  drawEarly();
  drawLaw();
  drawSound();
  drawLanguages($("idle-langs"));
}

// A code before the sale; or the phone that took it, by the number that it shows too.
function drawEarly() {
  const early = picture.up_front;
  $("early").hidden = early === null;
  place(early?.svg ?? "", $("early-code"));
  $("early-code").hidden = !early?.svg;
  $("early-number").textContent = early?.claimed ? early.number : "";
  $("early-says").textContent = early?.says[lang] ?? "";
  $("not-phone").hidden = !early?.claimed;
  $("not-phone").textContent = LANGUAGES[lang].notMe;
  fit($("early-code"));
}

// The sentence of the law, from the shop’s rules; in French and in the reader’s language.
// Where no rules want one, or nobody can read them, nothing is promised.
function drawLaw() {
  const second = lang === "fr" ? "en" : lang;
  $("law").replaceChildren(...picture.legal.slice(0, 2).flatMap(({ says }) => ["fr", second].map((code, at) => {
    const line = document.createElement("p");
    line.lang = code;
    line.dir = RIGHT_TO_LEFT.has(code) ? "rtl" : "ltr";
    line.className = at ? "quiet" : "";
    line.textContent = says[code];
    return line;
  })));
}

function drawSound() {
  const on = wanted();
  $("sound").replaceChildren(icon(on ? "sound" : "mute"));
  $("sound").setAttribute("aria-label", LANGUAGES[lang].sound[on ? "on" : "off"]);
  $("sound").setAttribute("aria-pressed", on);
}

function drawLanguages(into) {
  into.setAttribute("aria-label", LANGUAGES[lang].language);
  into.replaceChildren(...Object.entries(LANGUAGES).map(([code, said]) => {
    const button = document.createElement("button");
    button.type = "button";
    button.lang = code;
    button.dataset.lang = code;
    button.textContent = said.name;
    button.setAttribute("aria-pressed", code === lang);
    return button;
  }));
}

function showLanguages(open) {
  $("langs").hidden = !open;
  $("lang").setAttribute("aria-expanded", open);
  if (open) drawLanguages($("langs"));
}

// The till is told: the notice that is read, and what the QR and the mail are written in.
function speak(code) {
  lang = code;
  ask("tongue", { receipt, lang });
  showLanguages(false);
  clearTimeout(langTimer);
  if (receipt === null) {
    langTimer = setTimeout(() => {
      if (receipt === null) {
        lang = "fr";
        ask("tongue", { receipt, lang });
        draw();
      }
    }, IDLE_LANG_MS);
  } else {
    hold();
  }
  draw();
}

// Nothing of the customer who left stays in the page, seen or unseen.
function forget() {
  paperOf = null;
  showLanguages(false);
  for (const markup of ["paper", "qr"]) place("", $(markup));
  for (const words of ["happened", "masked", "outcome", "count", "total", "states", "guarantee"]) $(words).textContent = "";
  say("");
}

// The paper comes by itself: it may be large, and stays the same from picture to picture.
async function bringPaper(id) {
  if (paperOf === id) return;
  paperOf = id;
  place("", $("paper"));
  const markup = await strip(id);
  if (paperOf !== id) return;       // another customer stands here now
  if (markup === null) paperOf = null;
  else {
    place(markup, $("paper"));
    beginAtGoods();
  }
}

// What was bought is seen at once; the shop’s own lines are above it, a finger away.
function beginAtGoods() {
  const first = $("paper").querySelector(".strip-first");
  const top = first ? first.getBoundingClientRect().top - $("paper").getBoundingClientRect().top : 0;
  $("slot").scrollTop = Math.max(0, top - ABOVE_GOODS_PX);
}

function say(sentence) {
  if ($("said").textContent !== sentence) $("said").textContent = sentence;
}

// -- the countdown -----------------------------------------------------------

function tick() {
  const shown = picture?.shown;
  if (!shown || endsAt === null) return;
  drawLeft(shown, lang, Math.max(0, endsAt - performance.now()), windowMs);
}

function hold() {
  const shown = picture?.shown;
  if (!shown) return;
  if (!isOffered(shown)) ask("extend", { receipt });
  else if (shown.left_ms !== null) ask("hold", { receipt });
}

// -- the verbs ---------------------------------------------------------------

async function choose(choice, contact = null) {
  const [asked, typing] = [receipt, entry.channel];
  const refused = await ask("choice", { receipt, choice, contact, by: "customer", lang });
  if (asked !== receipt) return;    // another customer stands here now
  if (refused === null) return entry.channel === typing ? stopTyping() : null;    // what was opened since stays
  if (entry.channel === null) tell(refused[lang]);
  else entry.explain(refused[lang], refused.hint);
}

async function deed(verb, body) {
  const asked = receipt;
  const refused = await ask(verb, { receipt, ...body });
  if (asked === receipt && refused !== null) tell(refused[lang]);
  return asked === receipt && refused === null;
}

// Nothing goes there any more; then the right address may be typed.
async function notMine(channel) {
  if (await deed("notme", {}) && channel) startTyping(channel);
}

function tell(sentence) {
  remark = sentence;
  draw();
  say(sentence);
  setTimeout(() => {
    if (remark === sentence) { remark = null; draw(); }
  }, REMARK_MS);
}

function startTyping(channel) {
  entry.open(channel);
  hold();
  draw();
  entry.focus();
}

function stopTyping() {
  entry.clear();
  draw();
}

// -- wiring ------------------------------------------------------------------

function arrived(snapshot) {
  const shown = sinceThen(snapshot.shown);
  const next = shown?.id ?? null;
  const left = shown ? (isOffered(shown) ? shown.left_ms : shown.leaves_ms) : null;
  if (next !== receipt) {
    if (receipt !== null) lang = "fr";      // else it was chosen for the one that comes
    receipt = next;
    if (next && lang !== "fr") ask("tongue", { receipt, lang });
    remark = null;
    entry.clear();
    showLanguages(false);
    if (next) slideIn();
  }
  const before = picture?.shown;
  if (left !== null && (before?.id !== next || before?.phase !== shown.phase || left > windowMs)) {
    windowMs = isOffered(shown) ? shown.window_ms : left;
  }
  picture = { ...snapshot, shown };
  endsAt = left === null ? null : performance.now() + left;
  draw();
  document.body.dataset.revision = snapshot.revision;    // what support may ask for
}

function slideIn() {
  $("slot").classList.remove("arriving");
  void $("slot").offsetWidth;       // restarts the one transition there is
  $("slot").classList.add("arriving");
  $("slot").scrollTop = 0;
  chime();
  say(`${LANGUAGES[lang].choose}. ${LANGUAGES[lang].scan}.`);
}

placeIcons(document);
$("hold").addEventListener("click", hold);
$("slot").addEventListener("pointerdown", hold);
$("lang").addEventListener("click", () => showLanguages($("langs").hidden));
for (const place of ["langs", "idle-langs"]) {
  $(place).addEventListener("click", (event) => {
    const code = event.target.closest("button")?.dataset.lang;
    if (code) speak(code);
  });
}
$("sound").addEventListener("click", () => {
  want(!wanted());
  drawSound();
  chime();
});
$("verbs").addEventListener("click", (event) => {
  const choice = event.target.closest("button")?.dataset.choice;
  if (TYPED.has(choice)) startTyping(choice);
  else if (choice) choose(choice);
});
$("not-me").addEventListener("click", () => {
  const { again, channel } = $("not-me").dataset;
  if (again) startTyping(again);
  else notMine(channel);
});
$("not-phone").addEventListener("click", () => deed("notme", { receipt: "phone" }));
$("keep").addEventListener("click", () => deed("preference", { keep: !picture.shown.kept }));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") showLanguages(false);
});
new ResizeObserver(() => fit($("qr"))).observe($("qr"));
setInterval(tick, 200);
new Line("display", arrived, () => {
  picture = null;
  receipt = null;
  endsAt = null;
  entry.clear();
  draw();
});
