import type { Listing } from "../model.ts";
import type { Path } from "../problem.ts";
import { normaliseProject } from "../requirement.ts";
import type { RawPackage } from "../schema/package.ts";
import { listed } from "../schema/value.ts";
import { checkIndex, type ReadContext } from "./context.ts";

const TAG = /^[\w.]+-[\w.]+-[\w.]+$/;
/** What an index serves, and nothing that would be another path. */
const FILENAME = /^[\w.+!-]+\.(?:whl|tar\.gz|tar\.bz2|zip)$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/;

/** What is odd about a package's files and their entries on a page; `null`: nothing. */
export function readListing(context: ReadContext, raw: RawPackage, path: Path, versions: number): Listing | null {
  const { problems } = context;
  const tags = raw.tags === undefined ? undefined : listed(raw.tags);
  const filenames = raw.filenames === undefined ? undefined : listed(raw.filenames);
  tags?.forEach((tag) => {
    if (!TAG.test(tag))
      problems.error("wrong-value", [...path, "tags"], `\`${tag}\` is no tag of a wheel`, { hint: 'as "cp312-cp312-win_amd64"' });
  });
  if (tags !== undefined && raw.formats !== undefined && !listed(raw.formats).includes("wheel")) {
    problems.error("conflict", [...path, "tags"], "`tags` are those of wheels, and `formats` has none", { atKey: true });
  }
  filenames?.forEach((name) => {
    const isOwn = normaliseProject(name).startsWith(`${normaliseProject(raw.name)}-`);
    if (!FILENAME.test(name)) problems.error("wrong-value", [...path, "filenames"], `\`${name}\` is no name of a wheel or sdist`);
    else if (!isOwn) problems.error("wrong-value", [...path, "filenames"], `\`${name}\` does not begin with the package's name`);
  });
  for (const key of ["tags", "formats"] as const) {
    if (filenames === undefined || raw[key] === undefined) continue;
    problems.error("conflict", [...path, key], `\`filenames\` says this already, file by file`, { atKey: true });
  }
  if (filenames !== undefined && versions > 1) {
    problems.error("conflict", [...path, "filenames"], "several versions would have the same files", { atKey: true });
  }
  if (raw.hash !== undefined && raw.hashes?.length === 0) {
    problems.error("conflict", [...path, "hash"], "there is no hash that could be wrong", { atKey: true });
  }
  const time = raw["upload-time"];
  if (time !== undefined && (!TIME.test(time) || Number.isNaN(Date.parse(time)))) {
    problems.error("wrong-value", [...path, "upload-time"], `\`${time}\` is no time`, { hint: 'as "2026-01-31T12:00:00Z"' });
  }
  const filesAt = raw["files-at"];
  if (filesAt !== undefined) checkIndex(context, filesAt, [...path, "files-at"], { withDefault: false });
  const listing: Listing = {
    ...(tags === undefined ? {} : { tags }),
    ...(filenames === undefined ? {} : { filenames }),
    ...(raw.hashes === undefined ? {} : { hashes: raw.hashes }),
    ...(raw.hash === undefined ? {} : { wrongHash: true }),
    ...(time === undefined ? {} : { uploadTime: time }),
    ...(filesAt === undefined ? {} : { filesAt }),
  };
  return Object.keys(listing).length === 0 ? null : listing;
}
