import { expect, test } from "vitest";
import { runResult, unresolvedResult } from "../../test/report-fixture.ts";
import { rerunText } from "./rerun-text.ts";

test("a binary that was built again is told, also where it reports another version", () => {
  const uvBinary = "target/debug/uv";
  const then = runResult({ uv: "0.9.5", uvBinary });
  const now = unresolvedResult({ uv: "0.9.6", uvBinary });
  const [head, ...differed] = rerunText([[then, now]]).split("\n");
  expect(head).toBe("scenarios/keyring-shadowing.toml uv 0.9.6: reproduced became unresolved; what differed:");
  expect(differed).not.toEqual([]);
});
