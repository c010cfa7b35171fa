import { expect, test } from "vitest";
import type { Claim } from "../scenario/model.ts";
import { claimFor, compareClaim } from "./claim.ts";

const claims: Claim[] = [
  { releases: ">=0.7,<0.8", verdict: "healthy" },
  { releases: ">=0.6.6", verdict: "reproduced" },
  { releases: "<0.6.6", verdict: "unsupported" },
  { releases: "==0.10.0rc1", verdict: "healthy" },
];

test("the first claim whose range holds the release", () => {
  const of = (version: string): string | undefined => claimFor({ supported: null, claims }, version)?.verdict;
  expect(["0.6.6", "0.7.22", "0.8.0", "0.5.0", "0.10.0rc1", "0.11.0rc1", "a binary"].map(of)).toEqual([
    "reproduced",
    "healthy",
    "reproduced",
    "unsupported",
    "healthy",
    undefined,
    undefined,
  ]);
});

test("outside `supported` only `unsupported` can be claimed", () => {
  const of = (version: string): string | undefined => claimFor({ supported: ">=0.7", claims }, version)?.verdict;
  expect(["0.6.6", "0.6.5", "0.8.0"].map(of)).toEqual([undefined, "unsupported", "reproduced"]);
});

test("a claim is held, contradicted, or not touched where there is no verdict", () => {
  const claim: Claim = { releases: ">=0.6.6", verdict: "reproduced" };
  const verdicts = ["reproduced", "healthy", "unsupported", "unresolved"] as const;
  expect(verdicts.map((verdict) => compareClaim(claim, verdict))).toEqual(["held", "contradicted", "contradicted", "none"]);
  expect(verdicts.map((verdict) => compareClaim({ ...claim, verdict: "unresolved" }, verdict))).toEqual([
    "contradicted",
    "contradicted",
    "contradicted",
    "held",
  ]);
  expect(verdicts.map((verdict) => compareClaim(null, verdict))).toEqual(["none", "none", "none", "none"]);
});
