/* 核验文件: a certificate's PDF, judged on this device: its signature by a key of the bundle, and the
   credential within it by that signature. No request is made here; what this cannot tell, like a
   file without a signature of ours, is the server's to look at. The same form as seal/cms.rs. */
var Paper = (function () {
  'use strict';
  var MOST = 1048576, UNPACKED = 262144;
  var SEQUENCE = 0x30, SET = 0x31, OCTETS = 4;
  function bytesOf(hex) {
    var out = new Uint8Array(hex.length / 2);
    for (var i = 0; i < out.length; i++) out[i] = parseInt(hex.substr(2 * i, 2), 16);
    return out;
  }
  var SIGNED_DATA = bytesOf('06092a864886f70d010702'), DATA = bytesOf('06092a864886f70d010701'), ONE = bytesOf('020101');
  var SHA256 = bytesOf('300b0609608648016503040201'), ECDSA = bytesOf('300a06082a8648ce3d040302');
  // messageDigest, and signingCertificateV2 of one SHA-256: all but the 32 bytes (RFC 5652, RFC 5035).
  var DIGEST = '302f06092a864886f70d01090431220420', SIGNER = '3037060b2a864886f70d010910022f31283026302430220420';
  // What stands before the point of a P-256 key in a certificate (RFC 5480).
  var POINT = '3059301306072a8648ce3d020106082a8648ce3d030107034200';

  /* DER: the item these bytes begin with, and all items of some content. */
  function item(bytes, at) {
    var size = bytes[at + 1], from = at + 2;
    if (size > 0x80 && size < 0x84) {
      for (var n = size & 3, i = size = 0; i < n; i++) size = size * 256 + bytes[from++];
    } else if (!(size < 0x80)) throw new Error('length');
    if (from + size > bytes.length) throw new Error('short');
    return { tag: bytes[at], whole: bytes.subarray(at, from + size), content: bytes.subarray(from, from + size) };
  }
  function items(content) {
    var out = [];
    for (var at = 0; at < content.length; at += out[out.length - 1].whole.length) out.push(item(content, at));
    return out;
  }
  function written(tag, parts) {
    var content = Trust.joined(parts), n = content.length;
    var size = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
    return Trust.joined([[tag], size, content]);
  }
  function same(one, other) { return Trust.hex(one) === Trust.hex(other); }
  function hashed(bytes) { return crypto.subtle.digest('SHA-256', bytes).then(function (hash) { return Trust.hex(new Uint8Array(hash)); }); }

  /* The parts of a signature envelope (CMS). */
  function parts(cms) {
    var signed = items(items(items(item(cms, 0).content)[1].content)[0].content);
    var info = items(items(signed[4].content)[0].content);
    return {
      certificates: items(signed[3].content).map(function (one) { return one.whole; }),
      attributes: Trust.joined([[SET], info[3].whole.subarray(1)]), signature: info[5].content, stamp: info[6] ? info[6].whole : []
    };
  }
  /* The envelope written anew: version numbers and the like are signed by nobody, and have one form. */
  function again(read, own) {
    var tbs = items(items(item(own, 0).content)[0].content);
    var info = written(SEQUENCE, [ONE, written(SEQUENCE, [tbs[3].whole, tbs[1].whole]), SHA256,
      [0xa0], read.attributes.subarray(1), ECDSA, written(OCTETS, [read.signature]), read.stamp]);
    var signed = written(SEQUENCE, [ONE, written(SET, [SHA256]), written(SEQUENCE, [DATA]),
      written(0xa0, read.certificates), written(SET, [info])]);
    return written(SEQUENCE, [SIGNED_DATA, written(0xa0, [signed])]);
  }
  /* An ECDSA signature as WebCrypto takes it: both numbers in 32 bytes each. */
  function plain(signature) {
    var numbers = items(item(signature, 0).content).map(function (number) { return Trust.hex(number.content).replace(/^(00)+/, ''); });
    var anew = numbers.map(function (digits) { return written(2, [bytesOf(/^[89a-f]/.test(digits) ? '00' + digits : digits)]); });
    if (!same(written(SEQUENCE, anew), signature) || numbers.some(function (digits) { return digits.length > 64; })) throw new Error('form');
    return bytesOf(numbers.map(function (digits) { return ('0'.repeat(64) + digits).slice(-64); }).join(''));
  }
  function after(hex, mark) {
    var at = hex.indexOf(mark);
    return at < 0 ? '' : hex.substr(at + mark.length, 64);
  }

  /* Who signed a file, and whether what is there now is what was signed; null when it is nobody of
     the bundle's. */
  function signature(bytes, text, bundle) {
    var found = /\/Contents\s*<([0-9a-f]{400,})>/i.exec(text), range = /\/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]/.exec(text);
    if (!found || !range || found[1].length % 2) return Promise.resolve(null);
    var padded = bytesOf(found[1]), cms = item(padded, 0).whole, read = parts(cms), says = Trust.hex(read.attributes);
    return Promise.all(read.certificates.map(hashed)).then(function (hashes) {
      var own = read.certificates[hashes.indexOf(after(says, SIGNER))];
      if (!own) return null;
      var hex = Trust.hex(own), at = hex.indexOf(POINT) + POINT.length, key = hex.substr(at, 130);
      var hints = Object.keys(bundle.keys).filter(function (hint) { return Trust.hex(bundle.keys[hint].key) === key; });
      var others = read.certificates.filter(function (one) { return one !== own; });
      var known = others.every(function (one) { return bundle.anchors.some(function (anchor) { return same(anchor, one); }); });
      if (!hints.length || !known) return null;
      var start = found.index + found[0].indexOf('<'), end = found.index + found[0].length;
      var whole = Number(range[1]) === 0 && Number(range[2]) === start && Number(range[3]) === end && end + Number(range[4]) === bytes.length;
      var form = found[1] === found[1].toLowerCase() && same(again(read, own), cms) && !/[^0]/.test(found[1].slice(2 * cms.length));
      return hashed(Trust.joined([bytes.subarray(0, start), bytes.subarray(end)])).then(function (digest) {
        return Trust.verifies(bytesOf(key), read.attributes, plain(read.signature)).then(function (good) {
          return { key: bundle.keys[hints[0]], intact: whole && form && good && digest === after(says, DIGEST) };
        });
      });
    });
  }

  function unpacked(bytes) {
    var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate'));
    return new Response(stream).text().then(function (text) { return text.length > UNPACKED ? '' : text; });
  }
  /* The credential within a file (Open Badges 3.0); null when there is none. */
  function credential(bytes, text) {
    var heads = /\/Type \/EmbeddedFile \/Subtype \/application#2Fvc [^]*?\/Filter \/FlateDecode \/Length (\d+)>>\nstream\n/.exec(text);
    if (!heads) return Promise.resolve(null);
    var from = heads.index + heads[0].length;
    return unpacked(bytes.subarray(from, from + Number(heads[1]))).then(JSON.parse).then(function (said) {
      var subject = said.credentialSubject, token = /\/credentials\/([a-z2-7]{16})$/.exec(said.id), place = /\/(\d+)#(\d+)$/.exec(said.credentialStatus.id);
      var named = function (kind) { return subject.identifier.filter(function (one) { return one.identityType === kind; })[0].identityHash; };
      var day = function (at) { return at ? Trust.today(Date.parse(at) / 1000) : null; };
      return {
        token: token[1],
        ticket: {
          name: named('name'), tail: named('ext:cn-id-masked'), title: subject.achievement.name, level: '', number: subject.licenseNumber,
          issued: day(said.awardedDate), list: Number(place[1]), place: Number(place[2]), expires: day(said.validUntil)
        }
      };
    });
  }

  /* The answer to a file, by this bundle, at this time in seconds; null when this device cannot tell. */
  function judge(bytes, bundle, now) {
    if (bytes.length > MOST || !bundle || !window.DecompressionStream || Trust.untimely(bundle, now)) return Promise.resolve(null);
    var text = new TextDecoder('latin1').decode(bytes), signed = /\/M\s*\(D:(\d{4})(\d\d)(\d\d)(\d\d)/.exec(text);
    return Promise.resolve().then(function () { return signature(bytes, text, bundle); }).then(function (by) {
      if (!by) return null;
      var out = { paper: true, age: now - bundle.issued };
      if (!by.intact) { out.code = 'file_altered'; return out; }
      return credential(bytes, text).then(function (inside) {
        if (!inside || !signed) return null;
        out.token = inside.token;
        out.ticket = inside.ticket;
        var at = Date.UTC(signed[1], signed[2] - 1, signed[3], signed[4]) / 1000;
        return Trust.stands(out, by.key, Trust.today(at), now);
      });
    }).catch(function () { return null; });
  }

  return { judge: judge };
})();
