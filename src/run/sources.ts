import { createEmbeddedBackend, type EmbeddedBackend } from "../backend/embedded.ts";
import type { PypiserverIndex } from "../backend/pypiserver-index.ts";
import type { Source } from "../gateway/gateway.ts";
import type { Secret } from "../observation/secret.ts";
import type { Distribution } from "../scenario/distribution.ts";
import type { Change, Index, Scenario, UserState } from "../scenario/model.ts";
import type { Harness, Prepared } from "./harness.ts";
import type { RunOptions } from "./options.ts";
import { buildDistributions } from "./prepare.ts";

/** Where each index of a run gets its files from, by index name. */
export interface OpenSources extends AsyncDisposable {
  readonly byIndex: Map<string, Source>;
  /** Carries a change to the backends; the gateway has been told already. */
  apply(change: Change): Promise<void>;
}

/** Opens the backends of all indexes: files of our own, or a room on a real pypiserver behind the gateway. */
export async function openSources(
  harness: Harness,
  scenario: Scenario,
  prepared: Prepared,
  secrets: readonly Secret[],
  options: RunOptions,
): Promise<OpenSources> {
  const byIndex = new Map<string, Source>();
  const embedded = new Map<string, EmbeddedBackend>();
  const rooms = new Map<string, { room: PypiserverIndex; index: Index; states: Map<string, UserState> }>();
  for (const index of [...scenario.indexes, scenario.defaultIndex]) {
    const missing = options.breakage === "package-missing" && index !== scenario.defaultIndex;
    const distributions = missing ? [] : (prepared.distributions.get(index.name) ?? []);
    if (index.backend === "embedded" || index === scenario.defaultIndex) {
      const backend = createEmbeddedBackend({ distributions });
      embedded.set(index.name, backend);
      byIndex.set(index.name, { kind: "files", list: () => backend.list() });
      continue;
    }
    const server = await harness.pypiserver(index.backend);
    const states = new Map(index.users.map((user) => [user.name, user.state]));
    const room = await server.openIndex({
      mount: mountOf(index),
      files: distributions.map(servedFile),
      accounts: accountsOf(index, states, secrets),
      gates: index.users.length === 0 || index.public ? ["update"] : ["list", "download", "update"],
    });
    rooms.set(index.name, { room, index, states });
    byIndex.set(index.name, { kind: "upstream", url: room.origin });
  }
  return {
    byIndex,
    async apply(change) {
      const room = rooms.get(change.index);
      if (change.kind === "publish") {
        const built = await buildDistributions([change.package]);
        embedded.get(change.index)?.publish(built);
        await room?.room.publish(built.map(servedFile));
      } else if (change.kind === "user-state" && room !== undefined) {
        room.states.set(change.user, change.state);
        await room.room.setAccounts(accountsOf(room.index, room.states, secrets));
      }
    },
    async [Symbol.asyncDispose]() {
      // A room goes with its server, which many runs share.
    },
  };
}

function mountOf(index: Index): string {
  return new URL(index.url).pathname.replace(/simple\/?$/, "");
}

function servedFile(file: Distribution): { name: string; sha256: string; content: Distribution["content"] } {
  return { name: file.filename, sha256: file.sha256, content: file.content };
}

/** Only who may read has a password there; the others are unknown to the server. */
function accountsOf(
  index: Index,
  states: ReadonlyMap<string, UserState>,
  secrets: readonly Secret[],
): { name: string; password: string }[] {
  return secrets
    .filter(
      (secret) => secret.index === index.name && secret.kind === "good" && ["good", "guest"].includes(states.get(secret.user) ?? "good"),
    )
    .map((secret) => ({ name: secret.user, password: secret.value }));
}
