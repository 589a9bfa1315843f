// The line to the agent: one stream of whole pictures in, small verbs out.
//
// EventSource reconnects by itself after a dropped connection, but not after a
// refusal, and it cannot see a line that died silently.  So: reopen when it
// gives up, and reopen when not even a ping came for SILENCE_MS.

const AGAIN_MS = 1000;
const GRACE_MS = 2000;     // a restart of the agent is no news to a customer
const SILENCE_MS = 40000;  // two pings of 15 s missed, and some
const ANSWER_MS = 5000;

export class Line {
  // picture(snapshot) for each change; away() once when the agent is gone.
  constructor(view, picture, away) {
    this.view = view;
    this.picture = picture;
    this.away = away;
    this.heard = performance.now();
    this.missing = null;
    this.open();
    setInterval(() => this.check(), 5000);
    // A tablet may know at once; the till itself still reaches its agent then.
    addEventListener("offline", async () => { if (!(await there())) this.lost(); });
    addEventListener("online", () => this.open());
  }

  open() {
    this.source?.close();
    this.source = new EventSource(`/api/events?view=${this.view}`);
    this.source.addEventListener("snapshot", (event) => {
      this.alive();
      this.picture(JSON.parse(event.data));
    });
    this.source.addEventListener("ping", () => this.alive());
    this.source.addEventListener("error", () => this.lost());
  }

  alive() {
    this.heard = performance.now();
    clearTimeout(this.missing);
    this.missing = null;
  }

  lost() {
    this.missing ??= setTimeout(this.away, GRACE_MS);
    if (this.source.readyState === EventSource.CLOSED) {
      setTimeout(() => this.open(), AGAIN_MS);
      askIn();
    }
  }

  check() {
    if (performance.now() - this.heard > SILENCE_MS) {
      this.heard = performance.now();
      this.lost();
      this.open();
    }
  }
}

// What the agent answers, or nothing.
async function there() {
  try {
    return await fetch("/healthz", { signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    return null;
  }
}

// A tablet that was shut out, or stayed away too long, is shown where to be paired.
async function askIn() {
  if ((await there())?.redirected) location.assign("/pair");
}

const UNHEARD = {
  fr: "L’agent ne répond pas. Demandez votre ticket en caisse.",
  en: "No answer. Please ask for your receipt at the till.",
  es: "No hay respuesta. Pida su tique en caja.",
  de: "Keine Antwort. Fragen Sie bitte an der Kasse nach Ihrem Bon.",
  ar: "لا جواب. اطلبوا إيصالكم عند الصندوق.",
};

// Send a verb.  Answers what the agent said, or { words } why it did not do it.
export async function post(verb, body) {
  try {
    const answer = await fetch(`/api/${verb}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-Receipt-Agent": "1" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    if (answer.ok || answer.status === 409) return await answer.json();
  } catch {
    // gone or too slow: said below, like every other answer we cannot use
  }
  return { done: false, words: UNHEARD };
}

// The same for a verb with nothing to tell: null when it is done, else the words why not.
export async function ask(verb, body) {
  const answer = await post(verb, body);
  return answer.done ? null : { ...answer.words, hint: answer.hint || null };
}

// The paper of the receipt at the counter, or null when it cannot be had now.
export async function strip(receipt) {
  try {
    const answer = await fetch(`/api/strip?receipt=${encodeURIComponent(receipt)}`, {
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    return answer.status === 200 ? await answer.text() : null;
  } catch {
    return null;      // asked again with the next picture
  }
}
