// The receipt on top of the cashier’s strip: what it is, what became of it, its proofs.

import { SIGNS, icon } from "/static/icons.js";
import { told } from "/static/words/index.js";

const $ = (id) => document.getElementById(id);
const TONES = { none: "go", waiting: "wait", done: "go", failed: "needs" };
const LIT = { asked: "wait", waiting: "wait", done: "ok", failed: "needs" };

export const isOffered = (shown) => shown.phase === "offered";

const make = (tag, className, text) => Object.assign(document.createElement(tag), { className, textContent: text });

export function drawLamps(lamps, lang) {
  $("lamps").replaceChildren(...lamps.map((lamp) => {
    const item = make("li", `lamp ${lamp.state}`, "");
    item.append(make("span", "light", ""), make("strong", "", lamp.name[lang]), make("span", "", lamp.says[lang]));
    return item;
  }));
}

export function drawNotice(notice, lang) {
  $("notice").hidden = notice === null;
  if (notice === null) return;
  $("notice-says").textContent = notice.says[lang];
  $("notice-remedy").textContent = notice.remedy[lang];
}

// ``remark``: a refusal, for a moment, in place of the details.
export function drawCard(picture, said, lang, remark) {
  const shown = picture?.shown ?? null;
  $("title").textContent = shown ? [shown.title[lang], shown.number, shown.at].filter(Boolean).join(" · ") : "";
  $("total").textContent = shown ? shown.total ?? "–" : "";
  $("total").classList.toggle("long", $("total").textContent.length > 9);
  $("count").textContent = shown && shown.item_count !== null ? said.articles(shown.item_count) : "";
  $("bar").hidden = !shown || !isOffered(shown) || shown.left_ms === null;
  $("figures").hidden = !shown;
  drawTags(shown, said);
  drawApplied(shown, said);
  drawStates(shown, lang);
  drawCorrect(shown, said);
  $("code").hidden = !shown?.code;
  $("code").textContent = shown?.code ? said.code(shown.code, shown.code_at) : "";
  $("gift").hidden = !shown?.gift;
  $("gift").children[1].textContent = said.gift;
  $("exit").hidden = !shown || !picture.exit_slip;
  $("exit").children[1].textContent = said.exit;
  if (!shown) return drawState("idle", null, said.idle, "", remark);
  $("verdict").hidden = false;
  $("verdict").className = `proof ${shown.verdict}`;
  $("verdict").textContent = said.verdict[shown.verdict];
  $("verdict").title = said.proof.key;
  if (!isOffered(shown)) return drawHappened(picture, said, lang, remark);
  const open = shown.left_ms === null ? said.held : said.offered;
  return drawState("open", "hand", open, `${shown.reason[lang]}\u00a0· ${said.silence[shown.on_silence]}`, remark);
}

function drawHappened(picture, said, lang, remark) {
  const { shown } = picture;
  const sign = shown.progress === "waiting" ? "wait" : shown.progress === "failed" ? "alert" : SIGNS[shown.choice ?? "none"];
  const back = shown.taken_back;
  const title = shown.applied?.says[lang] ?? (back ? said.takenBack[back] : told(said.happened, shown, picture.notice !== null));
  const whole = back || title === said.happened[shown.choice ?? "none"].stuck || shown.states.length > 1;
  drawState(TONES[shown.progress], sign, title, whole ? "" : beyond(title, shown, lang), remark);
}

// The counter's own sentence, without what the title says already.
function beyond(title, shown, lang) {
  const parts = (shown.outcome?.[lang] ?? "").split(" · ");
  const rest = parts[0] === title ? parts.slice(1) : parts;
  // A rule that prints explains itself; that paper comes when it is asked for needs no words.
  return rest.join(" · ") || shown.states[0]?.contact || (shown.on_silence === "paper" ? shown.reason[lang] : "");
}

function drawState(tone, sign, title, detail, remark) {
  $("state").className = `state ${tone}`;
  $("state-icon").replaceChildren(...(sign ? [icon(sign)] : []));
  $("happened").textContent = title;
  $("detail").textContent = remark?.sentence ?? detail;
  $("detail").className = remark ? `detail remark ${remark.tone}` : "detail";
}

function drawTags(shown, said) {
  $("mode").hidden = !shown || shown.mode === "live";
  $("mode").textContent = shown && shown.mode !== "live" ? said[shown.mode] : "";
  $("guarantee").hidden = !shown?.guarantee;
  $("guarantee").textContent = shown?.guarantee ? said.guarantee : "";
}

// A stored preference that was applied: the key that undoes it, and whose it is not.
function drawApplied(shown, said) {
  const applied = shown?.applied ?? null;
  $("applied").hidden = applied === null;
  if (applied === null) return;
  const [word, key] = $("undo").children;
  key.textContent = document.querySelector(`#keys [data-choice="${CSS.escape(applied.undo)}"]`).dataset.key.toUpperCase();
  word.textContent = said.undo(said.choice[applied.undo]);
  $("undo").dataset.choice = applied.undo;
  $("not-me").textContent = said.notMe;
}

// By which way something went, or was to go, to an address; or was, until it was taken back.
export function correctable(shown) {
  const sent = shown?.states.find((each) => each.contact !== "" && (each.channel === "email" || each.channel === "sms"));
  return shown?.taken_back ?? sent?.channel ?? null;
}

function drawCorrect(shown, said) {
  const way = correctable(shown);
  $("correct").hidden = way === null;
  $("correct").firstElementChild.textContent = way === null ? "" : said.correct[way];
}

function drawStates(shown, lang) {
  const several = (shown?.states.length ?? 0) > 1;
  $("states").hidden = !several;
  $("states").replaceChildren(...(several ? shown.states : []).map((each) => {
    const item = make("li", `lamp ${LIT[each.state]}`, "");
    const says = each.says[lang];
    const words = [says, says.includes(each.contact) ? "" : each.contact, each.copy ? `DUPLICATA ${each.copy}` : ""].filter(Boolean).join(" · ");
    item.append(make("span", "light", ""), make("span", "", words));
    return item;
  }));
}

// What the verdict rests on stands where the last receipts do, only while asked for.
export function drawProofs(shown, said, lang, proving) {
  const open = proving && shown !== null;
  $("why-proof").hidden = !open;
  $("last").hidden = open;
  $("verdict").setAttribute("aria-expanded", open);
  if (!open) return;
  $("proof-title").textContent = said.title;
  $("proof-open").textContent = said.open;
  $("proof-close").textContent = said.close;
  const lines = shown.proofs.map(({ holds, says }) => make("li", holds ? "holds" : "fails", says[lang]));
  $("proofs").replaceChildren(...(lines.length ? lines : [make("li", "", said.none)]));
}
