import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const told = (top: string, env: string): string[] => {
  const step = `[[step]]\nrun = "uv sync"\nenv = { ${env} }\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
  const result = parseScenario(`schema = 1\ntitle = "x"\n${top}\n${step}`);
  return result.ok ? ["(ok)"] : result.problems.map(({ key, message }) => `${key}: ${message}`);
};
const OURS = "the proxy is uv-mre's own: it leads to the scenario's indexes, and keeps uv off the network";

test("a step's proxy is the scenario's own, or an error", () => {
  const proxy = '[proxy]\nuser = "alice"';
  expect(told(proxy, 'HTTPS_PROXY = "{{login.proxy}}", no_proxy = "localhost"')).toEqual(["(ok)"]);
  expect(told(proxy, 'https_proxy = "{{url.proxy.alice}}"')).toEqual(["(ok)"]);
  expect(told(proxy, 'HTTPS_PROXY = "http://proxy.example.org:3128"')).toEqual([`step[0].env.HTTPS_PROXY: ${OURS}`]);
  // An index of that name is no proxy: uv would leave the run.
  expect(told("[index.proxy]", 'HTTPS_PROXY = "{{url.proxy}}"')).toEqual([`step[0].env.HTTPS_PROXY: ${OURS}`]);
  expect(told("", 'NO_PROXY = "*"')).toEqual([`step[0].env.NO_PROXY: ${OURS}`]);
  expect(told('[proxy]\nurl = "https://proxy.example.com/"', 'A = "1"')).toEqual(["proxy.url: the proxy itself is spoken to by http"]);
  expect(told("[index.proxy]\n[proxy]", 'A = "1"')).toEqual(["proxy: an index is named `proxy` already"]);
});
