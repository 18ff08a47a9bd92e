"""凭证核验: a second verdict, in another language and on another JSON-LD stack; no network.

python verify.py FOLDER: prints "good", or says why not and ends with 1.
"""
import copy
import json
import pathlib
import sys

from openbadgeslib.ob3.ldp import OB3LdpVerifier

folder = pathlib.Path(sys.argv[1])
credential = json.loads((folder / "credential.json").read_text("utf-8"))
document = (folder / "issuer.json").read_bytes()
issuer = credential["issuer"]["id"]


def download(url, *_, **__):
    return document


def accepted(it):
    try:
        OB3LdpVerifier.for_issuer_did(issuer).verify(it, download=download)
        return True
    except Exception as why:  # every refusal is one
        global last
        last = why
        return False


last = None
if not accepted(copy.deepcopy(credential)):
    sys.exit(f"the credential is refused: {last!r}")
forged = copy.deepcopy(credential)
forged["credentialSubject"]["licenseNumber"] += "1"
if accepted(forged):
    sys.exit("a forged number is accepted")
forged = copy.deepcopy(credential)
forged["credentialSubject"]["identifier"][0]["identityHash"] = "李四"
if accepted(forged):
    sys.exit("a forged name is accepted")
print("good")
