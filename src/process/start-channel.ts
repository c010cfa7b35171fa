import { spawn } from "node:child_process";
import type { StartChannel } from "../observation/process.ts";
import { CALL_VARIABLE, noteStrangers, RUN_VARIABLE } from "./tagged-processes.ts";
import { openOutput } from "./output.ts";
import { newCallId } from "./run-process.ts";

/**
 * A `StartChannel` whose children carry `UV_MRE_RUN=<tag>`. Node's own `spawn`: execa's channel drops the handles.
 * When this process ends, however that is, the channel ends, and by it the child.
 */
export function createStartChannel(options: { readonly tag: string }): StartChannel {
  return async (request) => {
    noteStrangers();
    const call = newCallId();
    const output = await openOutput(request.outputDir, `${call}.log`);
    const child = spawn(request.file, request.args, {
      cwd: request.cwd,
      env: { ...request.env, [RUN_VARIABLE]: options.tag, [CALL_VARIABLE]: call },
      stdio: ["ignore", output.fd, output.fd, "ipc"],
      // A Ctrl-C is for us: the steps must not lose their network before they have ended.
      detached: true,
    });
    const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    const { pid } = await new Promise<typeof child>((resolve, reject) => {
      child.once("spawn", () => resolve(child));
      child.once("error", (error) => reject(new Error(`${request.file} could not be started: ${error.message}`)));
    }).catch(async (error: unknown) => {
      await output[Symbol.asyncDispose]();
      throw error;
    });
    child.on("message", (message, handle) => request.onMessage(message, handle));
    void ended.then(async () =>
      request.onEnd(
        await output.read().then(
          ({ text }) => text,
          () => "",
        ),
      ),
    );
    return {
      pid: pid ?? 0,
      // What is lost so shows by its end.
      send: (line) => void child.send(line, () => undefined),
      async [Symbol.asyncDispose]() {
        if (child.connected) child.disconnect();
        child.kill("SIGKILL");
        await ended;
        await output[Symbol.asyncDispose]();
      },
    };
  };
}
