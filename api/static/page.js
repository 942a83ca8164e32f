"use strict";
(function () {
  // choosing a wider area empties the finer selects and shows it at once
  const form = document.getElementById("choose");
  if (form) {
    const selects = [...form.querySelectorAll("select[data-place]")];
    selects.forEach((select, i) => {
      select.addEventListener("change", () => {
        for (const finer of selects.slice(i + 1)) finer.value = "";
        form.submit();
      });
    });
    for (const select of form.querySelectorAll("select[data-auto]")) {
      select.addEventListener("change", () => form.submit());
    }
    form.classList.add("live");
  }
})();
