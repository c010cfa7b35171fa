import { allFlavourOptions, FLAVOUR_TRAITS, flavourOptions, type FlavourTraits } from "../flavour.ts";
import type { Flavour, Index, User } from "../model.ts";
import type { Path } from "../problem.ts";
import { declaredGit, declaredIndexes, type RawScenario } from "../schema/file.ts";
import type { RawIndex, RawProxy } from "../schema/index-table.ts";
import type { ReadContext } from "./context.ts";
import { readFaults, readRedirect } from "./fault.ts";
import { readHeaders } from "./headers.ts";
import { readPackages } from "./package.ts";
import { placeSecrets } from "./secret-place.ts";
import { defaultUrl, hostOf, readIndexUrl, sameAddress } from "./url.ts";
import { readUsers } from "./user.ts";

/** What uv takes for an index's name. */
const NAME = /^[A-Za-z0-9_.-]+$/;
const GITLAB_PATH = /\/api\/v4\/(projects|groups)\/([^/]+)\//;

/** An index of which nothing is said: it has nothing, and does nothing that PEP 503 does not ask. */
const BARE = {
  flavour: "simple",
  backend: "embedded",
  public: false,
  packages: [],
  redirects: [],
  faults: [],
  certificate: "good",
  cacheControl: null,
  linksAs: null,
  options: {},
} as const satisfies Partial<Index>;

/** Reads all indexes, in file order, and the default index. */
export function readIndexes(context: ReadContext, raw: RawScenario): { indexes: Index[]; defaultIndex: Index } {
  const indexes: Index[] = [];
  const told = new Set<User>();
  const byUrl = new Map<string, string>();
  const tables = [
    ...declaredIndexes(raw).map(([name, table]) => ({ section: "index", name, table })),
    ...declaredGit(raw).map(([name, table]) => ({ section: "git", name, table })),
  ];
  for (const { section, name, table } of tables) {
    const read = readIndex(context, name, table, { section, position: indexes.length + 1, told });
    const index = section === "git" ? gitServer(context, read) : read;
    if (indexes.some((each) => each.name === name))
      context.problems.error("duplicate", [section, name], `an index is named \`${name}\` already`, { atKey: true });
    const address = sameAddress(index.url);
    const other = byUrl.get(address);
    if (other !== undefined) {
      const at = table.url === undefined ? [section, name] : [section, name, "url"];
      context.problems.error("duplicate", at, `indexes \`${other}\` and \`${name}\` have the same URL`, { atKey: true });
    }
    byUrl.set(address, name);
    indexes.push(index);
  }
  if (raw.proxy !== undefined) {
    if (indexes.some(({ name }) => name === "proxy"))
      context.problems.error("duplicate", ["proxy"], "an index is named `proxy` already", { atKey: true });
    indexes.push(readProxy(context, raw.proxy, told));
  }
  const given = raw.index?.default;
  const path = ["index", "default"];
  const defaultIndex: Index = {
    ...BARE,
    name: "default",
    url: "https://default.example.com/simple/",
    users: [],
    public: true,
    packages: readPackages(context, given?.packages, [...path, "packages"], "default"),
    http: given?.http ?? "auto",
    metadata: given?.metadata ?? true,
    json: given?.json ?? true,
    faults: readFaults(context, given?.faults, [...path, "faults"]),
    cacheControl: given?.["cache-control"] ?? null,
    ...readHeaders(context, given ?? {}, path),
  };
  return { indexes: placeSecrets(context, indexes, told), defaultIndex };
}

/** A proxy has users and an address, and nothing else that an index has. */
function readProxy(context: ReadContext, raw: RawProxy, told: Set<User>): Index {
  const url = raw.url === undefined ? "http://proxy.example.com:3128/" : readIndexUrl(context, raw.url, ["proxy", "url"]);
  if (!url.startsWith("http://")) context.problems.error("bad-url", ["proxy", "url"], "the proxy itself is spoken to by http");
  return {
    ...BARE,
    name: "proxy",
    proxy: { breaksTls: raw["breaks-tls"] ?? false },
    url,
    users: readUsers(context, raw, ["proxy"], told),
    faults: readFaults(context, raw.faults, ["proxy", "faults"]),
    http: "1.1",
    metadata: false,
    json: false,
  };
}

/** A git server has packages that are built, each in one repository, at an address that need not look like an index. */
function gitServer(context: ReadContext, read: Index): Index {
  const { withoutSlash: _, ...server } = read;
  server.packages.forEach(({ kind }, position) => {
    if (kind === "real")
      context.problems.error("wrong-value", ["git", server.name, "packages", position], "a repository is made of a package that is built", {
        hint: 'write { name = "NAME" }',
      });
  });
  return { ...server, git: true };
}

/** `told`: gathers the users whose `secret-in` is said. */
function readIndex(
  context: ReadContext,
  name: string,
  raw: RawIndex,
  { section, position, told }: { readonly section: string; readonly position: number; readonly told: Set<User> },
): Index {
  const { problems } = context;
  const path = [section, name];
  if (!NAME.test(name)) {
    problems.error("wrong-value", path, `\`${name}\` cannot be an index's name: uv allows letters, digits, \`_\`, \`.\` and \`-\``, {
      atKey: true,
    });
  }
  const flavour = raw.flavour ?? "simple";
  const given = readOptions(context, raw, flavour, path);
  const url =
    raw.url === undefined
      ? section === "git"
        ? `https://${hostOf(name)}.example.com/`
        : defaultUrl(name, flavour, given)
      : readIndexUrl(context, raw.url, [...path, "url"]);
  checkForm(context, flavour, url, [...path, raw.url === undefined ? "flavour" : "url"]);
  const derived = derivedOptions(flavour, url, position);
  for (const key of ["id", "group"]) {
    if (raw.url === undefined || given[key] === undefined || !readFromUrl(flavour, url).includes(key) || given[key] === derived[key])
      continue;
    problems.error("conflict", [...path, key], `the URL says otherwise: ${String(derived[key])}`, { hint: "leave one of them out" });
  }
  refuseOnPypiserver(context, raw, path);
  if (raw.redirect !== undefined && raw.redirects !== undefined) {
    problems.error("conflict", [...path, "redirects"], "`redirect` and `redirects` exclude each other", { atKey: true });
  }
  return {
    name,
    flavour,
    backend: raw.backend ?? "embedded",
    url,
    ...(raw.url === undefined || raw.url.endsWith("/") ? {} : { withoutSlash: true }),
    users: readUsers(context, raw, path, told),
    public: raw.public ?? false,
    packages: readPackages(context, raw.packages, [...path, "packages"], name),
    http: raw.http ?? "auto",
    metadata: raw.metadata ?? flavour === "simple",
    // A page in JSON has no `base`.
    json: raw.json ?? ((flavour === "simple" && given["links"] !== "base") || flavour === "devpi"),
    redirects: [
      ...(raw.redirect === undefined ? [] : [readRedirect(context, raw.redirect, [...path, "redirect"], name)]),
      ...(raw.redirects ?? []).map((redirect, place) => readRedirect(context, redirect, [...path, "redirects", place], name)),
    ],
    faults: readFaults(context, raw.faults, [...path, "faults"]),
    certificate: raw.certificate ?? "good",
    ...(raw["client-certificate"] === "required" ? { clientCertificate: true } : {}),
    cacheControl: raw["cache-control"] ?? null,
    ...readHeaders(context, raw, path),
    ...(raw.missing === undefined ? {} : { emptyPages: true }),
    linksAs: raw["links-as"] ?? null,
    options: { ...derived, ...given },
  };
}

/** A real pypiserver writes its pages itself. */
function refuseOnPypiserver({ problems }: ReadContext, raw: RawIndex, path: Path): void {
  if (raw.backend === undefined || raw.backend === "embedded") return;
  const hint = "take the embedded backend";
  const odd = ["filenames", "hashes", "hash", "upload-time", "files-at"] as const;
  (raw.packages ?? []).forEach((pkg, position) => {
    if (typeof pkg === "string") return;
    for (const key of odd) {
      if (pkg[key] !== undefined)
        problems.error("conflict", [...path, "packages", position, key], `a real pypiserver knows no \`${key}\``, { hint, atKey: true });
    }
    if (pkg.versions?.length === 0)
      problems.error("conflict", [...path, "packages", position, "versions"], "a real pypiserver has no page without files", { hint });
  });
  if (raw.missing !== undefined)
    problems.error("conflict", [...path, "missing"], "a real pypiserver has no page without files", { hint, atKey: true });
}

/** Links of a flavour's pages lead to where its own servers have the files; below another address nothing is there. */
function checkForm(context: ReadContext, flavour: Flavour, url: string, at: Path): void {
  const { form, path }: FlavourTraits = FLAVOUR_TRAITS[flavour];
  if (form === undefined || !URL.canParse(url) || form.test(new URL(url).pathname)) return;
  const message = `flavour "${flavour}" has no index at such a path: the links of its pages would lead nowhere`;
  context.problems.error("bad-url", at, message, { hint: `an index of it is like \`${path}\`; for any other path take flavour "simple"` });
}

function readOptions(context: ReadContext, raw: RawIndex, flavour: Flavour, path: Path): Record<string, string | number | boolean> {
  const own = flavourOptions(flavour);
  const options: Record<string, string | number | boolean> = {};
  const written = new Map<string, unknown>(Object.entries(raw));
  for (const [key, { flavours }] of allFlavourOptions()) {
    const value = written.get(key);
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") continue;
    const option = own[key];
    if (option === undefined) {
      const hint = `it belongs to ${flavours.join(", ")}`;
      context.absent([[...path, "flavour"]], "unknown-key", [...path, key], `flavour "${flavour}" has no key \`${key}\``, {
        hint,
        atKey: true,
      });
    } else if (option.pattern !== undefined && !option.pattern.test(String(value))) {
      context.problems.error("wrong-value", [...path, key], `\`${String(value)}\` has not the shape of ${option.shape ?? key}`);
    }
    options[key] = value;
  }
  return options;
}

/** The options that this address leaves no choice about. */
function readFromUrl(flavour: Flavour, url: string): string[] {
  const match = flavour === "gitlab" ? GITLAB_PATH.exec(url) : null;
  if (match === null) return [];
  return /^\d+$/.test(match[2] ?? "") ? ["id", "group"] : ["group"];
}

/** GitLab's own names for an index, read from its address; a path in place of a number has some number behind it. */
function derivedOptions(flavour: Flavour, url: string, position: number): Record<string, string | number | boolean> {
  if (flavour !== "gitlab") return {};
  const [, scope, id = ""] = GITLAB_PATH.exec(url) ?? [];
  return { id: /^\d+$/.test(id) ? Number(id) : position, group: scope === "groups" };
}
