import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { captureProject } from "../capture/capture-project.ts";
import { ALL_PROJECTS, isShownBy } from "../capture/projects.ts";
import { sharedWorld } from "../capture/shared-world.ts";
import { WHOLE } from "../product/extent.ts";
import { pipInstalledUv } from "../real-tools.ts";

/** Real pypiserver and devpi, real uv and keyring; `npm test` tries what no unit test can show, the night the rest and an older release. */
const RELEASES = WHOLE ? ["0.9.5", "0.13.9"] : ["0.13.9"];

const shared = sharedWorld();

interface Seen {
  /** On standard output. */
  readonly told: string;
  /** In the scenario. */
  readonly written: string;
  readonly night?: true;
}

/** What the wire had, and what became of it. */
const SEEN: Readonly<Record<string, Seen>> = {
  "misnamed-variable": {
    told: "  recorded: index 1: answers 401 without credentials, challenge Basic, HTTP/1.1\n",
    written: 'flavour = "pypiserver"',
    night: true,
  },
  "stale-netrc": {
    told: "  recorded: index 1: answers 401 without credentials, challenge Basic\n",
    written: 'flavour = "pypiserver"',
    night: true,
  },
  "devpi-over-https": {
    told: "  recorded: index 1: answers 401 without credentials, challenge Basic, HTTP/1.1\n",
    written: 'http = "1.1"',
    night: true,
  },
  "registry-of-http2": { told: "  recorded: index 1: HTTP/2\n", written: "[index.", night: true },
  "behind-a-companys-proxy": { told: "  recorded: index 1: HTTP/1.1\n", written: 'http = "1.1"' },
  "past-the-companys-proxy": { told: "  recorded: index 1: HTTP/1.1\n", written: 'http = "1.1"', night: true },
  "certificates-of-a-folder": { told: "  recorded: index 1: HTTP/1.1\n", written: 'http = "1.1"', night: true },
  // A keyring that asks by https would raise where its tunnel was opened, and the run would be thrown away.
  "keyring-by-https": {
    told: "  recorded: index 1: pages are text/html, HTTP/1.1, links are absolute paths\n",
    written: 'http = "1.1"',
    night: true,
  },
  "front-that-knows-a-gateway": {
    told: "  recorded, and thrown away, since the gateway changed what is seen: only in the original: refused: page of index 1, GET, 403, sent refused credentials; only here: refused: page of index 1, GET, 404, sent credentials",
    written: "[index.",
  },
};

describe.each(RELEASES)("capture --record with uv %s", (release) => {
  it.each(Object.entries(SEEN).filter(([name, { night }]) => isShownBy(name, release) && (WHOLE || night !== true)))(
    "%s: what the wire had is told and written, and neither names nor secrets",
    async (name, { told, written }) => {
      const { world, folder } = shared();
      const outcome = await captureProject(world, name, await pipInstalledUv(release), join(folder, `${name}-${release}`), ["--record"]);

      expect(outcome).toMatchObject({ exit: 0, leaks: [], changed: [], verdict: "same", repair: ALL_PROJECTS[name]?.repair });
      expect(outcome.stdout).toContain(told);
      expect(await readFile(outcome.scenario ?? "", "utf8")).toContain(written);
    },
  );
});

const REFUSED = [
  ["proxy-in-uv-toml", "0.13.9", /^error: --record: ~\/\.config\/uv\/uv\.toml: `http-proxy` counts for more than the variables/m],
  ["untrusted-ca", "0.13.9", /^error: --record: TLS failed without a gateway \(UnknownIssuer\)/m],
  ["certificate-of-the-clients", "0.13.9", /^error: --record: .*a client certificate \(SSL_CLIENT_CERT\)/m],
  ["certificates-of-a-folder", "0.9.5", /^error: --record: this release of uv does not read SSL_CERT_DIR alone/m],
  ["certificates-that-are-not-there", "0.13.9", /^error: --record: SSL_CERT_FILE names no file that can be read/m],
] as const;

it.each(WHOLE ? REFUSED : REFUSED.slice(0, 2))("%s is refused with the reason", async (name, release, reason) => {
  const { world, folder } = shared();
  const outcome = await captureProject(world, name, await pipInstalledUv(release), join(folder, `${name}-refused`), ["--record"]);

  expect(outcome).toMatchObject({ exit: 2, stdout: "", leaks: [], changed: [], scenario: null });
  expect(outcome.stderr).toMatch(reason);
});
