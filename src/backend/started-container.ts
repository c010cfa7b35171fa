import { AbstractStartedContainer, type StartedTestContainer } from "testcontainers";
import { accountsOf, archiveOf, DATA_FOLDER, filesOf, packageFiles, type Packages, type Users, usersFile } from "./container-files.ts";
import { type FileStore, GATES, type IndexRequest, openIndex, type PypiserverIndex } from "./pypiserver-index.ts";

export interface IndexOptions {
  /** Without users the index is open to everybody. */
  readonly users?: Users;
  readonly packages?: Packages;
  /** The path under which a reverse proxy in front shows it; it is then in all links. `/` unless said. */
  readonly path?: string;
}

/** A running pypiserver. Its root index is the one that was configured; more can be added. */
export class StartedPypiServerContainer extends AbstractStartedContainer {
  readonly #host: string;
  readonly #port: number;
  readonly #shared = new Map<string, Promise<void>>();
  readonly #store: FileStore = {
    put: async (files) => await this.copyArchiveToContainer(await archiveOf(files), DATA_FOLDER),
  };
  #users: Users;

  constructor(started: StartedTestContainer, options: { readonly host: string; readonly port: number; readonly users: Users }) {
    super(started);
    this.#host = options.host;
    this.#port = options.port;
    this.#users = options.users;
  }

  /** Where the port is published: 127.0.0.1, unless the Docker daemon is elsewhere. */
  override getHost(): string {
    return this.#host;
  }

  /** `http://HOST:PORT/`, where packages are published. With a user's name, that user's credentials are in it. */
  getUrl(user?: string): string {
    const url = new URL(`http://${this.#host}:${this.getMappedPort(this.#port)}/`);
    if (user === undefined) return url.href;
    const password = this.#users[user];
    if (password === undefined) throw new Error(`the index has no user ${user}`);
    url.username = encodeURIComponent(user);
    url.password = encodeURIComponent(password);
    return url.href;
  }

  /** The simple index, for an installer's `--index-url`; with credentials as `getUrl`. */
  getIndexUrl(user?: string): string {
    return `${this.getUrl(user)}simple/`;
  }

  getUsers(): Users {
    return this.#users;
  }

  /** From now on only these: the server looks again on each request. Only where the container has users at all. */
  async setUsers(users: Users): Promise<void> {
    await this.#store.put(usersFile(users));
    this.#users = users;
  }

  async addPackages(packages: Packages): Promise<void> {
    await this.#store.put(await packageFiles(packages));
  }

  /** One more index in the same container, apart from the others: its own users, packages and uploads. About 20 ms. */
  async addIndex(options: IndexOptions = {}): Promise<PypiserverIndex> {
    return await this.openIndex({
      mount: options.path ?? "/",
      files: await filesOf(options.packages ?? []),
      accounts: accountsOf(options.users ?? {}),
      gates: options.users === undefined ? [] : GATES,
    });
  }

  /** `addIndex` as the runner of scenarios needs it. */
  async openIndex(request: IndexRequest): Promise<PypiserverIndex> {
    return await openIndex({ store: this.#store, url: this.getUrl(), shared: this.#shared }, request);
  }
}
