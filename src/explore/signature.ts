import type { Observation } from "../observation/model.ts";

/** What a run showed, shortened so that runs that showed the same have the same text: exits, and the kinds of final answers. */
export function signatureOf(observation: Observation): string {
  return observation.steps
    .map((step, index) => {
      const finals = observation.requests.filter((request) => request.step === index && request.final);
      const kinds = new Set(finals.map((request) => `${request.index ?? "default"} ${request.status} ${request.authorization}`));
      const calls = new Set(
        observation.keyring.filter((call) => call.step === index).map((call) => `keyring ${call.from} ${call.raised ?? "ok"}`),
      );
      return `${step.argv.slice(0, 3).join(" ")}: exit ${step.exit ?? step.signal ?? "none"} [${[...kinds, ...calls].sort().join(", ")}]`;
    })
    .join("; ");
}
