import { testFaults } from "../test/product/faults.ts";

await testFaults(import.meta.filename);
