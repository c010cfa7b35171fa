import { createEmbeddedBackend, type EmbeddedBackend } from "../../backend/embedded.ts";
import { type PypiserverIndex, servedFiles } from "../../backend/pypiserver-index.ts";
import { pypiserverRequest, validAccounts } from "../../backend/pypiserver-request.ts";
import type { Source } from "../../gateway/source.ts";
import { createRunBytes } from "../../process/run-bytes.ts";
import { systemTool } from "../../workspace/commands.ts";
import { machineryOf } from "../harness/machinery.ts";
import { gitSource } from "./git-source.ts";
import type { Secret } from "../../observation/secret.ts";
import { type Distribution, laidAt } from "../../scenario/distribution.ts";
import type { Change, Index, Scenario, User } from "../../scenario/model.ts";
import type { Harness, Prepared } from "../harness/harness.ts";
import type { RunOptions } from "./options.ts";
import { buildDistributions } from "../harness/prepare.ts";

/** Where each index of a run gets its files from, by index name. */
export interface OpenSources {
  readonly byIndex: ReadonlyMap<string, Source>;
  /** Carries a change to the backends; the gateway has been told already. */
  apply(change: Change): Promise<void>;
}

/** An index of this run on a pypiserver that many runs share; it goes with that server. */
interface Room {
  readonly index: PypiserverIndex;
  users: readonly User[];
  distributions: readonly Distribution[];
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
  const rooms = new Map<string, Room>();
  for (const index of [...scenario.indexes, scenario.defaultIndex]) {
    const missing = options.breakage === "package-missing" && index !== scenario.defaultIndex;
    const distributions = missing ? [] : (prepared.distributions.get(index.name) ?? []);
    if (index.git === true) {
      const repositories = missing ? null : (prepared.repositories.get(index.name) ?? null);
      const run = createRunBytes(machineryOf(harness).tag);
      byIndex.set(index.name, gitSource({ git: systemTool("git") ?? "git", repositories, run, outputDir: machineryOf(harness).folder }));
    } else if (index.backend === "embedded" || index === scenario.defaultIndex) {
      const backend = createEmbeddedBackend({ distributions });
      embedded.set(index.name, backend);
      byIndex.set(index.name, { kind: "files", list: () => backend.list() });
    } else {
      const room = await openRoom(harness, index, distributions, secrets);
      rooms.set(index.name, room);
      byIndex.set(index.name, { kind: "upstream", url: room.index.origin, list: () => room.distributions });
    }
  }
  return {
    byIndex,
    async apply(change) {
      const room = rooms.get(change.index);
      if (change.kind === "publish") {
        const built = await buildDistributions([change.package]);
        embedded.get(change.index)?.publish(built);
        for (const [name, backend] of embedded) {
          const files = laidAt(name, built);
          if (files.length > 0) backend.publish(files);
        }
        if (room !== undefined) {
          room.distributions = [...room.distributions, ...built];
          await room.index.publish(servedFiles(change.index, built));
        }
      } else if (change.kind === "user-state" && room !== undefined) {
        room.users = room.users.map((user) => (user.name === change.user ? { ...user, state: change.state } : user));
        await room.index.setAccounts(validAccounts(change.index, room.users, secrets));
      }
    },
  };
}

async function openRoom(harness: Harness, index: Index, distributions: readonly Distribution[], secrets: readonly Secret[]): Promise<Room> {
  const server = await harness.pypiserver(index.backend === "pypiserver" ? "pypiserver" : "pypiserver-container");
  const opened = await server.openIndex(pypiserverRequest(index, distributions, secrets));
  return { index: opened, users: index.users, distributions };
}
