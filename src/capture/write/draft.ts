import { uvCommand } from "../../judge/uv-command.ts";
import type { Stub } from "./packages.ts";
import { stubsOf } from "./packages.ts";
import { parse } from "smol-toml";
import { isTable, tableIn, toolUv } from "../../scenario/schema/value.ts";
import { commandWords, namedTools } from "./command.ts";
import { indexTables } from "./index-tables.ts";
import { indexUrls, userFor, type Material } from "./material.ts";
import { prefixOf } from "../look/variables.ts";
import { environmentOf, loginsFor, netrcText, storeText } from "./user-environment.ts";
import { projectFiles, renamePath, userSettings } from "./project-files.ts";
import { requirementsText } from "./requirements-text.ts";
import { normaliseProject } from "../../scenario/requirement.ts";
import { badCertificate, outOfReach } from "../infer/reach.ts";
import { proxyParts } from "./proxy-table.ts";
import { toolSteps } from "./tool.ts";

type Table = Record<string, unknown>;

export const NETRC = ".netrc";
export const STORE = ".local/share/uv/credentials/credentials.toml";
export const USER_SETTINGS = ".config/uv/uv.toml";
const KEYRING = "keyring==25.7.0";

/** A scenario in the making: all but what counts as the bug. */
export interface Draft {
  readonly document: Table;
  /** Number of the step that fails. */
  readonly failing: number;
  /** What of the original no scenario can hold; one of these is enough for the symptom not to come. */
  readonly unable: readonly string[];
}

/** The scenario's document: indexes, credentials, project, venv and commands, under names of its own. */
export function draftOf(material: Material, argv: readonly string[]): Draft {
  const { looked, log } = material;
  const own = new Set(looked.manifests.flatMap(({ text }) => projectName(text)));
  const stubs: Stub[] = stubsOf(looked, log, { own, tools: namedTools(argv), hiding: material.hiding, indexes: indexUrls(material) });
  const proxy = proxyParts(material);
  const way = proxy?.way ?? null;
  const written = projectFiles(material, way);
  const unable: string[] = [];
  const listed = looked.requirements.map(({ path, text }) => [renamePath(path, material), requirementsText(text, material, unable)]);
  const settings = userSettings(material, way);
  const env = { ...environmentOf(material), ...proxy?.env };
  const words = commandWords(material, argv);
  const before = setUpSteps(material, words);
  const indexes = indexTables(material, stubs, sourcesIn(looked.manifests[0]?.text ?? ""));
  const holdsKeyring = looked.venv.holdsKeyring;
  if (holdsKeyring) {
    const place = indexes["default"] ?? {};
    indexes["default"] = { ...place, packages: [...(Array.isArray(place["packages"]) ? (place["packages"] as unknown[]) : []), KEYRING] };
  }
  const home = Object.fromEntries(homeFiles(material, settings.text));
  const failed: Table = {
    run: words.some((word) => /\s/u.test(word)) ? words : words.join(" "),
    ...(looked.cwd === "" ? {} : { cwd: looked.cwd.split("/").map(material.renamer.name).join("/") }),
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(looked.venv.active ? { venv: "active" } : {}),
    ...(before.length > 0 && looked.cache.packages.length === 0 ? { delete: ["{{cache}}"] } : {}),
    ...(badCertificate(log)?.isUntrusting === true ? { tls: "none" } : {}),
  };
  const keyring = keyringTable(material);
  const document: Table = {
    schema: 1,
    title: "Captured",
    ...(holdsKeyring ? { "as-of": "2026-11-01" } : {}),
    index: indexes,
    ...(proxy === null ? {} : { proxy: proxy.table }),
    ...(keyring === null ? {} : { keyring }),
    ...(looked.venv.exists && before.length === 0 ? { venv: { state: "created", ...(holdsKeyring ? { packages: [KEYRING] } : {}) } } : {}),
    ...(Object.keys(home).length === 0 ? {} : { home }),
    files: { ...written.files, ...(Object.fromEntries(listed) as Table) },
    step: [...before, failed],
  };
  return {
    document,
    failing: before.length,
    unable: [...new Set([...written.unable, ...unable, ...settings.unable, ...(proxy?.unable ?? []), ...unshowable(material)])],
  };
}

/** Failures to connect that no index of a scenario gives. */
function unshowable({ looked, log }: Material): string[] {
  const { failure } = log;
  if (failure === null || badCertificate(log) !== null || outOfReach(looked, log) !== null) return [];
  return [
    failure.kind === "certificate"
      ? `a certificate that is refused as ${failure.what}`
      : `a host that cannot be reached (${failure.what}): in a scenario a name that does not resolve, a refused connection and one that nobody answers can stand for it`,
  ];
}

function homeFiles(material: Material, settings: string | null): [string, string][] {
  const [netrc, store] = [loginsFor(material, "netrc"), loginsFor(material, "store")];
  return [
    ...(netrc.length === 0 ? [] : [[NETRC, netrcText(material, netrc)] satisfies [string, string]]),
    ...(store.length === 0 ? [] : [[STORE, storeText(material, store)] satisfies [string, string]]),
    ...(settings === null ? [] : [[USER_SETTINGS, settings] satisfies [string, string]]),
  ];
}

/** A keyring with the index's plugin, where uv asks one that has backends of its own. */
function keyringTable({ looked, log, indexes }: Material): Table | null {
  if (looked.keyringProvider?.value !== "subprocess") return null;
  const tool = looked.keyrings.find(({ from }) => from !== "venv");
  if (tool === undefined) return null;
  if (tool.backends.length === 0) return { tool: [] };
  const asked = log.chains.flatMap((chain) => chain.asked.filter(({ source }) => source === "keyring"));
  // The venv's, which may have answered in its place, tells nothing of it.
  const isSilent = !looked.venv.holdsKeyring && asked.length > 0 && !asked.some(({ found }) => found);
  return { tool: indexes.map(({ name }) => name), ...(isSilent ? { answers: [] } : {}) };
}

/** What came before: a lock file or a tool is made by uv itself, with credentials that are good. */
function setUpSteps(material: Material, words: readonly string[]): Table[] {
  const { looked } = material;
  if (uvCommand(words).path[0] === "tool") return toolSteps(material, words);
  if (looked.lock === null || looked.manifests.length === 0) return [];
  return [{ run: looked.venv.exists ? "uv sync" : "uv lock", env: goodEnvironment(material) }];
}

/** Credentials that are good for every index that has users. */
export function goodEnvironment(material: Material): Record<string, string> {
  const { indexes, renamer } = material;
  const env: Record<string, string> = {};
  for (const { name, place } of indexes) {
    const given = place.settings.find((setting) => setting.name !== null)?.name ?? null;
    if (given === null) continue;
    const prefix = renamer.name(prefixOf(given));
    const user = userFor(material, place);
    env[`${prefix}_USERNAME`] = user;
    env[`${prefix}_PASSWORD`] = `{{secret.${name}.${user}}}`;
  }
  return env;
}

function projectName(text: string): string[] {
  const name = tableIn(parse(text), "project")["name"];
  return typeof name === "string" ? [normaliseProject(name)] : [];
}

/** Package → the name of the index that its source says. */
function sourcesIn(text: string): Map<string, string> {
  const found = new Map<string, string>();
  if (text === "") return found;
  for (const [name, source] of Object.entries(tableIn(toolUv(parse(text)), "sources"))) {
    const [first] = Array.isArray(source) ? (source as unknown[]) : [source];
    if (isTable(first) && typeof first["index"] === "string") found.set(normaliseProject(name), first["index"]);
  }
  return found;
}
