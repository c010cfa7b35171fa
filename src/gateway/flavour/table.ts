import type { Flavour as FlavourName } from "../../scenario/model.ts";
import { azureDevops } from "./azure-devops.ts";
import type { Flavour } from "./flavour.ts";
import { gitlab } from "./gitlab.ts";
import { simple } from "./simple.ts";

/** Every flavour by the name that scenarios use. */
export const FLAVOUR = {
  simple,
  gitlab,
  "azure-devops": azureDevops,
  artifactory: simple,
  pypiserver: simple,
  devpi: simple,
  gitea: simple,
  "google-artifact-registry": simple,
  codeartifact: simple,
  nexus: simple,
  cloudsmith: simple,
  pypicloud: simple,
} satisfies Record<FlavourName, Flavour>;
