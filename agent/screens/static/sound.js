// A short tone when a receipt has come, for whoever does not look.  No word is spoken.
//
// Browsers let a page sound once somebody has touched it; a kiosk may be started with
// --autoplay-policy=no-user-gesture-required.

const KEPT = "sound";
const TONES = [[660, 0], [880, 0.11]];    // Hz, and seconds after the beginning
const LASTS_S = 0.1;
const LOUDNESS = 0.12;

let context = null;

export const wanted = () => (localStorage.getItem(KEPT) ?? document.body.dataset.sound) === "on";

export function want(on) {
  localStorage.setItem(KEPT, on ? "on" : "off");
}

export function chime() {
  if (!wanted()) return;
  context ??= new AudioContext();
  if (context.state !== "running") context.resume();
  for (const [hertz, after] of TONES) {
    const begins = context.currentTime + after;
    const tone = new OscillatorNode(context, { frequency: hertz });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setValueAtTime(0, begins);
    volume.gain.linearRampToValueAtTime(LOUDNESS, begins + 0.01);
    volume.gain.linearRampToValueAtTime(0, begins + LASTS_S);
    tone.connect(volume).connect(context.destination);
    tone.start(begins);
    tone.stop(begins + LASTS_S);
  }
  document.body.dataset.chimes = Number(document.body.dataset.chimes ?? 0) + 1;   // what support may ask for
}
