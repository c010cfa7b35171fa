import { expect, test } from "vitest";
import { startedAs } from "./started-as.ts";

test.each([
  ["uvx", { UV_MRE_STARTED_AS: "uvx uv-mre" }, "/x/dist/bin.js", "uvx uv-mre"],
  ["a tool that uv installed, or pip", { UV_MRE_STARTED_AS: "uv-mre" }, "/x/dist/bin.js", "uv-mre"],
  ["npx", { npm_command: "exec" }, "/x/node_modules/.bin/uv-mre", "npx uv-mre"],
  ["a project's own, by a script of npm", { npm_command: "run-script" }, "/x/node_modules/.bin/uv-mre", "npx uv-mre"],
  ["npm install --global", {}, "/usr/local/bin/uv-mre", "uv-mre"],
  ["what is built of a checkout", {}, "/x/dist/bin.js", "npx uv-mre"],
  ["a value of somebody else's", { UV_MRE_STARTED_AS: "rm -rf /" }, "/usr/local/bin/uv-mre", "uv-mre"],
])("%s", (_, env, script, words) => {
  expect(startedAs(env, script).join(" ")).toBe(words);
});
