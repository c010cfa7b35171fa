import { execFile } from "node:child_process";
import { createSocket } from "node:dgram";
import { existsSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/real-tools.ts";
import { namespacesWanted } from "../../test/sandbox.ts";
import { thePython } from "../../test/workspace-fixture.ts";
import { packageRoot } from "../package-root.ts";
import { createStartChannel } from "../process/start-channel.ts";
import { enterArguments, holdNetwork, NAMESPACES } from "./holder.ts";
import { DNS_ADDRESS, type HeldNetwork } from "./sockets.ts";

const runFile = promisify(execFile);
const tag = `test-holder-${process.pid}`;

async function held(ports: readonly number[], outputDir: string, python?: string): Promise<HeldNetwork> {
  return holdNetwork({
    start: createStartChannel({ tag }),
    unshare: "/usr/bin/unshare",
    python: python ?? (await thePython()).file,
    program: path.join(packageRoot(), "programs/sandbox/holder.py"),
    bwrap: "/usr/bin/bwrap",
    seccompFile: null,
    ports,
    outputDir,
  });
}

/** Runs Python inside the network. */
async function inside({ pid }: HeldNetwork, source: string): Promise<string> {
  const { stdout } = await runFile("nsenter", [...enterArguments(pid), (await thePython()).file, "-c", source]);
  return stdout.trim();
}

/** Answers every connection with the address and port that were asked for. */
async function listening(network: HeldNetwork): Promise<AsyncDisposable> {
  const servers = network.listeners.map(({ handle }): Server => {
    const server = createServer((socket: Socket) => socket.end(`${socket.localAddress} ${socket.localPort}`));
    return server.listen(handle);
  });
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    },
  };
}

describe.skipIf(!namespacesWanted())("the holder of a run's network", () => {
  it("passes its listeners to this process, which answers whatever address is asked", async () => {
    await using folder = await temporaryFolder();
    await using network = await held([443, 80, 8080], folder.path);
    expect(network.listeners.map(({ port }) => port)).toEqual([80, 443, 8080]);
    await using _servers = await listening(network);
    const ask = `
import socket
for address in ("198.18.0.1", 443), ("203.0.113.7", 80), ("8.8.8.8", 8080):
    with socket.create_connection(address) as connection:
        print(connection.recv(99).decode())
try:
    socket.create_connection(("203.0.113.7", 81))
except OSError as error:
    print(type(error).__name__)`;
    expect(await inside(network, ask)).toBe("198.18.0.1 443\n203.0.113.7 80\n8.8.8.8 8080\nConnectionRefusedError");
  });

  it.each([[[]], [[53, 80]]])("passes the socket on which questions for names come, beside listeners at ports %j", async (ports) => {
    await using folder = await temporaryFolder();
    await using network = await held(ports, folder.path);
    expect(network.listeners.map(({ port }) => port)).toEqual(ports);
    const socket = createSocket("udp4");
    socket.on("message", (question, { port, address }) => socket.send(`${question.toString()}!`, port, address));
    // Node takes a handle here as `listen` does; its types do not say so.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    socket.bind(network.names as unknown as number);
    const ask = `
import socket
with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as names:
    names.connect(("${DNS_ADDRESS}", 53))
    names.send(b"who")
    print(names.recv(99).decode())`;
    expect(await inside(network, ask)).toBe("who!");
    socket.close();
  });

  it("ends when we let go of it", async () => {
    await using folder = await temporaryFolder();
    const network = await held([80], folder.path);
    expect(existsSync(`/proc/${network.pid}`)).toBe(true);
    await network[Symbol.asyncDispose]();
    expect(existsSync(`/proc/${network.pid}`)).toBe(false);
  });

  it("ends by itself when the channel does, as after a SIGKILL of the harness", async () => {
    const source = `
      import { spawn } from "node:child_process";
      const holder = spawn("unshare", process.argv.slice(1), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
      holder.on("message", () => { console.log(holder.pid); process.kill(process.pid, "SIGKILL"); });`;
    const program = path.join(packageRoot(), "programs/sandbox/holder.py");
    await using folder = await temporaryFolder();
    const bytecode = path.join(folder.path, "bytecode");
    const args = [...NAMESPACES, "--", (await thePython()).file, "-ISEB", program, bytecode, "/usr/bin/bwrap", "", "0"];
    const { stdout } = await runFile(process.execPath, ["--input-type=module", "-e", source, "--", ...args]).catch(
      (error: { stdout: string }) => error,
    );
    const pid = Number(stdout.trim());
    expect(pid).toBeGreaterThan(1);
    await expect.poll(() => existsSync(`/proc/${pid}`), { timeout: 20_000 }).toBe(false);
  });

  it("says what went wrong when it cannot open the network", async () => {
    await using folder = await temporaryFolder();
    await expect(held([70_000], folder.path)).rejects.toThrow(/the network of the run ended: .*port must be 0-65535/);
    await expect(held([80], folder.path, "/nowhere/python")).rejects.toThrow(/the network of the run ended: .*\/nowhere\/python/);
  });
});
