"""What became of the finds in ordinary documents that were judged one by one: how many of those that the reader still gives
are right, how many right ones it lost, and how many first citations convince.

usage: wild.py PROBITY WILD.tar.xz JUDGED.jsonl [--floors RIGHT KEPT]     (fails under the shares)
"""

import csv
import hashlib
import json
import subprocess
import sys
import tarfile
import tempfile


def digest(quote):
    return hashlib.sha256(quote.encode()).hexdigest()[:12]


def readings(probity, folder, names):
    """What the reader says of the documents that are judged, by file."""
    groups, found = {}, {}
    with open(f"{folder}/index.tsv") as index:
        for row in csv.DictReader(index, delimiter="\t"):
            if row["file"] in names:
                groups.setdefault((row["kind"], row["language"]), []).append(row["file"])
    for (kind, language), files in groups.items():
        for at in range(0, len(files), 100):
            part = files[at : at + 100]
            command = [probity, "read", *(f"{folder}/{file}" for file in part), "--kind", kind]
            command += ["--language", language, "--format", "json"]
            out = subprocess.run(command, stdout=subprocess.PIPE, text=True).stdout
            for file, line in zip(part, out.splitlines(), strict=True):
                found[file] = {claim["claim"]: claim for claim in json.loads(line)["claims"]}
    return found


def main():
    probity, archive, judged = sys.argv[1:4]
    finds = [json.loads(line) for line in open(judged)]
    with tempfile.TemporaryDirectory() as folder:
        tarfile.open(archive).extractall(folder, filter="data")
        found = readings(probity, f"{folder}/wild", {find["file"] for find in finds})
    still = right = lost = first = convincing = 0
    for find in finds:
        claim = found.get(find["file"], {}).get(find["claim"], {"state": "absent"})
        if claim["state"] != find["state"]:
            lost += find["right"]
            continue
        still, right = still + 1, right + find["right"]
        if claim["citations"] and digest(claim["citations"][0]["quote"]) == find["quote"]:
            first, convincing = first + 1, convincing + find["convincing"]
    kept = right / max(1, right + lost)
    print(f"{len(finds)} judged finds, {still} still given: {right / max(1, still):.3f} right; of the right ones {kept:.3f} kept")
    print(f"{first} with the judged citation first: {convincing / max(1, first):.3f} convincing")
    if "--floors" in sys.argv:
        least_right, least_kept = map(float, sys.argv[sys.argv.index("--floors") + 1 :][:2])
        return int(right < least_right * still or kept < least_kept)
    return 0


sys.exit(main())
