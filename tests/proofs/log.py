"""Judges a log from its public files, sharing nothing with the program: pymerkle for the trees,
cryptography for Ed25519, RFC 6962 and C2SP as they are written.

log.py FOLDER WITNESS-VKEY PROOF SUBMISSION: prints "good", or fails with what is wrong.
FOLDER is a mirror, PROOF a .tlog-proof from it, SUBMISSION a request to a witness up to its size.
"""
import base64
import hashlib
import json
import pathlib
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pymerkle import InmemoryTree, verify_consistency, verify_inclusion

folder, witness, proof, submission = pathlib.Path(sys.argv[1]), *sys.argv[2:]


def vkey(text):
    name, key_id, rest = text.strip().split("+", 2)
    raw = base64.b64decode(rest, validate=True)
    assert hashlib.sha256(name.encode() + b"\n" + raw).digest()[:4].hex() == key_id, "key id"
    return name, bytes.fromhex(key_id), raw[0], Ed25519PublicKey.from_public_bytes(raw[1:])


def note(text):
    body, signatures = text.rsplit("\n\n", 1)
    lines = []
    for line in signatures.splitlines():
        dash, name, raw = line.split(" ")
        assert dash == "\u2014", line
        lines.append((name, base64.b64decode(raw, validate=True)))
    return body + "\n", lines


def signed(text, key):
    name, key_id, kind, public = key
    body, lines = note(text)
    for line_name, raw in lines:
        if line_name == name and raw[:4] == key_id:
            if kind == 1:
                public.verify(raw[4:], body.encode())
            else:
                at = int.from_bytes(raw[4:12], "big")
                assert 0 < at < 2**63
                public.verify(raw[12:], f"cosignature/v1\ntime {at}\n{body}".encode())
            return body
    raise AssertionError(f"not signed by {name}")


def checkpoint(body):
    origin, size, root = body.split("\n")[:3]
    return origin, int(size), base64.b64decode(root, validate=True)


def unsigned(text, key):
    try:
        signed(text, key)
    except (InvalidSignature, AssertionError):
        return True
    return False


# The checkpoint, its signature and its cosignature.
log, other = vkey((folder / "vkey").read_text().splitlines()[0]), vkey(witness)
text = (folder / "checkpoint").read_text()
origin, size, root = checkpoint(signed(text, log))
signed(text, other)
assert origin == log[0] and log[2] == 1 and other[2] == 4
bent = text.replace(f"\n{size}\n", f"\n{size + 1}\n", 1)
assert unsigned(bent, log) and unsigned(bent, other), "a bent size is noticed"

# The entries, from their bundles; the tree over them by pymerkle.
entries, n = [], 0
while len(entries) < size:
    width = min(256, size - len(entries))
    raw = (folder / "tile/entries" / (f"{n:03}" if width == 256 else f"{n:03}.p/{width}")).read_bytes()
    while raw:
        length = int.from_bytes(raw[:2], "big")
        entries.append(raw[2:2 + length])
        raw = raw[2 + length:]
    n += 1
assert len(entries) == size
tree = InmemoryTree(algorithm="sha256")
for entry in entries:
    tree.append_entry(entry)
assert tree.get_state(size) == root, "the root"


def leaf_hash(entry):
    return hashlib.sha256(b"\0" + entry).digest()


def mth(some):
    """RFC 6962, 2.1."""
    if len(some) == 1:
        return some[0]
    k = 1 << ((len(some) - 1).bit_length() - 1)
    return hashlib.sha256(b"\1" + mth(some[:k]) + mth(some[k:])).digest()


def path(m, some):
    """RFC 6962, 2.1.1."""
    if len(some) == 1:
        return []
    k = 1 << ((len(some) - 1).bit_length() - 1)
    return path(m, some[:k]) + [mth(some[k:])] if m < k else path(m - k, some[k:]) + [mth(some[:k])]


def subproof(m, some, whole=True):
    """RFC 6962, 2.1.2."""
    if m == len(some):
        return [] if whole else [mth(some)]
    k = 1 << ((len(some) - 1).bit_length() - 1)
    if m <= k:
        return subproof(m, some[:k], whole) + [mth(some[k:])]
    return subproof(m - k, some[k:], False) + [mth(some[:k])]


hashes = [leaf_hash(entry) for entry in entries]
level = (folder / "tile/0" / ("000" if size >= 256 else f"000.p/{size}")).read_bytes()
assert level == b"".join(hashes[:256]), "the first tile"

# The proof of inclusion people keep.
head, kept = pathlib.Path(proof).read_text().split("\n\n", 1)
lines = head.split("\n")
assert lines[0] == "c2sp.org/tlog-proof@v1"
extra = json.loads(base64.b64decode(lines[1].removeprefix("extra ")))
index, given = int(lines[2].removeprefix("index ")), [base64.b64decode(line, validate=True) for line in lines[3:]]
_, kept_size, kept_root = checkpoint(signed(kept, log))
signed(kept, other)
assert entries[index] == extra["leaf"].encode(), "the leaf"
assert given == path(index, hashes[:kept_size]), "the path"
told = tree.prove_inclusion(index + 1, kept_size)
assert set(given) <= set(told.path), "pymerkle's path"
verify_inclusion(hashes[index], kept_root, told)
commitment = hashlib.sha256(
    b"guildhall/commit/v1\n"
    + base64.urlsafe_b64decode(extra["salt"] + "=")
    + json.dumps(extra["payload"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
).digest()
assert json.loads(extra["leaf"])["c"] == base64.urlsafe_b64encode(commitment).decode().rstrip("="), "the commitment"

# The proof of consistency a witness gets.
head, asked = pathlib.Path(submission).read_text().split("\n\n", 1)
lines = head.split("\n")
old, given = int(lines[0].removeprefix("old ")), [base64.b64decode(line, validate=True) for line in lines[1:]]
_, new, _ = checkpoint(signed(asked, log))
assert 0 < old < new and given == subproof(old, hashes[:new]), "the proof of consistency"
verify_consistency(tree.get_state(old), tree.get_state(new), tree.prove_consistency(old, new))
print("good")
