import { expect, test } from "vitest";
import { parseScenario } from "../parse.ts";

const told = (top: string, env: string, rest = ""): string[] => {
  const step = `[[step]]\nrun = "uv sync"\nenv = { ${env} }\n${rest}\nreproduced = { exit = 1 }\nhealthy = { exit = 0 }\n`;
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

test("settings of uv's lead to the scenario's own proxy, or are an error", () => {
  const home = (line: string): string => `[home]\n".config/uv/uv.toml" = '''\n${line}\n'''`;
  const fault = (key: string): string => `home.".config/uv/uv.toml": \`${key}\`: ${OURS}`;
  expect(told(`[proxy]\n${home('https-proxy = "{{url.proxy}}"')}`, "")).toEqual(["(ok)"]);
  expect(told(`[proxy]\n${home('https-proxy = "http://proxy.example.com:3128"')}`, "")).toEqual([fault("https-proxy")]);
  expect(told(`[proxy]\n${home('no-proxy = ["{{url.proxy}}"]')}`, "")).toEqual([fault("no-proxy")]);
  expect(told(home('https-proxy = "{{url.proxy}}"'), "")).toContain(fault("https-proxy"));
});

test("a proxy that cannot be reached itself is a host with a name", () => {
  expect(told('[proxy]\nfaults = [{ kind = "connection-refused" }]', 'HTTPS_PROXY = "{{url.proxy}}"')).toEqual(["(ok)"]);
  expect(told('[proxy]\nurl = "http://127.0.0.1:3128/"\nfaults = [{ kind = "no-such-host" }]', "")).toEqual([
    'proxy.faults: `127.0.0.1` is an address, and "no-such-host" is said of a name',
  ]);
  expect(told('[proxy]\nfaults = [{ kind = "status" }]', "")[0]).toContain("proxy.faults[0].kind");
});

test("a host that cannot be reached is so as a whole, and has a name", () => {
  const index = (fault: string, url = "https://pypi.example.com/simple/"): string => `[index.a]\nurl = "${url}"\nfaults = [{ ${fault} }]`;
  expect(told(index('kind = "no-such-host"'), "")).toEqual(["(ok)"]);
  expect(told('[index.default]\nfaults = [{ kind = "connect-timeout" }]', "")).toEqual(["(ok)"]);
  expect(told(index('kind = "no-such-host", nth = 2'), "")).toEqual([
    'index.a.faults[0].nth: "no-such-host" is said of the whole host, whatever is asked there',
  ]);
  const address = 'is an address, and "connection-refused" is said of a name';
  expect(told(index('kind = "connection-refused"', "http://127.0.0.1:8080/simple/"), "")).toEqual([
    `index.a.faults: \`127.0.0.1\` ${address}`,
  ]);
  const set = 'set = { index = "a", faults = [{ kind = "connection-refused" }] }';
  expect(told('[index.a]\nurl = "http://localhost:8080/simple/"', "", set)).toEqual([`step[0].set: \`localhost\` ${address}`]);
});
