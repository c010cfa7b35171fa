import { expect, it } from "vitest";
import { indexesInRequirements, readRequirementsFile, requirementsFilesIn } from "./requirements.ts";

it("reads a requirements file as pip does: without comments and hashes, over lines that go on", () => {
  const text =
    "# ours\n-r base.txt\n--constraint=pins.txt\n-ihttps://a.test/simple\n--extra-index-url https://b.test/simple # two\n" +
    "orion[fast]>=2 ; python_version >= '3.8' \\\n  --hash=sha256:00 \\\n  --hash=sha256:11\nlumen#egg\n-e ./here\n./there\n--pre\n";
  expect(readRequirementsFile(text)).toEqual([
    { kind: "file", option: "-r", path: "base.txt" },
    { kind: "file", option: "--constraint", path: "pins.txt" },
    { kind: "index", option: "-i", url: "https://a.test/simple" },
    { kind: "index", option: "--extra-index-url", url: "https://b.test/simple" },
    { kind: "requirement", text: "orion[fast]>=2 ; python_version >= '3.8'" },
    { kind: "requirement", text: "lumen#egg" },
    { kind: "elsewhere" },
    { kind: "elsewhere" },
    { kind: "option", text: "--pre" },
  ]);
  expect(indexesInRequirements(text, "r.txt").map(({ url, isDefault, place }) => [url, isDefault, place])).toEqual([
    ["https://a.test/simple", true, "r.txt"],
    ["https://b.test/simple", false, "r.txt"],
  ]);
});

it("finds the files that a command names, however it names them", () => {
  const argv =
    "uv pip install -r one.txt -ctwo.txt --override=three.txt --index-url https://a.test/simple orion --build-constraints four".split(" ");
  expect(requirementsFilesIn(argv)).toEqual(["one.txt", "two.txt", "three.txt", "four"]);
  expect(requirementsFilesIn(["uv", "pip", "compile", "requirements.in"])).toEqual(["requirements.in"]);
});
