import { testShipped } from "../test/product/shipped.ts";

await testShipped(import.meta.filename);
