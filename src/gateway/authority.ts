import type { Certificate } from "../scenario/model.ts";

/** `client`: to be shown by a client, not by a host. */
export type CertificateKind = Certificate | "client";

/** Signs for the hosts of a gateway. */
export interface Authority {
  /** PEM of the CA that clients are to trust. */
  readonly caPem: string;
  /** Key and certificate chain of a host; the same for the same host and kind. */
  leafFor(host: string, kind: CertificateKind): Promise<Leaf>;
}

/** PEM texts. */
export interface Leaf {
  readonly key: string;
  readonly cert: string;
}

/** What an authority is made from; PEM texts, keys as PKCS 8. All leaves share one key. */
export interface AuthorityKeys {
  readonly ca: string;
  readonly caKey: string;
  readonly leafKey: string;
}
