import { expect, it } from "vitest";
import { realmOf, schemesOf } from "./challenge.ts";

it.each([
  ['Basic realm="pypi"', ["Basic"], "pypi"],
  ['Bearer realm="a, b", error="x", Basic realm="c"', ["Bearer", "Basic"], "a, b"],
  ['Negotiate, Basic realm="x"', ["Negotiate", "Basic"], "x"],
  ["NTLM", ["NTLM"], null],
])("reads the challenge %s", (text, schemes, realm) => {
  expect([schemesOf(text), realmOf(text)]).toEqual([schemes, realm]);
});
