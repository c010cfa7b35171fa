import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { recordedEnvironment } from "../../capture/record/environment.ts";
import { type Recorded, recordedFacts, recordedOf } from "../../capture/record/recorded.ts";
import { proxyFor, type ReadVariable, trustOf } from "../../capture/look/proxy-and-trust.ts";
import type { Looked } from "../../capture/model.ts";
import { removeTree } from "../../disk/remove-tree.ts";
import type { WireAnswer } from "../../observation/wire.ts";
import { UserError } from "../../scenario/error.ts";
import { createRunFolder } from "../../workspace/run-folder.ts";
import type { Harness } from "../harness/harness.ts";
import { machineryOf } from "../harness/machinery.ts";
import { authorities } from "./ask.ts";
import type { Lead, LoggedRun } from "./logged-run.ts";

export interface Recording {
  readonly looked: Looked;
  /** Without the secrets of its URLs. */
  readonly argv: readonly string[];
  /** URLs of the indexes that were asked. */
  readonly indexes: readonly string[];
  readonly runOriginal: (lead: Lead) => Promise<LoggedRun>;
  /** What a run shows that the runs without a gateway did not, or the other way round. */
  readonly unlike: (logged: LoggedRun) => readonly string[];
  /** Whether a text holds no name of the original. */
  readonly isPlain: (text: string) => boolean;
  readonly tell: (line: string) => void;
}

/** What a recorded run brought. */
export interface Wire {
  readonly recorded: readonly Recorded[];
  /** That, or why there is nothing, without a name of the original. */
  readonly words: readonly string[];
}

/** Runs the command once more, with a gateway in front of the real registries. A run that shows something else is thrown away. */
export async function record(harness: Harness, recording: Recording): Promise<Wire> {
  const { indexes, unlike, isPlain, tell } = recording;
  tell("once more, with a gateway in front of the registries that opens what uv asks for, and nothing else");
  const { logged, answers } = await passThrough(harness, recording);
  const why = unlike(logged);
  if (why.length > 0) {
    const told = why.filter(isPlain).join("; ");
    const words = `recorded, and thrown away, since the gateway changed what is seen${told === "" ? "" : `: ${told}`}`;
    return { recorded: [], words: [words] };
  }
  const recorded = recordedOf(answers, indexes);
  const facts = recordedFacts(recorded, indexes).filter(isPlain);
  return { recorded, words: facts.length > 0 ? facts : ["recorded: nothing that the log had not told"] };
}

/** What passes is read in memory and kept nowhere. */
async function passThrough(
  harness: Harness,
  { looked, argv, runOriginal, tell }: Recording,
): Promise<{ readonly logged: LoggedRun; readonly answers: readonly WireAnswer[] }> {
  const { startRecorder } = await import("../../gateway/record/recorder.ts");
  const folder = await createRunFolder(harness.baseDir, machineryOf(harness).identity, machineryOf(harness).tag);
  try {
    const read = readerOf(harness.env);
    const authority = await harness.authority();
    const trust = trustOf(looked, argv);
    const trusted = await authorities(trust, path.join(looked.root, looked.cwd)).catch(() => {
      throw new UserError("--record: SSL_CERT_FILE names no file that can be read, and the gateway's certificates have to stand beside it");
    });
    // keyring, which reads the same file, trusts the system's where there is none.
    const beside = trust.kind === "file" ? trusted : await authorities({ kind: "system" }, folder);
    const certificates = path.join(folder, "authorities.pem");
    await writeFile(certificates, [authority.caPem, ...beside].join("\n"), { mode: 0o600 });
    const answers: WireAnswer[] = [];
    await using recorder = await startRecorder({
      authority,
      trusted: [...trusted, ...(await folderAuthorities(read(["SSL_CERT_DIR"])))],
      via(url) {
        const way = proxyFor(url, read);
        if (way.kind === "closed") throw new Error(way.why);
        return way.url;
      },
      heard: (answer) => void answers.push(answer),
      trouble: (detail) => tell(`the gateway: ${detail}`),
    });
    const logged = await runOriginal((env) => recordedEnvironment(env, { gateway: recorder.address, certificates }));
    await recorder.settled();
    return { logged, answers };
  } finally {
    await removeTree(folder);
  }
}

/** Variables of the reporter's own environment, with the secrets that they have. */
export function readerOf(env: Readonly<Record<string, string>>): ReadVariable {
  return (names) => names.map((name) => env[name] ?? "").find((value) => value !== "") ?? null;
}

/** The certificates of a folder, as uv takes those whose names OpenSSL has hashed. */
async function folderAuthorities(folders: string | null): Promise<string[]> {
  const texts: string[] = [];
  for (const folder of (folders ?? "").split(path.delimiter).filter((each) => each !== "")) {
    const names = (await readdir(folder).catch(() => [])).filter((name) => /^[0-9a-f]{8}\.\d+$/u.test(name));
    texts.push(...(await Promise.all(names.map((name) => readFile(path.join(folder, name), "utf8").catch(() => "")))));
  }
  return texts.filter((text) => text !== "");
}
