/* 信任包: checks a certificate's QR code on this device, against the registry's signed bundle.
   The same bytes and the same order as seal/{scan,digits,ticket,bundle}.rs. No request is made
   here, and the host in a code is never looked at. */
var Trust = (function () {
  'use strict';
  var WIDTHS = [0, 3, 5, 8, 10, 13, 15, 17];
  var LONGEST = 1024, DAY = 86400;
  // Half the order of P-256: of the two forms of a signature only the lower is taken.
  var HALF = [0x7f, 0xff, 0xff, 0xff, 0x80, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xde, 0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8];

  function Malformed() {}

  /* Decimal digits back into bytes; null when no bytes make them. */
  function undigit(digits) {
    var out = [];
    for (var at = 0; at < digits.length; at += 17) {
      var chunk = digits.slice(at, at + 17), size = WIDTHS.indexOf(chunk.length);
      if (size < 1) return null;
      var bytes = new Array(size).fill(0);
      for (var i = 0; i < chunk.length; i++) {
        var carry = chunk.charCodeAt(i) - 48;
        for (var b = size - 1; b >= 0; b--) {
          carry += bytes[b] * 10;
          bytes[b] = carry & 255;
          carry >>= 8;
        }
        if (carry) return null;
      }
      out = out.concat(bytes);
    }
    return new Uint8Array(out);
  }

  /* CBOR in its one deterministic form: shortest numbers, definite lengths, keys in order. */
  function decode(bytes) {
    var at = 0;
    function take(count) {
      if (at + count > bytes.length) throw new Malformed();
      at += count;
      return bytes.subarray(at - count, at);
    }
    function head() {
      var first = take(1)[0], low = first & 31, value = low, size;
      if (low > 27) throw new Malformed();
      if (low > 23) {
        size = 1 << (low - 24);
        value = take(size).reduce(function (sum, byte) { return sum * 256 + byte; }, 0);
        var least = size === 1 ? 24 : Math.pow(2, size * 4);
        if (value < least || value > Number.MAX_SAFE_INTEGER) throw new Malformed();
      }
      return [first >> 5, value];
    }
    function item(depth) {
      if (depth > 12) throw new Malformed();
      var start = head(), kind = start[0], value = start[1], n, out;
      switch (kind) {
        case 0: return value;
        case 1: return -1 - value;
        case 2: return take(value);
        case 3: return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(take(value));
        case 4:
          out = [];
          for (n = 0; n < value; n++) out.push(item(depth + 1));
          return out;
        case 5:
          out = new Map();
          var last = -1;
          for (n = 0; n < value; n++) {
            var key = item(depth + 1);
            if (typeof key !== 'number') throw new Malformed();
            // Unsigned keys sort before negative ones in the deterministic form.
            var rank = key >= 0 ? key : 4294967296 - key;
            if (rank <= last) throw new Malformed();
            last = rank;
            out.set(key, item(depth + 1));
          }
          return out;
        case 6: return { tag: value, value: item(depth + 1) };
        default:
          if (value === 22) return null;
          throw new Malformed();
      }
    }
    var whole = item(0);
    if (at !== bytes.length) throw new Malformed();
    return whole;
  }

  function lengthOf(major, size) {
    if (size < 24) return [major << 5 | size];
    if (size < 256) return [major << 5 | 24, size];
    if (size < 65536) return [major << 5 | 25, size >> 8, size & 255];
    return [major << 5 | 26, size >>> 24, size >> 16 & 255, size >> 8 & 255, size & 255];
  }

  function joined(parts) {
    var size = parts.reduce(function (sum, part) { return sum + part.length; }, 0);
    var out = new Uint8Array(size), at = 0;
    parts.forEach(function (part) { out.set(part, at); at += part.length; });
    return out;
  }

  /* RFC 9052 section 4.4: what a COSE_Sign1's signature covers. */
  function signedPart(message) {
    var context = [0x84, 0x6a].concat('Signature1'.split('').map(function (c) { return c.charCodeAt(0); }));
    return joined([context, lengthOf(2, message.header.length), message.header, [0x40],
      lengthOf(2, message.payload.length), message.payload]);
  }

  function message(bytes) {
    var outer = decode(bytes), parts = outer && outer.value;
    if (outer.tag !== 18 || !Array.isArray(parts) || parts.length !== 4) throw new Malformed();
    var header = decode(parts[0]);
    var sound = header instanceof Map && header.size === 2 && header.get(1) === -7 &&
      header.get(4) instanceof Uint8Array && header.get(4).length === 4 &&
      parts[1] instanceof Map && parts[1].size === 0 &&
      parts[2] instanceof Uint8Array && parts[3] instanceof Uint8Array && parts[3].length === 64;
    if (!sound) throw new Malformed();
    return { header: parts[0], hint: hex(header.get(4)), payload: parts[2], signature: parts[3] };
  }

  function hex(bytes) {
    return [].map.call(bytes, function (byte) { return (byte + 256).toString(16).slice(1); }).join('');
  }

  function base32(bytes) {
    var out = '', held = 0, bits = 0;
    bytes.forEach(function (byte) {
      held = (held << 8 | byte) & 0xfff; bits += 8;
      while (bits >= 5) { bits -= 5; out += 'abcdefghijklmnopqrstuvwxyz234567'[held >> bits & 31]; }
    });
    return out;
  }

  function isLow(signature) {
    for (var i = 0; i < 32; i++) {
      if (signature[32 + i] !== HALF[i]) return signature[32 + i] < HALF[i];
    }
    return true;
  }

  function verifies(key, bytes, signature) {
    return crypto.subtle.importKey('raw', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['verify'])
      .then(function (key) {
        return crypto.subtle.verify({ name: 'ECDSA', hash: 'SHA-256' }, key, signature, bytes);
      });
  }

  function holds(key, message) { return verifies(key, signedPart(message), message.signature); }

  function isTextOr(value) { return typeof value === 'string'; }

  function ticketOf(payload) {
    var map = decode(payload);
    if (!(map instanceof Map) || map.get(0) !== 1 || (map.size !== 9 && map.size !== 10)) throw new Malformed();
    for (var key = 1; key < 7; key++) if (!isTextOr(map.get(key))) throw new Malformed();
    var status = map.get(8);
    var whole = function (n) { return typeof n === 'number'; };
    if (!whole(map.get(7)) || !Array.isArray(status) || status.length !== 2 || !status.every(whole)) throw new Malformed();
    if (map.size === 10 && !whole(map.get(9))) throw new Malformed();
    return {
      name: map.get(1), tail: map.get(2), occupation: map.get(3), title: map.get(4), level: map.get(5),
      number: map.get(6), issued: map.get(7), list: status[0], place: status[1],
      expires: map.size === 10 ? map.get(9) : null
    };
  }

  /* A day's number since 2000-01-01 as 2026-03-09. */
  function day(number) { return new Date(Date.UTC(2000, 0, 1) + number * DAY * 1000).toISOString().slice(0, 10); }
  /* Which day it is in Beijing, by the same count. */
  function today(now) { return Math.floor((now + 8 * 3600) / DAY) - 10957; }

  function ascii(text) { return text.split('').map(function (c) { return c.charCodeAt(0); }); }

  /* Where the successions a bundle tells lead from a root key: each is signed by the key before. */
  function followed(root, links) {
    return links.reduce(function (before, link) {
      return before.then(function (at) {
        return verifies(at, joined([ascii('guildhall root key 1\n'), link[0]]), link[1])
          .then(function (good) { return good ? link[0] : at; });
      });
    }, Promise.resolve(root));
  }

  /* The bundle this root key signed, or one that follows from it; rejected when none did. */
  function open(bytes, pinned) {
    var signed, map, root;
    try { signed = message(bytes); map = decode(signed.payload); } catch (e) { return Promise.reject(new Error('malformed')); }
    return followed(pinned, map.get(10) || []).then(function (last) {
      root = last;
      return holds(root, signed);
    }).then(function (good) {
      if (!good) throw new Error('signature');
      if (map.get(0) !== 1) throw new Error('version');
      var keys = {};
      map.get(4).forEach(function (issuer) {
        issuer.get(5).forEach(function (key) {
          // Keys of other kinds sign other things than codes.
          if (key[1] !== -7) return;
          keys[hex(key[0])] = { issuer: issuer, key: key[2], from: key[3], until: key[4], good: key[5] === 0, kept: key[6] };
        });
      });
      return { root: root, sequence: map.get(1), issued: map.get(2), next: map.get(3), keys: keys, issuers: map.get(4).length, anchors: map.get(8) || [] };
    });
  }

  function unpacked(bytes) {
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).arrayBuffer().then(function (buffer) { return new Uint8Array(buffer); });
  }

  function marked(bytes, place) {
    if (!bytes) return Promise.resolve(false);
    return unpacked(bytes).then(function (bits) { return !!(bits[place >> 3] >> (place & 7) & 1); });
  }

  /* Whether a token stands among names of ten bytes each. */
  function named(names, token) {
    if (!(names instanceof Uint8Array)) return false;
    for (var at = 0; at + 10 <= names.length; at += 10) if (base32(names.subarray(at, at + 10)) === token) return true;
    return false;
  }

  /* What a scanned text is: its token and the signed message, or why it is none of ours. A copy for
     one purpose carries the certificate's message under a token of its own. */
  function scan(text) {
    var found = /\/v\/([a-z2-7]{16})(?![a-z0-9])([^]*)/i.exec(text), copy = found ? null : /\/c\/([a-z2-7]{16})#\d/i.exec(text);
    if (!found && !copy) return Promise.resolve({ code: /\/receipts#\d{300}/.test(text) ? 'receipt' : 'foreign' });
    var token = found ? found[1].toLowerCase() : null, digits = /#(\d+)/.exec(found ? found[2] : text);
    if (!digits) return Promise.resolve({ code: 'bare', token: token });
    var cose = undigit(digits[1]);
    if (!cose || cose.length > LONGEST) return Promise.resolve({ code: 'altered', token: token });
    return crypto.subtle.digest('SHA-256', cose).then(function (hash) {
      var own = base32(new Uint8Array(hash).subarray(0, 10));
      if (copy) return { code: 'read', token: own, cose: cose, copy: copy[1].toLowerCase() };
      return own === token ? { code: 'read', token: token, cose: cose } : { code: 'altered', token: token };
    });
  }

  /* The answer to a scanned text, by this bundle, at this time in seconds. */
  function judge(text, bundle, now) {
    return scan(text).then(function (scanned) {
      if (scanned.code !== 'read') return scanned;
      var out = { token: scanned.token, cose: scanned.cose, copy: scanned.copy }, signed, ticket;
      function as(code) { out.code = code; return out; }
      try { signed = message(scanned.cose); ticket = ticketOf(signed.payload); } catch (e) { return as('altered'); }
      if (!bundle) return as('no_bundle');
      out.age = now - bundle.issued;
      var late = untimely(bundle, now);
      if (late) return as(late);
      var known = bundle.keys[signed.hint];
      if (!known) return as('unknown_key');
      if (!isLow(signed.signature)) return as('altered');
      return holds(known.key, signed).then(function (good) {
        if (!good) return as('altered');
        out.ticket = ticket;
        return stands(out, known, ticket.issued, now);
      });
    });
  }

  /* Why a bundle says nothing at this time; null when it does. */
  function untimely(bundle, now) {
    if (now < bundle.issued - DAY) return 'clock';
    return now > bundle.next ? 'outdated' : null;
  }

  /* What is to be thought of what this key signed on that day: whether it might, and what became of
     the certificate since. */
  function stands(out, known, signedOn, now) {
    function as(code) { out.code = code; return out; }
    var ticket = out.ticket;
    out.issuer = { name: known.issuer.get(2), en: known.issuer.get(3) };
    // Of a key that fell into strange hands only what is named beside it is good.
    if (!(known.good || named(known.kept, out.token)) || signedOn < known.from || signedOn > known.until) { delete out.ticket; return as('key_not_good'); }
    var list = known.issuer.get(6).filter(function (list) { return list[0] === ticket.list; })[0];
    if (!list) return as('not_given');
    var marks = [0, 1, 2].map(function (kind) { return marked(list[1].get(kind), ticket.place); });
    var given = list[2] === null ? Promise.resolve(true) : marked(list[2], ticket.place);
    return Promise.all(marks.concat(given)).then(function (is) {
      if (is[0]) return as('revoked');
      if (!is[3]) return as('not_given');
      if (is[2]) return as('replaced');
      if (is[1]) return as('suspended');
      if (ticket.expires !== null && ticket.expires < today(now)) return as('expired');
      return as(out.age > 7 * DAY ? 'stale' : 'good');
    });
  }

  return { open: open, judge: judge, scan: scan, day: day, DAY: DAY,
    // For papers (paper.js).
    untimely: untimely, stands: stands, verifies: verifies, today: today, joined: joined, hex: hex };
})();
