import type { Distribution } from "../scenario/distribution.ts";
import { normaliseProject } from "../scenario/requirement.ts";
import { CONTENT_TYPES, negotiate, type PageFormat } from "./content-negotiation.ts";
import { type Answer, answer } from "./answer.ts";
import type { Caller } from "./caller.ts";
import { type Catalogue, mayBeSeenBy, type FileStore, visible } from "./catalogue.ts";
import type { Facts, Behaviour } from "./flavour/flavour.ts";
import type { Content, RegistryRequest } from "./registry-request.ts";
import type { Links } from "./links.ts";
import { flatPage, projectJson, projectPage, rootJson, rootPage } from "./page.ts";
import { applyRange } from "./range.ts";
import { readUpload } from "./upload.ts";

/** Pages and files from the files of an index, in the flavour's manner; uploads among them. */
export function createContent({ index }: Facts, behaviour: Behaviour, fileStore: FileStore, links: Links): Content {
  const withoutFiles = new Set(
    index.packages.flatMap((pkg) => (pkg.kind === "generated" && pkg.formats.length === 0 ? [normaliseProject(pkg.name)] : [])),
  );
  return (request, caller) => {
    const { method, route, place } = request;
    switch (method) {
      case "GET":
        return read(request, caller);
      case "HEAD":
        return behaviour.head(route, place) ?? read(request, caller);
      case "POST":
        if (route.kind === "upload" && behaviour.uploads !== null) return storeUpload(request, behaviour.uploads);
        return route.kind === "fixed" && route.toPost === true ? route.answer : answer(405, { allow: "GET, HEAD" });
      default:
        return answer(405, { allow: "GET, HEAD, POST" });
    }
  };

  function read({ route, place, method, header }: RegistryRequest, caller: Caller): Answer {
    const catalogue = fileStore.current();
    switch (route.kind) {
      case "fixed":
        return route.answer;
      case "page": {
        const project = normaliseProject(route.name);
        const all = catalogue.projects.get(project) ?? [];
        const shown = visible(all, caller.account);
        const files = shown.length > 0 && behaviour.listsHidden ? all : shown;
        const isEmpty = files.length === 0 && (withoutFiles.has(project) || (index.emptyPages === true && all.length === 0));
        return files.length === 0 && !isEmpty
          ? behaviour.missing(project, route, all.length > 0)
          : page(catalogue, project, files, header("accept"));
      }
      case "root": {
        const names = [...catalogue.projects]
          .filter(([, files]) => visible(files, caller.account).length > 0)
          .map(([name]) => name)
          .sort();
        const format = formatFor(header("accept"));
        return found(format, format === "json" ? rootJson(names, behaviour.json) : (behaviour.root ?? rootPage)(names));
      }
      case "flat": {
        const files = [...catalogue.files.values()].filter((file) => mayBeSeenBy(file, caller.account));
        return found("html", (behaviour.flat ?? flatPage)(files.map((file) => links.toFileFromAnywhere(file))));
      }
      case "file": {
        const file = catalogue.files.get(route.filename);
        if (file === undefined || !mayBeSeenBy(file, caller.account)) return behaviour.missing(route.filename, route, file !== undefined);
        if (route.metadata) return metadataOf(file) ?? behaviour.missing(route.filename, route, false);
        return behaviour.instead(file, place, route) ?? bytesOf(file, method, header("range"));
      }
      case "upload":
      case "nothing":
        return behaviour.missing("", route, false);
    }
  }

  function page(catalogue: Catalogue, project: string, files: readonly Distribution[], accept: string | null): Answer {
    const format = formatFor(accept);
    // Pages differ from one reader to the next only by which files they show.
    const everything = files === catalogue.projects.get(project);
    const key = `${format} ${project} ${everything ? "" : files.map((file) => file.filename).join(" ")}`;
    let known = catalogue.pages.get(key);
    if (known === undefined) {
      const shown = files.map((file) => links.toFile(file));
      const text = format === "json" ? projectJson(project, shown, behaviour.json) : (behaviour.page ?? projectPage)(project, shown);
      known = found(format, text);
      catalogue.pages.set(key, known);
    }
    return known;
  }

  function formatFor(accept: string | null): PageFormat {
    return index.json ? negotiate(accept) : "html";
  }

  function metadataOf({ metadata }: Distribution): Answer | null {
    if (!index.metadata || metadata === null) return null;
    return answer(200, { "content-type": "application/octet-stream" }, metadata.text);
  }

  function bytesOf({ content, size }: Distribution, method: string, range: string | null): Answer {
    const body: Answer["body"] = content.kind === "bytes" ? content : { kind: "file", path: content.path, start: 0, size };
    const whole: Answer = { status: 200, headers: { "content-type": "application/octet-stream" }, body };
    if (!behaviour.ranges || (method === "HEAD" && !behaviour.announcesRanges)) return whole;
    return applyRange(whole, method === "GET" ? range : null);
  }

  async function storeUpload(request: RegistryRequest, answers: NonNullable<Behaviour["uploads"]>): Promise<Answer> {
    const upload = await readUpload(request.header("content-type"), await request.body(), behaviour.digests);
    if (upload.kind !== "file") return answers[upload.kind];
    if (behaviour.overwrites) {
      fileStore.add(upload.distribution);
      return answers.stored;
    }
    const present = fileStore.current().files.get(upload.distribution.filename);
    if (present?.sha256 === upload.distribution.sha256) return answers.same ?? answers.duplicate;
    if (present !== undefined) return answers.duplicate;
    fileStore.add(upload.distribution);
    return answers.stored;
  }
}

function found(format: PageFormat, text: string): Answer {
  return answer(200, { "content-type": CONTENT_TYPES[format] }, text);
}
