import * as fc from "fast-check";
import { stringify } from "smol-toml";
import { expect, test } from "vitest";
import { parseScenario } from "./parse.ts";
import { formatProblems } from "./problem.ts";

/* Documents that are right by construction; every reference is to something that is there. */

const word = fc.stringMatching(/^[a-z][a-z0-9]{0,7}$/).filter((text) => text !== "constructor" && text !== "default");
const words = (max: number) => fc.uniqueArray(word, { maxLength: max });
const line = fc.string().filter((text) => !text.includes("{{") && text.trim() !== "");
const version = fc.tuple(fc.nat(20), fc.nat(20)).map(([major, minor]) => `${major}.${minor}`);

const generated = fc.record(
  {
    name: word,
    versions: fc.uniqueArray(version, { minLength: 1, maxLength: 3 }),
    requires: words(2),
    formats: fc.subarray(["wheel", "sdist"], { minLength: 1 }),
    yanked: fc.oneof(fc.boolean(), fc.string()),
    "requires-python": version.map((text) => `>=${text}`),
    files: fc.dictionary(word, fc.string(), { noNullPrototype: true }),
  },
  { requiredKeys: ["name"] },
);

const index = fc.record(
  {
    user: word,
    flavour: fc.constantFrom("simple", "gitlab", "azure-devops", "artifactory", "devpi", "nexus", "cloudsmith"),
    packages: fc.uniqueArray(generated, { maxLength: 2, selector: (found) => found.name }),
    http: fc.constantFrom("auto", "1.1"),
    json: fc.boolean(),
    faults: fc.array(
      fc.oneof(fc.constant({ kind: "drop" }), fc.record({ kind: fc.constant("status"), nth: fc.integer({ min: 1, max: 9 }) })),
    ),
  },
  { requiredKeys: ["user"] },
);

const textMatcher = fc.oneof(
  line.map((text) => ({ contains: `${text}!` })),
  line.map((text) => ({ lacks: [`${text}!`] })),
);

// A redirect is never final.
const status = fc.integer({ min: 100, max: 599 }).filter((found) => Math.floor(found / 100) !== 3);

function requests(names: readonly string[]) {
  const statuses = fc.oneof(status, fc.array(status, { minLength: 1, maxLength: 3 }));
  const matcher = fc.oneof(
    fc.record(
      { index: fc.constantFrom(...names), status: statuses, authorization: fc.constantFrom("none", "good", "stale") },
      { requiredKeys: ["status"] },
    ),
    // It has no users, and so no credentials of its own.
    fc.record({ index: fc.constant("default"), status: statuses, authorization: fc.constantFrom("none", "unknown") }),
  );
  return fc.oneof(
    fc.record({ any: matcher }),
    fc.record({ every: matcher }),
    fc.record({ none: fc.array(matcher, { minLength: 1, maxLength: 2 }) }),
    fc.record({ count: matcher.map((found) => ({ ...found, is: 2 })) }),
  );
}

const document = fc.dictionary(word, index, { minKeys: 1, maxKeys: 3, noNullPrototype: true }).chain((indexes) => {
  const names = Object.keys(indexes);
  const secret = fc.constantFrom(...names.map((name) => `{{secret.${name}}}`), "{{home}}", "plain");
  const step = fc.record(
    {
      run: fc.array(fc.oneof(word, secret), { minLength: 1, maxLength: 4 }),
      env: fc.dictionary(
        word,
        fc.oneof(
          secret,
          // What begins with these may lead out of the run's folder; `..` may, too.
          line.filter((text) => !/[\0/~\\]|\.\./.test(text)),
        ),
        { noNullPrototype: true },
      ),
      venv: fc.constantFrom("active", "inactive"),
      delete: words(2),
      timeout: fc.integer({ min: 1, max: 3600 }),
    },
    { requiredKeys: ["run"] },
  );
  const conditions = fc
    .record({ stderr: textMatcher, final: requests(names), request: requests(names) }, { requiredKeys: [] })
    // What no answer is, no final one can be.
    .filter(({ final, request }) => final === undefined || request === undefined || !("none" in request));
  return fc.record(
    {
      schema: fc.constant(1),
      title: line,
      description: fc.string(),
      supported: version.map((text) => `>=${text}`),
      index: fc.constant(indexes),
      keyring: fc.record({ tool: fc.subarray(names) }),
      files: fc.dictionary(word, fc.oneof(secret, line), { noNullPrototype: true }),
      step: fc.tuple(fc.array(step, { maxLength: 2 }), step, conditions, conditions).map(([before, last, reproduced, healthy]) => [
        ...before,
        // Unlike each other, whatever else they say.
        { ...last, reproduced: { ...reproduced, exit: "nonzero" }, healthy: { ...healthy, exit: 0 } },
      ]),
    },
    { requiredKeys: ["schema", "title", "index", "step"] },
  );
});

/** What is wrong with the answer to a text: it is taken, or there are problems, each with a place in the text. */
function faultsOf(text: string): string[] {
  const result = parseScenario(text);
  if (result.ok) return [];
  if (result.problems.length === 0) return ["refused without a problem"];
  const lines = text.split("\n");
  const lost = result.problems.filter(({ line, column }) => line < 1 || column < 1 || column > (lines[line - 1]?.length ?? -1) + 1);
  return lost.map((problem) => formatProblems([problem], text));
}

test("a scenario that is right is taken, and says the same read again", () => {
  fc.assert(
    fc.property(document, (found) => {
      const text = stringify(found);
      const result = parseScenario(text);
      expect(result.ok ? "" : formatProblems(result.problems, text)).toBe("");
      const again = parseScenario(`# again\n\n${text}`);
      expect(again.ok && again.scenario).toEqual(result.ok && result.scenario);
    }),
    { numRuns: 60 },
  );
});

test("an unknown key is reported at its line, wherever it stands", () => {
  fc.assert(
    fc.property(document, fc.nat(), (found, at) => {
      const lines = stringify(found).split("\n");
      // Where a table is open whose keys are known; in tables of names every key is right.
      const open = lines.flatMap((text, position) => (/^\[(\[step\]|index\.\w+)\]$/.test(text) || position === 0 ? [position] : []));
      const position = open[at % open.length] ?? 0;
      const line = position === 0 ? 0 : position + 1;
      lines.splice(line, 0, "zzzzzzzzzz = 1");
      const result = parseScenario(lines.join("\n"));
      const problems = result.ok ? [] : result.problems.map(({ kind, line, column }) => ({ kind, line, column }));
      expect(problems).toEqual([{ kind: "unknown-key", line: line + 1, column: 1 }]);
    }),
    { numRuns: 60 },
  );
});

test("any text is answered", () => {
  const pieces = fc.constantFrom(
    "[",
    "]",
    "{",
    "}",
    "=",
    '"',
    "'''",
    "\n",
    "\r\n",
    ".",
    "a",
    "step",
    "index",
    "[[step]]\n",
    "run",
    "1",
    ",",
    "#",
    "\\u0000",
    "{{",
    "}}",
    "é",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join("")),
      ),
      (text) => {
        expect(faultsOf(text)).toEqual([]);
      },
    ),
    { numRuns: 300 },
  );
});

test("any TOML is answered", () => {
  const key = fc.oneof(
    fc.constantFrom(
      "schema",
      "title",
      "index",
      "step",
      "run",
      "files",
      "default",
      "packages",
      "reproduced",
      "healthy",
      "final",
      "any",
      "count",
      "set",
      "__proto__",
    ),
    fc.string(),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(key, tie("value"), { maxKeys: 6, noNullPrototype: true }),
    value: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.double({ noNaN: true }),
      fc.array(tie("tree"), { maxLength: 3 }),
      fc.array(fc.string(), { maxLength: 3 }),
      tie("tree"),
    ),
  }));
  fc.assert(
    fc.property(tree, (found) => {
      expect(faultsOf(stringify(found))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("a scenario that is right, broken anywhere, is answered", () => {
  fc.assert(
    fc.property(document, fc.nat(), fc.nat(40), fc.constantFrom("", "x", "=", '"', "]", "\n", "3"), (found, at, length, piece) => {
      const text = stringify(found);
      const start = at % text.length;
      expect(faultsOf(text.slice(0, start) + piece + text.slice(start + length))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
