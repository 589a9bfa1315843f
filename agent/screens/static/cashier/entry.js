// A line to type an address or a number in, inside the page; the next sale closes it.

import { Doubt, corrected, suggest, underway } from "/static/address.js";

const $ = (id) => document.getElementById(id);

export class Entry {
  target = null;      // { channel, receipt, resend } that is being typed for
  doubt = new Doubt();
  hint = null;        // what the counter thinks was meant

  // send(target, contact) answers null when it is done, else why not, and a hint.
  // closed() when nobody types any more.
  constructor(send, words, closed) {
    this.send = send;
    this.closed = closed;
    this.words = words;
    $("address").addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.submit();
      if (event.key === "Escape") this.close();
    });
    $("address").addEventListener("input", () => this.changed());
    $("send").addEventListener("click", () => this.submit());
    $("close").addEventListener("click", () => this.close());
    $("meant").addEventListener("click", () => {
      $("address").value = this.hint ?? corrected(this.typed());
      this.changed();
      $("address").focus();
    });
  }

  get phone() {
    return this.target?.channel === "sms";
  }

  typed() {
    return $("address").value.trim();
  }

  open(target) {
    this.clear();
    this.target = target;
    $("entry").hidden = false;
    document.body.classList.add("typing");
    this.draw();
    $("address").focus();
  }

  close() {
    this.clear();
    $("entry").hidden = true;
    document.body.classList.remove("typing");
    $("address").blur();
    this.closed();
  }

  clear() {
    this.target = null;
    this.doubt = new Doubt();
    $("address").value = "";
    this.changed();
  }

  changed() {
    this.hint = null;
    this.check();
  }

  draw() {
    const said = this.words();
    const label = said.entry[this.target?.channel ?? "email"];
    $("address-label").textContent = label;
    $("address").setAttribute("aria-label", label);    // where there is no room for it
    $("address").inputMode = this.phone ? "tel" : "email";
    $("send").textContent = said.send;
    $("close").textContent = said.close;
  }

  check() {
    const address = this.typed();
    $("why").textContent = "";
    this.offerMeant(this.phone || underway(address) ? null : corrected(address));
  }

  offerMeant(address) {
    suggest($("meant"), address, this.words().meant);
  }

  explain({ says, hint }) {
    $("why").textContent = says;
    this.hint = hint;
    if (hint) this.offerMeant(hint);
  }

  async submit() {
    const address = this.typed();
    const why = this.doubt.about(address, this.phone);
    if (why !== null) {
      $("why").textContent = this.words()[why];
      if (!this.phone) this.offerMeant(corrected(address));
      return;
    }
    const asked = this.target;
    const refused = await this.send(asked, address);
    if (this.target !== asked) return;      // another sale stands here now
    if (refused === null) this.close();
    else this.explain(refused);
  }
}
