"""What is installed in a venv."""

import glob
import os
import re


def packages(venv):
    """One record for each; one without a field where there is no venv."""
    places = glob.glob(glob.escape(venv) + "/lib*/python3*/site-packages")
    names = {os.path.basename(each) for place in places for each in glob.glob(glob.escape(place) + "/*.dist-info")}
    parts = [name[: -len(".dist-info")].split("-", 1) for name in sorted(names)]
    found = [{"package": re.sub("[-_.]+", "-", name).lower(), "version": version} for name, version in parts]
    return found if places else [{}]
