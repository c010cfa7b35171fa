import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createRedactor } from "./redact.ts";
import type { Secret } from "./secret.ts";

const good: Secret = { name: "private.ann", index: "private", user: "ann", kind: "good", value: "umre-good-Zk39xQ7b_Lm2PvT8rWd4" };
const stale: Secret = { name: "private.ann", index: "private", user: "ann", kind: "stale", value: "umre-stale-h5Nc1-Yt6RgB0sJqE2" };
const secrets = [good, stale];
const redactor = createRedactor(secrets);

const base64 = (text: string): string => Buffer.from(text).toString("base64");
const base64url = (text: string): string => Buffer.from(text).toString("base64url");

/** Percent-encodes the characters for which the mask says so. */
function percentEncode(value: string, mask: readonly boolean[]): string {
  return Array.from(value, (letter, i) => {
    const hex = letter.charCodeAt(0).toString(16);
    return mask[i] === true ? `%${i % 2 === 0 ? hex.toUpperCase() : hex}` : letter;
  }).join("");
}

const secret = fc.constantFrom(...secrets);
const mask = fc.array(fc.boolean(), { minLength: 31, maxLength: 31 });
const writtenSecret = fc.oneof(
  secret.map((s) => s.value),
  fc.tuple(secret, mask).map(([s, m]) => percentEncode(s.value, m)),
  fc.tuple(secret, fc.string(), fc.constantFrom(base64, base64url)).map(([s, user, encode]) => encode(`${user}:${s.value}`)),
);
const filler = fc.oneof(fc.string(), fc.constantFrom(" ", "\n", "/", "%", "=", "@", "umre-", "dW1yZS", "\u001b[1m", "é", "𝕊"));
const text = fc.array(fc.oneof(filler, writtenSecret)).map((parts) => parts.join(""));

test("each form is replaced, and what is around it stays", () => {
  const samples = [
    `password ${good.value}.`,
    `https://ann:${good.value}@feeds.example.com/simple/`,
    `?token=${percentEncode(stale.value, [true, false, true])}&x=1`,
    `?twice=${percentEncode(good.value, [true]).replace("%", "%25")}`,
    `Authorization: Basic ${base64(`ann:${good.value}`)}\r\n`,
    `Basic ${base64(`a:${stale.value}`)}, Basic ${base64url(`:${stale.value}`)}`,
    `nothing here: umre-good-Zk39xQ7b_Lm2PvT8rWd`,
  ];
  expect(samples.map((sample) => redactor.redact(sample))).toMatchInlineSnapshot(`
    [
      "password <secret:private.ann>.",
      "https://ann:<secret:private.ann>@feeds.example.com/simple/",
      "?token=<stale:private.ann>&x=1",
      "?twice=<secret:private.ann>",
      "Authorization: Basic <secret:private.ann>
    ",
      "Basic <stale:private.ann>, Basic <stale:private.ann>",
      "nothing here: umre-good-Zk39xQ7b_Lm2PvT8rWd",
    ]
  `);
  expect(samples.map((sample) => redactor.find(sample).map((found) => `${found.secret}: ${found.form}`))).toMatchInlineSnapshot(`
    [
      [
        "private.ann: plain",
      ],
      [
        "private.ann: plain",
      ],
      [
        "private.ann (stale): percent-encoded",
      ],
      [
        "private.ann: percent-encoded",
      ],
      [
        "private.ann: base64",
      ],
      [
        "private.ann (stale): base64",
      ],
      [],
    ]
  `);
});

test("no form of a secret survives, whatever stands beside it", () => {
  fc.assert(
    fc.property(text, (sample) => {
      const redacted = redactor.redact(sample);
      expect(redactor.find(redacted)).toEqual([]);
      expect(secrets.some((s) => decodings(redacted).some((decoded) => decoded.includes(s.value)))).toBe(false);
    }),
    { numRuns: 500 },
  );
});

test("a secret of any user, at any of the three alignments, in either alphabet is found as base64", () => {
  fc.assert(
    fc.property(secret, fc.string({ unit: "binary" }), fc.string(), fc.constantFrom(base64, base64url), (s, user, after, encode) => {
      const found = redactor.find(`Basic ${encode(`${user}:${s.value}${after}`)} end`);
      expect(found.map(({ form }) => form)).toEqual(["base64"]);
      expect(redactor.redact(`Basic ${encode(`${user}:${s.value}`)} end`)).toMatch(/^Basic <(secret|stale):private\.ann> end$/);
    }),
  );
});

test("a secret in capitals, in small letters or with colours amid it is found and does not survive", () => {
  for (const { value } of secrets) {
    const coloured = `${value.slice(0, 9)}\u001b[0m${value.slice(9)}`;
    const small = value.toLowerCase();
    for (const written of [small, value.toUpperCase(), percentEncode(small, [false, true]), coloured, `\u001b[1m${small}`]) {
      const around = `\u001b[32mhttps://${written}.example.com/\u001b[0m`;
      expect(redactor.find(around)).toHaveLength(1);
      expect(redactor.redact(around).toLowerCase()).not.toContain(small.slice(10));
    }
  }
});

test("texts without a secret are left as they are", () => {
  fc.assert(
    fc.property(fc.array(filler), (parts) => {
      expect(redactor.redact(parts.join(""))).toBe(parts.join(""));
    }),
  );
});

test("a stream gives the same as the whole, wherever it is cut, and never a part of a secret early", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 200 })), (sample, cuts) => {
      const stream = redactor.stream();
      const whole = redactor.redact(sample);
      let emitted = "";
      let rest = sample;
      for (const cut of cuts) {
        emitted += stream.push(rest.slice(0, cut));
        rest = rest.slice(cut);
        expect(whole.startsWith(emitted)).toBe(true);
      }
      emitted += stream.push(rest) + stream.end();
      expect(emitted).toBe(whole);
    }),
    { numRuns: 500 },
  );
});

test("a value is redacted at any depth, keys too", () => {
  const value = { [good.value]: [1, null, true, { url: `https://ann:${stale.value}@x.example/` }], plain: "text" };
  expect(redactor.redactDeep(value)).toEqual({
    "<secret:private.ann>": [1, null, true, { url: "https://ann:<stale:private.ann>@x.example/" }],
    plain: "text",
  });
});

test("a long log with an escape in every line is redacted whole", () => {
  const line = `GET https://ann:${good.value}@feeds.example.com/simple/a-package-name%20with%2Dblanks/ "dXNlcg==" status=401\n`;
  expect(redactor.redact(line.repeat(10_000))).toBe(line.replace(good.value, "<secret:private.ann>").repeat(10_000));
});

test("a value that the forms are not made for is refused", () => {
  expect(() => createRedactor([{ ...good, value: "short" }])).toThrow(/can't be redacted/);
  expect(() => createRedactor([{ ...good, value: "with blanks and other characters : /" }])).toThrow(/can't be redacted/);
});

/** What a reader could get from a text by undoing percent-encoding or base64, without the code under test. */
function decodings(sample: string): string[] {
  const unescaped = sample.replaceAll(/%([0-9a-fA-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  const runs = sample.match(/[A-Za-z0-9+/_-]{24,}/g) ?? [];
  return [
    sample,
    unescaped,
    ...runs.flatMap((run) => [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), "base64").toString("latin1"))),
  ];
}
