import { expect, test } from "vitest";
import { causeIn } from "./cause.ts";

/* What uv 0.5.0, 0.9.5 and 0.13.9 wrote. */

test.each<[string, string, string | null]>([
  ["nothing", "\n", null],
  ["an error of one line", "Using CPython 3.11.7\nerror: No virtual environment found\n", "error: No virtual environment found"],
  [
    "an error and its causes",
    "warning: old\nerror: Failed to fetch: `https://a.example/x/`\n  Caused by: Request failed after 3 retries\n  Caused by: invalid peer certificate: Expired\n",
    "error: Failed to fetch: `https://a.example/x/`: Request failed after 3 retries: invalid peer certificate: Expired",
  ],
  [
    "the same of a newer release",
    "error: Failed to publish `a.whl` to `https://a.example/`\n  cause: Server returned status code 401 Unauthorized\n\n",
    "error: Failed to publish `a.whl` to `https://a.example/`: Server returned status code 401 Unauthorized",
  ],
  [
    "a frame, and a hint that decides",
    "\u001b[31m  ×\u001b[39m No solution found when resolving dependencies:\n  ╰─▶ Because a was not found in the package registry\n      and your project depends on a, it is unsatisfiable.\n\n      hint: An index URL (https://a.example/simple/) could not be\n      queried (401 Unauthorized).\n",
    "No solution found when resolving dependencies: Because a was not found in the package registry and your project depends on a, it is unsatisfiable; hint: An index URL (https://a.example/simple/) could not be queried (401 Unauthorized).",
  ],
  [
    "a hint of several sentences",
    "error: No solution found\n\nhint: `a` was found on https://a.example/simple/, but not at 7 (e.g., x). A compatible version may be\nelsewhere.\n",
    "error: No solution found; hint: `a` was found on https://a.example/simple/, but not at 7 (e.g., x).",
  ],
  [
    "a build that printed something",
    "  × Failed to build `app`\n  ├─▶ The build backend returned an error\n  ╰─▶ Call to `own.build` failed (exit status: 1)\n\n      [stdout]\n      compiling\n\n      [stderr]\n      Traceback (most recent call last):\n      ValueError: no compiler\n\n      hint: This usually indicates a problem with the package.\n",
    "Failed to build `app`: The build backend returned an error: Call to `own.build` failed (exit status: 1): ValueError: no compiler; hint: This usually indicates a problem with the package.",
  ],
  [
    "another program",
    'Installed 1 package\nTraceback (most recent call last):\n  File "<string>", line 1\nValueError: 123\n',
    "ValueError: 123",
  ],
])("%s", (_, stderr, cause) => {
  expect(causeIn(stderr)).toBe(cause);
});

test("a proof of thousands of characters is shortened, and the hint behind it is not", () => {
  const cause = causeIn(`  × No solution found:\n  ╰─▶ Because ${"a and ".repeat(1_000)}\n\n      hint: (401 Unauthorized)\n`) ?? "";
  expect(cause).toMatch(/…; hint: \(401 Unauthorized\)$/);
  expect(cause.length).toBeLessThan(1_100);
});
