import { expect, test } from "vitest";
import { indexOf, openFixture, openTunnel } from "../../test/gateway-fixture.ts";
import { type Unreachable, UNREACHABLE } from "../scenario/model.ts";

const hostThat = (kind: Unreachable) =>
  indexOf({ name: kind, url: `https://${kind}.example.com/simple/`, users: [], faults: [{ kind, for: "any", when: "always" }] });
const INDEXES = [
  ...UNREACHABLE.map(hostThat),
  indexOf({ url: "https://feeds.example.com/simple/", users: [] }),
  indexOf({ name: "proxy", url: "http://proxy.example.com:3128/", users: [], proxy: { breaksTls: false } }),
];

test("a company's proxy says of a host that it cannot reach it: 503, or 504 where it waited", async () => {
  await using it = await openFixture({ indexes: INDEXES });
  const proxy = new URL(it.gateway.urlOf("proxy"));
  const told: Record<string, string> = {};
  for (const name of [...UNREACHABLE, "feeds"]) {
    told[name] = await openTunnel(proxy, `${name}.example.com:443`).then(
      (socket) => (socket.destroy(), "open"),
      (error: Error) => error.message.split("\r\n")[0] ?? "",
    );
  }
  expect(told).toEqual({
    "no-such-host": "HTTP/1.1 503 Service Unavailable",
    "connection-refused": "HTTP/1.1 503 Service Unavailable",
    "connect-timeout": "HTTP/1.1 504 Gateway Timeout",
    feeds: "open",
  });
  expect(it.records().flatMap(({ index, url, status }) => (index === "proxy" ? [`${url} ${status}`] : []))).toEqual([
    "https://no-such-host.example.com:443/ 503",
    "https://connection-refused.example.com:443/ 503",
    "https://connect-timeout.example.com:443/ 504",
    "https://feeds.example.com:443/ 200",
  ]);
  it.gateway.apply({ kind: "faults", index: "no-such-host", faults: [] });
  (await openTunnel(proxy, "no-such-host.example.com:443")).destroy();
  expect(it.troubles).toEqual([]);
});

test("a host that cannot be reached is our trouble where it is asked by our own proxy", async () => {
  await using it = await openFixture({ indexes: INDEXES });
  await expect(openTunnel(new URL(it.gateway.proxyUrl ?? ""), "no-such-host.example.com:443")).rejects.toThrow("the tunnel was refused");
  expect(it.troubles).toEqual([expect.stringContaining("no-such-host.example.com cannot be reached")]);
});
