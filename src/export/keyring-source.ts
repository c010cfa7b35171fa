/** Installs the real keyring as a tool, by unpacking its wheels: pure Python, so that is all there is to it. */
export const KEYRING_TOOL_SOURCE = String.raw`venv.create(WORK + "/tool", with_pip=False, symlinks=True)
site = glob.glob(WORK + "/tool/lib/python3*/site-packages")[0]
newest = {}
for name, content in carried().items():
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        metadata = wheel.read(next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))).decode()
    needs = re.search(r"(?m)^Requires-Python: >=3\.(\d+)", metadata)
    version = tuple(int(number) for number in re.findall(r"\d+", name.split("-")[1]))
    project = name.split("-")[0]
    if (not needs or int(needs[1]) <= sys.version_info[1]) and version > newest.get(project, ((), None))[0]:
        newest[project] = version, content
for _, content in newest.values():
    with zipfile.ZipFile(io.BytesIO(content)) as wheel:
        wheel.extractall(site)
with open(WORK + "/bin/keyring", "w") as file:
    # No path of an interpreter may hold a blank.
    file.write("#!/bin/sh\n'''exec' \"%s/tool/bin/python\" \"$0\" \"$@\"\n' '''\n" % WORK)
    file.write("import sys\nfrom keyring.cli import main\nsys.exit(main())\n")
os.chmod(WORK + "/bin/keyring", 0o755)
`;

/** Gives it the plugin that the script wrote to `plugin.py`. */
export const KEYRING_PLUGIN_SOURCE = String.raw`os.mkdir(site + "/company_keyring-1.0.dist-info")
with open(WORK + "/plugin.py") as file:
    plugin = file.read()
for path, text in {
    "company_keyring.py": plugin,
    "keyring_backend.json": '{"indexes": null}',
    "company_keyring-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: company-keyring\nVersion: 1.0\n",
    "company_keyring-1.0.dist-info/entry_points.txt": "[keyring.backends]\ncompany = company_keyring\n",
}.items():
    with open(site + "/" + path, "w") as file:
        file.write(text)
`;

/** Writes what the plugins answer. Reads `ANSWERS`, whose texts are templates that name variables. */
export const KEYRING_ANSWERS_SOURCE = String.raw`for answer in ANSWERS["answers"]:
    answer.update((key, string.Template(text).substitute(os.environ)) for key, text in answer.items() if isinstance(text, str))
with open(WORK + "/answers.json", "w") as file:
    json.dump(ANSWERS, file)
`;
