import { tmpdir } from "node:os";
import type { ProcessIdentity, ProcessResult, PythonInfo } from "../src/observation/process.ts";
import { createProcessIdentity } from "../src/process/process-identity.ts";
import { createRunProcess } from "../src/process/run-process.ts";
import { buildEnvironment, type EnvironmentOptions } from "../src/workspace/environment.ts";
import { createWorkspace, type Workspace } from "../src/workspace/workspace.ts";
import { recordingPrograms } from "../src/run/programs.ts";
import { realPython, someUv } from "./real-tools.ts";

let python: Promise<PythonInfo> | null = null;
/** Asked once a test file: a version manager's shim takes its time. */
export function thePython(): Promise<PythonInfo> {
  return (python ??= realPython());
}

/** A real workspace with real tools, and a way to run commands in it. */
export interface WorkspaceFixture extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly owner: ProcessIdentity;
  readonly python: PythonInfo;
  readonly uv: string;
  environment(options?: Partial<EnvironmentOptions>): Record<string, string>;
  run(
    command: string,
    args: readonly string[],
    options?: { env?: Partial<EnvironmentOptions>; timeoutMs?: number },
  ): Promise<ProcessResult>;
}

export async function openWorkspaceFixture(
  options: { uv?: string; python?: PythonInfo; baseDir?: string; keyring?: string | null; systemTools?: string; probe?: boolean } = {},
): Promise<WorkspaceFixture> {
  const [owner, python, uv] = await Promise.all([createProcessIdentity(), options.python ?? thePython(), options.uv ?? someUv()]);
  const run = `test-${process.pid}-${Math.random().toString(36).slice(2)}`;
  const workspace = await createWorkspace({
    run,
    owner,
    commands: { uv, otherUvs: new Map(), tools: [], python, keyring: options.keyring ?? null, systemTools: options.systemTools ?? null },
    baseDir: options.baseDir ?? tmpdir(),
    recording: options.probe === false ? null : recordingPrograms(),
  });
  const runProcess = createRunProcess({ tag: run });
  const environment = (extra: Partial<EnvironmentOptions> = {}): Record<string, string> =>
    buildEnvironment({
      paths: workspace.paths,
      run,
      // Nobody listens on the discard port: what a test asks of the network fails at once.
      network: { kind: "proxy", proxyUrl: "http://127.0.0.1:9" },
      step: 0,
      env: {},
      activeVenv: null,
      tls: "file",
      keyringPlugin: true,
      pipConfig: false,
      host: process.env,
      platform: process.platform,
      ...extra,
    });
  return {
    workspace,
    owner,
    python,
    uv,
    environment,
    run: async (command, args, { env = {}, timeoutMs = 60_000 } = {}) => {
      const variables = environment(env);
      const file = await workspace.findCommand(command, variables);
      if (file === null) throw new Error(`${command} is not on PATH`);
      const { paths } = workspace;
      return runProcess({ file, args, cwd: paths.project, env: variables, stdin: null, timeoutMs, outputDir: paths.output });
    },
    [Symbol.asyncDispose]: () => workspace[Symbol.asyncDispose](),
  };
}
