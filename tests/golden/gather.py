"""金样采集: what is given out only to those who ask for it by name: gather.py BASE TOWN VINTAGE

A list somebody has checked, the month's figures, a holder's copy for one purpose, a course's
certificate, and one paper of each standing that the town's story does not tell of.
"""

import http.cookiejar
import json
import re
import sqlite3
import sys
import urllib.parse
import urllib.request
from pathlib import Path

base, town, vintage = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
story = json.loads((town / "demo.json").read_text())
valid = story["certificates"]["valid"]


class Visitor:
    """A browser of its own, or a program with a token."""

    def __init__(self, login=None, token=None):
        self.token = token
        jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        if login:
            account = next(one for one in story["accounts"] if one["login"] == login)
            self.send("/sign-in", login=login, password=account["password"])

    def ask(self, path, body=None, kind=None):
        request = urllib.request.Request(base + path, data=body)
        request.add_header("Accept-Language", "zh-CN")
        if self.token:
            request.add_header("Authorization", f"Bearer {self.token}")
        if kind:
            request.add_header("Content-Type", kind)
        with self.opener.open(request) as answer:
            return answer.read(), answer.geturl()

    def read(self, path):
        return self.ask(path)[0].decode()

    def send(self, path, page=None, **fields):
        """Sends a form of `page`, with the token that stands on it."""
        if page:
            fields["csrf"] = after(self.read(page), 'name="csrf" value="')
        body = urllib.parse.urlencode(fields).encode()
        return self.ask(path, body, "application/x-www-form-urlencoded")

    def api(self, path):
        return json.loads(self.ask("/api/v1" + path)[0])


def after(page, mark):
    return page.split(mark, 1)[1].split('"', 1)[0]


def keep(name, content):
    (vintage / name).write_bytes(content if isinstance(content, bytes) else content.encode())


bureau = Visitor(token=next(one["token"] for one in story["accounts"] if one["login"] == "bureau"))


def found(**narrowed):
    rows = bureau.api("/certificates?" + urllib.parse.urlencode(narrowed))["rows"]
    return bureau.api("/certificates/" + rows[0]["id"])


# Each standing that the story does not tell of.
for standing in ("suspended", "corrected"):
    one = found(standing=standing)
    keep(f"{standing}.qr", one["qr"])
    keep(f"{standing}.json", urllib.request.urlopen(f"{base}/credentials/{one['token']}").read())

# What stands in the place of the corrected one, and says so.
new = bureau.api("/certificates/" + one["successor"])
keep("successor.qr", new["qr"])
keep("successor.pdf", bureau.ask(f"/api/v1/certificates/{new['id']}/pdf")[0])
keep("successor.json", urllib.request.urlopen(f"{base}/credentials/{new['token']}").read())

# A course's certificate.
completion = found(kind="completion", standing="valid")
keep("completion.qr", completion["qr"])
keep("completion.pdf", bureau.ask(f"/api/v1/certificates/{completion['id']}/pdf")[0])
keep("completion.json", urllib.request.urlopen(f"{base}/credentials/{completion['token']}").read())

# Lists that were checked, one all in force and one not: their signed reports and receipts.
stranger = Visitor()
boundary = "guildhall-golden"


def checked(prefix, *papers):
    lines = "证书编号,姓名\n" + "".join(f"{one['number']},{one['holder']}\n" for one in papers)
    parts = "".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{says}\r\n'
        for name, says in (("text", lines), ("what", "page"))
    )
    body = f"{parts}--{boundary}--\r\n".encode()
    _, result = stranger.ask("/verify/list", body, f"multipart/form-data; boundary={boundary}")
    result = urllib.parse.urlparse(result).path
    keep(f"{prefix}list-report.pdf", stranger.ask(f"{result}/pdf")[0])
    receipt = re.search(rf"{re.escape(base)}/receipts#[0-9]+", stranger.read(f"{result}/receipt"))
    keep(f"{prefix}list-receipt.txt", receipt.group(0) + "\n")


checked("", valid, completion)
checked("mixed-", valid, story["certificates"]["revoked"], {**valid, "holder": "无名氏"})

# The month's figures, signed.
keep("figures.pdf", Visitor("bureau").ask("/figures/monthly.pdf")[0])

# A copy for one purpose: the holder is given a code by a clerk of those who certified her.
clerk = Visitor("assess-clerk")
certificate = found(q=valid["number"])
person = certificate["person"]
seen, _ = clerk.send(f"/people/{person}/sights", page=f"/people/{person}", purpose="核对本人身份")
document = re.search(r"\b[0-9]{17}[0-9X]\b", seen.decode()).group(0)
given, _ = clerk.send(f"/people/{person}/holder-codes", page=f"/people/{person}")
code = re.search(r"<b>([0-9]+)</b>", given.decode()).group(1)
holder = Visitor()
holder.send("/sign-in/holder", number=valid["number"], document=document, code=code)
hers = f"/me/certificates/{certificate['id']}"
until = (vintage / "now").read_text()[:10]
year = int(until[:4]) + 1
holder.send(f"{hers}/copies", page=hers, purpose="应聘焊工", until=f"{year}{until[4:]}")
copy = re.search(rf"{hers}/copies/([^\"]+)", holder.read(hers)).group(0)
keep("copy.pdf", holder.ask(copy)[0])
with sqlite3.connect(f"file:{town}/guildhall.db?mode=ro", uri=True) as register:
    (token,) = register.execute("SELECT token FROM copies").fetchone()
keep("copy.qr", f"{base}/c/{token}#{valid['qr'].split('#')[1]}")
