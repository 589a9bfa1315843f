// Digits to bytes, bytes to numbers, bytes to CBOR.  Whatever is not as the agent would
// have written it is refused; nothing is read past its end.

export const MAX_BYTES = 1200;
const MAX_DEPTH = 4;
const MAX_PARTS = 10000;

// The number of figures gives the number of bytes: as many as 256**n - 1 has.
export const digitsOf = (size) => (size ? ((1n << BigInt(8 * size)) - 1n).toString().length : 0);

export function fromDigits(digits) {
  if (!/^[0-9]+$/.test(digits)) throw new Error("not figures");
  const near = Math.floor((digits.length * 10000) / 24082);
  if (near > MAX_BYTES) throw new Error("too many figures");
  const size = [near, near + 1].find((each) => digitsOf(each) === digits.length);
  if (!size || size > MAX_BYTES) throw new Error("not as many figures as bytes have");
  let hex = BigInt(digits).toString(16);
  if (hex.length > 2 * size) throw new Error("more than the bytes hold");
  hex = hex.padStart(2 * size, "0");
  return Uint8Array.from({ length: size }, (_, at) => parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

export class Stream {
  constructor(raw) {
    this.raw = raw;
    this.at = 0;
  }

  next() {
    let number = 0;
    let weight = 1;
    for (;;) {
      if (this.at >= this.raw.length || weight > 2 ** 49) throw new Error("a number is cut off");
      const byte = this.raw[this.at++];
      number += (byte & 127) * weight;
      if (byte < 128) break;
      weight *= 128;
    }
    if (!Number.isSafeInteger(number)) throw new Error("a number is too large");
    return number;
  }

  signed() {
    const number = this.next();
    return number % 2 ? -(number + 1) / 2 : number / 2;
  }

  bytes(size) {
    if (this.at + size > this.raw.length) throw new Error("cut off");
    this.at += size;
    return this.raw.subarray(this.at - size, this.at);
  }

  get done() {
    return this.at >= this.raw.length;
  }
}

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// A map becomes a Map with numbers as keys, a byte string a Uint8Array.
export function cbor(raw) {
  const reader = new Cbor(raw);
  const value = reader.value(0);
  if (reader.at !== raw.length) throw new Error("something stands behind it");
  return value;
}

class Cbor {
  constructor(raw) {
    this.raw = raw;
    this.at = 0;
  }

  value(depth) {
    if (depth > MAX_DEPTH) throw new Error("too deep");
    const first = this.take(1)[0];
    if (first === 0xf5) return true;
    if (first === 0xf6) return null;
    const major = first >> 5;
    const number = this.number(first & 31);
    if (major === 0) return number;
    if (major === 1) return -1 - number;
    if (major === 2) return this.take(number);
    if (major === 3) return UTF8.decode(this.take(number));
    if (major > 5 || number > MAX_PARTS) throw new Error("no part of a body");
    if (major === 4) return Array.from({ length: number }, () => this.value(depth + 1));
    return this.map(number, depth);
  }

  map(pairs, depth) {
    const made = new Map();
    let before = -1;
    for (let at = 0; at < pairs; at += 1) {
      const key = this.value(MAX_DEPTH);
      if (!Number.isInteger(key) || key <= before) throw new Error("keys are numbers, in order");
      before = key;
      made.set(key, this.value(depth + 1));
    }
    return made;
  }

  number(low) {
    if (low < 24) return low;
    const width = { 24: 1, 25: 2, 26: 4, 27: 8 }[low];
    if (!width) throw new Error("an indefinite length");
    const number = this.take(width).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < (width === 1 ? 24 : 2 ** (4 * width))) throw new Error("longer than it need be");
    if (!Number.isSafeInteger(number)) throw new Error("a number is too large");
    return number;
  }

  take(size) {
    if (this.at + size > this.raw.length) throw new Error("cut off");
    this.at += size;
    return this.raw.subarray(this.at - size, this.at);
  }
}
