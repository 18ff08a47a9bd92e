// 复制: one button copies the paragraph; without it the text can be selected as ever.
document.querySelectorAll("[data-copy]").forEach(function (button) {
  var text = document.getElementById(button.getAttribute("data-copy"));
  if (!text || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", function () {
    navigator.clipboard.writeText(text.value).then(function () {
      button.textContent = button.getAttribute("data-done");
    }, function () { text.select(); });
  });
});
