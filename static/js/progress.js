// 进度: asks how far a list is, moves the bar, and shows the result when it is there. Without it the
// page loads itself again.
(function () {
  var bar = document.querySelector("[data-progress]");
  var far = document.getElementById("far");
  var failed = 0, told = -1;
  function later(time) { setTimeout(ask, time); }
  function ask() {
    fetch(bar.getAttribute("data-progress"), { headers: { Accept: "application/json" }, cache: "no-store" })
      .then(function (answer) { if (!answer.ok) throw answer.status; return answer.json(); })
      .then(function (it) {
        failed = 0;
        if (it.state !== "running") { location.reload(); return; }
        bar.value = it.done;
        // Read aloud once in ten steps, not at each.
        var tenth = Math.floor(10 * it.done / Math.max(1, it.lines));
        if (tenth !== told) { told = tenth; far.textContent = it.said; }
        later(500);
      })
      .catch(function () { failed += 1; later(Math.min(10000, 1000 * failed)); });
  }
  if (bar && window.fetch) later(400);
})();
