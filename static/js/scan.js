/* 扫码核验: camera, photograph, typed code; verdicts on this device, confirmed online when there is
   a network. Without this script the page's forms do the same on the server. */
(function () {
  'use strict';
  var page = document.getElementById('scan');
  if (!page || !window.fetch || !window.Promise) return;
  var words = {}, bundle = null, checked = [], last = {};
  var video = page.querySelector('video'), hint = id('hint'), panel = id('verdict');
  var stream = null, reading = false, began = 0, detector = null;

  page.dataset.words.split('\n').forEach(function (line) {
    var at = line.indexOf('=');
    words[line.slice(0, at)] = line.slice(at + 1);
  });
  function id(name) { return document.getElementById('s-' + name); }
  function word(key) { return words[key] || key; }
  function fill(key) {
    var facts = [].slice.call(arguments, 1);
    return word(key).replace(/\{(\d)\}/g, function (_, n) { return facts[n]; });
  }
  function element(name, text, css) {
    var made = document.createElement(name);
    if (text) made.textContent = text;
    if (css) made.className = css;
    return made;
  }
  function show(what, on) { if (what) what.hidden = !on; }
  function now() { return Date.now() / 1000; }
  function clock(seconds) {
    var at = new Date((seconds + 8 * 3600) * 1000).toISOString();
    return at.slice(0, 10) + ' ' + at.slice(11, 16);
  }

  /* ---- the trust bundle: pinned root, never an older one ---- */
  function remembered(key) { try { return localStorage.getItem('guildhall.' + key); } catch (e) { return null; } }
  function remember(key, value) { try { localStorage.setItem('guildhall.' + key, value); } catch (e) { /* private mode */ } }
  function root() {
    var pinned = remembered('root');
    if (!pinned) remember('root', pinned = page.dataset.root);
    return pinned;
  }
  function bytesOf(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }
  function shelf() { return window.caches ? caches.open('guildhall-trust') : Promise.reject(new Error('no cache')); }
  function take(bytes) {
    return Trust.open(bytes, bytesOf(root())).then(function (opened) {
      if (opened.sequence < Number(remembered('sequence') || 0)) throw new Error('older');
      remember('sequence', opened.sequence);
      // A root key may sign the one that takes its place: from then on that one is pinned.
      remember('root', btoa(String.fromCharCode.apply(null, opened.root)));
      bundle = opened;
      freshness();
    });
  }
  function kept() {
    return shelf().then(function (cache) { return cache.match('/trust/bundle'); }).then(function (answer) {
      return answer && answer.arrayBuffer().then(function (buffer) { return take(new Uint8Array(buffer)); });
    });
  }
  function fetched() {
    return fetch('/trust/bundle', { cache: 'no-cache', credentials: 'omit' }).then(function (answer) {
      if (!answer.ok) throw new Error(answer.status);
      return answer.arrayBuffer();
    }).then(function (buffer) {
      return take(new Uint8Array(buffer)).then(function () {
        return shelf().then(function (cache) {
          return cache.put('/trust/bundle', new Response(buffer, { headers: { 'Content-Type': 'application/cose' } }));
        }).catch(function () {});
      });
    });
  }
  function freshness(fault) {
    var line = id('fresh');
    var changed = root() !== page.dataset.root;
    show(id('root'), changed);
    if (!bundle) { line.textContent = word(fault || 'no_bundle'); return; }
    line.textContent = fill('fresh', clock(bundle.issued), age(now() - bundle.issued), bundle.issuers);
    page.dataset.sequence = bundle.sequence;
  }
  function age(seconds) {
    if (seconds < 3600) return fill('minutes', Math.max(0, Math.round(seconds / 60)));
    if (seconds < 2 * Trust.DAY) return fill('hours', Math.round(seconds / 3600));
    return fill('days', Math.floor(seconds / Trust.DAY));
  }

  /* ---- verdicts ---- */
  var CSS = { good: 'wait', valid: 'ok', revoked: 'bad', altered: 'bad', file_altered: 'bad', mismatch: 'bad', expired: 'late', replaced: 'late',
    suspended: 'late', doubtful: 'late', corrected: 'late', stale: 'late', copy_over: 'late',
    foreign: 'none', not_found: 'none', malformed: 'none', copy_unknown: 'none', receipt: 'none' };
  function cssOf(code) { return CSS[code] || 'wait'; }
  /* The outline of a verdict: what only this page can say looks like what the register would. */
  var SHAPES = { good: 'offline', altered: 'mismatch', file_altered: 'altered', foreign: 'not_ours', receipt: 'not_ours', stale: 'expired',
    copy_over: 'expired', copy_unknown: 'not_found' };
  function shapeOf(code) { return document.getElementById('shape-' + (SHAPES[code] || code)) || document.getElementById('shape-unsure'); }

  function online(answer) {
    if (!answer.token || answer.code === 'altered' || navigator.onLine === false) return Promise.resolve(answer);
    var stop = window.AbortController ? new AbortController() : null;
    var timer = setTimeout(function () { if (stop) stop.abort(); }, 6000);
    var ask = { headers: { Accept: 'application/json' }, cache: 'no-store', redirect: 'error', signal: stop ? stop.signal : undefined };
    return fetch('/v/' + answer.token, ask).then(function (reply) {
      if (reply.status === 429 || reply.status >= 500) throw new Error(reply.status);
      return reply.json();
    }).then(function (told) {
      if (told.verdict === 'unsure') return answer;
      if (told.evidence && answer.cose && plain(told.evidence.cose) !== plain(b64(answer.cose))) return merge(answer, 'altered');
      if (answer.code === 'revoked' && told.verdict === 'valid') return answer;
      // The register's certificate under this token is the one the file is of, or the file is none.
      if (answer.paper && told.certificate && answer.ticket && told.certificate.number !== answer.ticket.number) return merge(answer, 'mismatch');
      var both = merge(answer, told.verdict);
      both.online = true;
      if (told.certificate) {
        var c = told.certificate;
        both.told = { name: c.holder, tail: c.id_last4, title: c.occupation, level: c.level || '', number: c.number, issuer: c.issuer, issued: c.issued_on };
      }
      return both.copy ? copied(both, ask) : both;
    }).catch(function () { return answer; }).then(function (whole) { clearTimeout(timer); return whole; });
  }
  /* What a copy is for and until when stands on its page, and in the register; not in its code. */
  function copied(both, ask) {
    return fetch('/c/' + both.copy, ask).then(function (reply) {
      if (reply.status === 404) { both.code = 'copy_unknown'; return both; }
      if (!reply.ok) throw new Error(reply.status);
      return reply.json().then(function (told) {
        both.use = told;
        if (both.code === 'valid' && !told.in_time) both.code = 'copy_over';
        return both;
      });
    });
  }
  function merge(answer, code) { return { code: code, token: answer.token, cose: answer.cose, ticket: answer.ticket, issuer: answer.issuer, age: answer.age, paper: answer.paper, copy: answer.copy }; }
  function b64(bytes) { return btoa(String.fromCharCode.apply(null, bytes)); }
  function plain(text) { return text.replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, ''); }

  function facts(answer) {
    var t = answer.told;
    if (!t && answer.ticket) {
      var k = answer.ticket;
      t = { name: k.name, tail: k.tail, title: k.title, level: k.level, number: k.number, issued: Trust.day(k.issued),
        issuer: page.dataset.lang === 'en' && answer.issuer.en ? answer.issuer.en : answer.issuer.name };
    }
    return t || null;
  }

  function render(answer, text) {
    var css = cssOf(answer.code), told = facts(answer);
    panel.className = 'res ' + css;
    panel.dataset.code = answer.code;
    panel.dataset.online = answer.online ? '1' : '0';
    panel.textContent = '';
    var wrap = element('div', '', 'wrap'), row = element('div', '', 'row');
    row.appendChild(shapeOf(answer.code).content.cloneNode(true));
    var title = element('h2', word('v.' + answer.code));
    row.appendChild(title);
    wrap.appendChild(row);
    var advice = word('a.' + answer.code);
    if (advice && advice !== 'a.' + answer.code) wrap.appendChild(element('p', advice, 'do'));
    if (answer.code === 'foreign' && text) wrap.appendChild(element('p', fill('foreign_text', text.slice(0, 200)), 'break'));
    if (answer.code === 'receipt') {
      var to = element('a', word('read_receipt')), line = element('p');
      to.href = '/receipts' + text.slice(text.lastIndexOf('#'));
      line.appendChild(to);
      wrap.appendChild(line);
    }
    if (answer.copy) wrap.appendChild(element('p', answer.use ? fill('copy', answer.use.purpose, answer.use.until) : word('copy_offline'), 'do'));
    if (told) {
      var list = element('dl', '', 'kv');
      [['name', told.name], ['tail', told.tail], ['title', told.title], ['level', told.level && word('l.' + told.level)],
        ['number', told.number], ['issuer', told.issuer], ['issued', told.issued]].forEach(function (pair) {
        if (!pair[1]) return;
        list.appendChild(element('dt', word('f.' + pair[0])));
        list.appendChild(element('dd', pair[1]));
      });
      wrap.appendChild(list);
      if (css !== 'bad') wrap.appendChild(element('p', word('compare'), 'do'));
    }
    if (answer.paper) wrap.appendChild(looked(answer));
    var when = answer.online ? fill('when_online', clock(now()))
      : answer.age === undefined ? fill('when', clock(now()))
        : fill('when_offline', clock(now()), clock(now() - answer.age), age(answer.age));
    wrap.appendChild(element('p', when, 'when num'));
    if (!answer.online && answer.age > Trust.DAY && answer.code === 'good') wrap.appendChild(element('p', word('ask_online'), 'do'));
    panel.appendChild(wrap);
    show(panel, true);
  }

  /* What was looked at in a file, each said by itself. */
  function looked(answer) {
    var list = element('ul', '', 'tips');
    var lines = answer.code === 'file_altered' ? [word('p.bent')]
      : [fill('p.signed', answer.issuer ? answer.issuer.name : ''), word('p.whole'), word('p.inside')];
    if (answer.online) lines.push(word('p.register'));
    lines.concat(word('p.stayed')).forEach(function (line) { list.appendChild(element('li', line)); });
    var link = element('a', word('p.send')), last = element('li');
    link.href = '/verify/pdf';
    last.appendChild(link);
    list.appendChild(last);
    return list;
  }

  function enter(answer) {
    checked.unshift({ at: now(), code: answer.code, online: !!answer.online, token: answer.token || '', told: facts(answer) || {} });
    tally();
  }
  function tally() {
    var body = id('rows'), counts = {};
    body.textContent = '';
    checked.forEach(function (one) {
      counts[one.code] = (counts[one.code] || 0) + 1;
      var row = element('tr');
      row.appendChild(element('td', clock(one.at).slice(11), 'num'));
      row.appendChild(element('td', word('v.' + one.code), cssOf(one.code) + '-t'));
      row.appendChild(element('td', one.told.name || '—'));
      row.appendChild(element('td', one.told.number || one.token || '—', 'num break'));
      body.appendChild(row);
    });
    var parts = Object.keys(counts).map(function (code) { return word('v.' + code) + ' ' + counts[code]; });
    id('sum').textContent = fill('sum', checked.length) + (parts.length ? ' · ' + parts.join(' · ') : '');
    page.dataset.count = checked.length;
    show(id('tally'), checked.length > 0);
  }
  function cell(text) {
    text = String(text == null ? '' : text);
    if (/^[=+\-@\t\r\n\u0000＝＋－＠]/.test(text)) text = "'" + text;
    return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
  }
  function csv() {
    var head = ['time', 'verdict', 'way', 'name', 'tail', 'title', 'level', 'number', 'issuer', 'issued'];
    var lines = [head.map(function (key) { return cell(word('f.' + key)); }).join(',')];
    checked.slice().reverse().forEach(function (one) {
      var t = one.told;
      lines.push([clock(one.at), word('v.' + one.code), word(one.online ? 'online' : 'offline'), t.name, t.tail, t.title,
        t.level && word('l.' + t.level), t.number || one.token, t.issuer, t.issued].map(cell).join(','));
    });
    var link = element('a');
    link.href = URL.createObjectURL(new Blob(['\ufeff' + lines.join('\r\n') + '\r\n'], { type: 'text/csv' }));
    link.download = word('file') + '.csv';
    document.body.appendChild(link);
    link.click();
    document.body.removeChild(link);
  }

  /* One scanned text: the device's own answer at once, the register's when it comes. */
  function answer(text) {
    return Trust.judge(text, bundle, now()).then(function (own) { return settle(own, text); });
  }
  function settle(own, text) {
    // Before the register confirms, nothing is green; red is red at once.
    render(own, text);
    return online(own).then(function (whole) {
      if (whole !== own) render(whole, text);
      enter(whole);
      if (navigator.vibrate) navigator.vibrate(cssOf(whole.code) === 'bad' ? [80, 60, 80] : 60);
      return whole;
    });
  }

  /* ---- reading codes ---- */
  function load(address) {
    return new Promise(function (done, failed) {
      var script = element('script');
      script.src = address;
      script.onload = done;
      script.onerror = failed;
      document.head.appendChild(script);
    });
  }
  var loading = null;
  function reader() {
    if (loading) return loading;
    loading = native().then(function (found) {
      if (found) return found;
      return load(page.dataset.reader).then(function () {
        ZXingWASM.prepareZXingModule({ overrides: { locateFile: function () { return page.dataset.wasm; } } });
        return function (source) {
          return ZXingWASM.readBarcodes(source, { formats: ['QRCode'], tryHarder: true, maxNumberOfSymbols: 4 })
            .then(function (found) { return found.filter(function (one) { return one.isValid; }).map(function (one) { return one.text; }); });
        };
      });
    });
    loading.catch(function () { loading = null; });
    return loading;
  }
  /* The browser's own detector, where it really knows QR codes. */
  function native() {
    if (!window.BarcodeDetector || !BarcodeDetector.getSupportedFormats) return Promise.resolve(null);
    return BarcodeDetector.getSupportedFormats().then(function (formats) {
      if (formats.indexOf('qr_code') < 0) return null;
      detector = new BarcodeDetector({ formats: ['qr_code'] });
      return function (source) {
        var ready = source instanceof Blob ? createImageBitmap(source) : Promise.resolve(source);
        return ready.then(function (image) { return detector.detect(image); })
          .then(function (found) { return found.map(function (one) { return one.rawValue; }); });
      };
    }).catch(function () { return null; });
  }

  function say(key) { hint.textContent = word(key); page.dataset.hint = key; }

  function start() {
    if (!navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
      say(window.isSecureContext === false ? 'e.insecure' : 'e.NotFoundError');
      return;
    }
    say('starting');
    navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment', width: { ideal: 1280 }, height: { ideal: 720 } } })
      .then(function (got) {
        stream = got;
        video.srcObject = got;
        show(id('frame'), true);
        show(id('start'), false);
        show(id('stop'), true);
        torch(got);
        return video.play().then(reader);
      }).then(function (read) {
        began = Date.now();
        reading = true;
        say('looking');
        look(read);
      }).catch(function (why) {
        stop();
        say(word('e.' + why.name) !== 'e.' + why.name ? 'e.' + why.name : 'e.other');
      });
  }
  function torch(got) {
    var track = got.getVideoTracks()[0], can = track && track.getCapabilities && track.getCapabilities();
    var button = id('torch'), on = false;
    show(button, !!(can && can.torch));
    button.onclick = function () { on = !on; track.applyConstraints({ advanced: [{ torch: on }] }).catch(function () {}); };
  }
  function stop() {
    reading = false;
    if (stream) stream.getTracks().forEach(function (track) { track.stop(); });
    stream = null;
    show(id('frame'), false);
    show(id('start'), true);
    show(id('stop'), false);
    show(id('torch'), false);
  }
  var canvas = element('canvas'), pen = canvas.getContext('2d', { willReadFrequently: true });
  function look(read) {
    if (!reading) return;
    var begun = Date.now(), width = video.videoWidth, height = video.videoHeight;
    if (!width) { setTimeout(function () { look(read); }, 100); return; }
    canvas.width = width;
    canvas.height = height;
    pen.drawImage(video, 0, 0);
    read(pen.getImageData(0, 0, width, height)).then(function (texts) {
      return texts.reduce(function (before, text) {
        return before.then(function () { return once(text); });
      }, Promise.resolve());
    }).catch(function () {}).then(function () {
      if (Date.now() - began > 8000 && page.dataset.hint === 'looking') say('slow');
      setTimeout(function () { look(read); }, Math.max(0, 100 - (Date.now() - begun)));
    });
  }
  /* A code that stays before the camera is one certificate; gone for two seconds, it is asked again. */
  function once(text) {
    var seen = last.text === text && Date.now() - last.at < 2000;
    last = { text: text, at: Date.now() };
    if (seen) return null;
    began = Date.now();
    return answer(text).then(function () {
      last.at = Date.now();
      say('next');
    });
  }

  function isPdf(chosen) { return /pdf$/i.test(chosen.type) || /\.pdf$/i.test(chosen.name); }
  /* A PDF is judged here where that can be done, so that it need not leave this device. */
  function paper(chosen) {
    return (window.Paper ? Promise.resolve() : load(page.dataset.paper)).then(function () { return new Response(chosen).arrayBuffer(); })
      .then(function (buffer) { return Paper.judge(new Uint8Array(buffer), bundle, now()); })
      .then(function (own) {
        if (!own) throw new Error('unknown');
        return settle(own);
      });
  }
  function file(chosen) {
    if (isPdf(chosen)) return paper(chosen);
    return reader().then(function (read) { return read(chosen); }).then(function (texts) {
      if (!texts.length) throw new Error('nothing');
      return texts.reduce(function (before, text) {
        return before.then(function () { return answer(text); });
      }, Promise.resolve());
    });
  }

  /* ---- the page ---- */
  show(id('camera'), true);
  id('start').addEventListener('click', start);
  id('stop').addEventListener('click', function () { stop(); say('stopped'); });
  id('csv').addEventListener('click', csv);
  id('clear').addEventListener('click', function () { checked = []; show(panel, false); tally(); });
  id('accept').addEventListener('click', function () {
    remember('root', page.dataset.root);
    remember('sequence', 0);
    fetched().catch(function () { freshness(); });
  });
  var form = id('form'), input = form.querySelector('[type=file]');
  form.addEventListener('submit', function (event) {
    if (!input.files.length || form.dataset.plain) return;
    event.preventDefault();
    file(input.files[0]).catch(function () {
      // What this browser cannot read, the server may; without one, nobody is led away from the page.
      var chosen = input.files[0];
      fetch('/health/live', { method: 'HEAD', cache: 'no-store' }).then(function (answer) {
        if (!answer.ok) throw new Error(answer.status);
        form.dataset.plain = '1';
        // A PDF is the business of the page that looks at its signature.
        if (isPdf(chosen)) { form.action = '/verify/pdf'; input.name = 'file'; }
        form.submit();
      }).catch(function () { say(isPdf(chosen) ? 'unread_pdf' : 'unread'); });
    });
  });
  page.addEventListener('dragover', function (event) { event.preventDefault(); });
  page.addEventListener('drop', function (event) {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    input.files = event.dataTransfer.files;
    form.requestSubmit ? form.requestSubmit() : form.submit();
  });
  var typed = page.querySelector('form[action="/verify"]');
  typed.addEventListener('submit', function (event) {
    var text = typed.querySelector('[name=code]').value;
    if (!/\/[vc]\/|\/receipts#/.test(text)) return;
    event.preventDefault();
    answer(text);
  });
  document.addEventListener('visibilitychange', function () { if (document.hidden) stop(); });
  window.addEventListener('pagehide', stop);
  if (/MicroMessenger/i.test(navigator.userAgent)) show(id('wechat'), true);

  var stocked = kept().catch(function () {}).then(function () {
    return fetched().catch(function (why) { freshness(why.message === 'older' ? 'older' : why.message === 'signature' ? 'untrusted' : null); });
  }).then(function () {
    // Opened at a certificate's own address without a network: the page stands in for it.
    if (/^\/[vc]\//.test(location.pathname)) answer(location.href);
    page.dataset.ready = '1';
  });
  if (navigator.serviceWorker) {
    // Ready to go without a network: the page is kept, and so is the list it judges by.
    navigator.serviceWorker.register('/sw.js').then(function () { return navigator.serviceWorker.ready; })
      .then(function () { return stocked; })
      .then(function () {
        if (!bundle) return;
        page.dataset.offline = '1'; show(id('installed'), true);
      }).catch(function () {});
  }
})();
