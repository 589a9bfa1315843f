// Raw DEFLATE with a preset dictionary, which DecompressionStream does not know of: the
// dictionary goes before it as a stored block, and its bytes are dropped from the output.

export const MAX_BODY_BYTES = 65536;

export class TooLargeError extends Error {}

export async function inflate(packed, dictionary) {
  const size = dictionary.length;
  const lead = new Uint8Array(size ? 5 + size : 0);
  if (size) {
    lead.set([0, size & 255, size >> 8, ~size & 255, (~size >> 8) & 255]);
    lead.set(dictionary, 5);
  }
  const stream = new DecompressionStream("deflate-raw");
  const writer = stream.writable.getWriter();
  // What goes wrong here is heard by the reader below.
  writer.write(lead).catch(() => {});
  writer.write(packed).catch(() => {});
  writer.close().catch(() => {});
  const out = new Uint8Array(size + MAX_BODY_BYTES);
  const reader = stream.readable.getReader();
  let at = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return out.slice(size, at);
    if (at + value.length > out.length) {
      reader.cancel().catch(() => {});
      throw new TooLargeError("too large");
    }
    out.set(value, at);
    at += value.length;
  }
}
