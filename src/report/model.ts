import type { Evidence, Observation, Reason, Verdict } from "../observation/model.ts";
import type { Scenario } from "../scenario/model.ts";

/** One run as everything that prints sees it: plain data, redacted, fit to be stored as JSON. */
export interface RunResult {
  /** Path as given on the command line; `-` for standard input. */
  readonly scenario: string;
  readonly title: string;
  /** The release that ran, for example `0.9.5`. */
  readonly uv: string;
  /** Where `--uv` named a binary: its path as given; `null` for a release. */
  readonly uvBinary: string | null;
  readonly verdict: Verdict;
  /** What the verdict rests on; `null` where it is neither `reproduced` nor `healthy`. */
  readonly evidence: Evidence | null;
  readonly reasons: readonly Reason[];
  readonly claim: "held" | "contradicted" | "none";
  /** The verdict that the scenario claims for this release; `null` if it claims none. Where the run can't be compared, `claim` is `none`. */
  readonly claimed: string | null;
  readonly durationMs: number;
  /** Taken from the cache of results, not run now. */
  readonly cached: boolean;
  readonly observation: Observation;
  /** The run's folder, kept by `--keep`; else `null`. */
  readonly folder: string | null;
  /** What uv printed with `-v`, in a run of its own; `null` if it was not asked for. */
  readonly verboseLog: string | null;
  readonly environment: RunEnvironment;
  /** The scenario's TOML as written. */
  readonly scenarioText: string;
  /** The scenario as parsed: its conditions, steps and files are put into words. */
  readonly definition: Scenario;
  /** Project files with placeholders filled and secrets redacted; `null`: show them as the scenario wrote them. */
  readonly filledFiles: Readonly<Record<string, string>> | null;
}

/** Where the run took place, and what the harness itself put there. */
export interface RunEnvironment {
  /** What the harness set in the environment of every step, and why. */
  readonly added: readonly AddedVariable[];
  /** For example `3.11.7`. */
  readonly python: string;
  /** For example `Linux 6.8.0 x86_64`. */
  readonly platform: string;
  /** For example `v24.21.0`. */
  readonly node: string;
  /** Version of uv-mre. */
  readonly toolVersion: string;
  /** What kept the commands from this machine. */
  readonly sandbox: "bwrap" | "docker" | "none";
  /** Why nothing did. */
  readonly withoutSandbox?: string;
}

/** Something more to fold into a scenario's section of the report, for example the script of `--with-script`. */
export interface Attachment {
  /** `RunResult.scenario` of the section it belongs to. */
  readonly scenario: string;
  readonly summary: string;
  /** The summary where only the beginning of the text fits: says where the whole is. The same unless said. */
  readonly cutSummary?: string;
  /** Info string of its fence, for example `sh`. */
  readonly language: string;
  readonly text: string;
}

interface AddedVariable {
  readonly name: string;
  readonly value: string;
  readonly why: string;
}
