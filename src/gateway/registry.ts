import type { Distribution } from "../scenario/distribution.ts";
import type { Fault, Index, UserState } from "../scenario/model.ts";
import { CONTENT_TYPES, negotiate, type PageFormat } from "./accept.ts";
import type { Seat } from "./addressing.ts";
import { type Answer, answer } from "./answer.ts";
import type { Presented } from "./authorization.ts";
import { type Caller, type Identifier, identify, type SecretTable } from "./caller.ts";
import { type Catalogue, mayBeSeenBy, normaliseName, type Shelf, visible } from "./catalogue.ts";
import { type FaultPlan, planFaults } from "./fault.ts";
import type { Facts, Place, Route, Site } from "./flavour/flavour.ts";
import { flatPage, type Link, projectJson, projectPage, rootJson, rootPage } from "./page.ts";
import { applyRange } from "./range.ts";
import type { Target } from "./target.ts";
import { readUpload } from "./upload.ts";

/** One request, as a registry sees it. */
export interface Inquiry {
  readonly method: string;
  readonly place: Place;
  readonly route: Route;
  readonly target: Target;
  header(name: string): string | null;
  body(): Promise<Uint8Array>;
}

/** One index at work: its flavour, its files, and the state of its users and faults in this run. */
export interface Registry {
  readonly index: Index;
  readonly seat: Seat;
  readonly site: Site;
  readonly shelf: Shelf;
  faults: FaultPlan;
  identify(presented: Presented): Caller;
  setState(user: string, state: UserState): void;
  revokeAll(): void;
  setFaults(faults: readonly Fault[]): void;
  /** What is answered to someone who passed the gate. */
  content(inquiry: Inquiry, caller: Caller): Answer | Promise<Answer>;
  /** A link of this registry as clients of this gateway have to follow it. */
  outward(href: string): string;
  /** An absolute URL under the scheme that the index believes it is reached by. */
  schemed(url: string): string;
}

export interface RegistryOptions {
  readonly facts: Facts;
  readonly seat: Seat;
  readonly site: Site;
  readonly shelf: Shelf;
  readonly secrets: SecretTable;
  /** Translates an absolute URL or path of this registry into an address that clients reach. */
  translate(href: string): string;
}

const encoder = new TextEncoder();

export function createRegistry(options: RegistryOptions): Registry {
  const { facts, seat, site, shelf, secrets } = options;
  const { index } = facts;
  const states = new Map(index.users.map((user) => [user.name, user.state]));
  const identifier: Identifier = {
    index: index.name,
    stateOf: (user) => states.get(user) ?? null,
    accepts: (sent, user) => site.accepts(sent, user),
    bearer: site.bearer,
  };
  return {
    index,
    seat,
    site,
    shelf,
    faults: planFaults(index.faults),
    outward,
    schemed,
    identify: (presented) => identify(presented, secrets, identifier),
    setState: (user, state) => void states.set(user, state),
    revokeAll() {
      for (const user of states.keys()) states.set(user, "revoked");
    },
    setFaults(faults) {
      this.faults = planFaults(faults);
    },
    content(inquiry, caller) {
      if (inquiry.method === "POST") {
        return inquiry.route.kind === "upload" ? store(inquiry) : answer(405, { allow: "GET, HEAD" });
      }
      if (inquiry.method === "HEAD") {
        const own = site.head(inquiry.route, inquiry.place);
        if (own !== null) return own;
      } else if (inquiry.method !== "GET") {
        return answer(405, { allow: "GET, HEAD, POST" });
      }
      return outwards(read(inquiry, caller));
    },
  };

  function read({ route, place, method, header }: Inquiry, caller: Caller): Answer {
    const catalogue = shelf.current();
    switch (route.kind) {
      case "fixed":
        return route.answer;
      case "page": {
        const project = normaliseName(route.name);
        const files = visible(catalogue.projects.get(project) ?? [], caller.account);
        return files.length === 0 ? site.missing(project, route) : page(catalogue, project, files, header("accept"));
      }
      case "root": {
        const names = [...catalogue.projects]
          .filter(([, files]) => visible(files, caller.account).length > 0)
          .map(([name]) => name)
          .sort();
        const format = formatFor(header("accept"));
        return written(format, format === "json" ? rootJson(names) : (site.root ?? rootPage)(names));
      }
      case "flat": {
        const files = [...catalogue.files.values()].filter((file) => mayBeSeenBy(file, caller.account));
        return written("html", flatPage(files.map(linkTo)));
      }
      case "file": {
        const file = catalogue.files.get(route.filename);
        if (file === undefined || !mayBeSeenBy(file, caller.account)) return site.missing(route.filename, route);
        if (route.metadata) return metadataOf(file) ?? site.missing(route.filename, route);
        return site.instead(file, place, route) ?? bytesOf(file, method, header("range"));
      }
      case "upload":
      case "nothing":
        return site.missing("", route);
    }
  }

  function page(catalogue: Catalogue, project: string, files: readonly Distribution[], accept: string | null): Answer {
    const format = formatFor(accept);
    // Pages differ from one reader to the next only by which files they show.
    const everything = files === catalogue.projects.get(project);
    const key = `${format} ${project} ${everything ? "" : files.map((file) => file.filename).join(" ")}`;
    const known = catalogue.pages.get(key);
    if (known !== undefined) return wrap(format, known);
    const links = files.map(linkTo);
    const text = format === "json" ? projectJson(project, links) : (site.page ?? projectPage)(project, links);
    const bytes = encoder.encode(text);
    catalogue.pages.set(key, bytes);
    return wrap(format, bytes);
  }

  function formatFor(accept: string | null): PageFormat {
    return index.json ? negotiate(accept) : "html";
  }

  function linkTo(file: Distribution): Link {
    return { file, href: outward(site.href(file)), fragment: site.fragment(file), metadata: index.metadata };
  }

  function metadataOf(file: Distribution): Answer | null {
    if (!index.metadata || file.metadata === null) return null;
    return applyRange(answer(200, { "content-type": "application/octet-stream" }, file.metadata.text), null);
  }

  function bytesOf(file: Distribution, method: string, range: string | null): Answer {
    const { content, size } = file;
    const headers = { "content-type": "application/octet-stream" };
    const body: Answer["body"] = content.kind === "bytes" ? content : { kind: "file", path: content.path, start: 0, size };
    const whole: Answer = { status: 200, headers, body };
    if (!site.ranges || (method === "HEAD" && !site.announcesRanges)) return whole;
    return applyRange(whole, method === "GET" ? range : null);
  }

  async function store(inquiry: Inquiry): Promise<Answer> {
    const upload = await readUpload(inquiry.header("content-type"), await inquiry.body());
    if (upload.kind !== "file") return site.uploaded(upload.kind, "");
    const { distribution } = upload;
    if (shelf.current().files.has(distribution.filename)) return site.uploaded("duplicate", distribution.filename);
    shelf.add(distribution);
    return site.uploaded("stored", distribution.filename);
  }

  function outward(href: string): string {
    // An index that knows its scheme wrong can't be seen to through links without one.
    const absolute = index.linksAs !== null && href.startsWith("/") ? facts.absolute(href) : href;
    return schemed(options.translate(absolute));
  }

  function schemed(url: string): string {
    return index.linksAs === null ? url : url.replace(/^https?:/, `${index.linksAs}:`);
  }

  function outwards(given: Answer): Answer {
    const { location } = given.headers;
    if (typeof location !== "string") return given;
    return { ...given, headers: { ...given.headers, location: outward(location) } };
  }
}

function written(format: PageFormat, text: string): Answer {
  return wrap(format, encoder.encode(text));
}

function wrap(format: PageFormat, bytes: Uint8Array): Answer {
  return { status: 200, headers: { "content-type": CONTENT_TYPES[format] }, body: { kind: "bytes", bytes } };
}
