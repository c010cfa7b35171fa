import * as fc from "fast-check";
import { expect, test } from "vitest";
import { keyringCall, observation, request, runResult, step } from "../../test/report-fixture.ts";
import { sequenceDiagram } from "./mermaid.ts";

test("what a run asked and was answered, in order, with what each request carried", () => {
  expect(sequenceDiagram(runResult(), 7)).toMatchInlineSnapshot(`
    "sequenceDiagram
    actor you
    participant uv as uv 0.9.5
    participant p0 as private
    participant p1 as keyring (venv)
    you->>uv: uv sync --no-cache --upgrade
    uv->>p0: GET /acme/_packaging/main/pypi/simple/transitive/ (user-only: VssSessionToken)
    p0-->>uv: 401
    uv->>p1: get https://feeds.example.com/acme…/simple/transitive/ VssSessionToken
    p1-->>uv: raised NoKeyringError
    uv-->>you: exit 2"
  `);
});

test("what is left out is counted, and a request without an answer and a killed step are crossed out", () => {
  const requests = Array.from({ length: 20 }, (_, n) =>
    request({ url: `https://a.example.com/${n}`, status: 0, authorization: "none", user: null }),
  );
  const diagram = sequenceDiagram(
    runResult({ observation: observation({ steps: [step({ exit: null, signal: "SIGKILL" })], requests }) }),
    4,
  );
  expect(diagram).toContain("Note over uv: 16 more left out");
  expect(diagram).toContain("p0--xuv: no answer");
  expect(diagram.split("\n").at(-1)).toBe("uv--xyou: killed by SIGKILL");
});

test("a run without steps has no diagram", () => {
  expect(sequenceDiagram(runResult({ observation: observation() }), 7)).toBe("");
});

test("no text from outside means anything to mermaid", () => {
  const word = fc.oneof(
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom("end", "%%{init: {}}%%", "x; y", "a\nend", "<b>", "#lt;", "```"),
  );
  const LINE = /^(sequenceDiagram|actor you|participant (uv|p\d) as .+|Note over uv: .+|(you|uv|p\d)(->>|-->>|--x)(you|uv|p\d): .+)$/u;
  fc.assert(
    fc.property(word, word, (text, other) => {
      const run = runResult({
        uv: text,
        observation: observation({
          steps: [step({ argv: [text, other] })],
          requests: [request({ url: `https://a.example.com/${text}`, method: other, user: text, index: other })],
          keyring: [keyringCall({ argv: [other, text], raised: text })],
        }),
      });
      for (const line of sequenceDiagram(run, 7).split("\n")) {
        expect(line).toMatch(LINE);
        const label = line.replace(/^[^:]*(?:: | as )/u, "").replace(/^participant \w+ as /u, "");
        expect(label.replaceAll(/#\d+;/gu, "")).not.toMatch(/[;#%<>{}`"]|\bend\b/u);
      }
    }),
  );
});
