"""Checks the audit of a recorded world: run twice the same bytes, every citation verbatim in its record, nothing poor for
want of evidence.

usage: world.py PROBITY WORLD     (WORLD holds services/ and world.warc.gz)
"""

import gzip
import hashlib
import html
import json
import re
import subprocess
import sys
import tempfile


def records(path):
    """The payloads of a WARC file by digest, as the words that stand in them."""
    data = gzip.open(path).read()
    found, at = {}, 0
    while at < len(data):
        end = data.index(b"\r\n\r\n", at) + 4
        length = int(re.search(rb"(?i)content-length: *(\d+)", data[at:end])[1])
        block = data[end : end + length]
        payload = block.split(b"\r\n\r\n", 1)[1] if block.startswith(b"HTTP/") else block
        found["sha256:" + hashlib.sha256(payload).hexdigest()] = payload.decode("utf-8", "replace")
        at = end + length + 4
    return found


def letters(text):
    """Only letters and digits: white space and markup differ between a page and its text."""
    return re.sub(r"[\W_]+", "", text.lower())


def page(text):
    text = re.sub(r"(?is)<(script|style)\b.*?</\1>", "", text)
    return letters(html.unescape(re.sub(r"<[^>]*>", "", text)))


def audit(probity, world):
    with tempfile.TemporaryDirectory() as data:
        command = [probity, "audit", "--services", f"{world}/services", "--replay", f"{world}/world.warc.gz"]
        command += ["--as-of", "2026-06-02T00:00:00Z", "--format", "json", "--data", data]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout


def main():
    probity, world = sys.argv[1:]
    first, second = audit(probity, world), audit(probity, world)
    faults = [] if first == second else ["two runs differ"]
    held = {digest: (letters(text), page(text)) for digest, text in records(f"{world}/world.warc.gz").items()}
    result, cited = json.loads(first), 0
    for rating in result["ratings"]:
        for finding in rating["findings"]:
            place = f"{rating['service']} {finding['criterion']}"
            if finding["grade"] == "poor" and finding["basis"] == "none":
                faults.append(f"{place}: poor for want of evidence")
            for citation in finding.get("citations", []):
                cited += 1
                if not any(letters(citation["quote"]) in text for text in held.get(citation["record"], [])):
                    faults.append(f"{place}: not in {citation['url']}: {citation['quote'][:100]!r}")
    lights = {}
    for rating in result["ratings"]:
        key = rating["method"], rating["light"]
        lights[key] = lights.get(key, 0) + 1
    for (method, light), count in sorted(lights.items()):
        print(f"{method:24} {light:10} {count}")
    print(f"{len(result['ratings'])} ratings, {cited} citations, {len(faults)} faults")
    print("\n".join(faults[:20]))
    return 1 if faults else 0


sys.exit(main())
