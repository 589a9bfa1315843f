// The customer's display: one question at a time, already answered.
//
// It draws the last snapshot and nothing else.  What a person is doing here and
// now (the language, an address half typed) belongs to one receipt: when the
// next sale comes, it is gone at once.

import { placeIcons, icon } from "/static/icons.js";
import { Line, ask, strip } from "/static/live.js";
import { Doubt, corrected, meant, underway } from "/static/address.js";
import { drawKeys } from "/static/keyboard.js";
import { fit, place } from "/static/paper.js";
import { ADDRESS, WORDS, told } from "/static/words.js";

const $ = (id) => document.getElementById(id);
const portrait = window.matchMedia("(orientation: portrait)");
const MARKS = { none: "done", waiting: "wait", done: "done", failed: "alert" };
const TONES = { none: "go", waiting: "wait", done: "go", failed: "needs" };

const MASKED = /\S*•••@\S+/;    // the outcome is written for the cashier; this much is for the customer

const LONG_TOTAL = 9;     // characters: more than 9 999,99 € is set smaller
const LONG_SHOP = 26;

let picture = null;
let receipt = null;     // the id that lang, typing and held belong to
let lang = "fr";
let typing = false;
let endsAt = null;      // performance.now() at which silence speaks
let paperOf = null;     // the id of the receipt whose paper is here or on its way
let eraseLast = () => {};
let doubt = new Doubt();

const words = () => WORDS[lang];

function stateOf(snapshot) {
  if (!snapshot) return "away";
  if (!snapshot.shown) return "idle";
  if (typing) return "entry";
  return "sale";
}

function draw() {
  const state = stateOf(picture);
  document.documentElement.lang = lang;
  document.body.dataset.state = state;
  document.body.dataset.phase = picture?.shown?.phase ?? "";
  for (const name of ["idle", "sale", "entry", "away"]) $(name).hidden = name !== state;
  if (state === "idle" || state === "away") forget();
  if (state === "idle") drawIdle();
  if (state === "sale") drawSale(picture.shown);
  if (state === "entry") drawEntry();
  if (state === "away") say(WORDS.fr.away);
}

function drawIdle() {
  $("shop").textContent = picture.shop;
  $("shop").classList.toggle("long", picture.shop.length > LONG_SHOP);
  $("idle").classList.toggle("noticed", picture.notice !== null);
  const notice = $("idle-notice");
  notice.hidden = !picture.notice;
  notice.querySelector("span").textContent = picture.notice ? picture.notice.says.fr : "";
}

// Nothing of the customer who left stays in the page, seen or unseen.
function forget() {
  paperOf = null;
  for (const markup of ["paper", "qr"]) place("", $(markup));
  for (const words of ["happened", "masked", "outcome", "count", "total"]) $(words).textContent = "";
  say("");
}

function drawSale(shown) {
  const said = words();
  $("count").textContent = shown.item_count === null ? shown.title[lang] : said.articles(shown.item_count);
  $("total").textContent = shown.total ?? "";
  $("sum").classList.toggle("long", (shown.total ?? "").length > LONG_TOTAL);
  $("total-word").textContent = `${said.total} `;
  $("lang").textContent = said.other;
  $("lang").lang = lang === "fr" ? "en" : "fr";
  $("scan").textContent = said.scan;
  drawSilence(shown);
  drawVerbs(shown);
  place(shown.qr_svg, $("qr"));
  const settled = shown.phase === "settled";
  $("slot").hidden = settled;
  $("verdict").hidden = !settled;
  if (settled) drawVerdict(shown);
  else bringPaper(shown.id);
  fit($("qr"));
}

// The paper comes by itself: it may be large, and stays the same from picture to picture.
async function bringPaper(id) {
  if (paperOf === id) return;
  paperOf = id;
  place("", $("paper"));
  const markup = await strip(id);
  if (paperOf !== id) return;       // another customer stands here now
  if (markup === null) paperOf = null;
  else place(markup, $("paper"));
}

function drawSilence(shown) {
  const said = words();
  const help = picture.notice !== null;
  const offered = shown.phase === "offered";
  $("notice").hidden = !help;
  $("hold").hidden = !offered;
  if (help) {
    const way = picture.channels.includes("email") ? "email" : "qr";
    $("notice-says").textContent = picture.notice.says[lang];
    $("notice-help").textContent = offered ? said.help[way] : "";
  }
  const running = shown.left_ms !== null;
  $("hold").disabled = !running;
  $("hold").classList.toggle("held", !running);
  $("hold").querySelector("svg").toggleAttribute("hidden", !running);
  $("held-icon").hidden = running;
  $("silence").textContent = running ? said.silence[shown.on_silence] : said.held;
  $("touch").textContent = running ? said.touch : said.choose;
}

function drawVerbs(shown) {
  const said = words();
  const settled = shown.phase === "settled";
  for (const button of $("verbs").children) {
    const choice = button.dataset.choice;
    const offered = picture.channels.includes(choice);
    const retry = choice === shown.choice && shown.progress === "failed";
    const late = choice in said.late && (choice !== shown.choice || retry);
    button.hidden = !offered || (settled && !late);
    button.lastElementChild.textContent = settled && late && !retry ? said.late[choice] : said.verbs[choice];
  }
}

function drawVerdict(shown) {
  const said = words();
  const progress = shown.progress;
  $("mark").className = `mark ${TONES[progress]}`;
  $("mark").replaceChildren(icon(shown.choice === "qr" ? "scan" : MARKS[progress]));
  const stuck = picture.notice !== null;
  const title = told(said.happened, shown, stuck);
  $("happened").textContent = title;
  $("masked").textContent = MASKED.exec(shown.outcome?.[lang] ?? "")?.[0] ?? "";
  $("outcome").textContent = told(said.more, shown, stuck);
  say(`${title}. ${$("masked").textContent} ${$("outcome").textContent}`);
}

function drawEntry() {
  const said = words();
  $("address").setAttribute("aria-label", said.address);
  $("address").placeholder = said.address;
  if (!$("use").dataset.refused) $("use").textContent = said.use;
  $("send").textContent = said.send;
  $("close").setAttribute("aria-label", said.close);
  $("erase").setAttribute("aria-label", said.erase);
  $("keys").setAttribute("aria-label", said.keyboard);
  eraseLast = drawKeys($("keys"), $("chips"), $("address"), lang, portrait.matches);
  checkAddress();
}

function say(sentence) {
  if ($("said").textContent !== sentence) $("said").textContent = sentence;
}

// -- the countdown -----------------------------------------------------------

function tick() {
  const shown = picture?.shown;
  if (!shown || endsAt === null) return;
  const left = Math.max(0, endsAt - performance.now());
  $("seconds").textContent = Math.ceil(left / 1000);
  $("ring").setAttribute("stroke-dashoffset", 100 - (100 * left) / shown.window_ms);
}

function hold() {
  if (picture?.shown?.left_ms == null) return;
  ask("hold", { receipt });
}

// -- the verbs ---------------------------------------------------------------

async function choose(choice, email = null) {
  const asked = receipt;
  const refused = await ask("choice", { receipt, choice, email, by: "customer" });
  if (asked !== receipt) return;    // another customer stands here now
  if (refused === null) return stopTyping();
  explain(refused[lang]);
  if (!typing) $("touch").textContent = refused[lang];
}

function explain(sentence) {
  say(sentence);
  $("use").dataset.refused = "yes";
  $("use").textContent = sentence;
}

function startTyping() {
  typing = true;
  hold();
  draw();
  $("address").focus({ preventScroll: true });
}

function stopTyping() {
  clearAddress();
  draw();
}

function clearAddress() {
  typing = false;
  doubt = new Doubt();
  $("address").value = "";
  delete $("use").dataset.refused;
}

function offerMeant(domain) {
  $("chips").hidden = domain !== null;
  $("meant").hidden = domain === null;
  $("meant").textContent = domain === null ? "" : ADDRESS[lang].meant(domain);
}

function checkAddress() {
  const address = $("address").value.trim();
  offerMeant(underway(address) ? null : meant(address));
}

function submit() {
  const address = $("address").value.trim();
  const why = doubt.about(address);
  if (why === null) return choose("email", address);
  explain(ADDRESS[lang][why]);
  offerMeant(meant(address));
}

// -- wiring ------------------------------------------------------------------

function arrived(snapshot) {
  const next = snapshot.shown?.id ?? null;
  if (next !== receipt) {
    receipt = next;
    lang = "fr";
    clearAddress();
    if (next) slideIn();
  }
  picture = snapshot;
  const left = snapshot.shown?.left_ms ?? null;
  endsAt = left === null ? null : performance.now() + left;
  draw();
  tick();
  document.body.dataset.revision = snapshot.revision;    // what support may ask for
}

function slideIn() {
  $("slot").classList.remove("arriving");
  void $("slot").offsetWidth;       // restarts the one transition there is
  $("slot").classList.add("arriving");
  $("slot").scrollTop = 0;
  say(`${WORDS.fr.choose}. ${WORDS.fr.scan}.`);
}

placeIcons(document);
$("hold").addEventListener("click", hold);
$("slot").addEventListener("pointerdown", hold);
$("lang").addEventListener("click", () => {
  lang = lang === "fr" ? "en" : "fr";
  hold();
  draw();
});
$("verbs").addEventListener("click", (event) => {
  const choice = event.target.closest("button")?.dataset.choice;
  if (choice === "email") startTyping();
  else if (choice) choose(choice);
});
$("close").addEventListener("click", stopTyping);
$("erase").addEventListener("click", () => eraseLast());
$("send").addEventListener("click", submit);
$("meant").addEventListener("click", () => {
  $("address").value = corrected($("address").value.trim());
  $("address").dispatchEvent(new Event("input"));
  $("address").focus({ preventScroll: true });
});
$("address").addEventListener("input", () => {
  delete $("use").dataset.refused;
  $("use").textContent = words().use;
  checkAddress();
});
$("address").addEventListener("keydown", (event) => {
  if (event.key === "Enter") submit();
  if (event.key === "Escape") stopTyping();
});
portrait.addEventListener("change", draw);
new ResizeObserver(() => fit($("qr"))).observe($("qr"));
setInterval(tick, 200);
new Line("display", arrived, () => {
  picture = null;
  receipt = null;
  clearAddress();
  draw();
});
