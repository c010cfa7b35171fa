import { testExports } from "../test/product/exports.ts";

await testExports(import.meta.filename);
