import type { Scenario } from "../../scenario/model.ts";

const ALWAYS = [80, 443];
const MOST = 256;
const LOOPBACK = /^(?:127\.|localhost$|\[?::1\]?$)/;

/**
 * The ports at which something may be asked: those of http and https, and all that a scenario names after a host. Those of
 * the loopback addresses are the steps' own, but for an index that is declared there.
 */
export function portsOf(scenario: Scenario): number[] {
  const { indexes, files, home, env, steps } = scenario;
  const declared = indexes.map(({ url }) => new URL(url)).flatMap(({ port }) => (port === "" ? [] : [Number(port)]));
  const named: number[] = [];
  for (const match of JSON.stringify([indexes, files, home, env, steps]).matchAll(/([\w.-]*\w|\[[\d:a-f.]+\]):(\d{2,5})(?!\d)/gi)) {
    const [, host = "", port = ""] = match;
    if (!LOOPBACK.test(host)) named.push(Number(port));
  }
  const all = [...ALWAYS, ...declared, ...named].filter((port) => port > 0 && port < 65_536);
  return [...new Set(all)].slice(0, MOST);
}
