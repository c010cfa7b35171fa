import { testBreakage } from "../test/product/breakage.ts";

await testBreakage(import.meta.filename);
