// Asks for one URL for a second, on kept connections or on a new one each time, and prints the answers a second.
import { once } from "node:events";
import { connect } from "node:net";
import { requestsPerSecond } from "./load.ts";

const [url = "", what = ""] = process.argv.slice(2);
const DURATION_MS = 1_000;

if (what === "connection") console.log(await connectionsPerSecond());
else console.log(await requestsPerSecond({ url, authorization: "", connections: 4, durationMs: DURATION_MS }));

async function connectionsPerSecond(): Promise<number> {
  const { hostname, port, host, pathname } = new URL(url);
  const started = performance.now();
  let answers = 0;
  for (; performance.now() - started < DURATION_MS; answers++) {
    const socket = connect({ host: hostname, port: Number(port || 80) });
    socket.write(`GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    socket.resume();
    await once(socket, "close");
  }
  return (answers * 1_000) / (performance.now() - started);
}
