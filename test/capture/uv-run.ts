import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { realPython } from "../real-tools.ts";

const runFile = promisify(execFile);

export interface Ran {
  readonly exit: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The environment of the user whose project it is: their home, their PATH, and nothing of the machine that tests. */
export async function personsEnvironment(
  uv: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { file: python } = await realPython();
  const { PATH = "", ...others } = env;
  const path = [...PATH.split(":"), dirname(uv), dirname(python), "/usr/bin", "/bin"].filter((each) => each !== "").join(":");
  return { HOME: join(folder, "home"), PATH: path, UV_PYTHON_DOWNLOADS: "never", ...others };
}

/** Runs uv as that user does, in the project. */
export async function uvRun(uv: string, argv: readonly string[], folder: string, env: Readonly<Record<string, string>>): Promise<Ran> {
  await mkdir(join(folder, "project"), { recursive: true });
  await mkdir(join(folder, "home"), { recursive: true });
  const options = { cwd: join(folder, "project"), env: await personsEnvironment(uv, folder, env), maxBuffer: 1 << 28 };
  return runFile(uv, [...argv], options).then(
    ({ stdout, stderr }) => ({ exit: 0, stdout, stderr }),
    (error: { code?: number; stdout?: string; stderr?: string }) => ({
      exit: error.code ?? -1,
      stdout: error.stdout ?? "",
      stderr: error.stderr ?? "",
    }),
  );
}
