import { dockerStatus } from "../src/backend/docker-status.ts";

const status = await dockerStatus(process.env);

/** Why tests that need Docker can't run here; `null` where they run, and where they must. */
export const dockerMissing: string | null = status.reason === null || process.env["UV_MRE_REQUIRE_DOCKER"] === "1" ? null : status.reason;

/** Stands in the title, so that whoever reads the counts reads the reason too. */
export const dockerNote = dockerMissing === null ? "" : ` (skipped: ${dockerMissing})`;

// The default reporter shows no titles of skipped tests.
if (dockerMissing !== null) console.warn(`container tests are skipped: ${dockerMissing}`);
