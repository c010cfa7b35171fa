// Our gateway in a process of its own, so that it and the one who measures do not share a core. Reads what to serve
// from its first argument, prints where, and ends with its standard input.
import { once } from "node:events";
import { readFile } from "node:fs/promises";

import { startGateway } from "../src/gateway/gateway.ts";
import type { Distribution } from "../src/scenario/distribution.ts";
import { plainIndex } from "../test/scenario-fixture.ts";
import type { Secret } from "../src/observation/secret.ts";

const served: { distributions: readonly Distribution[]; user: string; secret: string } = JSON.parse(
  await readFile(process.argv[2] ?? "", "utf8"),
);

const index = plainIndex({
  name: "private",
  url: "http://feeds.example.com/acme/simple/",
  users: [{ name: served.user, state: "good" }],
});
const secret: Secret = { name: `private.${served.user}`, index: "private", user: served.user, kind: "good", value: served.secret };

await using gateway = await startGateway({
  mode: "loopback",
  indexes: [index],
  defaultIndex: { ...index, name: "default", url: "https://default.example/simple/", users: [] },
  source: new Map([["private", { kind: "files", list: () => served.distributions }]]),
  secrets: [secret],
  now: () => performance.now(),
  trouble: (detail) => console.error(detail),
});
console.log(gateway.urlOf("private"));
process.stdin.resume();
await once(process.stdin, "end");
