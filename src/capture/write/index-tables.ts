import { normaliseProject } from "../../scenario/requirement.ts";
import { readRequirement } from "./requirement.ts";
import type { Flavour } from "../../scenario/model.ts";
import type { Chain } from "../uv-log/model.ts";
import { answersIn, flavourOf, isServed, type Answers } from "../infer/flavour.ts";
import { badCertificate, outOfReach } from "../infer/reach.ts";
import { placeName, placeNumbers, withSlash, type IndexPlace } from "../infer/places.ts";
import { originOf } from "../look/address.ts";
import { kindOf } from "../symptom.ts";
import type { AskedAnswer } from "../model.ts";
import type { Recorded } from "../record/recorded.ts";
import { indexUrls, SOMEBODY, usersAt, type Material } from "./material.ts";
import { indexFaults } from "./index-faults.ts";
import { filesInLock, type Stub } from "./packages.ts";

type Table = Record<string, unknown>;

/** `[index.NAME]` for each index that was asked, and `[index.default]` for what lies elsewhere. */
export function indexTables(material: Material, stubs: readonly Stub[], sources: ReadonlyMap<string, string>): Record<string, Table> {
  const { log, indexes, renamer } = material;
  const numberOf = placeNumbers(indexUrls(material));
  const tables: Record<string, Table> = {};
  const bad = badCertificate(log);
  const elsewhere: Stub[] = [];
  const held = indexes.map((): Stub[] => []);
  for (const stub of stubs) {
    for (const at of homesOf(stub, material, sources, numberOf)) {
      if (at < 0) elsewhere.push(stub);
      else held[at]?.push(stub);
    }
  }
  for (const [at, { name, place }] of indexes.entries()) {
    const { chains, asked, recorded, answers, told } = answersOf(material, place, at);
    const isHiding = material.hiding.has(place.url);
    const flavour = isHiding ? "simple" : (told ?? material.flavours.get(place.url) ?? "simple");
    const users = usersAt(material, place).length > 0 ? usersAt(material, place) : usersBefore(material, at, numberOf);
    const asks =
      answers.none !== null || answers.user !== null || answers.wrong !== null || chains.some(({ ended }) => ended === "missing");
    const isOpen = !asks && (asked?.status === 200 || chains.some(({ sent, ended }) => sent === "none" && isServed(ended)));
    const target = log.chains.find(({ url, redirects }) => numberOf(url) === at && redirects.length > 0);
    const to = numberOf(target?.redirects.at(-1) ?? "");
    const known = users.length > 0 ? users : asks ? [SOMEBODY] : [];
    const faults = indexFaults(chains, material);
    const shown = bad !== null && !bad.isUntrusting && numberOf(bad.url) === at;
    tables[name] = {
      ...(flavour === "simple" ? {} : { flavour }),
      url: renamer.url(place.url),
      ...(flavour === "simple"
        ? {
            ...filesBelow(material, place.url),
            ...answerTraits(answers, pageType(asked, recorded)),
            ...linkTraits(recorded),
            ...withoutMetadata(chains),
          }
        : {}),
      ...wireTraits(place.url, recorded),
      ...(isHiding ? { "anonymous-status": 404, "invalid-status": 404 } : {}),
      ...(shown ? { certificate: bad.kind } : {}),
      ...(known.length === 0 ? {} : known.length === 1 ? { user: known[0] } : { users: known }),
      ...(isOpen && known.length > 0 ? { public: true } : {}),
      ...((held[at] ?? []).length === 0 ? {} : { packages: (held[at] ?? []).map((stub) => packageTable(stub, renamer.name)) }),
      ...(to < 0 || to === at
        ? {}
        : { redirect: { to: indexes[to]?.name ?? "", for: kindOf(target?.url ?? "") === "page" ? "pages" : "files" } }),
      ...(faults.length === 0 ? {} : { faults }),
    };
  }
  if (elsewhere.length > 0) tables["default"] = { packages: elsewhere.map((stub) => packageTable(stub, renamer.name)) };
  const away = outOfReach(material.looked, log);
  if (away !== null && !away.isProxy) {
    const name = indexes[numberOf(away.url)]?.name ?? "default";
    tables[name] = { ...tables[name], faults: [{ kind: away.kind }] };
  }
  return tables;
}

interface KnownAnswers {
  readonly chains: readonly Chain[];
  readonly asked: AskedAnswer | undefined;
  readonly recorded: Recorded | undefined;
  readonly answers: Answers;
  /** The flavour, where something tells it. */
  readonly told: Flavour | null;
}

/** What is known of how an index answers. */
function answersOf(material: Material, place: IndexPlace, at: number): KnownAnswers {
  const numberOf = placeNumbers(indexUrls(material));
  const chains = material.log.chains.filter(({ url, redirects }) => numberOf(redirects.at(-1) ?? url) === at);
  const asked = material.asked.find(({ index }) => index === place.url);
  const recorded = material.recorded.find(({ index }) => index === place.url);
  const answers = withAnonymous(answersIn(chains), recorded?.none ?? asked?.status ?? null);
  const told = flavourOf(place.url, answers, recorded?.challenge ?? asked?.challenge ?? null);
  return { chains, asked, recorded, answers, told };
}

/** The indexes that ask for credentials, and whose flavour nothing tells. */
export function untoldFlavours(material: Material): { readonly place: IndexPlace; readonly label: string }[] {
  return material.indexes.flatMap(({ place }, at) => {
    const { answers, told } = answersOf(material, place, at);
    return told === null && answers.none === 401 ? [{ place, label: placeName(at) }] : [];
  });
}

/** What uv itself got counts for more: to others an index may answer otherwise. */
function withAnonymous(got: Answers, status: number | null): Answers {
  return got.none === null && status !== null && status >= 400 ? { ...got, none: status } : got;
}

/** How a plain index answers where it does not answer as most do. What is not there is 404 to everybody, and tells nothing. */
function answerTraits({ none, wrong }: Answers, type: string | null): Table {
  const isOdd = (status: number | null): boolean => status === 400 || status === 403;
  return {
    ...(isOdd(none) ? { "anonymous-status": none } : {}),
    ...(isOdd(wrong) ? { "invalid-status": wrong } : {}),
    ...(type === "text/html" ? { json: false } : {}),
  };
}

/** Of pages that were served: what is refused has a type of its own. */
function pageType(asked: AskedAnswer | undefined, recorded: Recorded | undefined): string | null {
  return recorded?.type ?? (asked?.status === 200 ? asked.type : null);
}

function linkTraits(recorded: Recorded | undefined): Table {
  const form = recorded?.links?.form;
  return form === "relative" || form === "base" ? { links: form } : {};
}

/** What any registry may have of a server in front of it. */
function wireTraits(url: string, recorded: Recorded | undefined): Table {
  const isOff = url.startsWith("https:") && recorded?.links?.scheme === "http";
  return { ...(recorded?.http === "1.1" ? { http: "1.1" } : {}), ...(isOff ? { "links-as": "http" } : {}) };
}

/** Where metadata is offered, uv asks for no wheel to read it. */
function withoutMetadata(chains: readonly Chain[]): Table {
  const isAsked = chains.some(({ url }) => url.endsWith(".metadata"));
  return !isAsked && chains.some(({ url, method }) => method === "HEAD" && url.endsWith(".whl")) ? { metadata: false } : {};
}

/** Who may log in at an index that others redirect to: their users, as far as is known. */
function usersBefore(material: Material, at: number, numberOf: (url: string) => number): ReturnType<typeof usersAt> {
  const from = material.log.chains.find(({ redirects }) => redirects.some((url) => numberOf(url) === at));
  const before = material.indexes[numberOf(from?.url ?? "")];
  return before === undefined ? [] : usersAt(material, before.place);
}

/** Where files lie, if it is beside the index: a login for the index alone is none for them. */
function filesBelow({ looked, log, renamer }: Material, index: string): Table {
  const files = [...filesInLock(looked.lock?.text ?? ""), ...log.chains.map(({ url }) => url)].filter(
    (url) => kindOf(url) === "file" && originOf(url) === originOf(index),
  );
  const folders = files.map((url) => new URL(url).pathname.split("/").slice(0, -1));
  const [first = []] = folders;
  const common = first.slice(
    0,
    first.findIndex((part, at) => !folders.every((each) => each[at] === part)) < 0
      ? undefined
      : first.findIndex((part, at) => !folders.every((each) => each[at] === part)),
  );
  const folder = `${common.join("/")}/`;
  if (files.length === 0 || folder.startsWith(new URL(withSlash(index)).pathname)) return {};
  return { "files-below": new URL(renamer.url(`${originOf(index)}${folder}`)).pathname };
}

/** The numbers of the indexes that have a package: where its page was asked for, else what its source says, else the first. */
function homesOf(
  stub: Stub,
  { log, indexes }: Material,
  sources: ReadonlyMap<string, string>,
  numberOf: (url: string) => number,
): number[] {
  const pages = log.chains.filter(({ url }) => kindOf(url) === "page" && url.replace(/\/$/u, "").endsWith(`/${stub.name}`));
  const there = pages.filter(({ ended }) => ended !== 404);
  if (pages.length > 0)
    return [...new Set((there.length === 0 ? pages.slice(-1) : there).map(({ url, redirects }) => numberOf(redirects.at(-1) ?? url)))];
  const source = sources.get(stub.name);
  const named = indexes.findIndex(({ place }) => place.settings.some(({ name }) => name !== null && name === source));
  if (named >= 0) return [named];
  return [indexes.findIndex(({ place }) => place.settings.length === 0 || place.settings.some(({ explicit }) => !explicit))];
}

export function packageTable({ name, version, requires, extras, isTool, isEmpty }: Stub, rename: (name: string) => string): Table {
  return {
    name: rename(name),
    ...(isEmpty ? { versions: [] } : version === "1.0.0" ? {} : { version }),
    ...(requires.length === 0 ? {} : { requires: requires.map((text) => renameRequirement(text, rename)) }),
    ...(extras.length === 0 ? {} : { extras: Object.fromEntries(extras.map((extra) => [rename(extra), []])) }),
    ...(isTool ? { scripts: { [rename(name)]: `${rename(name).replaceAll("-", "_")}:main` } } : {}),
  };
}

export function renameRequirement(text: string, rename: (name: string) => string): string {
  const read = readRequirement(text);
  if (read === null) return text;
  const extras = read.extras.length === 0 ? "" : `[${read.extras.map(rename).join(",")}]`;
  return `${rename(normaliseProject(read.name))}${extras}${read.rest}`;
}
