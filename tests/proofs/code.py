"""二维码核验: the signature in a certificate's QR code, by Python's cryptography; no network.

code.py TEXT DID.json [LIST.json]: prints the certificate's number, or fails; with the status list
its code names, also "stands" or "revoked". Who signed the list, verify.mjs tells.
"""
import base64
import gzip
import hashlib
import json
import re
import sys

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BYTES = {3: 1, 5: 2, 8: 3, 10: 4, 13: 5, 15: 6, 17: 7}


def undigit(digits):
    chunks = [digits[at:at + 17] for at in range(0, len(digits), 17)]
    return b"".join(int(chunk).to_bytes(BYTES[len(chunk)], "big") for chunk in chunks)


def cbor(data, at=0):
    kind, low = data[at] >> 5, data[at] & 31
    at += 1
    if low >= 24:
        size = 1 << (low - 24)
        low, at = int.from_bytes(data[at:at + size], "big"), at + size
    if kind == 0:
        return low, at
    if kind == 1:
        return -1 - low, at
    if kind in (2, 3):
        raw = data[at:at + low]
        return (raw if kind == 2 else raw.decode()), at + low
    if kind == 4:
        items = []
        for _ in range(low):
            item, at = cbor(data, at)
            items.append(item)
        return items, at
    if kind == 5:
        pairs = {}
        for _ in range(low):
            key, at = cbor(data, at)
            pairs[key], at = cbor(data, at)
        return pairs, at
    if kind == 6:
        return cbor(data, at)
    raise ValueError("another kind")


def text_of(raw):
    size = len(raw)
    head = bytes([0x40 | size]) if size < 24 else bytes([0x58, size]) if size < 256 else b"\x59" + size.to_bytes(2, "big")
    return head + raw


def keys(document):
    for method in document["verificationMethod"]:
        number = 0
        for letter in method["publicKeyMultibase"][1:]:
            number = number * 58 + ALPHABET.index(letter)
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        if raw[:2] == b"\x80\x24":
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw[2:])
            point = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            yield hashlib.sha256(point).digest()[:4], key


def standing(document, number, place):
    """What stands at a place of a Bitstring Status List."""
    assert document["id"].endswith(f"/{number}"), "another list"
    packed = document["credentialSubject"]["encodedList"]
    assert packed[0] == "u"
    bits = gzip.decompress(base64.urlsafe_b64decode(packed[1:] + "=" * (-len(packed[1:]) % 4)))
    return "revoked" if bits[place >> 3] >> (7 - (place & 7)) & 1 else "stands"


def main():
    text, document = sys.argv[1], json.load(open(sys.argv[2], encoding="utf-8"))
    token, digits = re.search(r"/v/([a-z2-7]{16})#(\d+)", text).groups()
    cose = undigit(digits)
    (protected, unprotected, payload, signature), end = cbor(cose)
    header, _ = cbor(protected)
    assert end == len(cose) and not unprotected and header[1] == -7
    key = dict(keys(document))[header[4]]
    signed = b"\x84\x6aSignature1" + text_of(protected) + b"\x40" + text_of(payload)
    whole = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    key.verify(whole, signed, ec.ECDSA(hashes.SHA256()))
    says, _ = cbor(payload)
    print(says[6])
    if len(sys.argv) > 3:
        print(standing(json.load(open(sys.argv[3], encoding="utf-8")), *says[8]))


main()
