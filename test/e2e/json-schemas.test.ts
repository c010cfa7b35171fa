import { expect, it } from "vitest";
import { undescribed } from "../json-schemas.ts";
import { temporaryFolder } from "../real-tools.ts";
import { put, ROOT, runCommand, smallScenario } from "./command.ts";

const VARIED = `${smallScenario()}
[vary.release."as asked"]

[vary.release.other]
uv = "0.9.5"
`;
const BOTH = ["--uv", "0.9.5", "--uv", "0.9.18"];
// Twenty runs of each, unless told otherwise, have no other shape.
const FEW = ["--confirm", "2"];

it.each([
  ["run", ["run", `${ROOT}scenarios/env-credentials.toml`, "small.toml", ...BOTH]],
  ["bisect", ["bisect", "small.toml", "--good", "0.9.18", "--bad", "0.9.5", "--skip", ">0.9.5,<0.9.18", ...FEW]],
  ["map", ["map", "small.toml", ...BOTH, ...FEW]],
  ["explore", ["explore", "varied.toml", "--uv", "0.9.18"]],
  ["versions", ["versions", "latest", "0.9.5"]],
  ["doctor", ["doctor"]],
  ["cache", ["cache"]],
])("%s --json prints what its schema says, and nothing that it does not name", async (command, args) => {
  await using folder = await temporaryFolder();
  await put(folder.path, "small.toml", smallScenario());
  await put(folder.path, "varied.toml", VARIED);
  const { stdout, stderr } = await runCommand([...args, "--json"], { cwd: folder.path });
  expect({ json: stdout.startsWith("{"), stderr }).toEqual({ json: true, stderr: expect.any(String) });
  expect(undescribed(command, JSON.parse(stdout))).toEqual([]);
});

it("what an output lacks, or has beyond its schema, is found", () => {
  expect(undescribed("versions", { schema: 1, versions: [{ version: "0.9.5", extra: 1 }] })).toHaveLength(2);
});
