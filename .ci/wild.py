"""What became of the finds in ordinary documents that were judged one by one: how many of those that the reader still gives
are right, how many right ones it lost, and how many first citations convince.

usage: wild.py PROBITY WILD.tar.xz JUDGED.jsonl… [--floors RIGHT KEPT]     (fails under the shares)
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
    arguments, floors = sys.argv[1:], (0.0, 0.0)
    if "--floors" in arguments:
        at = arguments.index("--floors")
        floors = tuple(map(float, arguments[at + 1 : at + 3]))
        del arguments[at : at + 3]
    probity, archive, *drawings = arguments
    judged = {drawing: [json.loads(line) for line in open(drawing)] for drawing in drawings}
    with tempfile.TemporaryDirectory() as folder:
        tarfile.open(archive).extractall(folder, filter="data")
        found = readings(probity, f"{folder}/wild", {find["file"] for finds in judged.values() for find in finds})
    code = 0
    for drawing, finds in judged.items():
        still, first, sure = [], [], []
        for find in finds:
            claim = found[find["file"]][find["claim"]]
            if claim["state"] == find["state"]:
                still.append(find["right"])
                if claim["confidence"] >= 0.9:
                    sure.append(find["right"])
                if claim["citations"] and digest(claim["citations"][0]["quote"]) == find["quote"]:
                    first.append(find["convincing"])
        of = lambda finds: f"{sum(finds)} of {len(finds)} ({sum(finds) / max(1, len(finds)):.3f})"
        was_right = sum(find["right"] for find in finds)
        print(f"{drawing}: {len(finds)} finds; right of those still given {of(still)}, of confidence 0.9 and more {of(sure)};")
        print(f"  {was_right - sum(still)} right ones lost; convincing of first citations that are as judged {of(first)}")
        if sum(still) < floors[0] * len(still) or sum(still) < floors[1] * was_right:
            code = 1
    return code


sys.exit(main())
