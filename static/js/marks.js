/* 成绩录入: makes the grid quick by keyboard. The form works without it. */
(function () {
  'use strict';
  var form = document.getElementById('marks');
  if (!form) return;
  var word = form.dataset;
  var body = form.querySelector('tbody');
  var bar = form.querySelector('.undo');
  var progress = form.querySelector('progress');
  var past = [];            // one entry for each thing done, however many cells it touched
  var dirty = false;
  var pass = {};
  word.pass.split(' ').forEach(function (pair) { var p = pair.split(':'); pass[p[0]] = +p[1]; });

  function all(root, what) { return [].slice.call(root.querySelectorAll(what)); }
  function fill(text) {
    var facts = [].slice.call(arguments, 1);
    return text.replace(/\{(\d)\}/g, function (_, n) { return facts[n]; });
  }
  function cells(row) { return all(row, '.cell'); }
  function tick(row) { return row.querySelector('[type=checkbox]'); }
  function person(row) { return row.querySelector('th').firstChild.textContent.trim(); }
  function folded(text) {   // full-width digits and stops of a Chinese keyboard
    return text.trim().replace(/[\uFF10-\uFF19]/g, function (c) {
      return String.fromCharCode(c.charCodeAt(0) - 65248);
    }).replace(/[\uFF0E\u3002]/g, '.');
  }
  function fits(cell) {
    return cell.value === '' || (/^\d{1,3}(\.\d)?$/.test(cell.value) && +cell.value <= +cell.dataset.max);
  }

  function say(cell) {
    var note = cell.parentNode.querySelector('.m');
    if (fits(cell)) {
      cell.removeAttribute('aria-invalid');
      cell.removeAttribute('aria-describedby');
      if (note) note.parentNode.removeChild(note);
      return;
    }
    if (!note) {
      note = document.createElement('span');
      note.className = 'm';
      note.id = 'e-' + cell.name;
      cell.parentNode.appendChild(note);
    }
    note.textContent = fill(word.range, cell.dataset.max);
    cell.setAttribute('aria-invalid', 'true');
    cell.setAttribute('aria-describedby', note.id);
  }

  function judge(row) {
    var sums = {}, blank = false, wrong = false, absent = tick(row).checked;
    cells(row).forEach(function (cell) {
      var part = cell.dataset.part;
      cell.disabled = absent;
      if (!fits(cell)) { wrong = true; sums[part] = NaN; }
      else if (cell.value === '') { blank = true; sums[part] = NaN; }
      else sums[part] = (part in sums ? sums[part] : 0) + Math.round(cell.value * 10);
    });
    all(row, 'output').forEach(function (out) {
      var sum = sums[out.dataset.part];
      out.textContent = absent || isNaN(sum) ? '—' : String(sum / 10);
    });
    var good = Object.keys(sums).every(function (part) { return sums[part] >= pass[part] * 10; });
    var state = absent ? ['none', '–'] : wrong ? ['late', '!'] : blank ? ['todo', '…'] : good ? ['ok', '✓'] : ['bad', '✕'];
    var tag = row.querySelector('.tag');
    tag.className = 'tag ' + state[0];
    tag.dataset.i = state[1];
    tag.textContent = word[state[0]];
  }

  function count() {
    var rows = all(body, 'tr');
    var done = rows.filter(function (row) { return !row.querySelector('.tag.todo, .tag.late'); }).length;
    progress.value = done;
    document.getElementById('pl').textContent = fill(word.done, done, rows.length);
  }

  function put(change, value) {
    var el = change.el;
    if (el.type === 'checkbox') el.checked = value;
    else { el.value = value; el.seen = value; el.classList.add('pend'); say(el); }
    judge(el.closest('tr'));
  }
  function keep(changes, text) {
    if (!changes.length) return;
    past.push({ changes: changes, text: text });
    dirty = true;
    changes.forEach(function (change) { put(change, change.after); });
    count();
    show();
  }
  function show() {
    var last = past[past.length - 1];
    bar.hidden = !last;
    bar.firstElementChild.textContent = last ? last.text : '';
  }
  function undo() {
    var last = past.pop();
    if (!last) return;
    last.changes.slice().reverse().forEach(function (change) { put(change, change.before); });
    count();
    show();
    var first = last.changes[0].el;
    if (!first.disabled) first.focus();
  }

  function at(row, column) {
    var cell = row && row.cells[column];
    return cell && cell.querySelector('.cell:not(:disabled)');
  }
  function step(cell, by) {
    var row = cell.closest('tr'), column = cell.closest('td').cellIndex;
    do { row = by > 0 ? row.nextElementSibling : row.previousElementSibling; } while (row && !at(row, column));
    if (row) at(row, column).focus();
  }
  function mark(cell) {     // what was typed becomes one thing done
    var before = cell.seen, after = folded(cell.value);
    if (before === after) { cell.value = after; return; }
    var old = before === '' ? '—' : before, now = after === '' ? '—' : after;
    keep([{ el: cell, before: before, after: after }], fill(word.wasMarked, cell.getAttribute('aria-label'), old, now));
  }
  function away(box, absent) {
    keep([{ el: box, before: !absent, after: absent }], fill(absent ? word.wasAbsent : word.wasPresent, person(box.closest('tr'))));
  }

  all(body, '.cell').forEach(function (cell) { cell.seen = cell.value; });
  all(body, 'tr').forEach(function (row) { if (tick(row).checked) judge(row); });
  all(document, '[data-script]').forEach(function (el) { el.hidden = false; });

  body.addEventListener('focusin', function (event) {
    if (event.target.classList.contains('cell')) event.target.select();
  });
  body.addEventListener('change', function (event) {
    var el = event.target;
    if (el.type === 'checkbox') away(el, el.checked);
    else if (el.classList.contains('cell')) mark(el);
  });
  body.addEventListener('keydown', function (event) {
    var cell = event.target;
    if (!cell.classList.contains('cell') || event.isComposing) return;
    var key = event.key;
    if (key === 'Enter' || key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      mark(cell);
      step(cell, key === 'ArrowUp' || (key === 'Enter' && event.shiftKey) ? -1 : 1);
    } else if (/^q$/i.test(key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      mark(cell);
      step(cell, 1);
      away(tick(cell.closest('tr')), true);
    } else if (/^z$/i.test(key) && (event.ctrlKey || event.metaKey) && cell.value === cell.seen) {
      event.preventDefault();
      undo();
    }
  });
  body.addEventListener('paste', function (event) {
    var cell = event.target;
    var text = event.clipboardData ? event.clipboardData.getData('text') : '';
    if (!cell.classList.contains('cell') || !/[\t\n]/.test(text.trim())) return;
    event.preventDefault();
    var changes = [], row = cell.closest('tr'), inputs = cells(row), first = inputs.indexOf(cell);
    text.replace(/[\r\n]+$/, '').split(/\r?\n/).forEach(function (line) {
      if (!row) return;
      // lines keep step with people: one who is absent uses up a line
      var here = tick(row).checked ? [] : cells(row);
      line.split('\t').forEach(function (value, k) {
        var el = here[first + k];
        if (el && folded(value) !== el.seen) changes.push({ el: el, before: el.seen, after: folded(value) });
      });
      row = row.nextElementSibling;
    });
    keep(changes, fill(word.wasPasted, changes.length));
  });
  bar.querySelector('button').addEventListener('click', undo);
  form.addEventListener('submit', function () { dirty = false; });
  window.addEventListener('beforeunload', function (event) {
    if (dirty) { event.preventDefault(); event.returnValue = ''; }
  });
})();
