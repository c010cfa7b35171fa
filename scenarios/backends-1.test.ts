import { testBackends } from "../test/product/backends.ts";

await testBackends(import.meta.filename);
