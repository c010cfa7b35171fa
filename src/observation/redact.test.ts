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
/** What a program may put into a secret on its way, or leave of it, with none of it lost to a reader. */
const controls = [
  "\0",
  "\u0007",
  "\u007f",
  "\u0085",
  "\u200b",
  "\u200d",
  "\u2060",
  "\ufeff",
  "\u00ad",
  "\ufffd",
  "\n",
  "\r\n",
  "\n    ",
  "\n  │ ",
  "\n| ",
  "\n> ",
  "\r\n  > ",
  "\n# ",
];
/** Variation selectors, tags, marks, line and paragraph separators, fillers, and what is visible but in no secret. */
const others = [
  "\ufe0f",
  "\u{e0101}",
  "\u{e0020}",
  "\ufff9",
  "\u0301",
  "\u20dd",
  "\u2028",
  "\u2029",
  "\u115f",
  "\u1160",
  "\u3164",
  "\uffa0",
  "·",
];
const sequences = ["\u001b[0m", "\u001b[38;5;1m", "\u009bm", "\u001b]8;;https://x.example/\u0007", "\u001b]0;a title\u001b\\"];
const families = [
  [...controls, ...others, "\b", "\u009b"],
  [...controls, ...sequences],
  [...controls, ...sequences, "x\b"],
];
const interrupted = (value: string): fc.Arbitrary<string> =>
  fc.constantFrom(...families).chain((family) => {
    const part = fc.tuple(fc.nat({ max: value.length }), fc.constantFrom(...family));
    return fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => {
      const inOrder = parts.toSorted(([a], [b]) => a - b);
      return inOrder.map(([at, amid], i) => value.slice(inOrder[i - 1]?.[0] ?? 0, at) + amid).join("") + value.slice(inOrder.at(-1)?.[0]);
    });
  });
const proper = (value: string): string => value.replace(/^umre-[a-z]+-/, "");
const ESCAPES: ((letter: string) => string)[] = [
  (letter) => letter,
  (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`,
  (letter) => `\\\\u00${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  (letter) => `\\x${letter.charCodeAt(0).toString(16)}`,
  (letter) => `&#${letter.charCodeAt(0)};`,
  (letter) => `&#x${letter.charCodeAt(0).toString(16)};`,
];
const escaped = (value: string): fc.Arbitrary<string> =>
  fc
    .array(fc.constantFrom(...ESCAPES), { minLength: value.length, maxLength: value.length })
    .map((ways) => Array.from(value, (letter, i) => ways[i]?.(letter) ?? letter).join(""));
const hex = (value: string): string => Buffer.from(value).toString("hex");
const mime = (value: string, width: number): string => base64(value).replaceAll(new RegExp(`.{${width}}`, "g"), "$&\r\n");
const disguisedSecret = secret.chain(({ value }) =>
  fc.oneof(
    interrupted(value),
    interrupted(proper(value)),
    fc.constant(proper(value)),
    escaped(value),
    escaped(proper(value)),
    fc.constantFrom(hex(value), hex(value).toUpperCase(), hex(proper(value))),
    fc
      .tuple(fc.string({ unit: "grapheme-ascii" }), fc.integer({ min: 8, max: 76 }))
      .map(([user, width]) => mime(`${user}:${value}`, width)),
    fc.constantFrom(base64, base64url).map((encode) => encode(proper(value))),
    interrupted(base64(`ann:${value}`)),
  ),
);
const filler = fc.oneof(fc.string(), fc.constantFrom(" ", "\n", "/", "%", "=", "@", "umre-", "dW1yZS", "\u001b[1m", "é", "𝕊"));
const text = fc.array(fc.oneof(filler, writtenSecret, disguisedSecret)).map((parts) => parts.join(""));

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

test("what a program does to a secret on its way does not get it out", () => {
  fc.assert(
    fc.property(disguisedSecret, (written) => {
      const around = `token ${written} end`;
      expect(redactor.find(around).length).toBeGreaterThan(0);
      const redacted = redactor.redact(around);
      expect(redacted).toMatch(/^token .*<(secret|stale):private\.ann>.* end$/s);
      expect(redactor.find(redacted)).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test("a control amid a secret does not bring it out whole once a reader strips it", () => {
  for (const amid of ["\u009bm", "\u009b", "\u0000", "\u200b", "\n", "\u001b[1m", ...others, others.join("")]) {
    const printed = `password: ${good.value.slice(0, 15)}${amid}${good.value.slice(15)}\nnext line`;
    expect(redactor.redact(printed)).toBe("password: <secret:private.ann>\nnext line");
    expect(redactor.find(printed)).toEqual([{ secret: "private.ann", form: "plain" }]);
  }
});

test("forms that a reader undoes at a glance", () => {
  const samples = [
    proper(good.value),
    good.value.replaceAll("-", "\\u002d"),
    good.value.replaceAll("-", "&#45;"),
    hex(`ann:${good.value}`),
    mime(`a-rather-long-user-name-of-a-machine:${good.value}`, 64),
  ];
  expect(
    samples.map(
      (sample) =>
        `${redactor
          .find(sample)
          .map(({ form }) => form)
          .join()}: ${redactor.redact(`<${sample}>`)}`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "plain: <<secret:private.ann>>",
      "escaped: <<secret:private.ann>>",
      "escaped: <<secret:private.ann>>",
      "hex: <<secret:private.ann>>",
      "base64: <<secret:private.ann>>",
    ]
  `);
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

// Where the time grew with the square of the length, this would take hours.
test("long texts of other kinds come to an end: one line, many lines, controls everywhere", { timeout: 120_000 }, () => {
  const line = "INFO Downloading a-package-name==1.0.0 from https://feeds.example.com/simple/a%20b/&amp;c\\d\n";
  for (const part of [line, line.trim().replaceAll(" ", "/"), `\u001b[1m${line}`, "u\b\u200b", "%41\\x41", "é\n│ "]) {
    const long = part.repeat(Math.ceil(2_000_000 / part.length));
    expect(redactor.redact(long) === long).toBe(true);
  }
});

test("the padding that a key ends in goes with it, and is not needed to find it", () => {
  const key = { ...good, value: `${good.value}=` };
  const { redact } = createRedactor([key]);
  const texts = [key.value, good.value, key.value.replace("=", "%3D"), `https://me:${key.value}@feeds.example.com/`];
  expect(texts.map(redact)).toEqual([
    "<secret:private.ann>",
    "<secret:private.ann>",
    "<secret:private.ann>",
    "https://me:<secret:private.ann>@feeds.example.com/",
  ]);
  expect(redact(base64(`me:${key.value}`))).not.toContain(base64(`me:${key.value}`).slice(8, -4));
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

test("a secret of any form is hidden whole, however it is written", () => {
  const forms = ["*@:/%#$é=", '{"token": "*", "expires": 1}', "a b*c+d&<e>", "*==", "p%40ss:*", "\u{1f511}*'\\\\"];
  const html = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const escaped = (text: string): string => JSON.stringify(text).slice(1, -1);
  const ascii = (text: string): string =>
    escaped(text).replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  const writings: ((text: string) => string)[] = [
    (text) => text,
    encodeURIComponent,
    (text) => encodeURIComponent(encodeURIComponent(text)),
    (text) => new URLSearchParams({ "": text }).toString().slice(1),
    escaped,
    (text) => escaped(escaped(text)),
    ascii,
    html,
    (text) => base64(text),
    (text) => base64(`user:${text}`),
    (text) => Buffer.from(text).toString("hex"),
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...forms),
      fc.constantFrom(...writings),
      fc.stringMatching(/^[A-Za-z0-9]{32}$/),
      fc.constantFrom(" ", "\n", '"', "@host/"),
      (form, write, random, after) => {
        const value = form.replace("*", `umre-good-${random}`);
        const { redact, find } = createRedactor([{ ...good, value }]);
        const end = write === writings[8] || write === writings[9] ? " " : after;
        expect(redact(`x ${write(value)}${end}y`)).toBe(`x <secret:private.ann>${end}y`);
        expect(find(write(value)).length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 400 },
  );
});
