import type { Flavour as FlavourName } from "../../scenario/model.ts";
import { artifactory } from "./artifactory.ts";
import { azureDevops } from "./azure-devops.ts";
import { cloudsmith } from "./cloudsmith.ts";
import { codeartifact } from "./codeartifact.ts";
import { devpi } from "./devpi.ts";
import type { Flavour } from "./flavour.ts";
import { gitea } from "./gitea.ts";
import { gitlab } from "./gitlab.ts";
import { googleArtifactRegistry } from "./google-artifact-registry.ts";
import { nexus } from "./nexus.ts";
import { pypicloud } from "./pypicloud.ts";
import { pypiserver } from "./pypiserver.ts";
import { simple } from "./simple.ts";

/** Every flavour by the name that scenarios use. */
export const FLAVOUR = {
  simple,
  gitlab,
  "azure-devops": azureDevops,
  artifactory,
  pypiserver,
  devpi,
  gitea,
  "google-artifact-registry": googleArtifactRegistry,
  codeartifact,
  nexus,
  cloudsmith,
  pypicloud,
} satisfies Record<FlavourName, Flavour>;
