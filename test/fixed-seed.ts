import { configureGlobal } from "fast-check";

// Each run of the tests tries the same; `npm run fuzz` gives other seeds, and says them.
configureGlobal({ seed: Number(process.env["UV_MRE_FUZZ_SEED"] ?? 20_261_101) });
