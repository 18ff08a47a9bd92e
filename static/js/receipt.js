/* 查验回执: a receipt's code leads here with its digits behind the #, which no server is sent. */
(function () {
  'use strict';
  var box = document.querySelector('form[action="/receipts"] [name=text]');
  if (!box || box.value || !/^#\d{100,}$/.test(location.hash)) return;
  box.value = location.href;
  box.form.submit();
})();
