import { devNull } from "node:os";
import { type Answer, plain } from "../../gateway/answer.ts";
import type { GitRequest, Source } from "../../gateway/source.ts";
import type { RunBytes } from "../../process/run-bytes.ts";

export interface GitServer {
  /** Absolute path of git. */
  readonly git: string;
  /** Of bare repositories; `null`: it has none. */
  readonly repositories: string | null;
  readonly run: RunBytes;
  /** For the files of its calls. */
  readonly outputDir: string;
}

/** git's own server program, called for each request as a web server does. A repository is found with or without `.git`. */
export function gitSource({ git, repositories, run, outputDir }: GitServer): Source {
  return {
    kind: "git",
    async serve(request) {
      if (repositories === null) return plain(404, "404 Not Found\n");
      const { exit, stdout, stderr } = await run({
        file: git,
        args: ["http-backend"],
        cwd: repositories,
        env: environment(request, repositories),
        stdin: request.method === "POST" ? await request.body() : new Uint8Array(),
        outputDir,
      });
      const answer = exit === 0 ? parse(Buffer.from(stdout)) : null;
      if (answer === null) throw new Error(`git http-backend ended with ${exit ?? "a signal"}: ${stderr.trim()}`);
      return answer;
    },
  };
}

function environment({ method, path, query, user, header }: GitRequest, repositories: string): Record<string, string> {
  const headers = { CONTENT_TYPE: "content-type", HTTP_CONTENT_ENCODING: "content-encoding", HTTP_GIT_PROTOCOL: "git-protocol" };
  const sent = Object.entries(headers).flatMap(([name, of]) => {
    const value = header(of);
    return value === null ? [] : [[name, value] as const];
  });
  return {
    ...Object.fromEntries(sent),
    GIT_PROJECT_ROOT: repositories,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_CONFIG_NOSYSTEM: "1",
    // Neither another account's settings, nor a push: the next run has the same repositories.
    GIT_CONFIG_GLOBAL: devNull,
    GIT_CONFIG_COUNT: "2",
    GIT_CONFIG_KEY_0: "safe.directory",
    GIT_CONFIG_VALUE_0: "*",
    GIT_CONFIG_KEY_1: "http.receivepack",
    GIT_CONFIG_VALUE_1: "false",
    HOME: repositories,
    REQUEST_METHOD: method,
    PATH_INFO: `/${path.replace(/^([^/]+?)(?:\.git)?(?=\/|$)/, "$1.git")}`,
    QUERY_STRING: query,
    REMOTE_ADDR: "127.0.0.1",
    ...(user === null ? {} : { REMOTE_USER: user }),
  };
}

/** What CGI prints: header lines, one of which may be the status, an empty line, the body. */
function parse(output: Buffer): Answer | null {
  const end = output.indexOf("\r\n\r\n");
  if (end < 0) return null;
  const lines = output.subarray(0, end).toString("latin1").split("\r\n");
  const headers = lines.flatMap((line): [string, string][] => {
    const colon = line.indexOf(":");
    return colon < 0 ? [] : [[line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]];
  });
  const { status = "200", ...others } = Object.fromEntries(headers);
  return { status: Number.parseInt(status, 10), headers: others, body: { kind: "bytes", bytes: output.subarray(end + 4) } };
}
