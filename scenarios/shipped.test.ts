import { scenarioTests } from "../dist/vitest.js";

// Through the package's own front door: what people write in their tests is what is tested here.
await scenarioTests("scenarios/**/*.toml", { uv: ["oldest", "0.9.5", "0.9.18", "latest"] });
