import type { Flavour } from "../scenario/model.ts";

/** Flavours that the script's index knows. */
export const EXPORTED_FLAVOURS = ["simple", "gitlab", "azure-devops"] as const satisfies readonly Flavour[];
export type ExportedFlavour = (typeof EXPORTED_FLAVOURS)[number];

/** The Python class of each. */
export const FLAVOUR_CLASSES = {
  simple: "Simple",
  gitlab: "GitLab",
  "azure-devops": "AzureDevOps",
} as const satisfies Record<ExportedFlavour, string>;

/** What may have become of users and their secrets. */
export interface StandingUses {
  /** Somebody is known and may not read. */
  readonly limited: boolean;
  /** Some secret is no more, or never was: expired, revoked or stale. */
  readonly gone: boolean;
}

const GITLAB_GONE = `        if standing in ("expired", "revoked"):
            return 401, {"WWW-Authenticate": 'Bearer realm="Protected by OAuth 2.0", error="invalid_token"'}, b"{}"
`;

/**
 * `places` are where an index answers, `link` writes a file's address, `refuse` says what a standing is told, `accepts`
 * tells whether a token counts under the name that was sent, `missing` answers for projects that are not there, and
 * `stored` for files. The rules are those of the gateway's flavours, cut down to what these indexes need.
 */
export function flavourParts(uses: StandingUses): Readonly<Record<(typeof FLAVOUR_CLASSES)[ExportedFlavour] | "PyPI", string>> {
  const limited = (lines: string): string =>
    uses.limited ? `        if standing in ("guest", "no-access"):\n            return ${lines}\n` : "";
  return {
    Simple: String.raw`class Simple(Index):
    def places(self):
        return [(self.origin, self.path), (self.origin, self.below)]

    def link(self, file):
        return self.below + file.project + "/" + file.quoted

    def refuse(self, standing):
${limited(String.raw`403, {}, b"Forbidden\n"`)}        return 401, {"WWW-Authenticate": 'Basic realm="simple"'}, b"Unauthorized\n"

    def accepts(self, sent, user):
        return sent == user`,

    GitLab: String.raw`class GitLab(Index):
    def places(self):
        return [(self.origin, self.path.removesuffix("simple/")), (self.origin, self.numeric)]

    def link(self, file):  # by the numeric id, whatever the index's URL says
        return self.origin + self.numeric + "files/" + file.sha256 + "/" + file.quoted

    def refuse(self, standing):
${uses.gone ? GITLAB_GONE : ""}${limited('(403 if standing == "guest" else 404), {}, b"{}"')}        return 401, {"WWW-Authenticate": 'Basic realm="GitLab Packages Registry"'}, b'{"message": "401 Unauthorized"}'

    def accepts(self, sent, user):  # a token is looked up by itself, whatever the name beside it
        return (user == "gitlab-ci-token") == (sent == "gitlab-ci-token")

    def missing(self, project):  # packages that GitLab does not have are PyPI's
        return 302, {"Location": "https://default.example.com/simple/" + project + "/"}, b""`,

    AzureDevOps: String.raw`class AzureDevOps(Index):
    def places(self):
        return [(self.origin, self.path), (self.origin, self.downloads()), self.storage()]

    def downloads(self):
        return self.path.split("_packaging/")[0] + "_packaging/" + self.guid + "/pypi/download/"

    def storage(self):
        return self.origin.replace("://", "://blob."), "/" + self.guid + "/"

    def place(self, file):
        return "%s/%s/%s" % (file.project, file.version, file.quoted)

    def link(self, file):
        return self.origin + self.downloads() + self.place(file)

    def refuse(self, standing):
${limited('(403 if standing == "guest" else 404), {}, b"{}"')}        host = self.origin.partition("://")[2]
        bearer = "Bearer authorization_uri=https://login.%s/%s" % (host, self.guid)
        return 401, {"WWW-Authenticate": [bearer, 'Basic realm="https://%s/"' % host, "TFS-Federated"]}, b"{}"

    def accepts(self, sent, user):  # a token is taken under any name that is not empty
        return sent != ""

    def stored(self, origin, method, file, authorization):  # files are redirected to blob storage
        stored_at, path = self.storage()
        if origin == stored_at:  # the storage's URL is signed: credentials beside it are an error
            return None if authorization == "none" else (400, {}, b"Authentication information is not given in the correct format.")
        if method == "HEAD":
            return 405, {"Allow": "GET"}, b""
        return 303, {"Location": stored_at + path + self.place(file) + "?sv=2019-07-07&sr=b&sp=r"}, b""`,

    PyPI: String.raw`class PyPI(Index):  # stands for it: open to all
    name = None

    def places(self):
        return [(self.origin, "/")]

    def link(self, file):
        return "/packages/%s/%s/%s/%s" % (file.sha256[:2], file.sha256[2:4], file.sha256[4:], file.quoted)`,
  };
}
