import type { Index } from "../../scenario/model.ts";
import { type Answer, json, plain } from "../answer.ts";
import type { Place, Route } from "./flavour.ts";
import { flag } from "./option.ts";

/** Where PyPI exchanges a CI job's identity token for one that may upload; nobody signs in there. */
export const OIDC_PATH = "/_/oidc/";

/** Word for word, as tail-unica/hopwise#232 has it. */
const NO_PUBLISHER = {
  message: "Token request failed",
  errors: [
    {
      code: "invalid-publisher",
      description: "valid token, but no corresponding publisher (Publisher with matching claims was not found)",
    },
  ],
};

/** Of GitHub's claims those that uv shows. */
const CLAIMS = {
  sub: "repo:acme/app:ref:refs/heads/main",
  repository: "acme/app",
  repository_owner: "acme",
  repository_owner_id: "1",
  job_workflow_ref: "acme/app/.github/workflows/publish.yml@refs/heads/main",
  ref: "refs/heads/main",
};

/** The route of an index with `trusted-publishing`; `null`: not of these. */
export function oidcRoute(index: Index, { path }: Place, method: string): Route | null {
  if (!flag(index, "trusted-publishing", false) || !path.startsWith(OIDC_PATH)) return null;
  const rest = path.slice(OIDC_PATH.length);
  if (rest === "audience" && method === "GET") return fixed(json(200, { audience: "pypi" }));
  return rest === "mint-token" && method === "POST" ? fixed(json(422, NO_PUBLISHER)) : { kind: "nothing" };
}

/** What a CI's service gives a job that shows its request token: `ACTIONS_ID_TOKEN_REQUEST_URL` leads to it. */
export function idTokenRoute(): Route {
  const parts = [{ alg: "none", typ: "JWT" }, CLAIMS].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  return fixed(json(200, { value: `${parts.join(".")}.${Buffer.from("unsigned").toString("base64url")}` }));
}

export const NO_REQUEST_TOKEN: Answer = plain(401, "Unauthorized\n");

function fixed(answer: Answer): Route {
  return { kind: "fixed", answer, purpose: "other", toPost: true };
}
