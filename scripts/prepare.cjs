// What npm runs after `npm ci`, and before `npx uv-mre` in a checkout. Any Node can read it: it says which are too old.
const { spawnSync } = require("node:child_process");
const { existsSync } = require("node:fs");
const path = require("node:path");

const agent = process.env.npm_config_user_agent || "";
const version = (name) => Number((new RegExp(`\\b${name}/v?(\\d+)`).exec(agent) || [])[1] || Infinity);
const tooOld = version("node") < 20 ? "Node 20" : version("npm") < 9 ? "npm 9" : null;

if (tooOld !== null) {
  console.error(`uv-mre: this checkout needs ${tooOld} or newer; npm says ${agent.split(" ").slice(0, 2).join(", ")}. Nothing was built.`);
  process.exit(1);
}
// `npx uv-mre` comes here at every call: what is built is not built again under the feet of those who use it.
const isThere = existsSync(path.join(__dirname, "../dist/bin.js"));
if (process.env.npm_command !== "exec" || !isThere) {
  const { status } = spawnSync("npm", ["run", "build"], { stdio: "inherit", shell: process.platform === "win32" });
  process.exit(status === null ? 1 : status);
}
