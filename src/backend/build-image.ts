import { Readable } from "node:stream";
import { pack } from "tar-stream";
import type { Docker } from "./docker.ts";

export interface BuildFile {
  /** Relative to the build's context. */
  readonly name: string;
  readonly content: string | Uint8Array;
  readonly mode?: number;
}

export interface BuildOptions {
  /** Of the image; none where the build is what counts. */
  readonly name: string;
  readonly args: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** That its instructions use, by Docker's name; the daemon's own unless said. */
  readonly network?: string;
  /** Run every instruction anew. */
  readonly fresh?: boolean;
  readonly signal?: AbortSignal;
}

export interface Build {
  /** All that the build printed, its error included. */
  readonly output: string;
  /** `null`: it went well. */
  readonly error: string | null;
}

/** Builds an image. testcontainers' own builder says nothing of errors and takes an older image instead. */
export async function buildImage(docker: Docker, files: readonly BuildFile[], options: BuildOptions): Promise<Build> {
  const said: string[] = [];
  let failure: string | null = null;
  try {
    const progress = await docker.buildImage(contextOf(files), {
      t: options.name,
      buildargs: { ...options.args },
      labels: { ...options.labels },
      nocache: options.fresh ?? false,
      ...(options.network === undefined ? {} : { networkmode: options.network }),
      // No container of a failed or interrupted build stays.
      forcerm: true,
      ...(options.signal === undefined ? {} : { abortSignal: options.signal }),
    });
    const lines = await new Promise<{ stream?: string; error?: string }[]>((resolve, reject) => {
      docker.modem.followProgress(progress, (error, all) => (error ? reject(error) : resolve(all)));
    });
    said.push(...lines.map((line) => line.error ?? line.stream ?? ""));
    // An error is one more line of the output: the stream itself ends well.
    failure = lines.findLast((line) => line.error !== undefined)?.error ?? null;
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
    said.push(failure);
  }
  return { output: said.join(""), error: failure };
}

function contextOf(files: readonly BuildFile[]): Readable {
  const archive = pack();
  for (const { name, content, mode = 0o644 } of files) archive.entry({ name, mode }, Buffer.from(content));
  archive.finalize();
  return Readable.from(archive);
}
