import { createHash, randomUUID } from "node:crypto";
import type { Distribution } from "../scenario/distribution.ts";
import { PYPISERVER_GATES, type PypiserverGate } from "../scenario/flavour.ts";
import { UserError } from "../scenario/error.ts";
import { type Account, htpasswd } from "./htpasswd.ts";

export type Gate = PypiserverGate;
export const GATES: readonly Gate[] = PYPISERVER_GATES;

/** A file that an index hands out. */
export interface ServedFile {
  readonly name: string;
  readonly sha256: string;
  readonly content: { readonly kind: "bytes"; readonly bytes: Uint8Array } | { readonly kind: "file"; readonly path: string };
}

export interface IndexRequest {
  /** Path under which people see the index, as `/acme/pypi/`; `/simple/…` and `/packages/…` are below it. */
  readonly mount: string;
  readonly files: readonly ServedFile[];
  readonly accounts: readonly Account[];
  /** Empty: open to everybody. */
  readonly gates: readonly Gate[];
}

/** One index on a pypiserver, apart from all others on it: its own files, users and uploads. */
export interface PypiserverIndex {
  /**
   * `http://HOST:PORT/_index/ID`: put before a path as people see it, it is where to ask. Links and redirects in
   * the answers name that path, without this prefix; redirects name the host of the request's `Host`.
   */
  readonly origin: string;
  /** Its simple pages: `origin`, the mount and `simple/`. */
  readonly url: string;
  /** From now on only these; the server looks again on each request. */
  setAccounts(accounts: readonly Account[]): Promise<void>;
  publish(files: readonly ServedFile[]): Promise<void>;
}

/** Where a pypiserver finds its files; `/`-separated paths below its data folder. */
export interface FileStore {
  /** They are there, in this order, when it returns. */
  put(files: readonly { readonly path: string; readonly content: ServedFile["content"] }[]): Promise<void>;
}

/** A pypiserver that is up, and can hold many indexes. */
export interface PypiserverBackend extends AsyncDisposable {
  openIndex(request: IndexRequest): Promise<PypiserverIndex>;
}

/** `shared` remembers which sets of files the server has already: runs of a matrix bring the same ones. */
export async function openIndex(
  server: { readonly store: FileStore; readonly url: string; readonly shared: Map<string, Promise<void>> },
  request: IndexRequest,
): Promise<PypiserverIndex> {
  const id = randomUUID();
  const { store, shared } = server;
  const hash = setHash(request.files);
  if (!shared.has(hash))
    shared.set(hash, store.put(request.files.map((file) => ({ path: `shared/${hash}/${file.name}`, content: file.content }))));
  await shared.get(hash);
  const mount = request.mount.replace(/\/+$/, "");
  const described = { mount, shared: request.files.length === 0 ? [] : [hash], authenticate: request.gates };
  const users = (accounts: readonly Account[]): { path: string; content: ServedFile["content"] } => ({
    path: `index/${id}/htpasswd`,
    content: text(htpasswd(accounts)),
  });
  await store.put([
    { path: `index/${id}/packages/.keep`, content: text("") },
    users(request.accounts),
    { path: `index/${id}/index.json`, content: text(JSON.stringify(described)) },
  ]);
  const origin = `${server.url.replace(/\/+$/, "")}/_index/${id}`;
  return {
    origin,
    url: `${origin}${mount}/simple/`,
    setAccounts: (accounts) => store.put([users(accounts)]),
    publish: (files) => store.put(files.map((file) => ({ path: `index/${id}/packages/${file.name}`, content: file.content }))),
  };
}

/** The part of an index's URL that is pypiserver's own root. It knows no other name for its pages than `simple`. */
export function mountOf(index: { readonly name: string; readonly url: string }): string {
  const { pathname } = new URL(index.url);
  if (!pathname.endsWith("/simple/") || pathname.includes("%")) {
    throw new UserError(
      `index.${index.name}: pypiserver serves its pages at …/simple/ and knows no escapes in the path; ` +
        `give the index such a URL, or leave its backend embedded (its URL is ${index.url})`,
    );
  }
  return pathname.slice(0, -"simple/".length);
}

/** As files to serve. What pypiserver can't do is refused, rather than left out silently. */
export function servedFiles(index: string, distributions: readonly Distribution[]): ServedFile[] {
  return distributions.map(({ filename, sha256, content, visibleTo, yanked, project }) => {
    const asked = visibleTo !== null ? "visible-to" : yanked !== false ? "yanked" : null;
    if (asked !== null) {
      throw new UserError(`index.${index}: pypiserver knows no \`${asked}\` (package ${project}); leave the index's backend embedded`);
    }
    return { name: filename, sha256, content };
  });
}

function setHash(files: readonly ServedFile[]): string {
  const lines = files.map((file) => `${file.name} ${file.sha256}`).sort();
  return createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 32);
}

function text(value: string): { kind: "bytes"; bytes: Uint8Array } {
  return { kind: "bytes", bytes: new TextEncoder().encode(value) };
}
