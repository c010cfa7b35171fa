/** As much of DER (ITU-T X.690) as a certificate takes. */

export function sequence(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x30, ...parts);
}

export function set(...parts: readonly Uint8Array[]): Uint8Array {
  return element(0x31, ...parts);
}

/** Dotted numbers, as `2.5.4.3`. */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  return element(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** A whole number that is not negative, given as bytes, most significant first. */
export function integer(bytes: Uint8Array): Uint8Array {
  const start = bytes.findIndex((byte) => byte !== 0);
  const digits = start < 0 ? Uint8Array.of(0) : bytes.subarray(start);
  return element(0x02, (digits[0] ?? 0) & 0x80 ? Uint8Array.of(0) : new Uint8Array(), digits);
}

export function octets(content: Uint8Array): Uint8Array {
  return element(0x04, content);
}

/** Bits that fill whole bytes, but for `unused` ones at the end. */
export function bits(content: Uint8Array, unused = 0): Uint8Array {
  return element(0x03, Uint8Array.of(unused), content);
}

export function truth(): Uint8Array {
  return element(0x01, Uint8Array.of(0xff));
}

export function utf8(text: string): Uint8Array {
  return element(0x0c, new TextEncoder().encode(text));
}

/** UTCTime, which reaches to 2049. */
export function time(date: Date): Uint8Array {
  const digits = date.toISOString().replace(/\D/g, "").slice(2, 14);
  return element(0x17, new TextEncoder().encode(`${digits}Z`));
}

/** `[tag]` around other elements. */
export function wrapped(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  return element(0xa0 | tag, ...parts);
}

/** `[tag]` in place of a primitive's own tag. */
export function tagged(tag: number, content: Uint8Array): Uint8Array {
  return element(0x80 | tag, content);
}

function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  return Buffer.concat([Uint8Array.of(tag, ...lengthOf(content.length)), content]);
}

function lengthOf(size: number): readonly number[] {
  if (size < 0x80) return [size];
  return size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let rest = value >> 7; rest > 0; rest >>= 7) digits.unshift((rest & 0x7f) | 0x80);
  return digits;
}
