/** Layers, outermost first: cli > run > effects > core. Run by scripts/check-layers.ts. */
const TEST = "\\.test\\.ts$";
const CORE = "^src/(scenario|observation|condition|judge|bisect|explore|report|export|capture|minimize)/";
const EFFECTS = "^src/(process|workspace|gateway|backend|package|sandbox|uv)/";
const ENTRY = "^src/(index|vitest|testcontainers|bin)\\.ts$";
const rule = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });

module.exports = {
  forbidden: [
    rule("no-cycles", "A cycle means that two files are one concept.", {}, { circular: true }),
    rule(
      "core-is-pure",
      "The core sees values only: no Node built-ins (node:util aside), no process, no network.",
      { path: CORE, pathNot: TEST },
      { dependencyTypes: ["core"], pathNot: "^(node:)?util$" },
    ),
    rule(
      "core-packages",
      "The core parses, validates and compares versions; nothing else comes from outside.",
      { path: CORE, pathNot: TEST },
      { dependencyTypes: ["npm", "npm-dev"], pathNot: "node_modules/(smol-toml|toml-eslint-parser|valibot|@renovatebot/pep440|re2js)/" },
    ),
    rule("tests-are-leaves", "Production code never imports a test.", { pathNot: TEST }, { path: TEST }),
    rule(
      "core-stays-inside",
      "The core never looks outward.",
      { path: CORE, pathNot: TEST },
      { path: `${EFFECTS}|^src/(disk|tool|run|cli)/|${ENTRY}` },
    ),
    rule(
      "export-stands-above-report",
      "An export is made of what reports are made of, and never the other way round.",
      { path: "^src/(scenario|observation|judge|bisect|explore|report)/", pathNot: TEST },
      { path: "^src/export/" },
    ),
    rule(
      "capture-stands-above-report",
      "What is captured becomes a scenario; nothing that judges or reports knows of it.",
      { path: "^src/(scenario|observation|condition|judge|bisect|explore|report|export)/", pathNot: TEST },
      { path: "^src/(capture|minimize)/" },
    ),
    rule(
      "effects-are-siblings",
      "Only src/run composes effects.",
      { path: "^src/(process|workspace|gateway|backend|package|sandbox|uv)/", pathNot: TEST },
      { path: EFFECTS, pathNot: "^src/$1/" },
    ),
    rule(
      "disk-stands-below",
      "How files are read, written and removed safely; every effect may use it, and it knows none.",
      { path: "^src/disk/", pathNot: TEST },
      { path: `${EFFECTS}|^src/(run|cli|scenario|judge|bisect|explore|report)/|${ENTRY}` },
    ),
    rule(
      "tool-stands-below",
      "How uv and pip are called for our own work; every effect may use it, and it knows none.",
      { path: "^src/tool/", pathNot: TEST },
      { path: `${EFFECTS}|^src/(run|cli|judge|bisect|explore|report|export)/|${ENTRY}` },
    ),
    rule(
      "effects-do-not-look-up",
      "Effects know nothing of orchestration, verdicts or output.",
      { path: EFFECTS, pathNot: TEST },
      { path: `^src/(run|cli|judge|bisect|explore|report|export|capture|minimize)/|${ENTRY}` },
    ),
    rule(
      "run-does-not-look-up",
      "Composition knows nothing of the terminal.",
      { path: "^src/run/", pathNot: TEST },
      { path: `^src/cli/|${ENTRY}` },
    ),
    rule("cli-is-a-leaf", "cli is a leaf.", { pathNot: "^src/(cli/|bin\\.ts$)" }, { path: "^src/cli/" }),
    rule("front-door-is-a-leaf", "index.ts is for consumers.", { pathNot: TEST }, { path: "^src/index\\.ts$" }),
    rule(
      "one-spawn-site",
      "Every child process goes through one folder.",
      { path: "^src/", pathNot: `^src/process/|${TEST}` },
      { path: "node_modules/execa/|^(node:)?child_process$" },
    ),
    rule(
      "one-docker-site",
      "testcontainers has one owner.",
      { path: "^src/", pathNot: `^src/backend/|${TEST}` },
      { path: "node_modules/testcontainers/" },
    ),
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default"] },
  },
};
