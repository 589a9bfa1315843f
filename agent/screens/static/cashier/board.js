// Keys on the glass for a till that has no others: they come when a field is touched, and
// go at the first real key.  A strip that is too narrow for letters has digits only.

import { drawKeys } from "/static/keyboard.js";

const $ = (id) => document.getElementById(id);
const wide = window.matchMedia("(min-width: 44rem)");

export class Board {
  touched = false;      // the last thing done here was done by a finger
  eraseLast = () => {};

  constructor(words) {
    this.words = words;
    document.addEventListener("pointerdown", (event) => {
      this.touched = event.pointerType === "touch";
      // Whoever touches elsewhere searches no more; an address is closed by name.
      if (document.body.classList.contains("boarded-find") && !event.target.closest?.("#board, .find")) this.close();
    }, true);
    document.addEventListener("keydown", (event) => {
      if (!event.isTrusted) return;
      this.touched = false;
      this.close();
    }, true);
    $("board-erase").addEventListener("click", () => this.eraseLast());
  }

  // For what is typed into the input: "email", "phone" or "find".
  open(input, kind, lang) {
    this.close();
    if (!this.touched || (kind === "email" && !wide.matches)) return;
    input.inputMode = "none";       // one keyboard on the glass is enough
    $("board").hidden = false;
    document.body.classList.add("boarded", `boarded-${kind}`);
    $("board").setAttribute("aria-label", this.words().keyboard);
    $("board-erase").setAttribute("aria-label", this.words().erase);
    this.eraseLast = drawKeys({ keys: $("board-keys"), chips: $("board-chips"), input, lang, upright: false, kind });
  }

  close() {
    $("board").hidden = true;
    document.body.classList.remove("boarded", "boarded-email", "boarded-phone", "boarded-find");
  }
}
