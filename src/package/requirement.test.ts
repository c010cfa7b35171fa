import { expect, test } from "vitest";

import { projectOfFilename, servesPython } from "./naming.ts";
import { groupsWithoutRepeats, parseClosure, projectOf, wantedBy } from "./requirement.ts";

const A = "a".repeat(64);
const B = "b".repeat(64);

test("a closure is read with all its hashes and without its markers", () => {
  const text = [
    "# a comment",
    "--index-url ignored",
    "importlib-metadata==8.7.1 ; python_full_version < '3.10' \\",
    `    --hash=sha256:${A} \\`,
    `    --hash=sha256:${B}`,
    "importlib-metadata==9.0.1 ; python_full_version == '3.10.*' \\",
    `    --hash=sha256:${B}`,
    `Pywin32_Ctypes==0.2.3 ; sys_platform == 'win32' --hash=sha256:${A}`,
    `torch==2.5.0+cpu --hash=sha256:${A}`,
  ].join("\n");
  expect(parseClosure(text).map((pin) => ({ ...pin, hashes: pin.hashes.map((each) => each[0]).join("") }))).toMatchInlineSnapshot(`
    [
      {
        "hashes": "ab",
        "marker": "python_full_version < '3.10'",
        "project": "importlib-metadata",
        "version": "8.7.1",
      },
      {
        "hashes": "b",
        "marker": "python_full_version == '3.10.*'",
        "project": "importlib-metadata",
        "version": "9.0.1",
      },
      {
        "hashes": "a",
        "marker": "sys_platform == 'win32'",
        "project": "pywin32-ctypes",
        "version": "0.2.3",
      },
      {
        "hashes": "a",
        "marker": null,
        "project": "torch",
        "version": "2.5.0+cpu",
      },
    ]
  `);
});

test("no group holds a project twice, and nothing is lost", () => {
  const requirements = ["keyring==25.7.0", "iniconfig==2.0.0", "Keyring[completion]==24.0", "zipp==1", "keyring ==23"];
  expect(groupsWithoutRepeats(requirements, projectOf)).toMatchInlineSnapshot(`
    [
      [
        "keyring==25.7.0",
        "iniconfig==2.0.0",
        "zipp==1",
      ],
      [
        "Keyring[completion]==24.0",
      ],
      [
        "keyring ==23",
      ],
    ]
  `);
});

test("the project of a file is read from its name", () => {
  const names = [
    "SecretStorage-3.3.3-py3-none-any.whl",
    "jaraco.classes-3.4.0-py3-none-any.whl",
    "acme_tools-1.0-2-cp311-cp311-win_amd64.whl",
    "ruamel.yaml-0.18.tar.gz",
    "some-old-name-1.0.zip",
    "notes.txt",
    "acme-1.0.whl",
  ];
  expect(Object.fromEntries(names.map((name) => [name, projectOfFilename(name)]))).toMatchInlineSnapshot(`
    {
      "SecretStorage-3.3.3-py3-none-any.whl": "secretstorage",
      "acme-1.0.whl": null,
      "acme_tools-1.0-2-cp311-cp311-win_amd64.whl": "acme-tools",
      "jaraco.classes-3.4.0-py3-none-any.whl": "jaraco-classes",
      "notes.txt": null,
      "ruamel.yaml-0.18.tar.gz": "ruamel-yaml",
      "some-old-name-1.0.zip": "some-old-name",
    }
  `);
});

test("a pin is looked for where its marker leaves room", () => {
  const minors = (marker: string | null): number[] =>
    [8, 9, 10, 11, 12].filter((minor) => wantedBy({ project: "acme", version: "1", hashes: [], marker }, minor));
  const markers = [
    null,
    "sys_platform == 'linux'",
    "python_full_version < '3.10' and sys_platform == 'linux'",
    "python_full_version < '3.10.2'",
    "python_full_version <= '3.9' and implementation_name != 'PyPy'",
    "python_full_version > '3.9'",
    "python_full_version >= '3.9.1' and python_full_version < '3.12'",
    "python_full_version == '3.10.*'",
    "python_full_version != '3.10.*'",
    "python_full_version < '3.9' or sys_platform == 'win32'",
  ];
  expect(Object.fromEntries(markers.map((marker) => [String(marker), minors(marker).join(" ")]))).toMatchInlineSnapshot(`
    {
      "null": "8 9 10 11 12",
      "python_full_version != '3.10.*'": "8 9 10 11 12",
      "python_full_version < '3.10' and sys_platform == 'linux'": "8 9",
      "python_full_version < '3.10.2'": "8 9 10",
      "python_full_version < '3.9' or sys_platform == 'win32'": "8 9 10 11 12",
      "python_full_version <= '3.9' and implementation_name != 'PyPy'": "8 9",
      "python_full_version == '3.10.*'": "10",
      "python_full_version > '3.9'": "9 10 11 12",
      "python_full_version >= '3.9.1' and python_full_version < '3.12'": "9 10 11",
      "sys_platform == 'linux'": "8 9 10 11 12",
    }
  `);
});

test("which Pythons a wheel is for, by its tags", () => {
  const minors = (name: string): string => [8, 9, 10, 11, 12].filter((minor) => servesPython(name, minor)).join(" ");
  const names = [
    "acme-1.0-py3-none-any.whl",
    "acme-1.0-py2.py3-none-win32.whl",
    "acme-1.0-py2-none-any.whl",
    "acme-1.0-py310-none-any.whl",
    "acme-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "acme-1.0-1-cp39.cp310-none-win_amd64.whl",
    "acme-1.0-cp39-abi3-macosx_10_9_universal2.whl",
    "acme-1.0-pp311-pypy311_pp73-win_amd64.whl",
    "acme-1.0.tar.gz",
  ];
  expect(Object.fromEntries(names.map((name) => [name, minors(name)]))).toMatchInlineSnapshot(`
    {
      "acme-1.0-1-cp39.cp310-none-win_amd64.whl": "9 10",
      "acme-1.0-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl": "11",
      "acme-1.0-cp39-abi3-macosx_10_9_universal2.whl": "9 10 11 12",
      "acme-1.0-pp311-pypy311_pp73-win_amd64.whl": "",
      "acme-1.0-py2-none-any.whl": "",
      "acme-1.0-py2.py3-none-win32.whl": "8 9 10 11 12",
      "acme-1.0-py3-none-any.whl": "8 9 10 11 12",
      "acme-1.0-py310-none-any.whl": "10 11 12",
      "acme-1.0.tar.gz": "",
    }
  `);
});
