import { type ContainerRuntimeClient, GenericContainer, getReaper, ImageName } from "testcontainers";
import type { ProcessIdentity } from "../observation/process.ts";
import { archiveOf, DATA_FOLDER, packageFiles, type Packages, type Users, usersFile } from "./container-files.ts";
import { HealthAnswers } from "./container-ready.ts";
import { connectDocker, type Docker, isThroughSocket } from "./docker.ts";
import { markUsed, sweepOldImages } from "./old-images.ts";
import { baseImageFrom, ensurePypiserverImage } from "./image.ts";
import { type Gate, GATES } from "./pypiserver-index.ts";
import { findReaperImage } from "./reaper.ts";
import { StartedPypiServerContainer } from "./started-container.ts";
import { OWNER_LABEL, sweepContainers } from "./sweep.ts";

const PORT = 8080;

/**
 * A private package index in a container: pypiserver, asking for credentials where users are given.
 *
 * The image is built on first use (some seconds) unless one is named. The port is published on 127.0.0.1 only, unless
 * the Docker daemon is elsewhere. The container ends when this process does, also by SIGKILL; it is labelled with
 * its owner, and the next start removes what was left. testcontainers' reaper is used too if its image is there.
 */
export class PypiServerContainer extends GenericContainer {
  readonly #image: string | null;
  readonly #identity: () => Promise<ProcessIdentity>;
  #baseImage: string | null = null;
  #users: Users | null = null;
  #packages: Packages = [];
  #gates: readonly Gate[] = GATES;
  #fallback: string | null = null;
  #reaperAsTold = false;

  constructor(image: string | null, identity: () => Promise<ProcessIdentity>) {
    super(image ?? "uv-mre/pypiserver");
    this.#image = image;
    this.#identity = identity;
    this.withExposedPorts(PORT);
  }

  /** Who may read and publish. Without this call the index is open to everybody. */
  withUsers(users: Users): this {
    this.#users = users;
    return this;
  }

  /** What asks for credentials, as pypiserver's `--authenticate`: all of it unless said. */
  withAuthenticate(...gates: Gate[]): this {
    this.#gates = gates;
    return this;
  }

  /** Wheels and sdists to serve. */
  withPackages(packages: Packages): this {
    this.#packages = packages;
    return this;
  }

  /** Where clients are sent for a package that is not here; unless said they get a 404. */
  withFallback(url: string): this {
    this.#fallback = url;
    return this;
  }

  /** What the image is built on, where it is built here: an image with Python 3.10 or newer and a shell. */
  withBaseImage(name: string): this {
    this.#baseImage = name;
    return this;
  }

  /** Whether testcontainers' reaper watches it; unless said, it does if its image is there. */
  override withAutoCleanup(autoCleanup: boolean): this {
    this.#reaperAsTold = true;
    return super.withAutoCleanup(autoCleanup);
  }

  override async start(): Promise<StartedPypiServerContainer> {
    const client = await connectDocker();
    const docker = client.container.dockerode;
    const identity = await this.#identity();
    await sweepContainers(docker, identity);
    this.imageName = ImageName.fromString(
      this.#image ?? (await ensurePypiserverImage(docker, identity, this.#baseImage ?? baseImageFrom(process.env))),
    );
    await markUsed(docker, this.imageName.string);
    await sweepOldImages(docker);
    this.createOpts.Image = this.imageName.string;
    if (!this.#reaperAsTold) super.withAutoCleanup(await reaperWorks(client));
    if (!this.reuse) {
      this.createOpts.OpenStdin = true;
      this.createOpts.StdinOnce = true;
      this.withLabels({ [OWNER_LABEL]: identity.token });
    }
    const host = hostOf(docker, client.info.containerRuntime.host);
    // What is published to all interfaces is for those who have to reach another machine.
    const HostIp = isLoopback(host) ? "127.0.0.1" : "";
    this.hostConfig.PortBindings = { [`${PORT}/tcp`]: [{ HostIp, HostPort: "0" }] };
    this.waitStrategy ??= new HealthAnswers(host, PORT);
    this.withCommand([
      "--authenticate",
      this.#users === null ? "" : this.#gates.join(","),
      ...(this.#fallback === null ? [] : ["--fallback", this.#fallback]),
      ...(this.reuse ? [] : ["--end-with-stdin"]),
    ]);
    const files = [...usersFile(this.#users ?? {}), ...(await packageFiles(this.#packages))];
    this.archivesToCopy = [...this.archivesToCopy, { tar: await archiveOf(files), target: DATA_FOLDER }];
    return new StartedPypiServerContainer(await super.start(), { host, port: PORT, users: this.#users ?? {} });
  }

  /** The lifeline: Docker closes the container's stdin when our connection to it ends, however it ends. */
  protected override async containerCreated(id: string): Promise<void> {
    if (this.reuse) return;
    const { container } = await connectDocker();
    const stdin = await container.getById(id).attach({ stream: true, stdin: true, hijack: true });
    stdin.on("error", () => {});
    // A program that forgot to stop the container still ends, and the container with it.
    if ("unref" in stdin && typeof stdin.unref === "function") stdin.unref();
  }
}

/** testcontainers takes the bridge's gateway for the host where `/.dockerenv` exists, also on a virtual machine. */
function hostOf(docker: Docker, guessed: string): string {
  const override = process.env["TESTCONTAINERS_HOST_OVERRIDE"];
  if (override !== undefined && override !== "") return override;
  return isThroughSocket(docker) ? "127.0.0.1" : guessed;
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host.startsWith("127.");
}

/** Never a download: where it is not there, the lifeline and the next start's sweep have to do. */
async function reaperWorks(client: ContainerRuntimeClient): Promise<boolean> {
  if (process.env["TESTCONTAINERS_RYUK_DISABLED"] === "true") return true;
  if ((await findReaperImage(client.container.dockerode, process.env)) === null) return false;
  try {
    await getReaper(client);
    return true;
  } catch {
    return false;
  }
}
