// A receipt on the customer’s display: while it is offered, and after a choice.

import { SIGNS, icon } from "/static/icons.js";
import { fit, place } from "/static/paper.js";
import { LANGUAGES, told } from "/static/words/index.js";

const $ = (id) => document.getElementById(id);
const MARKS = { none: "done", waiting: "wait", done: "done", failed: "alert" };
const TONES = { none: "go", waiting: "wait", done: "go", failed: "needs" };
const LIT = { asked: "wait", waiting: "wait", done: "ok", failed: "needs" };
const LATE = new Set(["email", "sms", "account", "paper"]);     // what still hands something over afterwards
const LONG_TOTAL = 9;     // characters: more than 9 999,99 € is set smaller
const MANY = 4;           // verbs beside their signs; more stand beneath them

export const isOffered = (shown) => shown.phase === "offered";

// ``remark``: why something was not done, for a moment, in place of a notice.
export function drawSale(picture, lang, remark) {
  const { shown } = picture;
  const said = LANGUAGES[lang];
  $("count").textContent = shown.item_count === null ? "" : said.articles(shown.item_count);
  $("total").textContent = shown.total ?? "";
  $("sum").classList.toggle("long", (shown.total ?? "").length > LONG_TOTAL);
  $("total-word").textContent = `${said.total} `;
  $("lang-word").textContent = lang.toUpperCase();
  $("lang").setAttribute("aria-label", `${said.language}: ${said.name}`);
  $("scan").textContent = shown.qr_says?.[lang] ?? said.scan;
  $("sale").classList.toggle("whole", shown.qr_says !== null);
  $("paper").setAttribute("aria-label", shown.title[lang]);
  drawNotice(picture, said, lang, remark);
  drawPill(shown, said);
  drawVerbs(picture, said, lang);
  place(shown.qr_svg, $("qr"));
  const offered = isOffered(shown);
  $("slot").hidden = !offered;
  $("verdict").hidden = offered;
  fit($("qr"));
  return offered ? "" : drawVerdict(picture, said, lang);
}

function drawNotice(picture, said, lang, remark) {
  const { shown, notice } = picture;
  const training = shown.mode === "training";
  $("notice").hidden = notice === null && !training && remark === null;
  $("notice").classList.toggle("training", training && remark === null);
  if (remark !== null) {
    $("notice-says").textContent = remark;
    $("notice-help").textContent = "";
  } else if (training) {
    $("notice-says").textContent = said.training;
    $("notice-help").textContent = "";
  } else if (notice !== null) {
    const way = picture.channels.includes("email") ? "email" : "qr";
    $("notice-says").textContent = notice.says[lang];
    $("notice-help").textContent = isOffered(shown) ? said.help[way] : "";
  }
}

// What silence will do, or when the receipt leaves; a touch gives more time.
function drawPill(shown, said) {
  const offered = isOffered(shown);
  const leaving = !offered && shown.leaves_ms !== null;
  const running = leaving || (offered && shown.left_ms !== null);
  $("hold").hidden = !offered && !leaving;
  $("hold").disabled = !running;
  $("hold").classList.toggle("held", !running);
  $("hold").querySelector("svg").toggleAttribute("hidden", !running);
  $("held-icon").hidden = running;
  if (leaving) {
    $("touch").textContent = said.keep;
  } else {
    $("silence").textContent = running ? said.silence[shown.on_silence] : said.held;
    $("touch").textContent = running ? said.touch : said.choose;
  }
}

// The seconds that are left, in the ring and, where it leaves, in words.
export function drawLeft(shown, lang, leftMs, windowMs) {
  const seconds = Math.ceil(leftMs / 1000);
  $("seconds").textContent = seconds;
  $("seconds").classList.toggle("long", seconds > 99);
  $("ring").setAttribute("stroke-dashoffset", 100 - (100 * leftMs) / windowMs);
  if (!isOffered(shown)) $("silence").textContent = LANGUAGES[lang].leaves(seconds);
}

// It is under way by some channel, so that paper would be one more.
const hasIt = (shown) => shown.states.some((each) => each.state !== "failed" && each.channel !== "paper")
  || (!["none", "paper", null].includes(shown.choice) && shown.progress !== "failed");

function drawVerbs(picture, said, lang) {
  const { shown } = picture;
  const offered = isOffered(shown);
  const asked = new Map(shown.states.map((each) => [each.channel, each.state]));
  // What is not ready stands there too, and says what it wants.
  const stuck = new Map(picture.ways.filter((way) => !way.ready).map((way) => [way.channel, way.says]));
  let count = 0;
  for (const button of $("verbs").children) {
    const choice = button.dataset.choice;
    const state = asked.get(choice) ?? (choice === shown.choice ? shown.progress : undefined);
    const late = LATE.has(choice) && (state === undefined || state === "failed");
    button.hidden = !(picture.channels.includes(choice) || (offered && stuck.has(choice))) || !(offered || late);
    button.disabled = choice !== "paper" && stuck.has(choice);
    const why = stuck.get(choice)?.[lang];
    const word = choice === "paper" && hasIt(shown) ? said.again : said.verbs[choice];
    button.lastElementChild.replaceChildren(word, ...(why ? [Object.assign(document.createElement("small"), { textContent: why })] : []));
    count += button.hidden ? 0 : 1;
  }
  $("verbs").classList.toggle("many", count > MANY);
}

// Answers the same in one sentence, for whoever hears it.
function drawVerdict(picture, said, lang) {
  const { shown } = picture;
  const stuck = picture.notice !== null;
  const progress = shown.progress;
  const back = shown.taken_back;
  const title = shown.applied?.says[lang] ?? (back ? said.takenBack[back] : told(said.happened, shown, stuck));
  const contact = contactOf(shown, lang);
  const several = shown.states.length > 1;
  $("mark").className = `mark ${TONES[progress]}`;
  $("mark").replaceChildren(icon(shown.choice === "qr" ? "scan" : MARKS[progress]));
  $("happened").textContent = title;
  $("masked").textContent = several ? "" : contact;
  $("outcome").textContent = back ? said.giveAnother : several ? "" : told(said.more, shown, stuck);
  $("states").hidden = !several;
  $("states").replaceChildren(...(several ? shown.states.map((each) => line(each, lang)) : []));
  $("guarantee").hidden = !shown.guarantee;
  $("guarantee").textContent = shown.guarantee ? said.guarantee : "";
  drawNotMe(shown, said, contact);
  $("keep").hidden = !shown.card || shown.choice === null || shown.choice === "none";
  $("keep").setAttribute("aria-pressed", shown.kept);
  $("keep").lastElementChild.textContent = shown.kept ? said.preferred : said.preference;
  return [title, $("masked").textContent, $("outcome").textContent].filter(Boolean).join(". ");
}

// An address that is another’s is taken back, sent or not; then the right one may be given.
function drawNotMe(shown, said, contact) {
  const wrong = shown.states.find((each) => each.contact !== "" && each.channel in said.notMine);
  const again = shown.taken_back ?? (wrong?.state === "failed" ? wrong.channel : "");
  $("not-me").hidden = contact === "" && shown.applied === null && !again;
  $("not-me").dataset.again = again;
  $("not-me").dataset.channel = wrong?.channel ?? "";
  $("not-me").textContent = again ? said.another[again] : wrong ? said.notMine[wrong.channel] : said.notMe;
}

const MASKED = /\S*•••\S*/;    // the outcome is written for the cashier; this much is for the customer

function contactOf(shown, lang) {
  const masked = shown.states.find((each) => each.contact !== "")?.contact;
  return masked ?? MASKED.exec(shown.outcome?.[lang] ?? "")?.[0] ?? "";
}

function line(state, lang) {
  const item = document.createElement("li");
  item.className = `lamp ${LIT[state.state]}`;
  const light = Object.assign(document.createElement("span"), { className: "light" });
  const says = Object.assign(document.createElement("strong"), { textContent: state.says[lang] });
  const told = state.says[lang].includes(state.contact);      // by the sentence itself
  const contact = Object.assign(document.createElement("bdi"), { textContent: told ? "" : state.contact });
  item.append(light, icon(SIGNS[state.channel]), says, contact);
  return item;
}
