import { createHash } from "node:crypto";
import type { Index } from "../scenario/model.ts";
import type { Addressing } from "./addressing.ts";
import { type Mount, rootOf } from "./mount.ts";
import type { SecretTable } from "./caller.ts";
import { createFileStore } from "./catalogue.ts";
import { createContent } from "./content.ts";
import type { Facts, Behaviour } from "./flavour/flavour.ts";
import { FLAVOUR } from "./flavour/table.ts";
import { gitContent, openGit } from "./git.ts";
import { createLinks } from "./links.ts";
import type { Content } from "./registry-request.ts";
import { createRegistry, type Registry } from "./registry.ts";
import type { Source } from "./source.ts";
import { originOf, parseUrl } from "./target.ts";
import { openDefaultIndex } from "./default-index.ts";
import { createUpstream } from "./upstream.ts";

export interface Opening {
  readonly index: Index;
  readonly isDefault: boolean;
  readonly source: Source;
  readonly secrets: SecretTable;
  readonly addressing: Addressing;
  neighbour(index: string): Registry | null;
}

/** Opens an index where it is mounted: its flavour, its files, its users. */
export function openRegistry({ index, isDefault, source, secrets, addressing, neighbour }: Opening): Registry {
  const mount = mountOf(index, isDefault);
  const facts = factsOf(index, mount);
  const behaviour = isDefault ? openDefaultIndex() : behaviourOf(source, facts);
  const fileStore = createFileStore(() => source.list?.() ?? []);
  const links = createLinks(
    facts,
    behaviour,
    (href) => addressing.translate(mount, href),
    (name, file) => neighbour(name)?.fileUrl(file) ?? null,
  );
  const content = contentOf();
  return createRegistry({ index, mount, behaviour, fileStore, links, content, secrets, neighbour });

  function contentOf(): Content {
    if (source.kind === "git") return gitContent(mount, (request) => source.serve(request));
    return source.kind === "upstream" ? createUpstream(source.url, mount, links) : createContent(facts, behaviour, fileStore, links);
  }
}

function behaviourOf({ kind }: Source, facts: Facts): Behaviour {
  if (kind === "git") return openGit(facts);
  return kind === "upstream" ? behind(facts) : FLAVOUR[facts.index.flavour].open(facts);
}

/** A real pypiserver has its own paths, whatever the index is elsewhere, and decides by itself whom it serves. */
function behind(facts: Facts): Behaviour {
  return { ...FLAVOUR.pypiserver.open(facts), gate: () => null };
}

function mountOf(index: Index, isDefault: boolean): Mount {
  const target = parseUrl(index.url);
  if (target === null) throw new Error(`the URL of ${index.name} is not http or https: ${index.url}`);
  const { path, ...origin } = target;
  return {
    name: index.name,
    isDefault,
    origin,
    path: path.endsWith("/") ? path : `${path}/`,
    declaredUrl: index.withoutSlash ? index.url.slice(0, -1) : index.url,
  };
}

function factsOf(index: Index, { origin, path }: Mount): Facts {
  return {
    index,
    host: origin.host,
    path,
    root: rootOf({ path }),
    guid: guidOf(index.name),
    absolute: (target, host = origin.host) => originOf({ ...origin, host }) + target,
  };
}

/** An id in the form of a GUID, the same in every run. */
export function guidOf(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
