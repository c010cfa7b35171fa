import type { Flavour, Index } from "./model.ts";

/** One option of a flavour, written as a plain key of the index's table. */
export interface FlavourOption {
  readonly type: "text" | "integer" | "boolean" | "status";
  readonly description: string;
  /** Shape that a text must have. */
  readonly pattern?: RegExp;
  /** What that shape is called. */
  readonly shape?: string;
}

/** What a flavour's address looks like where a scenario leaves `url` out, and which keys it has of its own. */
export interface FlavourTraits {
  /** Path of the index; `ID` and `KIND` stand for gitlab's options. */
  readonly path: string;
  /** What the path of an index looks like, where the flavour's links hang on it. */
  readonly form?: RegExp;
  readonly options: Readonly<Record<string, FlavourOption>>;
}

const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const FALLBACK = {
  type: "boolean",
  description: "Missing packages redirect to PyPI's page, or are 404. On for gitlab unless said, off for the others.",
} as const;

const LOGIN_PAGE = {
  type: "boolean",
  description: "What is refused is a login page with status 200, as from a proxy in front; at devpi a file alone.",
} as const;

const INVALID_STATUS = {
  type: "status",
  description: "Answer to an expired or invalid secret; unless said 401 of simple, 404 of codeartifact.",
} as const;

/** Paths as registries.md found them. Adding an option here adds it to the parser and to the JSON Schema. */
export const FLAVOUR_TRAITS = {
  simple: {
    path: "/simple/",
    options: {
      "files-below": {
        type: "text",
        description: "Path on the index's host below which file links lie; below the index unless said.",
        pattern: /^\/(?:[^?#\s]+\/)?$/,
        shape: "a path that begins and ends with /",
      },
      links: {
        type: "text",
        description: "How pages write file links: `absolute` paths (unless said), `relative`, or below a `base` element.",
        pattern: /^(?:absolute|relative|base)$/,
        shape: "absolute, relative or base",
      },
      "no-root": { type: "boolean", description: "There is no list of projects: 404." },
      "login-page": LOGIN_PAGE,
      "anonymous-status": { type: "status", description: "Answer to whoever sends no credentials; 401 unless said." },
      "invalid-status": INVALID_STATUS,
      "trusted-publishing": {
        type: "boolean",
        description: "`/_/oidc/` on its host is as PyPI's, and no publisher is known there: trusted publishing ends in 422.",
      },
      "id-tokens": {
        type: "boolean",
        description: "It is no index but where `ACTIONS_ID_TOKEN_REQUEST_URL` leads: a bearer token gets a CI job's identity token.",
      },
      "refuse-authorization": {
        type: "status",
        description: "Answer to whoever sends any credentials, as a bucket behind signed URLs gives it; it serves the others.",
      },
    },
  },
  gitlab: {
    path: "/api/v4/projects/1/packages/pypi/simple/",
    form: /\/api\/v4\/(projects|groups)\/[^/]+\/(-\/)?packages\/pypi\/simple\/?$/,
    options: {
      id: { type: "integer", description: "Numeric id that file links use; read from the URL unless said." },
      group: { type: "boolean", description: "A group's index; read from the URL unless said." },
      fallback: FALLBACK,
      "object-storage": { type: "boolean", description: "Files redirect to a signed URL on another host." },
      "open-files": { type: "boolean", description: "Files are given to anybody, as by old versions." },
      "wrong-scope": {
        type: "boolean",
        description: "Tokens lack the scope for packages, and are refused with 403; a job's token is not.",
      },
    },
  },
  "azure-devops": {
    path: "/acme/_packaging/main/pypi/simple/",
    form: /\/_packaging\/[^/]+\/pypi\/simple\/?$/,
    options: {
      "feed-id": { type: "text", description: "GUID that file links use in place of the feed's name.", pattern: GUID, shape: "a GUID" },
      "redirect-status": { type: "status", description: "Status of the redirect to blob storage; 303 unless said." },
    },
  },
  artifactory: {
    path: "/artifactory/api/pypi/main/simple/",
    form: /\/simple\/?$/,
    options: {
      "hide-unauthorized": { type: "boolean", description: "Forbidden is 404 instead of 403." },
      "anonymous-partial": { type: "boolean", description: "Anonymous reads get 200 with a partial list of files." },
      "anonymous-file-status": { type: "status", description: "Answer to an anonymous read of a file; 401 unless said." },
      "missing-status": { type: "status", description: "Answer where a package is missing; 404 unless said." },
      overwrite: { type: "boolean", description: "Its users may overwrite: an upload takes the place of a file of its name." },
    },
  },
  pypiserver: {
    path: "/simple/",
    options: {
      fallback: FALLBACK,
      authenticate: {
        type: "text",
        description: "What asks for credentials: some of `list`, `download` and `update`, with commas; all of them unless said.",
        pattern: /^(?:list|download|update)(?:,(?:list|download|update))*$/,
        shape: "some of list, download, update, with commas",
      },
    },
  },
  devpi: {
    path: "/root/main/+simple/",
    options: {
      "login-page": LOGIN_PAGE,
      "knows-uv": {
        type: "boolean",
        description: "Off: uv is no installer to it, as to old releases, so without `+simple` it gets devpi-web's page for people.",
      },
    },
  },
  gitea: {
    path: "/api/packages/acme/pypi/simple/",
    form: /\/api\/packages\/[^/]+\/pypi\/simple\/?$/,
    options: {
      "dash-fragment": { type: "boolean", description: "File links end in `#sha256-…`, as an older template wrote them." },
      "public-only": { type: "boolean", description: "Tokens are for public packages alone, and refused with 403." },
    },
  },
  "google-artifact-registry": { path: "/acme/main/simple/", form: /\/simple\/?$/, options: {} },
  codeartifact: {
    path: "/pypi/main/simple/",
    form: /\/pypi\/[^/]+\/simple\/?$/,
    options: { "invalid-status": INVALID_STATUS },
  },
  nexus: {
    path: "/repository/main/simple/",
    form: /\/simple\/?$/,
    options: {
      "blocked-status": {
        type: "status",
        description: "Answer where `visible-to` hides a package, as one that is blocked; 404 unless said.",
      },
    },
  },
  cloudsmith: { path: "/basic/acme/main/python/simple/", form: /^\/[^/]+\/[^/]+\/[^/]+\/python\/simple\/?$/, options: {} },
  pypicloud: { path: "/simple/", options: { fallback: FALLBACK } },
} satisfies Record<Flavour, FlavourTraits>;

/** What pypiserver asks credentials for; its option `--authenticate`. */
export const PYPISERVER_GATES = ["download", "list", "update"] as const;
export type PypiserverGate = (typeof PYPISERVER_GATES)[number];

/** What asks for credentials at an index that is a pypiserver: nothing where it has no users. */
export function pypiserverGates({ users, public: isPublic, options }: Pick<Index, "users" | "public" | "options">): PypiserverGate[] {
  const told = options["authenticate"];
  const asked: readonly string[] = typeof told === "string" ? told.split(",") : isPublic ? ["update"] : PYPISERVER_GATES;
  return users.length === 0 ? [] : PYPISERVER_GATES.filter((gate) => asked.includes(gate));
}

/** Another host of the same registry, where files redirect to; `null`: there is none. */
export function filesHost({ flavour, options }: Pick<Index, "flavour" | "options">, host: string): string | null {
  if (flavour === "azure-devops") return `blob.${host}`;
  return flavour === "gitlab" && options["object-storage"] === true ? `storage.${host}` : null;
}

/** All hosts that an index answers at, with its port and without. */
export function hostsOf(index: Pick<Index, "flavour" | "options" | "url">): string[] {
  const { host, hostname } = new URL(index.url);
  return [host, hostname].flatMap((own) => {
    const files = filesHost(index, own);
    return files === null ? [own] : [own, files];
  });
}

/** A flavour's options by key. */
export function flavourOptions(flavour: Flavour): Readonly<Record<string, FlavourOption>> {
  return FLAVOUR_TRAITS[flavour].options;
}

/** Every option of every flavour by key, with the flavours that have it. */
export function allFlavourOptions(): Map<string, { option: FlavourOption; flavours: string[] }> {
  const found = new Map<string, { option: FlavourOption; flavours: string[] }>();
  for (const [flavour, traits] of Object.entries<FlavourTraits>(FLAVOUR_TRAITS)) {
    for (const [name, option] of Object.entries(traits.options)) {
      const known = found.get(name);
      if (known === undefined) found.set(name, { option, flavours: [flavour] });
      else known.flavours.push(flavour);
    }
  }
  return found;
}
