// An address or a number on the customer’s display, typed on the glass.

import { Doubt, corrected, suggest, underway } from "/static/address.js";
import { drawKeys } from "/static/keyboard.js";
import { LANGUAGES } from "/static/words/index.js";

const $ = (id) => document.getElementById(id);
const upright = window.matchMedia("(orientation: portrait)");
const narrow = window.matchMedia("(max-width: 26rem)");     // a phone, which has a keyboard of its own

export class Entry {
  channel = null;     // what is being typed for: email, sms, or nothing
  lang = "fr";
  asks = null;        // the sentence beside the field, in all languages
  eraseLast = () => {};
  doubt = new Doubt();
  hint = null;        // what the counter thinks was meant

  // send(channel, contact) hands it over; closed() when somebody turns back;
  // say(sentence) for whoever hears it.
  constructor(send, closed, say) {
    this.send = send;
    this.say = say;
    $("close").addEventListener("click", closed);
    $("erase").addEventListener("click", () => this.eraseLast());
    $("send").addEventListener("click", () => this.submit());
    $("meant").addEventListener("click", () => this.correct());
    $("address").addEventListener("input", () => this.changed());
    $("address").addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.submit();
      if (event.key === "Escape") closed();
    });
    for (const media of [upright, narrow]) media.addEventListener("change", () => this.draw(this.lang));
  }

  get phone() {
    return this.channel === "sms";
  }

  get said() {
    return LANGUAGES[this.lang];
  }

  open(channel) {
    this.clear();
    this.channel = channel;
  }

  focus() {
    $("address").focus({ preventScroll: true });
  }

  clear() {
    this.channel = null;
    this.doubt = new Doubt();
    $("address").value = "";
    this.hint = null;
    delete $("use").dataset.refused;
  }

  // The sentence of the record where the counter has one, word for word.
  get use() {
    return this.asks?.[this.lang] ?? this.said.entry[this.channel].use;
  }

  draw(lang, asks = this.asks) {
    this.lang = lang;
    this.asks = asks;
    if (this.channel === null) return;
    const { label } = this.said.entry[this.channel];
    $("address").setAttribute("aria-label", label);
    $("address").placeholder = label;
    $("entry-title").textContent = label;
    $("address").inputMode = narrow.matches ? (this.phone ? "tel" : "email") : "none";
    if (!$("use").dataset.refused) $("use").textContent = this.use;
    $("send").textContent = this.said.send;
    $("close").setAttribute("aria-label", this.said.close);
    $("erase").setAttribute("aria-label", this.said.erase);
    $("keys").setAttribute("aria-label", this.said.keyboard);
    this.eraseLast = drawKeys({
      keys: $("keys"), chips: $("chips"), input: $("address"), lang, upright: upright.matches, kind: this.phone ? "phone" : "email",
    });
    this.check();
  }

  typed() {
    return $("address").value.trim();
  }

  changed() {
    this.hint = null;
    delete $("use").dataset.refused;
    $("use").textContent = this.use;
    this.check();
  }

  check() {
    const address = this.typed();
    this.offerMeant(this.hint || (this.phone || underway(address) ? null : corrected(address)));
  }

  offerMeant(address) {
    $("chips").hidden = address !== null;
    suggest($("meant"), address, this.said.meant);
  }

  correct() {
    $("address").value = this.hint ?? corrected(this.typed());
    $("address").dispatchEvent(new Event("input"));
    this.focus();
  }

  explain(sentence, hint = null) {
    this.say(sentence);
    this.hint = hint;
    this.check();
    $("use").dataset.refused = "yes";
    $("use").textContent = sentence;
  }

  submit() {
    const address = this.typed();
    const why = this.doubt.about(address, this.phone);
    if (why === null) return this.send(this.channel, address);
    this.explain(this.said[why]);
    if (!this.phone) this.offerMeant(corrected(address));
  }
}
